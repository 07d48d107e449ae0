/** What the numbers in datagrams tell: which were lost, which came twice, which late. */

export type NumberFacts = {
  received: number;
  /** Numbers that never came between the first and the highest. One that comes late is lost until then. */
  lost: number;
  duplicates: number;
  /** Behind a higher one. */
  late: number;
  /** Far from all before: a sender that began anew. What lies between is not counted as lost. */
  restarts: number;
};

export const noNumbers: NumberFacts = { received: 0, lost: 0, duplicates: 0, late: 0, restarts: 0 };

/** A number so far from the highest is a new beginning (RFC 3550, A.1, takes 3000 for audio). */
const windowSize = 4096;

export class Numbering {
  readonly #modulus: number;
  /** Which of the last numbers up to the highest were seen, by their remainder. */
  readonly #seen = new Uint8Array(windowSize);
  #first = 0;
  #highest: number | null = null;
  #unique = 0;
  #lostBefore = 0;
  readonly #facts = { received: 0, duplicates: 0, late: 0, restarts: 0 };

  /** `bits`: after which numbers begin at 0 again, where fewer than 13 tell no new beginning; null: they do not. */
  constructor(bits: number | null) {
    this.#modulus = bits === null ? Infinity : 2 ** bits;
  }

  add(number: number): void {
    this.#facts.received++;
    if (this.#highest === null) return this.#begin(number);
    const step = this.#stepTo(number);
    if (step >= windowSize || step <= -windowSize) {
      this.#facts.restarts++;
      this.#lostBefore = this.facts.lost;
      return this.#begin(number);
    }
    if (step > 0) return this.#goOn(step);
    const extended = this.#highest + step;
    if (this.#seen[slot(extended)] === 1) this.#facts.duplicates++;
    else {
      this.#seen[slot(extended)] = 1;
      this.#facts.late++;
      this.#unique++;
      this.#first = Math.min(this.#first, extended);
    }
  }

  get facts(): NumberFacts {
    const expected = this.#highest === null ? 0 : this.#highest - this.#first + 1;
    return { ...this.#facts, lost: this.#lostBefore + expected - this.#unique };
  }

  /** From the highest, the shorter way round. */
  #stepTo(number: number): number {
    const step = number - this.#highest!;
    if (this.#modulus === Infinity) return step;
    const forward = ((step % this.#modulus) + this.#modulus) % this.#modulus;
    return forward < this.#modulus / 2 ? forward : forward - this.#modulus;
  }

  #begin(number: number): void {
    this.#seen.fill(0);
    this.#seen[slot(number)] = 1;
    this.#first = number;
    this.#highest = number;
    this.#unique = 1;
  }

  #goOn(step: number): void {
    for (let i = 1; i < step; i++) this.#seen[slot(this.#highest! + i)] = 0;
    this.#highest! += step;
    this.#seen[slot(this.#highest!)] = 1;
    this.#unique++;
  }
}

/** Numbers before the first may be below 0. */
const slot = (number: number): number => ((number % windowSize) + windowSize) % windowSize;

export const addNumbers = (one: NumberFacts, other: NumberFacts): NumberFacts => ({
  received: one.received + other.received,
  lost: one.lost + other.lost,
  duplicates: one.duplicates + other.duplicates,
  late: one.late + other.late,
  restarts: one.restarts + other.restarts,
});
