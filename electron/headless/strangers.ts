/**
 * Those who have not proved yet that they may be here. One more is always let in, and the oldest goes for it: whoever
 * stays silent in any number keeps nobody out.
 */
export class Strangers<T> {
  readonly #most: number;
  readonly #turnOut: (one: T) => void;
  readonly #here = new Set<T>();

  constructor(most: number, turnOut: (one: T) => void) {
    this.#most = most;
    this.#turnOut = turnOut;
  }

  add(one: T): void {
    for (const oldest of this.#here) {
      if (this.#here.size < this.#most) break;
      this.#here.delete(oldest);
      this.#turnOut(oldest);
    }
    this.#here.add(one);
  }

  /** It has proved itself, or has gone. */
  delete(one: T): void {
    this.#here.delete(one);
  }
}
