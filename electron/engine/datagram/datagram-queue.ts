/** What a UDP socket has still to send: places in the capture, each with its receiver. Knows no socket. */
import type { Place, Recorder } from '../capture/recorder.ts';
import type { Fate } from '../net/fate.ts';
import type { Peer } from './peer.ts';

/** `age`: which log the place belongs to; see `UdpSender.forgetPlaces`. */
export type Datagram = {
  peer: Peer;
  source: Recorder;
  place: Place;
  length: number;
  isReply: boolean;
  age: number;
  /** Told once what became of it; null of replies. */
  fate: Fate | null;
  /** How often the failure of an earlier datagram came in its place. */
  retries: number;
};

/** Entries behind the head before the array is cut: moving the rest for each datagram would be quadratic. */
const cutAfter = 1024;

export class DatagramQueue {
  #entries: Datagram[] = [];
  #head = 0;

  get length(): number {
    return this.#entries.length - this.#head;
  }

  get first(): Datagram | undefined {
    return this.#entries[this.#head];
  }

  /** Of all that waits; Infinity where nothing does. */
  get lowestPlace(): Place {
    let lowest = Infinity;
    for (let at = this.#head; at < this.#entries.length; at++)
      lowest = Math.min(lowest, this.#entries[at]!.place);
    return lowest;
  }

  push(datagram: Datagram): void {
    this.#entries.push(datagram);
  }

  /** Nothing waits any more. */
  clear(): void {
    for (let at = this.#head; at < this.#entries.length; at++) this.#entries[at]!.fate?.settle(0);
    this.#entries.length = this.#head = 0;
  }

  shift(): void {
    this.#head++;
    if (this.#head === this.#entries.length) this.#entries.length = this.#head = 0;
    else if (this.#head > cutAfter && this.#head * 2 > this.#entries.length) {
      this.#entries.splice(0, this.#head);
      this.#head = 0;
    }
  }
}
