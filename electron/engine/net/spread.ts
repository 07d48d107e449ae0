/** How durations spread, in classes: as much memory for a thousand million of them as for one. */
import type { ConnectTimes } from '../../../shared/many.ts';

const leastMs = 0.001;
/** Classes for each doubling: a class is 9 % wide. */
const perDoubling = 8;
/** Up to 4.6 hours. */
const doublings = 34;

export class Spread {
  readonly #counts = new Float64Array(doublings * perDoubling);
  #total = 0;
  #least = Infinity;
  #most = 0;

  add(ms: number): void {
    const at = ms <= leastMs ? 0 : Math.ceil(Math.log2(ms / leastMs) * perDoubling);
    this.#counts[Math.min(at, this.#counts.length - 1)]!++;
    this.#total++;
    this.#least = Math.min(this.#least, ms);
    this.#most = Math.max(this.#most, ms);
  }

  /** The upper end of the class up to which `part` of all are; null before there is one. */
  quantile(part: number): number | null {
    if (this.#total === 0) return null;
    let rest = Math.ceil(this.#total * part);
    const at = this.#counts.findIndex((count) => (rest -= count) <= 0);
    return leastMs * 2 ** (at / perDoubling);
  }

  /** Least and most as they were, the others as classes and never beyond them; null before there is one. */
  get facts(): ConnectTimes | null {
    if (this.#total === 0) return null;
    const [least, most] = [this.#least, this.#most];
    const at = (part: number): number => Math.min(most, this.quantile(part)!);
    return { least, p50: at(0.5), p95: at(0.95), p99: at(0.99), most };
  }
}
