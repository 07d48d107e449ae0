/** How the log of an endpoint is emptied: what it held can be brought back for a while, and then its files go. */
import type { Capture } from './capture/capture.ts';
import type { Place } from './capture/recorder.ts';

/** How long cleared records can be brought back. A restart ends it too. */
const undoMs = 60_000;
/** How soon to look again whether the cleared files may go. */
const purgeRetryMs = 1000;

export class Clearing {
  readonly #capture: Capture;
  readonly #isNeeded: () => boolean;
  #timer: NodeJS.Timeout | null = null;
  #holds = 0;
  #below: Place = 0;

  /** `isNeeded`: whether bytes of before are still to be read. */
  constructor(capture: Capture, isNeeded: () => boolean) {
    this.#capture = capture;
    this.#isNeeded = isNeeded;
  }

  /** For who needs bytes of before: staged messages, a log that is being saved. Returns a function that ends it. */
  hold(): () => void {
    this.#holds++;
    return () => void this.#holds--;
  }

  /** Whether `place` was stored before the log was last cleared. */
  isCleared(place: Place): boolean {
    return place < this.#below;
  }

  clear(): void {
    this.#below = this.#capture.end;
    this.#capture.clear();
    this.#schedulePurge(undoMs);
  }

  /** Throws TOO_LATE when there is nothing to bring back. */
  undo(): void {
    this.#capture.undoClear();
    this.close();
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
  }

  #schedulePurge(delayMs: number): void {
    this.close();
    this.#timer = setTimeout(() => {
      if (this.#isNeeded() || this.#holds > 0) this.#schedulePurge(purgeRetryMs);
      else this.#capture.purge();
    }, delayMs);
  }
}
