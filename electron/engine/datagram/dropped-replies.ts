/** Counts replies for which the send queue had no room, and writes at most one note a second about them. */
import type { RecordDetail } from '../../../shared/records.ts';

const noteEveryMs = 1000;

export class DroppedReplies {
  readonly #note: (detail: RecordDetail) => void;
  #count = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(note: (detail: RecordDetail) => void) {
    this.#note = note;
  }

  add(count: number): void {
    this.#count += count;
    if (this.#timer === null) this.#tell();
  }

  /** Notes what is still to be noted. Nothing may be added afterwards. */
  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#count > 0) this.#write();
  }

  #tell(): void {
    this.#write();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#count > 0) this.#tell();
    }, noteEveryMs).unref();
  }

  #write(): void {
    const replies = this.#count === 1 ? 'One reply was' : `${this.#count} replies were`;
    const message = `${replies} dropped: too many wait to be sent.`;
    this.#note({ kind: 'note', note: 'reply-failed', rule: null, code: 'QUEUE_FULL', message });
    this.#count = 0;
  }
}
