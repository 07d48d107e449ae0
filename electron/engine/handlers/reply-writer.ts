/** Stores replies and hands them to the peer, with a bound on what one read may bring about. */
import { failed, type FailureFacts } from '../../../shared/failure.ts';
import type { FillContext } from '../../../shared/payload/context.ts';
import type { Template } from '../../../shared/payload/payload.ts';
import type { Place } from '../capture/recorder.ts';
import type { PeerPort } from '../net/handler.ts';
import { surroundings } from '../net/surroundings.ts';

/**
 * Most bytes that the answers to one read may store: 64 KiB of empty lines behind a long prefix would be gigabytes,
 * and nothing can hold the peer back before the read is answered.
 */
export const mostStoredBytes = 32 * 1024 * 1024;

export class ReplyWriter {
  readonly port: PeerPort;
  /** Replies that were stored for this read. Kept no longer: a log that is cleared takes its places along. */
  #places = new Map<Uint8Array, Place>();
  #storedBytes = 0;
  #isFull = false;
  #hasFailed = new Set<string>();

  constructor(port: PeerPort) {
    this.port = port;
  }

  /** To be called for each read, before its first reply. */
  begin(): void {
    this.#isFull = false;
    if (this.#storedBytes === 0) return;
    this.#places.clear();
    this.#storedBytes = 0;
  }

  /** True once a reply to this read was too much: do not work out more of them. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** What is sent for a template: made for this peer and what it said, unless it is the same for all. */
  fill(template: Template, received: Uint8Array | null): Uint8Array {
    return template.isFixed ? template.fill() : template.fill(this.around(received));
  }

  /** What an answer to this message is made in. */
  around(received: Uint8Array | null): FillContext {
    return surroundings(this.port.recorder, { ...this.port.about(), received });
  }

  /** Queues bytes that are stored already. */
  replyStored(place: Place, length: number): void {
    if (length > 0 || this.port.kind === 'datagram') this.port.reply(place, length);
  }

  /** Queues these bytes, which are stored once for the same array. False, with a note, when it is too much. */
  reply(bytes: Uint8Array): boolean {
    if (bytes.length === 0) return true;
    let place = this.#places.get(bytes);
    if (place === undefined) {
      if (!this.#hasRoom(bytes.length)) return false;
      place = this.port.recorder.store(bytes);
      this.#places.set(bytes, place);
    }
    this.port.reply(place, bytes.length);
    return true;
  }

  /** The same for two parts, which are not even joined when it is too much. */
  replyJoined(first: Uint8Array, second: Uint8Array): void {
    const length = first.length + second.length;
    if (length === 0 || !this.#hasRoom(length)) return;
    this.port.reply(this.port.recorder.store(Buffer.concat([first, second], length)), length);
  }

  #hasRoom(length: number): boolean {
    this.#isFull ||= this.#storedBytes > 0 && this.#storedBytes + length > mostStoredBytes;
    if (this.#isFull) this.fail(failed('REPLIES_TOO_LONG'));
    else this.#storedBytes += length;
    return !this.#isFull;
  }

  /** The place of a message that may have been put together from several reads. */
  stored(bytes: Uint8Array, place: Place | null): Place {
    return place ?? this.port.recorder.store(bytes);
  }

  /** A note, once for each code and rule of this peer: a peer must not fill the log by repeating what fails. */
  fail(facts: FailureFacts, rule: number | null = null): void {
    const key = `${facts.code} ${rule}`;
    if (this.#hasFailed.has(key)) return;
    this.#hasFailed.add(key);
    this.port.note({ kind: 'note', note: 'reply-failed', rule, ...facts });
  }
}
