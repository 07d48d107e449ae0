import type { Capture } from '../../capture/capture.ts';
import { StatisticsReading, type StatisticsSource } from './statistics-reading.ts';

/** The live statistics of one capture. They end with it. */
export class StatisticsReadings {
  readonly #capture: Capture;
  readonly #open = new Set<StatisticsReading>();
  /** Those that end may still read. */
  readonly #ending = new Set<Promise<void>>();

  constructor(capture: Capture) {
    this.#capture = capture;
    capture.follow({
      written: () => this.#open.forEach((reading) => reading.grow()),
      rebased: () => this.#open.forEach((reading) => reading.rebase()),
      shortened: () => this.#open.forEach((reading) => reading.shorten()),
      closing: async () => {
        for (const reading of this.#open) this.close(reading);
        await Promise.all(this.#ending);
      },
    });
  }

  /** Close it by `close`. */
  open(source: Omit<StatisticsSource, 'capture'>): StatisticsReading {
    const reading = new StatisticsReading({ ...source, capture: this.#capture });
    this.#open.add(reading);
    return reading;
  }

  close(reading: StatisticsReading): void {
    if (!this.#open.delete(reading)) return;
    const end = reading.close().finally(() => this.#ending.delete(end));
    this.#ending.add(end);
  }
}
