/** What one peer has sent since a sequence looked last: frames, datagrams, or the stream as far as it was not used up. */
import { FrameBytes } from '../../../shared/framing/frame-bytes.ts';
import type { Framing } from '../../../shared/framing/framer.ts';
import { joinBytes } from '../../../shared/payload/join.ts';
import { kindOf, type Entries } from '../capture/format.ts';
import { monotonic } from '../clock.ts';

/** What is looked at of a stream without frames, the newest of it; and of one record. */
const mostOpenBytes = 1024 * 1024;
const entriesAtOnce = 256;

export type SequenceLog = {
  readonly length: number;
  entries(from: number, count: number): Promise<Entries>;
  payload(sequence: number, offset: number, length: number): Promise<Uint8Array>;
};
/** `record`: the newest that it came in. */
export type Message = { bytes: Uint8Array; record: number };

export class Inbox {
  readonly #log: SequenceLog;
  readonly #stream: number;
  /** Each message is one by itself, and passed over when it is not what was waited for. */
  readonly hasMessages: boolean;
  readonly #frames: FrameBytes | null;
  readonly #messages: Message[] = [];
  #open = new Uint8Array();
  #next: number;
  #record: number;

  /** Looks at what follows record `from` of the connection of this number. */
  constructor(
    log: SequenceLog,
    stream: number,
    from: number,
    framing: Framing | null,
    hasBoundaries: boolean,
  ) {
    this.#log = log;
    this.#stream = stream;
    this.#next = from;
    this.#record = from;
    this.hasMessages = framing !== null || hasBoundaries;
    this.#frames =
      framing === null
        ? null
        : new FrameBytes(framing, ({ bytes }) =>
            this.#messages.push({ bytes: bytes.slice(), record: this.#record }),
          );
  }

  /** When a frame ends because nothing more comes, as of `monotonic`. */
  get due(): number {
    return this.#frames?.due ?? Infinity;
  }

  /** The next message; of a stream without frames all that has come since `consume`, again when there is more. Null: nothing new. */
  async take(): Promise<Message | null> {
    for (;;) {
      this.#frames?.elapse(monotonic());
      const message = this.#messages.shift();
      if (message !== undefined) return message;
      const bytes = await this.#read();
      if (bytes === null) return null;
      if (this.#frames !== null) this.#frames.push(bytes, monotonic());
      else if (this.hasMessages) return { bytes, record: this.#record };
      else {
        this.#open = joinBytes([this.#open, bytes]).slice(-mostOpenBytes);
        return { bytes: this.#open, record: this.#record };
      }
    }
  }

  /** Of a stream without frames: what is there of it at once; null: nothing. */
  get open(): Message | null {
    return this.#open.length === 0 ? null : { bytes: this.#open, record: this.#record };
  }

  /** Of a stream without frames: only what is behind the first `length` bytes is looked at again. */
  consume(length: number): void {
    this.#open = this.#open.slice(length);
  }

  close(): void {
    this.#frames?.close();
  }

  /** The next payload that was received; null where there is none yet. */
  async #read(): Promise<Uint8Array | null> {
    while (this.#next < this.#log.length) {
      const entries = await this.#log.entries(
        this.#next,
        Math.min(entriesAtOnce, this.#log.length - this.#next),
      );
      for (let at = 0; at < entries.count; at++) {
        const isOurs = entries.stream(at) === this.#stream && kindOf(entries.kind(at)) === 'received';
        if (!isOurs || entries.isDamaged(at)) continue;
        this.#record = entries.from + at;
        this.#next = this.#record + 1;
        const length = entries.length(at);
        const from = Math.max(0, length - mostOpenBytes);
        return this.#log.payload(this.#record, from, length - from);
      }
      this.#next = entries.from + entries.count;
      if (entries.count === 0) return null;
    }
    return null;
  }
}
