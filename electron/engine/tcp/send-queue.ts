/** What a connection has still to send: places in the capture, read back piece by piece. Knows no socket. */
import type { Place, Recorder } from '../capture/recorder.ts';

/** Bytes that `source` stores at `place`. */
export type Message = { source: Recorder; place: Place; length: number };
export type Piece = { source: Recorder; place: Place; length: number };
type Entry = Message & { isReply: boolean; handed: number; isStale: boolean };
/** What `handOver` reports. */
export type HandOver = {
  /** All of this message is with the kernel. */
  sent(message: Message): void;
  /** So much of what was handed over, from `offset`, is of messages whose places are to be forgotten. */
  stale(offset: number, length: number): void;
};

/** Entries behind the head before the array is cut: moving the rest for each message would be quadratic. */
const cutAfter = 1024;

/**
 * Two cursors over one list: `take` hands out pieces to be written, `handOver` is told how many bytes of them the kernel
 * has. Only the second counts as sent.
 */
export class SendQueue {
  #entries: Entry[] = [];
  #head = 0;
  #next = 0;
  #nextOffset = 0;
  #queuedBytes = 0;
  #replyBytes = 0;

  /** Bytes not yet handed to the kernel. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** The part of `queuedBytes` that answers received bytes. */
  get replyBytes(): number {
    return this.#replyBytes;
  }

  get isEmpty(): boolean {
    return this.length === 0;
  }

  /** Messages that are not wholly with the kernel. */
  get length(): number {
    return this.#entries.length - this.#head;
  }

  /** `isReply`: it answers received bytes, and counts as such. */
  push(source: Recorder, place: Place, length: number, isReply: boolean): void {
    this.#entries.push({ source, place, length, isReply, handed: 0, isStale: false });
    this.#queuedBytes += length;
    if (isReply) this.#replyBytes += length;
  }

  /** At most `limit` bytes that were not taken before, as few pieces as their places allow. */
  take(limit: number, mostPieces: number): Piece[] {
    const pieces: Piece[] = [];
    let last: Piece | null = null;
    for (let room = limit; room > 0 && this.#next < this.#entries.length;) {
      const entry = this.#entries[this.#next]!;
      const length = Math.min(room, entry.length - this.#nextOffset);
      const place = entry.place + this.#nextOffset;
      if (last !== null && last.source === entry.source && last.place + last.length === place)
        last.length += length;
      else if (pieces.length === mostPieces) break;
      else pieces.push((last = { source: entry.source, place, length }));
      room -= length;
      this.#nextOffset += length;
      if (this.#nextOffset === entry.length) {
        this.#next++;
        this.#nextOffset = 0;
      }
    }
    return pieces;
  }

  /** The kernel took `bytes` more of what was taken. */
  handOver(bytes: number, events: HandOver): void {
    this.#queuedBytes -= bytes;
    for (let rest = bytes; this.#head < this.#next || rest > 0;) {
      const entry = this.#entries[this.#head]!;
      const length = Math.min(rest, entry.length - entry.handed);
      if (entry.isStale && length > 0) events.stale(bytes - rest, length);
      entry.handed += length;
      rest -= length;
      if (entry.isReply) this.#replyBytes -= length;
      if (entry.handed < entry.length) break;
      this.#head++;
      if (!entry.isStale) events.sent(entry);
    }
    this.#cut();
  }

  /** What is queued now may be read from its place, but its place is not to be named any more. */
  forgetPlaces(): void {
    for (let index = this.#head; index < this.#entries.length; index++) this.#entries[index]!.isStale = true;
  }

  /** True while bytes are queued whose places were forgotten. */
  get hasStale(): boolean {
    return this.#entries[this.#head]?.isStale ?? false;
  }

  /** The message at the head, as far as it was handed over; null when none is cut in the middle. */
  get partial(): Message | null {
    const entry = this.#entries[this.#head];
    return entry === undefined || entry.handed === 0 || entry.isStale
      ? null
      : { ...entry, length: entry.handed };
  }

  clear(): void {
    this.#entries = [];
    this.#head = this.#next = this.#nextOffset = this.#queuedBytes = this.#replyBytes = 0;
  }

  #cut(): void {
    if (this.isEmpty) {
      this.#entries.length = this.#head = this.#next = 0;
    } else if (this.#head > cutAfter && this.#head * 2 > this.#entries.length) {
      this.#entries.splice(0, this.#head);
      this.#next -= this.#head;
      this.#head = 0;
    }
  }
}
