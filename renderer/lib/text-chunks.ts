/**
 * A payload of any length as chunks of text that can be drawn on their own: each begins behind the first line end of
 * its 1 KiB, or between two characters. Where a chunk begins depends on those bytes alone, so any place can be shown
 * without reading what lies before it.
 */
import type { RowExtent } from './scroll-space.ts';

export const chunkLength = 1024;
const lineFeed = 10;

export const chunkCount = (length: number): number => Math.ceil(length / chunkLength);

/** The bytes that `chunkBytes` needs to cut out a chunk. */
export const chunkSource = (chunk: number, length: number) => ({
  start: chunk * chunkLength,
  end: Math.min(length, (chunk + 2) * chunkLength),
});

/** A chunk's bytes and place, from the bytes of its source; it is empty where one line end closes the 1 KiB. */
export function chunkBytes(source: Uint8Array, chunk: number): { start: number; bytes: Uint8Array } {
  const from = chunk === 0 ? 0 : begin(source, 0);
  const to = source.length <= chunkLength ? source.length : begin(source, chunkLength);
  return { start: chunk * chunkLength + from, bytes: source.subarray(from, to) };
}

/** Where the chunk that owns the bytes from `at` on begins. */
function begin(source: Uint8Array, at: number): number {
  const end = Math.min(source.length, at + chunkLength);
  const line = source.subarray(at, end).indexOf(lineFeed);
  if (line >= 0) return at + line + 1;
  // At most three bytes continue a character that began before.
  let place = at;
  while (place < Math.min(end, at + 3) && (source[place]! & 0xc0) === 0x80) place++;
  return place;
}

/** The chunk that shows the byte at `offset`; `source` of the chunk that owns the place. */
export function chunkOf(offset: number, source: Uint8Array | null): number {
  const own = Math.floor(offset / chunkLength);
  if (own === 0 || !source) return own;
  return offset < own * chunkLength + begin(source, 0) ? own - 1 : own;
}

/** Heights of rows of which few are known: those that were drawn; all others count with an estimate. */
export class EstimatedRows implements RowExtent {
  readonly count: number;
  readonly estimate: number;
  readonly #known: readonly { row: number; height: number }[];
  /** Sum of height - estimate of all known rows up to and with the one of the same place. */
  readonly #surplus: readonly number[];

  constructor(count: number, estimate: number, known: ReadonlyMap<number, number>) {
    this.count = count;
    this.estimate = estimate;
    this.#known = [...known].map(([row, height]) => ({ row, height })).sort((a, b) => a.row - b.row);
    let sum = 0;
    this.#surplus = this.#known.map(({ height }) => (sum += height - estimate));
  }

  get total(): number {
    return this.offsetOf(this.count);
  }

  offsetOf(row: number): number {
    let low = 0;
    let high = this.#known.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#known[middle]!.row < row) low = middle + 1;
      else high = middle;
    }
    return row * this.estimate + (low > 0 ? this.#surplus[low - 1]! : 0);
  }

  rowAt(pixel: number): number {
    let low = 0;
    let high = Math.max(0, this.count - 1);
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.offsetOf(middle) <= pixel) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
