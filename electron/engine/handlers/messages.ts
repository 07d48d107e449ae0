/** Brings what a peer sends to the kinds of reply, message by message. */
import { failed } from '../../../shared/failure.ts';
import type { MakeFramer } from '../../../shared/framing/framer.ts';
import type { Place } from '../capture/recorder.ts';
import type { Handler } from '../net/handler.ts';
import type { ReplyWriter } from './reply-writer.ts';

/** Answers messages. `place` is null where a message was put together from several reads, and is stored nowhere. */
export type Answerer = {
  /** `bytes` is used again after the read. */
  message(bytes: Uint8Array, place: Place | null): void;
  /** All messages of one read have been told. */
  settled?(): void;
  /** The peer has finished sending; `answered` as `Handler` says. */
  finished?(answered: () => void): void;
  closed?(): void;
};

/** A frame is a message; where nothing is framed (null) each datagram, or each chunk of a stream. */
export function byMessage(writer: ReplyWriter, makeFramer: MakeFramer | null, answerer: Answerer): Handler {
  const frames = makeFramer && framesOf(writer, makeFramer, answerer);
  return {
    opened: () => undefined,
    received: (bytes, place) => {
      writer.begin();
      if (frames === null) answerer.message(bytes, place);
      else frames.push(bytes, place);
      answerer.settled?.();
    },
    finished: (answered) => {
      writer.begin();
      frames?.finish();
      answerer.settled?.();
      if (answerer.finished) answerer.finished(answered);
      else answered();
    },
    closed: () => {
      frames?.close();
      answerer.closed?.();
    },
  };
}

function framesOf(writer: ReplyWriter, makeFramer: MakeFramer, answerer: Answerer) {
  let readPlace = 0;
  const framer = makeFramer({
    frame: (bytes, start) => answerer.message(bytes, start === null ? null : readPlace + start),
    tooLong: () => writer.fail(failed('LINE_TOO_LONG')),
  });
  return {
    push: (bytes: Uint8Array, place: Place) => {
      readPlace = place;
      framer.push(bytes);
    },
    finish: () => framer.finish(),
    close: () => framer.close(),
  };
}
