/** Gives queued datagrams to a socket: bounded memory, each with its boundary, told as sent when the kernel has it. */
import type { Place } from '../capture/recorder.ts';
import { DatagramQueue, type Datagram } from './datagram-queue.ts';

/** Most that the socket may have at a time; the kernel rarely lets one wait. */
const mostInFlight = 64;
/**
 * Most datagrams before other sockets and the receiving side get a turn: libuv reads as many in one, so that two sockets
 * of this program that talk to each other keep pace.
 */
const turnDatagrams = 32;
/** So many may wait, whatever their length. */
const mostWaiting = 250_000;

/** A call that fails for an earlier datagram is made again; it can be in vain as often as others were sent meanwhile. */
const mostRetries = 2 * mostInFlight;

export type SenderSocket = {
  /** `done` is called later, never from inside. */
  send(bytes: Uint8Array, wireHost: string, port: number, done: (error: Error | null) => void): void;
};

export type UdpSenderEvents = {
  /** The kernel has it; `bytes` unless its place may be named. */
  sent(datagram: Datagram, bytes: Uint8Array | null): void;
  failed(datagram: Datagram, error: unknown): void;
  /** An ICMP answer to an earlier datagram, which the system tells at the next call (udp(7)). */
  answered(datagram: Datagram, error: Error): void;
};

export class UdpSender {
  readonly #socket: SenderSocket;
  readonly #events: UdpSenderEvents;
  readonly #queue = new DatagramQueue();
  /** The socket has them. */
  readonly #flying = new Set<Datagram>();
  #turnRest = turnDatagrams;
  #isWaiting = false;
  #isClosed = false;
  #age = 0;
  #replyBytes = 0;
  #whenIdle: (() => void)[] = [];

  constructor(socket: SenderSocket, events: UdpSenderEvents) {
    this.#socket = socket;
    this.#events = events;
  }

  /** Bytes of replies that wait. */
  get replyBytes(): number {
    return this.#replyBytes;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /** Of all that has still to be told as sent; Infinity where nothing has. */
  get lowestPlace(): Place {
    let lowest = this.#queue.lowestPlace;
    for (const { place } of this.#flying) lowest = Math.min(lowest, place);
    return lowest;
  }

  /** How many more may be pushed. */
  get room(): number {
    return mostWaiting - this.waiting;
  }

  /** True while bytes stored before the last `forgetPlaces` must still be readable. */
  get needsCleared(): boolean {
    const { first } = this.#queue;
    return first !== undefined && first.age !== this.#age;
  }

  /** Which log is the present one: changes with `forgetPlaces`. */
  get age(): number {
    return this.#age;
  }

  /** `age`: which log has the place. */
  push(datagram: Omit<Datagram, 'retries'>): void {
    this.#queue.push({ ...datagram, retries: 0 });
    if (datagram.isReply) this.#replyBytes += datagram.length;
    this.#pump();
  }

  /** The log was cleared: what was stored before may soon be gone, so what is sent from now on is stored again. */
  forgetPlaces(): void {
    this.#age++;
  }

  /** Resolves when nothing waits, or after `deadlineMs`. */
  async drained(deadlineMs: number): Promise<void> {
    if (this.#flying.size === 0 && this.#queue.length === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#whenIdle.push(resolve);
      timer = setTimeout(resolve, deadlineMs);
    });
    clearTimeout(timer);
  }

  /** Nothing is told any more: what is not known to be with the kernel counts as never sent. */
  close(): void {
    this.#isClosed = true;
    this.#queue.clear();
  }

  #pump(): void {
    while (!this.#isWaiting && !this.#isClosed && this.#flying.size < mostInFlight) {
      const { first } = this.#queue;
      if (first === undefined) return;
      if (this.#turnRest <= 0) return this.#pumpNextTurn();
      const bytes = first.source.readNow(first.place, first.length);
      if (bytes === null) return void this.#readThenSend(first);
      this.#queue.shift();
      this.#send(first, bytes);
    }
  }

  #pumpNextTurn(): void {
    this.#isWaiting = true;
    setImmediate(() => {
      this.#isWaiting = false;
      this.#turnRest = turnDatagrams;
      this.#pump();
    });
  }

  async #readThenSend(datagram: Datagram): Promise<void> {
    this.#isWaiting = true;
    try {
      const bytes = await datagram.source.read(datagram.place, datagram.length);
      if (this.#isClosed) return;
      this.#queue.shift();
      this.#send(datagram, bytes);
    } catch (error) {
      if (this.#isClosed) return;
      this.#queue.shift();
      this.#settle(datagram, () => this.#events.failed(datagram, error));
    }
    this.#isWaiting = false;
    this.#pump();
  }

  #send(datagram: Datagram, bytes: Uint8Array): void {
    const { peer } = datagram;
    this.#flying.add(datagram);
    this.#turnRest--;
    this.#socket.send(bytes, peer.wireHost, peer.port, (error) => {
      this.#flying.delete(datagram);
      if (this.#isClosed) return datagram.fate?.settle(0);
      this.#onDone(datagram, bytes, error);
      this.#pump();
    });
  }

  #onDone(datagram: Datagram, bytes: Uint8Array, error: Error | null): void {
    if (error !== null && datagram.retries < mostRetries && isAnswer(error)) {
      // The kernel took this call to report the past and sent nothing: the datagram itself is still to be tried.
      datagram.retries++;
      this.#events.answered(datagram, error);
      return this.#send(datagram, bytes);
    }
    this.#settle(datagram, () => {
      if (error !== null) this.#events.failed(datagram, error);
      else this.#events.sent(datagram, datagram.age === this.#age ? null : bytes);
    });
  }

  #settle(datagram: Datagram, tell: () => void): void {
    if (this.#isClosed) return;
    if (datagram.isReply) this.#replyBytes -= datagram.length;
    tell();
    if (this.#flying.size > 0 || this.#queue.length > 0) return;
    this.#turnRest = turnDatagrams;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }
}

const isAnswer = (error: Error): boolean => 'code' in error && error.code === 'ECONNREFUSED';
