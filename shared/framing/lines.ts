/** Cuts a stream into lines with bounded memory. */
import type { FrameEvents, Framer } from './framer.ts';

/** A longer line is answered in pieces of this size. */
export const longestLineBytes = 1024 * 1024;
/** What the unfinished lines of all peers together may hold; beyond it a line is answered as far as it has come. */
const mostHeldBytes = 256 * 1024 * 1024;
let heldBytes = 0;

const lineFeed = 10;
const leastRoom = 256;

/** Lines end with LF (10), which belongs to them. */
export class LineCutter implements Framer {
  #events: FrameEvents;
  /** Grows by doubling: a peer that sends single bytes must not cost an object for each. */
  #held: Uint8Array<ArrayBuffer> = new Uint8Array();
  #length = 0;

  constructor(events: FrameEvents) {
    this.#events = events;
  }

  push(bytes: Uint8Array): void {
    for (let start = 0; start < bytes.length;) {
      const feed = bytes.indexOf(lineFeed, start);
      const end = feed < 0 ? bytes.length : feed + 1;
      const room = longestLineBytes - this.#length;
      if (end - start > room) {
        this.#events.tooLong();
        this.#emit(bytes, start, start + room);
        start += room;
      } else {
        if (feed >= 0) this.#emit(bytes, start, end);
        else this.#hold(bytes.subarray(start));
        start = end;
      }
    }
  }

  /** The stream has ended: what is left is a line too. */
  finish(): void {
    if (this.#length > 0) this.#emit(this.#held, 0, 0);
  }

  /** Gives up what is left. */
  close(): void {
    heldBytes -= this.#held.length;
    this.#held = new Uint8Array();
    this.#length = 0;
  }

  #emit(bytes: Uint8Array, start: number, end: number): void {
    if (this.#length === 0) return this.#events.frame(bytes.subarray(start, end), start);
    this.#append(bytes.subarray(start, end));
    const line = this.#held.subarray(0, this.#length);
    this.close();
    this.#events.frame(line, null);
  }

  #hold(bytes: Uint8Array): void {
    this.#append(bytes);
    if (heldBytes <= mostHeldBytes) return;
    this.#events.tooLong();
    this.#emit(bytes, 0, 0);
  }

  #append(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#held.length) {
      const grown = new Uint8Array(Math.min(longestLineBytes, Math.max(leastRoom, length * 2)));
      grown.set(this.#held.subarray(0, this.#length));
      heldBytes += grown.length - this.#held.length;
      this.#held = grown;
    }
    this.#held.set(bytes, this.#length);
    this.#length = length;
  }
}
