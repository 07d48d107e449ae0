/** How many a second there were lately. */

/** Looks back so many looks at least: five seconds at four a second, or as many messages where they are slower. */
const looks = 20;

type Mark = { time: number; count: number };

export class Rate {
  /** Of looks at which there was something new, the oldest first. */
  readonly #marks: Mark[] = [];

  /**
   * `count`: so many by now, the last one at `lastAt`. What follows that last one is a part of the time only where
   * more than `slackMs` have passed since then. Null before there are two. To be called at each look.
   */
  look(time: number, count: number, lastAt: number, slackMs: number): number | null {
    const newest = this.#marks.at(-1);
    if (count > 0 && newest?.count !== count) {
      this.#marks.push({ time: lastAt, count });
      if (this.#marks.length > looks) this.#marks.shift();
    }
    const [oldest] = this.#marks;
    if (oldest === undefined || oldest.count === count) return null;
    const ms = Math.max(lastAt, time - slackMs) - oldest.time;
    return ms > 0 ? (1000 * (count - oldest.count)) / ms : null;
  }
}
