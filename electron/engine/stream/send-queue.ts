/** What a connection has still to send: places in the capture, read back piece by piece. Knows no socket. */
import type { Place, Recorder } from '../capture/recorder.ts';
import type { Fate } from '../net/fate.ts';

/** Bytes that `source` stores at `place`. */
export type Message = { source: Recorder; place: Place; length: number };
export type Piece = { source: Recorder; place: Place; length: number };
/** The message goes out `times` times; `handed` counts the bytes of all of them. */
type Entry = Message & {
  times: number;
  isReply: boolean;
  handed: number;
  isStale: boolean;
  fate: Fate | null;
};
/** What `handOver` reports. */
export type HandOver = {
  /** All of this message is with the kernel. */
  sent(message: Message): void;
  /** So much of what was handed over, from `offset`, is of messages whose places are to be forgotten. */
  stale(offset: number, length: number): void;
};

/** Entries behind the head before the array is cut: moving the rest for each message would be quadratic. */
const cutAfter = 1024;
/** Entries that wait before a reply joins the one in front of it: 64 KiB of empty lines are as many replies. */
const joinAfter = 1024;

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
  #replies = 0;

  /** Bytes not yet handed to the kernel. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** The part of `queuedBytes` that answers received bytes. */
  get replyBytes(): number {
    return this.#replyBytes;
  }

  /** Entries that answer received bytes: what they cost in memory, however short they are. */
  get replies(): number {
    return this.#replies;
  }

  get isEmpty(): boolean {
    return this.length === 0;
  }

  /** Messages that are not wholly with the kernel; replies that were joined count as one. */
  get length(): number {
    return this.#entries.length - this.#head;
  }

  /** `isReply`: it answers received bytes, and counts as such. `fate`: told once what became of it; not of replies. */
  push(source: Recorder, place: Place, length: number, isReply: boolean, fate: Fate | null = null): void {
    this.#queuedBytes += length;
    if (isReply) {
      this.#replyBytes += length;
      if (this.length >= joinAfter && this.#join(source, place, length)) return;
      this.#replies++;
    }
    this.#entries.push({ source, place, length, times: 1, isReply, handed: 0, isStale: false, fate });
  }

  /** Into the last entry, where that is a reply not yet taken and this one repeats or continues its bytes. */
  #join(source: Recorder, place: Place, length: number): boolean {
    const last = this.#entries.at(-1)!;
    const isOpen = this.#next < this.#entries.length && last.isReply && !last.isStale;
    if (!isOpen || last.source !== source) return false;
    if (last.place === place && last.length === length) last.times++;
    else if (last.times === 1 && last.place + last.length === place) last.length += length;
    else return false;
    return true;
  }

  /**
   * At most `limit` bytes that were not taken before, as few pieces as their places allow; no more than `mostTogether`
   * bytes where they are of several messages.
   */
  take(limit: number, mostPieces: number, mostTogether = Infinity): Piece[] {
    const pieces: Piece[] = [];
    let last: Piece | null = null;
    for (let room = limit; room > 0 && this.#next < this.#entries.length;) {
      const entry = this.#entries[this.#next]!;
      const offset = this.#nextOffset % entry.length;
      const length = Math.min(room, entry.length - offset);
      if (last !== null && limit - room + length > mostTogether) break;
      const place = entry.place + offset;
      if (last !== null && last.source === entry.source && last.place + last.length === place)
        last.length += length;
      else if (pieces.length === mostPieces) break;
      else pieces.push((last = { source: entry.source, place, length }));
      room -= length;
      this.#nextOffset += length;
      if (this.#nextOffset === entry.length * entry.times) {
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
      const total = entry.length * entry.times;
      const length = Math.min(rest, total - entry.handed);
      if (entry.isStale && length > 0) events.stale(bytes - rest, length);
      else this.#tellSent(entry, length, events);
      entry.handed += length;
      rest -= length;
      if (entry.isReply) this.#replyBytes -= length;
      if (entry.handed < total) break;
      this.#head++;
      if (entry.isReply) this.#replies--;
      entry.fate?.settle('all');
    }
    this.#cut();
  }

  /** Once for each time that `more` bytes complete. */
  #tellSent(entry: Entry, more: number, events: HandOver): void {
    const { length, handed } = entry;
    const until = Math.floor((handed + more) / length);
    for (let times = Math.floor(handed / length); times < until; times++) events.sent(entry);
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
    if (entry === undefined || entry.isStale) return null;
    const { source, place, handed } = entry;
    const length = handed % entry.length;
    return length === 0 ? null : { source, place, length };
  }

  /** Of all that waits; Infinity where nothing does. */
  get lowestPlace(): Place {
    let lowest = Infinity;
    for (let at = this.#head; at < this.#entries.length; at++)
      lowest = Math.min(lowest, this.#entries[at]!.place);
    return lowest;
  }

  /** What waits will never be handed over. */
  clear(): void {
    const waiting = this.#entries.slice(this.#head);
    this.#entries = [];
    this.#head = this.#next = this.#nextOffset = this.#queuedBytes = this.#replyBytes = this.#replies = 0;
    for (const { fate, handed } of waiting) fate?.settle(handed);
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
