/** Why a connection is not read just now: a slow disk, replies that its peer does not take, or the user. */
import type { RecordDetail } from '../../../shared/records.ts';
import { monotonic, now } from '../clock.ts';

/** A socket of either sort. */
type Pausable = { pause(): unknown; resume(): unknown };
export type HoldReason = 'capture' | 'replies' | 'user';

/** A shorter pause of a busy disk or peer is no news; there can be thousands a second. */
const toldMs = 100;

/** Pauses the socket while there is any reason. Notes come in pairs, with the time of the pause. */
export class ReadHolds {
  readonly #socket: () => Pausable;
  readonly #note: (detail: RecordDetail, time: number) => void;
  readonly #since = new Map<HoldReason, number>();

  /** `socket`: asked anew each time, because TLS puts another one in its place. */
  constructor(socket: () => Pausable, note: (detail: RecordDetail, time: number) => void) {
    this.#socket = socket;
    this.#note = note;
  }

  has(why: HoldReason): boolean {
    return this.#since.has(why);
  }

  get isHeld(): boolean {
    return this.#since.size > 0;
  }

  add(why: HoldReason): void {
    if (this.#since.has(why)) return;
    this.#since.set(why, monotonic());
    if (why === 'user') this.#note({ kind: 'note', note: 'paused', why }, now());
    this.#socket().pause();
  }

  remove(why: HoldReason): void {
    const since = this.#since.get(why);
    if (since === undefined) return;
    this.#since.delete(why);
    const durationMs = monotonic() - since;
    if (why === 'user' || durationMs >= toldMs)
      this.#note({ kind: 'note', note: 'resumed', why, durationMs }, now());
    if (!this.isHeld) this.#socket().resume();
  }
}
