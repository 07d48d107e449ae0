/** Counts connections that a listener refused, and writes at most one note a second about them. */
import { noStream, type Recorder } from '../capture/recorder.ts';

const noteEveryMs = 1000;

export class RefusedCounter {
  total = 0;
  #recorder: Recorder;
  #limit: number;
  #unnoted = 0;
  #timer: NodeJS.Timeout | null = null;

  /** `limit`: how many connections the listener holds at most. */
  constructor(recorder: Recorder, limit: number) {
    this.#recorder = recorder;
    this.#limit = limit;
  }

  add(): void {
    this.total++;
    this.#unnoted++;
    if (this.#timer === null) this.#note();
  }

  /** Notes what is still to be noted. Nothing may be added afterwards. */
  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#unnoted > 0) this.#record();
  }

  #record(): void {
    const detail = { kind: 'note', note: 'refused', count: this.#unnoted, limit: this.#limit } as const;
    this.#recorder.recordDetail(noStream, detail);
    this.#unnoted = 0;
  }

  #note(): void {
    this.#record();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#unnoted > 0) this.#note();
    }, noteEveryMs).unref();
  }
}
