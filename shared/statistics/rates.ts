/** Sums over time in a fixed number of equal stretches, which double their width when time outgrows them. */

/** `sums`: of each stretch from `start` on, by column. Milliseconds. */
export type Rates<Column extends string> = { start: number; widthMs: number; sums: Record<Column, number[]> };

const firstWidthMs = 250;
const usualMost = 240;

export class RateRing<Column extends string> {
  readonly #columns: readonly Column[];
  readonly #sums: readonly Float64Array[];
  readonly #most: number;
  #start: number | null = null;
  #width: number;
  #length = 0;

  /** `most`: stretches, an even number. */
  constructor(columns: readonly Column[], most = usualMost, widthMs = firstWidthMs) {
    this.#columns = columns;
    this.#most = most;
    this.#width = widthMs;
    this.#sums = columns.map(() => new Float64Array(most));
  }

  /** `columns`: two places among those given. What is older than the first, by a clock that was set back, counts with that. */
  add(time: number, columns: readonly [number, number], one: number, other: number): void {
    const at = this.#at(time);
    this.#sums[columns[0]]![at]! += one;
    this.#sums[columns[1]]![at]! += other;
  }

  get rates(): Rates<Column> {
    const sums = this.#columns.map((column, at) => [column, [...this.#sums[at]!.subarray(0, this.#length)]]);
    return {
      start: this.#start ?? 0,
      widthMs: this.#width,
      sums: Object.fromEntries(sums) as Record<Column, number[]>,
    };
  }

  #at(time: number): number {
    this.#start ??= Math.floor(time / this.#width) * this.#width;
    const since = Math.max(0, time - this.#start);
    while (since >= this.#width * this.#most) this.#double();
    const at = Math.floor(since / this.#width);
    if (at >= this.#length) this.#length = at + 1;
    return at;
  }

  #double(): void {
    const half = this.#most / 2;
    for (const sums of this.#sums) {
      for (let at = 0; at < half; at++) sums[at] = sums[2 * at]! + sums[2 * at + 1]!;
      sums.fill(0, half);
    }
    this.#width *= 2;
    this.#length = Math.ceil(this.#length / 2);
  }
}
