/** What the printer shows in place of chunks: the frames of each stream, as they end. */
import { FrameBytes } from '../../../shared/framing/frame-bytes.ts';
import { payloadOf, type Framing } from '../../../shared/framing/framer.ts';
import type { Entry, FrameFacts } from '../../engine/reading/exporters/exporter.ts';

/** A frame, or what is left of a stream, with the record in which its end came. */
export type FramedEntry = { entry: Entry; bytes: Uint8Array };

type Stream = { frames: FrameBytes; ended: FramedEntry[]; last: Entry };

export class FramedStreams {
  readonly #framing: Framing;
  /** By connection and direction. */
  readonly #streams = new Map<string, Stream>();

  constructor(framing: Framing) {
    this.#framing = framing;
  }

  /** When the next frame ends, if nothing comes before; Infinity: none does by time. */
  get due(): number {
    let due = Infinity;
    for (const { frames } of this.#streams.values()) due = Math.min(due, frames.due);
    return due;
  }

  /** The next bytes of a stream; those of its frames that end with them. */
  push(entry: Entry, bytes: Uint8Array): FramedEntry[] {
    const stream = this.#streamOf(entry);
    stream.last = entry;
    stream.frames.push(bytes, entry.time);
    return stream.ended.splice(0);
  }

  /** Frames that ended because nothing came until `time`. */
  elapse(time: number): FramedEntry[] {
    return [...this.#streams.values()].flatMap(({ frames, ended }) => {
      frames.elapse(time);
      return ended.splice(0);
    });
  }

  /** The connection has ended: what its streams still hold. */
  finish(connection: number | null): FramedEntry[] {
    return directions.flatMap((kind) => {
      const key = `${connection} ${kind}`;
      const stream = this.#streams.get(key);
      if (stream === undefined) return [];
      this.#streams.delete(key);
      const { frames, ended, last } = stream;
      const rest = frames.finish();
      if (rest === null) return ended;
      const { bytes, offset, why } = rest;
      return [...ended, framed(last, bytes, { offset, mark: null, why, payload: () => bytes })];
    });
  }

  #streamOf(entry: Entry): Stream {
    const key = `${entry.connection} ${entry.kind}`;
    const known = this.#streams.get(key);
    if (known !== undefined) return known;
    const frames = new FrameBytes(this.#framing, ({ bytes, offset, mark }) => {
      const payload = (): Uint8Array => payloadOf(this.#framing, bytes, mark);
      stream.ended.push(framed(stream.last, bytes, { offset, mark, why: null, payload }));
    });
    const stream: Stream = { frames, ended: [], last: entry };
    this.#streams.set(key, stream);
    return stream;
  }
}

const directions = ['sent', 'received'] as const;

const framed = (entry: Entry, bytes: Uint8Array, frame: FrameFacts): FramedEntry => ({
  entry: { ...entry, length: bytes.length, frame },
  bytes,
});
