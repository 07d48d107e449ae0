/** When each of a row of messages is to be sent. Knows no clock and no timer. */
import type { RepeatPlan } from '../../../shared/repeat.ts';

/** What is due for longer is left out, so that a machine that slept does not send an hour's messages in a burst. */
const mostLateMs = 1000;

export class Schedule {
  readonly #everyMs: number;
  readonly #jitterMs: number;
  readonly #startedAt: number;
  readonly #seed: number;
  #index = 0;
  #leftOut = 0;
  #next: number;

  /** `startedAt`: when the first is due, on the clock that the other times are of. `seed`: of the jitter, any integer. */
  constructor(
    { everyMs, jitterMs }: Pick<RepeatPlan, 'everyMs' | 'jitterMs'>,
    startedAt: number,
    seed: number,
  ) {
    this.#everyMs = everyMs;
    this.#jitterMs = jitterMs;
    this.#startedAt = startedAt;
    this.#seed = seed;
    this.#next = this.#deadline(0);
  }

  /** How many were left out. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** How late the next one is at `time`; negative: so early. Without a period it is always due, and never late. */
  lateMs(time: number): number {
    return this.#everyMs === 0 ? 0 : time - this.#next;
  }

  /** The next one is being sent, or has failed. */
  take(): void {
    this.#next = this.#deadline(++this.#index);
  }

  /** Leaves out what is due for more than a second at `time`, but for the newest of what is due. */
  leaveOut(time: number): void {
    if (this.#everyMs === 0 || time - this.#next <= mostLateMs) return;
    const passed = (time - this.#startedAt) / this.#everyMs;
    const first = Math.min(Math.floor(passed), Math.ceil(passed - mostLateMs / this.#everyMs));
    if (first <= this.#index) return;
    this.#leftOut += first - this.#index;
    this.#index = first;
    this.#next = this.#deadline(first);
  }

  /** Of the one at `index`: always counted from the start, so that nothing adds up. */
  #deadline(index: number): number {
    return this.#startedAt + index * this.#everyMs + this.#jitterMs * chance(this.#seed, index);
  }
}

/** 0 to 1, always the same for the same two numbers: the finalizer of MurmurHash3. */
function chance(seed: number, index: number): number {
  let bits = Math.imul(index + 1, 0x9e37_79b1) ^ seed;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85eb_ca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2_ae35);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
}
