/** The engine's one clock: when something happened, and how long it took. */

/** Milliseconds; tests hand in their own. `wall`: since the epoch, and may be set. `monotonic`: never goes back, stands while the machine sleeps. */
export type Clocks = { wall(): number; monotonic(): number };

/** Clocks that part by less are being set right little by little, or were read at a bad moment. */
const mostApartMs = 300;
/** So often, at most, the two are compared: reading the wall clock costs as much as the rest of a record's time. */
const compareEveryMs = 10;

/**
 * The wall clock with the resolution of the monotonic one. A machine that slept, or whose clock was set, parts the two:
 * then the time is taken from the wall clock anew, and `anchor` is another one.
 */
export class Clock {
  readonly #clocks: Clocks;
  #anchor: number;
  #comparedAt = -Infinity;

  /** `anchor`: the wall clock's time when the monotonic one was 0. */
  constructor(clocks: Clocks, anchor = clocks.wall() - clocks.monotonic()) {
    this.#clocks = clocks;
    this.#anchor = anchor;
    this.now();
  }

  /** Milliseconds since the epoch with microsecond resolution. Goes back only when the wall clock was set back. */
  now(): number {
    const monotonic = this.#clocks.monotonic();
    if (monotonic - this.#comparedAt >= compareEveryMs) this.#compare(monotonic);
    return this.#anchor + monotonic;
  }

  /** Changes when the clocks have parted, by as much as the time has jumped. Kept up to date by `now`. */
  get anchor(): number {
    return this.#anchor;
  }

  #compare(monotonic: number): void {
    this.#comparedAt = monotonic;
    const anchor = this.#clocks.wall() - monotonic;
    if (Math.abs(anchor - this.#anchor) > mostApartMs) this.#anchor = anchor;
  }
}

/** Milliseconds that only ever rise, from an unknown beginning: for durations and deadlines. */
export const monotonic = (): number => performance.now();

/** Of this process. */
export const clock = new Clock({ wall: Date.now, monotonic }, performance.timeOrigin);

/** For captures whose records bring their times along: it never steps. */
export const stillClock = (): Clock => new Clock({ wall: () => 0, monotonic: () => 0 }, 0);

/** Milliseconds since the epoch, for the time of a record. Durations are differences of `monotonic`. */
export const now = (): number => clock.now();
