/** How regularly messages come: their usual period, how far they are off, and where one or more are missing. */
import { Histogram, type Distribution, type Spread } from './histogram.ts';

/** `time`: of the message behind it; `sequence`: its record. */
export type Gap = { time: number; sequence: number; ms: number };
export type PeriodFacts = {
  /** Between one message and the next of the same stream. */
  intervals: Distribution;
  /** How far intervals are from the median. */
  deviations: Pick<Spread, 'p50' | 'p95' | 'max'>;
  /** Intervals of more than `gapPeriods` medians. */
  gaps: number;
  /** The longest of them, the longest first. */
  longest: Gap[];
};

/** More than that many medians is a gap. */
export const gapPeriods = 3;
const mostKept = 8;

export class Periods {
  readonly #intervals = new Histogram();
  /** The longest intervals, the longest first. */
  #longest: Gap[] = [];

  add(ms: number, time: number, sequence: number): void {
    this.#intervals.add(ms);
    const shortest = this.#longest.at(-1);
    if (this.#longest.length === mostKept && ms <= shortest!.ms) return;
    this.#longest.push({ time, sequence, ms });
    this.#longest.sort((one, other) => other.ms - one.ms);
    this.#longest.length = Math.min(mostKept, this.#longest.length);
  }

  get facts(): PeriodFacts {
    const intervals = this.#intervals.distribution();
    const { p50, p95, max } = this.#intervals.deviations(intervals.p50).spread;
    const most = gapPeriods * intervals.p50;
    return {
      intervals,
      deviations: { p50, p95, max },
      gaps: this.#intervals.above(most),
      longest: this.#longest.filter(({ ms }) => ms > most),
    };
  }
}
