/** Finds in one stream what is removed from it, wherever reads have cut it. */

/** From a byte to before another one. */
export type Range = { from: number; to: number };
/** `hold`: what begins there cannot be judged before there is more, default nothing. */
export type Found = { ranges: readonly Range[]; hold?: number };
/** `isEnd`: nothing follows these bytes. */
export type Search = (bytes: Buffer, isEnd: boolean) => Found;
/** Bytes at a place of the capture. */
type Part = { place: number; bytes: Uint8Array };
/** A value that was found, and the parts of the capture's data in which it lies. */
export type OnFound = (value: Buffer, parts: readonly { place: number; length: number }[]) => void;

/** Bytes that are searched at a time. */
const windowBytes = 256 * 1024;

export class StreamSearch {
  readonly #search: Search;
  readonly #overlap: number;
  readonly #onFound: OnFound;
  #parts: Part[] = [];
  #bytes = 0;
  #searchAt: number;

  /** `overlap`: no value is longer, or it may be found in parts. */
  constructor(search: Search, overlap: number, onFound: OnFound) {
    this.#search = search;
    this.#overlap = overlap;
    this.#onFound = onFound;
    this.#searchAt = windowBytes + overlap;
  }

  /** That wait for more. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The next bytes of the stream, which lie at `place` and stay as they are. */
  push(place: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#parts.push({ place, bytes });
    this.#bytes += bytes.length;
    if (this.#bytes >= this.#searchAt) this.settle(false);
  }

  finish(): void {
    if (this.#bytes > 0) this.settle(true);
  }

  settle(isEnd: boolean): void {
    const all =
      this.#parts.length === 1
        ? asBuffer(this.#parts[0]!.bytes)
        : Buffer.concat(this.#parts.map(({ bytes }) => bytes));
    const { ranges, hold = all.length } = this.#search(all, isEnd);
    let cut = isEnd ? all.length : Math.max(0, Math.min(hold, all.length - this.#overlap));
    const found = merged(ranges);
    // What ends where the bytes do may go on.
    for (const { from, to } of found)
      if (!isEnd && to === all.length && from < cut && to - from < this.#overlap) cut = from;
    for (const { from, to } of found) {
      if (from >= cut) break;
      this.#onFound(all.subarray(from, to), this.#partsOf(from, to));
      cut = Math.max(cut, to);
    }
    this.#drop(cut);
    // What is held is looked at again when there is twice as much, so that this stays linear.
    this.#searchAt = Math.max(windowBytes + this.#overlap, 2 * this.#bytes);
  }

  #partsOf(from: number, to: number): { place: number; length: number }[] {
    const parts: { place: number; length: number }[] = [];
    let at = 0;
    for (const { place, bytes } of this.#parts) {
      const [start, end] = [Math.max(from, at), Math.min(to, at + bytes.length)];
      if (start < end) parts.push({ place: place + start - at, length: end - start });
      at += bytes.length;
      if (at >= to) break;
    }
    return parts;
  }

  #drop(count: number): void {
    this.#bytes -= count;
    let left = count;
    while (left > 0) {
      const { place, bytes } = this.#parts[0]!;
      if (bytes.length > left) {
        this.#parts[0] = { place: place + left, bytes: bytes.subarray(left) };
        return;
      }
      left -= bytes.length;
      this.#parts.shift();
    }
  }
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);

/** In their order; those that overlap are one. */
function merged(ranges: readonly Range[]): Range[] {
  const sorted = [...ranges].filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from);
  const joined: Range[] = [];
  for (const { from, to } of sorted) {
    const last = joined.at(-1);
    if (last !== undefined && from < last.to) last.to = Math.max(last.to, to);
    else joined.push({ from, to });
  }
  return joined;
}
