/** What one peer has sent since a sequence looked last: frames, datagrams, or the stream as far as it was not used up. */
import { FrameBytes } from '../../../shared/framing/frame-bytes.ts';
import type { Framing } from '../../../shared/framing/framer.ts';
import { joinBytes } from '../../../shared/payload/join.ts';
import { kindOf, type Entries } from '../capture/format.ts';
import { unlessGone } from '../capture/gone.ts';
import { monotonic } from '../clock.ts';

/** What is looked at of a stream without frames, the newest of it; and of one record. */
const mostOpenBytes = 1024 * 1024;
const entriesAtOnce = 256;

export type SequenceLog = {
  readonly length: number;
  /** What is below was cleared, or the size limit took it. */
  readonly cleared: number;
  entries(from: number, count: number): Promise<Entries>;
  payload(sequence: number, offset: number, length: number): Promise<Uint8Array>;
};
/** `record`: the newest that it came in. */
export type Message = { bytes: Uint8Array; record: number };

export class Inbox {
  readonly #log: SequenceLog;
  readonly #streamNow: () => number | undefined;
  readonly #streams = new Set<number>();
  /** Each message is one by itself, and passed over when it is not what was waited for. */
  readonly hasMessages: boolean;
  readonly #framing: Framing | null;
  #frames: FrameBytes | null = null;
  readonly #messages: Message[] = [];
  #open = new Uint8Array();
  #next: number;
  #record: number;

  /**
   * Looks at what follows record `from` of one connection. `streamNow`: its number, which is another once the log was
   * cleared; undefined where it is not known any more.
   */
  constructor(
    log: SequenceLog,
    streamNow: () => number | undefined,
    from: number,
    framing: Framing | null,
    hasBoundaries: boolean,
  ) {
    this.#log = log;
    this.#streamNow = streamNow;
    this.#noteStream();
    this.#next = from;
    this.#record = from;
    this.hasMessages = framing !== null || hasBoundaries;
    this.#framing = framing;
    this.#cutAnew();
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

  #cutAnew(): void {
    this.#frames?.close();
    this.#frames =
      this.#framing &&
      new FrameBytes(this.#framing, ({ bytes }) =>
        this.#messages.push({ bytes: bytes.slice(), record: this.#record }),
      );
  }

  /** What went before it was looked at: the stream goes on behind it, in the middle. */
  #passOver(): void {
    this.#next = Math.max(this.#next, this.#log.cleared);
    this.#open = new Uint8Array();
    this.#cutAnew();
  }

  /** The next payload that was received; null where there is none yet. */
  async #read(): Promise<Uint8Array | null> {
    this.#noteStream();
    while (this.#next < this.#log.length) {
      const count = Math.min(entriesAtOnce, this.#log.length - this.#next);
      const entries = await unlessGone(this.#log, this.#next, () => this.#log.entries(this.#next, count));
      if (entries?.count === 0) return null;
      const at = entries === null ? -1 : this.#firstOurs(entries);
      if (entries === null) this.#passOver();
      else if (at < 0) this.#next = entries.from + entries.count;
      else {
        const record = (this.#record = entries.from + at);
        this.#next = record + 1;
        const length = entries.length(at);
        const from = Math.max(0, length - mostOpenBytes);
        const bytes = await unlessGone(this.#log, record, () =>
          this.#log.payload(record, from, length - from),
        );
        if (bytes !== null) return bytes;
        this.#passOver();
      }
    }
    return null;
  }

  #noteStream(): void {
    const stream = this.#streamNow();
    if (stream !== undefined) this.#streams.add(stream);
  }

  /** -1: none was received. */
  #firstOurs(entries: Entries): number {
    for (let at = 0; at < entries.count; at++) {
      const isOurs = this.#streams.has(entries.stream(at)) && kindOf(entries.kind(at)) === 'received';
      if (isOurs && !entries.isDamaged(at)) return at;
    }
    return -1;
  }
}
