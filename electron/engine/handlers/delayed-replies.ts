/** Replies in the order of their messages, each not before its time. */
import { failed } from '../../../shared/failure.ts';
import type { Rule } from '../../../shared/settings/settings.ts';
import { monotonic } from '../clock.ts';
import type { ReplyWriter } from './reply-writer.ts';

/** Most replies of one peer that wait for their time, and their bytes, which wait in memory. */
export const mostWaiting = 1000;
const mostWaitingBytes = 16 * 1024 * 1024;
/** The same for all peers together, of whom there can be thousands. */
const mostWaitingOfAll = 200_000;
export const mostWaitingBytesOfAll = 256 * 1024 * 1024;
let waitingOfAll = 0;
let waitingBytesOfAll = 0;

type Waiting = { bytes: Uint8Array; due: number; then: Rule['then'] };

/**
 * A delay counts from the message, and a delayed reply holds back those behind it: who asked first is answered first.
 * So ten messages at once are answered together, one delay later. One timer, however many replies wait.
 */
export class DelayedReplies {
  #writer: ReplyWriter;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #timer: NodeJS.Timeout | null = null;
  #hasEnded = false;
  #answered: (() => void) | null = null;

  constructor(writer: ReplyWriter) {
    this.#writer = writer;
  }

  /** True once a reply has closed or reset the connection, or is waiting to: what comes later is not answered. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** No bytes is an answer too, for what happens after it. False when too much waits already, or too much is said. */
  push(bytes: Uint8Array, delayMs: number, then: Rule['then']): boolean {
    if (this.#hasEnded) return true;
    if (this.#waiting.length === 0 && delayMs === 0) return this.#say(bytes, then);
    if (this.#isFullFor(bytes.length)) {
      this.#writer.fail(failed('RULE_BACKLOG'));
      return false;
    }
    this.#hasEnded = then !== 'stay';
    this.#waiting.push({ bytes, due: monotonic() + delayMs, then });
    this.#count(1, bytes.length);
    this.#schedule();
    return true;
  }

  /** Calls when nothing waits any more. */
  whenAnswered(answered: () => void): void {
    if (this.#waiting.length === 0) answered();
    else this.#answered = answered;
  }

  close(): void {
    this.#hasEnded = true;
    this.#count(-this.#waiting.length, -this.#waitingBytes);
    this.#waiting = [];
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = this.#answered = null;
  }

  #isFullFor(bytes: number): boolean {
    return (
      this.#waiting.length >= mostWaiting ||
      this.#waitingBytes + bytes > mostWaitingBytes ||
      waitingOfAll >= mostWaitingOfAll ||
      waitingBytesOfAll + bytes > mostWaitingBytesOfAll
    );
  }

  #count(replies: number, bytes: number): void {
    waitingOfAll += replies;
    this.#waitingBytes += bytes;
    waitingBytesOfAll += bytes;
  }

  #say(bytes: Uint8Array, then: Rule['then']): boolean {
    const isSaid = this.#writer.reply(bytes);
    if (then === 'stay') return isSaid;
    this.close();
    this.#writer.port.end(then);
    return true;
  }

  #schedule(): void {
    if (this.#timer !== null || this.#waiting.length === 0) return;
    const inMs = Math.max(0, this.#waiting[0]!.due - monotonic());
    this.#timer = setTimeout(() => this.#onDue(), Math.ceil(inMs));
  }

  #onDue(): void {
    this.#timer = null;
    this.#writer.begin();
    const now = monotonic();
    let count = 0;
    while (count < this.#waiting.length && this.#waiting[count]!.due <= now) count++;
    const due = this.#waiting.splice(0, count);
    this.#count(-count, -due.reduce((sum, { bytes }) => sum + bytes.length, 0));
    for (const { bytes, then } of due) this.#say(bytes, then);
    if (this.#waiting.length > 0) return this.#schedule();
    this.#answered?.();
    this.#answered = null;
  }
}
