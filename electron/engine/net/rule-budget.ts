/** Bounds how long the rules of all peers and endpoints together hold up the thread that serves every socket. */
import { monotonic } from '../clock.ts';

/** Shorter runs are not counted: nobody notices them. */
const countedMs = 20;
/** The share of each second that long runs may have. */
const msPerSecond = 100;
/** What may be used at once: one rule that is stuck for one message, found out by two tries. */
const mostSpentMs = 200;

/** The same of the short tries that are made when the long runs' share is used up, and led to nothing. */
const mostTriedMs = 100;

export class RuleBudget {
  readonly #clock: () => number;
  #spentMs = 0;
  #triedMs = 0;
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

  /** True while even short tries have used up theirs: what is known to be slow is not tried. */
  get isExhausted(): boolean {
    return this.isSpent && this.#triedMs >= mostTriedMs;
  }

  /** A run took so many milliseconds. */
  count(ms: number): void {
    this.#recover();
    if (ms >= countedMs) this.#spentMs += ms;
  }

  /** A short try took so long, and was stopped. */
  countTry(ms: number): void {
    this.#recover();
    this.#triedMs += ms;
  }

  #recover(): void {
    const now = this.#clock();
    const backMs = (Math.max(0, now - this.#at) * msPerSecond) / 1000;
    this.#spentMs = Math.max(0, this.#spentMs - backMs);
    this.#triedMs = Math.max(0, this.#triedMs - backMs);
    this.#at = now;
  }
}

/** There is one thread for the sockets of a process. */
export const ruleBudget = new RuleBudget();
