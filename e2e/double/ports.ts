import type Electron from 'electron';
import { Emitter, type EventsOf } from './emitter.ts';

type PortEvents = EventsOf<Electron.MessagePortMain, { message: [Electron.MessageEvent]; close: [] }>;

/** Where the messages for the other end go. */
export type OtherEnd = { deliver(data: unknown): void; closed(): void };

/** One end of a channel in main; it keeps what arrives until it is started, as Electron's does. */
export class DoublePort
  extends Emitter<PortEvents>
  implements Pick<Electron.MessagePortMain, 'close' | 'postMessage' | 'start'>, OtherEnd
{
  #other: OtherEnd | null = null;
  #waiting: unknown[] | null = [];

  entangle(other: OtherEnd): void {
    this.#other = other;
  }

  /** Sends this end to a page: `page` takes its place, and what comes back is the end that stays in main. */
  moveAway(page: OtherEnd): DoublePort {
    const near = this.#other;
    if (!(near instanceof DoublePort)) throw new Error('This port was sent already');
    near.entangle(page);
    this.#other = null;
    const early = this.#waiting?.splice(0) ?? [];
    // After the message that carries the port itself.
    queueMicrotask(() => early.forEach((data) => page.deliver(data)));
    return near;
  }

  postMessage(message: unknown, transfer: Electron.MessagePortMain[] = []): void {
    if (transfer.length > 0) throw new Error('The double passes no ports through ports');
    this.#other?.deliver(structuredClone(message));
  }

  start(): void {
    for (const data of this.#waiting?.splice(0) ?? []) this.#receive(data);
    this.#waiting = null;
  }

  /** Its own 'close' comes before this returns, and only once; the other end's comes later. */
  close(): void {
    const other = this.#other;
    if (!other) return;
    this.#other = null;
    other.closed();
    this.fire('close');
  }

  deliver(data: unknown): void {
    if (this.#waiting) this.#waiting.push(data);
    else this.#receive(data);
  }

  closed(): void {
    if (!this.#other) return;
    this.#other = null;
    queueMicrotask(() => this.fire('close'));
  }

  #receive(data: unknown): void {
    queueMicrotask(() => this.fire('message', { data, ports: [] }));
  }
}

export class MessageChannelMain {
  readonly port1 = new DoublePort();
  readonly port2 = new DoublePort();

  constructor() {
    this.port1.entangle(this.port2);
    this.port2.entangle(this.port1);
  }
}
