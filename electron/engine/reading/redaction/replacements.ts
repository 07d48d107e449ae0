/** What stands in the place of what is removed: as long as it, the same for the same, and nothing that is looked for. */

/** Letters and digits, so that text stays text and Base64 can still be read. */
const usual = 'X0123456789ABCDEFGHJKLMNPQRSTUVWYZ';
const other = '*#=+_-~^.,';
/** Further ones are all replaced by the first: what is told apart has to be remembered. */
const mostNumbers = 65_536;

export class Replacements {
  /** By what they were, one character for each byte. */
  readonly #numbers = new Map<string, number>();
  readonly #fill: string;
  readonly #digits: string;

  /** `wanted`: texts that are looked for in any case; no replacement has a character of theirs, if any is left. */
  constructor(wanted: readonly string[]) {
    const taken = new Set(wanted.join('').toUpperCase());
    const free = [...usual, ...other].filter((character) => !taken.has(character));
    const [fill, ...digits] = free.length > 2 ? free : [...usual];
    this.#fill = fill!;
    this.#digits = digits.join('');
  }

  /** Numbers count from 0 in the order in which values were first seen. */
  numberOf(value: string): number {
    const known = this.#numbers.get(value);
    if (known !== undefined) return known;
    if (this.#numbers.size >= mostNumbers) return 0;
    let number = this.#numbers.size;
    // What is replaced by itself is not removed.
    while (this.text(number, value.length) === value) number += this.#digits.length + 1;
    this.#numbers.set(value, number);
    return number;
  }

  text(number: number, length: number): string {
    const base = this.#digits.length;
    let digits = '';
    for (let rest = number; rest > 0; rest = Math.floor(rest / base))
      digits = this.#digits[rest % base]! + digits;
    return digits.padStart(length, this.#fill).slice(-length);
  }
}
