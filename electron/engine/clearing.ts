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
  /** The lowest record that each of those needs who need bytes of before. */
  readonly #holds = new Set<{ from: number }>();
  #below: Place = 0;

  /** `isNeeded`: whether bytes of before are still to be read. */
  constructor(capture: Capture, isNeeded: () => boolean) {
    this.#capture = capture;
    this.#isNeeded = isNeeded;
  }

  /**
   * For who needs bytes of before: staged messages, a log that is being saved. `from`: the lowest record of these that the
   * size limit must leave. Returns a function that ends it.
   */
  hold(from = 0): () => void {
    const hold = { from };
    this.#holds.add(hold);
    return () => {
      // What the size limit had to leave for it goes at once: nothing more may ever be written.
      if (this.#holds.delete(hold)) this.#capture.shorten();
    };
  }

  /** The lowest record that somebody holds; Infinity: nobody does. */
  get heldFrom(): number {
    return Math.min(Infinity, ...[...this.#holds].map(({ from }) => from));
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
      if (this.#isNeeded() || this.#holds.size > 0) this.#schedulePurge(purgeRetryMs);
      else this.#capture.purge();
    }, delayMs);
  }
}
