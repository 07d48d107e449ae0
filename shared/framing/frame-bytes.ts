/** Frames with their bytes: what a framer tells in ranges, put together from what was read, with bounded memory. */
import { Framer, type FrameMark, type Framing, type Rest, type RestWhy } from './framer.ts';

/** What the unfinished frames of all streams together may hold; beyond it a frame is told as far as it has come. */
const mostHeldBytes = 256 * 1024 * 1024;
let heldBytes = 0;

const leastRoom = 256;
const nothing: Uint8Array<ArrayBuffer> = new Uint8Array();

export type Frame = {
  /** A part of the bytes that are being pushed, or memory that nobody else uses. */
  bytes: Uint8Array;
  /** Of the stream. */
  offset: number;
  /** Where it begins in the bytes that are being pushed; null: it is put together from several reads. */
  within: number | null;
  mark: FrameMark | null;
};
export type RestBytes = { bytes: Uint8Array; offset: number; why: RestWhy };

/** One per stream and direction. Calls `onFrame` while it is called itself, never later; not any more after `close`. */
export class FrameBytes {
  readonly #framer: Framer;
  readonly #onFrame: (frame: Frame) => void;
  readonly #most: number;
  /** Bytes `#from` to `#size - 1` belong to the frame that has begun; it ends with them or goes on in the pushed ones. */
  #held = nothing;
  #from = 0;
  #size = 0;
  #pushed = nothing as Uint8Array;
  /** Of the stream, where the pushed bytes begin. */
  #before = 0;
  #isClosed = false;

  constructor(framing: Framing, onFrame: (frame: Frame) => void) {
    this.#onFrame = onFrame;
    this.#most = framing.max + (framing.late ?? 0);
    this.#framer = new Framer(framing, (start, end, mark) => this.#tell(start, end, mark));
  }

  /** As `Framer.due`. */
  get due(): number {
    return this.#isClosed ? Infinity : this.#framer.due;
  }

  /** As `Framer.push`. */
  push(bytes: Uint8Array, time: number): void {
    if (this.#isClosed) return;
    this.#pushed = bytes;
    this.#before = this.#framer.position;
    this.#framer.push(bytes, time);
    this.#hold(bytes.subarray(Math.max(0, this.#framer.start - this.#before)));
    this.#pushed = nothing;
    this.#before = this.#framer.position;
    if (heldBytes > mostHeldBytes) this.#framer.cut();
  }

  /** As `Framer.elapse`. */
  elapse(time: number): void {
    if (!this.#isClosed) this.#framer.elapse(time);
  }

  /** The stream has ended. What is left is given once; it is nobody's from then on. */
  finish(): RestBytes | null {
    const rest: Rest | null = this.#isClosed ? null : this.#framer.finish();
    const bytes = this.#held.subarray(this.#from, this.#size);
    this.close();
    return rest === null ? null : { bytes, offset: rest.start, why: rest.why };
  }

  /** Gives up what is left. */
  close(): void {
    this.#isClosed = true;
    this.#release();
  }

  #tell(start: number, end: number, mark: FrameMark | null): void {
    if (this.#isClosed) return;
    const within = start - this.#before;
    if (within >= 0) {
      const bytes = this.#pushed.subarray(within, end - this.#before);
      return this.#onFrame({ bytes, offset: start, within, mark });
    }
    if (end > this.#before) this.#hold(this.#pushed.subarray(0, end - this.#before));
    const bytes = this.#held.subarray(this.#from, this.#from + end - start);
    this.#from += end - start;
    if (this.#from === this.#size) this.#release();
    this.#onFrame({ bytes, offset: start, within: null, mark });
  }

  /** Grows by doubling: a peer that sends single bytes must not cost an object for each. */
  #hold(bytes: Uint8Array): void {
    if (this.#isClosed || bytes.length === 0) return;
    const size = this.#size + bytes.length;
    if (size > this.#held.length) {
      const length = size - this.#from;
      const room = Math.max(length, Math.min(this.#most, Math.max(leastRoom, length * 2)));
      const grown = new Uint8Array(room);
      grown.set(this.#held.subarray(this.#from, this.#size));
      heldBytes += grown.length - this.#held.length;
      this.#held = grown;
      this.#size -= this.#from;
      this.#from = 0;
    }
    this.#held.set(bytes, this.#size);
    this.#size += bytes.length;
  }

  #release(): void {
    heldBytes -= this.#held.length;
    this.#held = nothing;
    this.#from = this.#size = 0;
  }
}
