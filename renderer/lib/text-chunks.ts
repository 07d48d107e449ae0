/**
 * A payload of any length as chunks of text that can be drawn on their own: each begins behind the first line end of
 * its 1 KiB, or between two characters. Where a chunk begins depends on those bytes alone, so any place can be shown
 * without reading what lies far before it.
 */
import type { EncodingId } from '../../shared/encodings/encodings.ts';
import { beginningAt } from '../../shared/encodings/torn.ts';
import type { RowExtent } from './scroll-space.ts';

/** `carried`: bytes of a character that stand before the payload. */
export type ChunkReading = { encoding: EncodingId; carried: number };
const plain: ChunkReading = { encoding: 'utf-8', carried: 0 };

export const chunkLength = 1024;
const lineFeed = 10;
/** Of UTF-8 any byte says whether a character begins with it. */
const lookBack = ({ encoding }: ChunkReading): number => (encoding === 'utf-8' ? 0 : chunkLength);

export const chunkCount = (length: number): number => Math.ceil(length / chunkLength);

/** The bytes that `chunkBytes` needs to cut out a chunk. */
export const chunkSource = (chunk: number, length: number, reading = plain) => ({
  start: Math.max(0, chunk * chunkLength - lookBack(reading)),
  end: Math.min(length, (chunk + 2) * chunkLength),
});

/** A chunk's bytes and place, from the bytes of its source; it is empty where one line end closes the 1 KiB. */
export function chunkBytes(
  source: Uint8Array,
  chunk: number,
  reading = plain,
): { start: number; bytes: Uint8Array } {
  const { start } = chunkSource(chunk, Infinity, reading);
  const at = chunk * chunkLength - start;
  const from = chunk === 0 ? 0 : begin(source, at, start, reading);
  const isLast = source.length <= at + chunkLength;
  const to = isLast ? source.length : begin(source, at + chunkLength, start, reading);
  return { start: start + from, bytes: source.subarray(from, Math.max(from, to)) };
}

/** Where the chunk that owns the bytes from `at` on begins; `start`: where those bytes begin in the payload. */
function begin(source: Uint8Array, at: number, start: number, { encoding, carried }: ChunkReading): number {
  const end = Math.min(source.length, at + chunkLength);
  // In UTF-16 the byte may be a part of any character.
  const line = encoding.startsWith('utf-16') ? -1 : source.subarray(at, end).indexOf(lineFeed);
  if (line >= 0) return at + line + 1;
  // No more than every chunk's source has: both chunks at this place say the same.
  const from = Math.max(0, at - chunkLength);
  const place = from + beginningAt(source.subarray(from), at - from, start + from + carried, encoding);
  return Math.min(source.length, place);
}

/** The chunk that shows the byte at `offset`; `source` of the chunk that owns the place. */
export function chunkOf(offset: number, source: Uint8Array | null, reading = plain): number {
  const own = Math.floor(offset / chunkLength);
  if (own === 0 || !source) return own;
  const { start } = chunkSource(own, Infinity, reading);
  return offset < start + begin(source, own * chunkLength - start, start, reading) ? own - 1 : own;
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
