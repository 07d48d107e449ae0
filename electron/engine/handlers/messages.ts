/** Brings what a peer sends to the kinds of reply, message by message. */
import { failed } from '../../../shared/failure.ts';
import { FrameBytes } from '../../../shared/framing/frame-bytes.ts';
import type { Framing } from '../../../shared/framing/framer.ts';
import type { Place } from '../capture/recorder.ts';
import { monotonic } from '../clock.ts';
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
export function byMessage(writer: ReplyWriter, framing: Framing | null, answerer: Answerer): Handler {
  const frames = framing && new Frames(writer, framing, answerer);
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

/** Frames of one peer as messages, those too that end because it is silent. */
class Frames {
  readonly #writer: ReplyWriter;
  readonly #answerer: Answerer;
  readonly #frames: FrameBytes;
  #readPlace = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(writer: ReplyWriter, framing: Framing, answerer: Answerer) {
    this.#writer = writer;
    this.#answerer = answerer;
    this.#frames = new FrameBytes(framing, ({ bytes, within, mark }) => {
      if (mark === 'too-long') writer.fail(failed('LINE_TOO_LONG'));
      answerer.message(bytes, within === null ? null : this.#readPlace + within);
    });
  }

  push(bytes: Uint8Array, place: Place): void {
    this.#readPlace = place;
    this.#frames.push(bytes, monotonic());
    this.#waitForSilence();
  }

  /** What is left is a message too. */
  finish(): void {
    const rest = this.#frames.finish();
    this.#waitForSilence();
    if (rest !== null) this.#answerer.message(rest.bytes, null);
  }

  close(): void {
    this.#frames.close();
    this.#waitForSilence();
  }

  #waitForSilence(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const { due } = this.#frames;
    this.#timer = due === Infinity ? null : setTimeout(() => this.#onSilence(), due - monotonic());
  }

  #onSilence(): void {
    this.#writer.begin();
    this.#frames.elapse(monotonic());
    this.#answerer.settled?.();
    this.#waitForSilence();
  }
}
