/** Brings what a peer sends to the kinds of reply, message by message. */
import { failed } from '../../../shared/failure.ts';
import type { ReplyBoundary } from '../../../shared/settings/settings.ts';
import type { Place } from '../capture/recorder.ts';
import { LineCutter } from './line-cutter.ts';
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

/** A datagram is a message, and so is each chunk or each line of a stream. */
export function byMessage(writer: ReplyWriter, boundary: ReplyBoundary, answerer: Answerer): Handler {
  const lines = boundary === 'line' && writer.port.kind === 'stream' ? linesOf(writer, answerer) : null;
  return {
    opened: () => undefined,
    received: (bytes, place) => {
      writer.begin();
      if (lines === null) answerer.message(bytes, place);
      else lines.push(bytes, place);
      answerer.settled?.();
    },
    finished: (answered) => {
      writer.begin();
      lines?.finish();
      answerer.settled?.();
      if (answerer.finished) answerer.finished(answered);
      else answered();
    },
    closed: () => {
      lines?.close();
      answerer.closed?.();
    },
  };
}

function linesOf(writer: ReplyWriter, answerer: Answerer) {
  let readPlace = 0;
  const cutter = new LineCutter({
    message: (bytes, start) => answerer.message(bytes, start === null ? null : readPlace + start),
    tooLong: () => writer.fail(failed('LINE_TOO_LONG')),
  });
  return {
    push: (bytes: Uint8Array, place: Place) => {
      readPlace = place;
      cutter.push(bytes);
    },
    finish: () => cutter.finish(),
    close: () => cutter.close(),
  };
}
