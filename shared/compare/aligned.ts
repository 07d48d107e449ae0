/** Both sides of a comparison in rows, byte beside byte: what one has not is a gap there. */
import type { Comparison } from './compare.ts';

/** null: absent. `hunk`: its number. */
export type AlignedCell = { a: number | null; b: number | null; hunk: number };

export class Aligned {
  /** Of the longer side of each hunk. */
  readonly length: number;
  readonly #hunks: Comparison['hunks'];
  /** Places of the hunks. */
  readonly #starts: Float64Array;

  constructor(hunks: Comparison['hunks']) {
    this.#hunks = hunks;
    this.#starts = new Float64Array(hunks.length);
    let at = 0;
    for (const [index, { aLength, bLength }] of hunks.entries()) {
      this.#starts[index] = at;
      at += Math.max(aLength, bLength);
    }
    this.length = at;
  }

  /** Where a hunk begins. */
  placeOf(hunk: number): number {
    return this.#starts[hunk]!;
  }

  cells(from: number, to: number): AlignedCell[] {
    const cells: AlignedCell[] = [];
    let hunk = this.#hunkAt(from);
    for (let at = from; at < Math.min(to, this.length); at++) {
      while (hunk + 1 < this.#hunks.length && this.#starts[hunk + 1]! <= at) hunk++;
      const { a, b, aLength, bLength } = this.#hunks[hunk]!;
      const within = at - this.#starts[hunk]!;
      cells.push({
        a: within < aLength ? a + within : null,
        b: within < bLength ? b + within : null,
        hunk,
      });
    }
    return cells;
  }

  #hunkAt(place: number): number {
    let low = 0;
    for (let high = this.#hunks.length; low < high;) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle]! <= place) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }
}
