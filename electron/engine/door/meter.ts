import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';

export type Totals = { receivedBytes: number; sentBytes: number; records: number };
export type Rates = { receivedBytesPerSecond: number; sentBytesPerSecond: number; recordsPerSecond: number };

/** Rates are means over this time: short enough to feel live, long enough to be read. */
const windowMs = 1000;
const resolutionMs = 10;

/** Turns counters that a viewer looks at now and then into rates, and watches how late the event loop is. */
export class Meter {
  #samples: ({ time: number } & Totals)[] = [];
  #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: resolutionMs });

  constructor() {
    this.#delay.enable();
  }

  /** `time`: milliseconds, never going back. Counters that shrink (a removed endpoint) count as no traffic. */
  rates(time: number, totals: Totals): Rates {
    this.#samples.push({ time, ...totals });
    while (this.#samples.length > 2 && this.#samples[1]!.time <= time - windowMs) this.#samples.shift();
    const first = this.#samples[0]!;
    const seconds = Math.max((time - first.time) / 1000, 0.001);
    const rate = (name: keyof Totals): number =>
      Math.max(0, Math.round((totals[name] - first[name]) / seconds));
    return {
      receivedBytesPerSecond: rate('receivedBytes'),
      sentBytesPerSecond: rate('sentBytes'),
      recordsPerSecond: rate('records'),
    };
  }

  /** Longest event-loop delay in milliseconds since this was last called. */
  takeDelay(): number {
    // The histogram counts from timer to timer: its own interval is no delay.
    const delay = this.#delay.max / 1e6 - resolutionMs;
    this.#delay.reset();
    return Math.max(0, Math.round(delay * 10) / 10);
  }

  close(): void {
    this.#delay.disable();
  }
}
