/** Bounds how long the rules of all peers and endpoints together hold up the thread that serves every socket. */
import { monotonic } from '../clock.ts';

/** Shorter runs are not counted: nobody notices them. */
const countedMs = 20;
/** The share of each second that long runs may have. */
const msPerSecond = 100;
/** What may be used at once: one rule that is stuck for one message, found out by two tries. */
const mostSpentMs = 200;

export class RuleBudget {
  readonly #clock: () => number;
  #spentMs = 0;
  #at: number;

  /** `clock`: milliseconds. */
  constructor(clock: () => number = monotonic) {
    this.#clock = clock;
    this.#at = clock();
  }

  /** True while long runs have used up their share of the time. */
  get isSpent(): boolean {
    this.#recover();
    return this.#spentMs >= mostSpentMs;
  }

  /** A run took so many milliseconds. */
  count(ms: number): void {
    this.#recover();
    if (ms >= countedMs) this.#spentMs += ms;
  }

  #recover(): void {
    const now = this.#clock();
    const passedMs = Math.max(0, now - this.#at);
    this.#spentMs = Math.max(0, this.#spentMs - (passedMs * msPerSecond) / 1000);
    this.#at = now;
  }
}

/** There is one thread for the sockets of a process. */
export const ruleBudget = new RuleBudget();
