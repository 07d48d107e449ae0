/** Work of which only so much goes on at a time: names and ports are asked about at a pace that a person needs. */
import { FailureError } from '../../../shared/failure.ts';

export class Turns {
  readonly #atOnce: number;
  readonly #mostWaiting: number;
  #running = 0;
  #waiting: (() => void)[] = [];

  constructor(atOnce: number, mostWaiting: number) {
    this.#atOnce = atOnce;
    this.#mostWaiting = mostWaiting;
  }

  /** What `work` gives, in the order of the calls. Rejects with TOO_MANY_QUESTIONS when as many wait as may. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#atOnce) this.#running++;
    else await this.#turn();
    try {
      return await work();
    } finally {
      // Whoever waits takes over the place.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= this.#mostWaiting) throw new FailureError({ code: 'TOO_MANY_QUESTIONS' });
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
