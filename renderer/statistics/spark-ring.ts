/** What went each way in the last minute, as the page was told: a ring of seconds, and what was counted last. */

const widthMs = 1000;
export const sparkStretches = 60;

type Counted = { time: number; received: number; sent: number };

export class SparkRing {
  readonly #received = new Float64Array(sparkStretches);
  readonly #sent = new Float64Array(sparkStretches);
  #last: Counted | null = null;

  /** Counters when it was `time`. What went since the last ones is spread over the time between. */
  count(now: Counted): void {
    const last = this.#last;
    this.#last = now;
    // The first ones are of all time, and those that went down of another log.
    if (last === null || now.received < last.received || now.sent < last.sent) return;
    const [from, to] = [Math.floor(last.time / widthMs), Math.floor(now.time / widthMs)];
    const [received, sent] = [now.received - last.received, now.sent - last.sent];
    const stretches = Math.max(1, to - from);
    if (to > from) this.#clear(from + 1, to);
    for (let at = Math.max(from + 1, to - sparkStretches + 1); at <= to; at++) {
      this.#received[at % sparkStretches]! += received / stretches;
      this.#sent[at % sparkStretches]! += sent / stretches;
    }
    if (to > from) return;
    this.#received[to % sparkStretches]! += received;
    this.#sent[to % sparkStretches]! += sent;
  }

  /** The newest last, up to `time`. */
  at(time: number): { received: number[]; sent: number[] } {
    const to = Math.floor(time / widthMs);
    const last = this.#last === null ? to : Math.floor(this.#last.time / widthMs);
    const values = (ring: Float64Array): number[] =>
      Array.from({ length: sparkStretches }, (_, i) => {
        const stretch = to - sparkStretches + 1 + i;
        return stretch > last || stretch <= last - sparkStretches
          ? 0
          : ring[((stretch % sparkStretches) + sparkStretches) % sparkStretches]!;
      });
    return { received: values(this.#received), sent: values(this.#sent) };
  }

  #clear(from: number, to: number): void {
    for (let at = Math.max(from, to - sparkStretches + 1); at <= to; at++) {
      this.#received[at % sparkStretches] = 0;
      this.#sent[at % sparkStretches] = 0;
    }
  }
}

/** Points of a line in a field so wide and high; `most`: the value at its top. */
export const sparkLine = (values: readonly number[], most: number, width: number, height: number): string =>
  values
    .map((value, at) => {
      const x = (at / (values.length - 1)) * width;
      const y = height - 1 - (most === 0 ? 0 : (value / most) * (height - 2));
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
