/** Bytes that are sent again and again: stored seldom, and named by a record each time. */
import { joinBytes } from '../../../shared/payload/join.ts';
import { mostJoinedBytes } from '../../../shared/repeat.ts';
import type { Place, Recorder } from '../capture/recorder.ts';

/**
 * Copies that lie one behind the other, so that what is queued together is one stretch of bytes for the socket. They are
 * stored again when they have left memory, and when the log was cleared: `logBegin` tells that.
 */
export class Copies {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #recorder: Recorder;
  readonly #logBegin: () => number;
  /** Made once they are needed. */
  #block: Uint8Array | null = null;
  /** Of the block that is stored; the first copy of it that was not sent last. */
  #stored: { place: Place; logBegin: number } | null = null;
  #next = 0;
  /** How many lie in a block. */
  readonly count: number;

  /** `isMany`: they follow each other so closely that a block is worth its place on the disk. */
  constructor(bytes: Uint8Array<ArrayBuffer>, isMany: boolean, recorder: Recorder, logBegin: () => number) {
    this.bytes = bytes;
    this.#recorder = recorder;
    this.#logBegin = logBegin;
    this.count = isMany && bytes.length > 0 ? Math.max(1, Math.floor(mostJoinedBytes / bytes.length)) : 1;
  }

  /** Where the next copies lie, at most `most` of them. */
  take(most: number): { place: Place; count: number } {
    const begin = this.#logBegin();
    if (this.#next === this.count || this.#stored?.logBegin !== begin) {
      this.#next = 0;
      const isThere =
        this.#stored?.logBegin === begin && this.#recorder.readNow(this.#stored.place, 1) !== null;
      if (!isThere) this.#stored = { place: this.#recorder.store(this.#blockNow()), logBegin: begin };
    }
    const count = Math.min(most, this.count - this.#next);
    const place = this.#stored!.place + this.#next * this.bytes.length;
    this.#next += count;
    return { place, count };
  }

  #blockNow(): Uint8Array {
    return (this.#block ??= this.count === 1 ? this.bytes : joinBytes(Array(this.count).fill(this.bytes)));
  }
}
