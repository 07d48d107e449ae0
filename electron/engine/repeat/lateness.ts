/** How late things were, counted in classes: as much memory for a thousand million of them as for one. */

const leastMs = 0.001;
/** Classes for each doubling: a class is 9 % wide. */
const perDoubling = 8;
/** Up to 4.6 hours. */
const doublings = 34;

export class Lateness {
  readonly #counts = new Float64Array(doublings * perDoubling);
  #total = 0;

  add(ms: number): void {
    const at = ms <= leastMs ? 0 : Math.ceil(Math.log2(ms / leastMs) * perDoubling);
    this.#counts[Math.min(at, this.#counts.length - 1)]!++;
    this.#total++;
  }

  /** The upper end of the class up to which `part` of all are; null before there is one. */
  quantile(part: number): number | null {
    if (this.#total === 0) return null;
    let rest = Math.ceil(this.#total * part);
    const at = this.#counts.findIndex((count) => (rest -= count) <= 0);
    return leastMs * 2 ** (at / perDoubling);
  }
}
