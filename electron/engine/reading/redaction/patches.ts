/** Which bytes of a capture's data are replaced, and by what; sixteen bytes each, however many there are. */
import type { Replacements } from './replacements.ts';

/** More places are refused: 64 MiB of them. */
const mostPatches = 4 * 1024 * 1024;
const words = 4;
const first = 1024;

export class Patches {
  readonly #replacements: Replacements;
  #places = new Float64Array(first);
  /** Length, number, and where in the whole of it this part begins and how long that is. */
  #facts = new Uint32Array(first * words);
  #count = 0;
  #longest = 0;
  #isSorted = true;

  constructor(replacements: Replacements) {
    this.#replacements = replacements;
  }

  get count(): number {
    return this.#count;
  }

  get isFull(): boolean {
    return this.#count >= mostPatches;
  }

  /** Bytes `place` to `place + length - 1` are part of a value of `total` bytes, from its byte `offset` on. */
  add(place: number, length: number, number: number, offset: number, total: number): void {
    if (this.#count === this.#places.length) this.#grow();
    this.#places[this.#count] = place;
    this.#facts.set([length, number, offset, total], this.#count * words);
    this.#count++;
    this.#longest = Math.max(this.#longest, length);
    this.#isSorted = false;
  }

  /** Replaces what there is of it in `bytes`, which lie at `place`. */
  apply(place: number, bytes: Uint8Array): void {
    for (const i of this.#within(place, bytes.length)) {
      const [length, number, offset, total] = this.#facts.subarray(i * words, (i + 1) * words);
      const text = Buffer.from(
        this.#replacements.text(number!, total!).slice(offset, offset! + length!),
        'latin1',
      );
      const at = this.#places[i]! - place;
      const from = Math.max(0, at);
      bytes.set(text.subarray(from - at, Math.max(0, bytes.length - at)), from);
    }
  }

  /** How many values begin in these bytes. What was answered with the same bytes lies at the same place. */
  countIn(place: number, length: number): number {
    let [count, last] = [0, -1];
    for (const i of this.#within(place, length)) {
      const at = this.#places[i]!;
      if (this.#facts[i * words + 2] !== 0 || at < place || at === last) continue;
      count++;
      last = at;
    }
    return count;
  }

  /** Those that reach into these bytes. */
  *#within(place: number, length: number): Generator<number> {
    this.#sort();
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#places[middle]! <= place - this.#longest) low = middle + 1;
      else high = middle;
    }
    for (let i = low; i < this.#count && this.#places[i]! < place + length; i++)
      if (this.#places[i]! + this.#facts[i * words]! > place) yield i;
  }

  #sort(): void {
    if (this.#isSorted) return;
    this.#isSorted = true;
    const order = Uint32Array.from({ length: this.#count }, (_, i) => i);
    order.sort((a, b) => this.#places[a]! - this.#places[b]!);
    const [places, facts] = [this.#places, this.#facts];
    this.#places = Float64Array.from(order, (i) => places[i]!);
    this.#facts = new Uint32Array(this.#count * words);
    for (const [to, from] of order.entries())
      this.#facts.set(facts.subarray(from * words, (from + 1) * words), to * words);
  }

  #grow(): void {
    const [places, facts] = [this.#places, this.#facts];
    this.#places = new Float64Array(places.length * 2);
    this.#places.set(places);
    this.#facts = new Uint32Array(facts.length * 2);
    this.#facts.set(facts);
  }
}
