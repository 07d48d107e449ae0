/** The connections of one endpoint: open ones, the most recently ended, and what they add up to. */
import type { ConnectionId, EndKind, Target } from '../../../shared/domain.ts';
import type { ConnectionInfo, ConnectionKey } from '../../../shared/contract.ts';
import type { Place, Recorder } from '../capture/recorder.ts';
import type { Fate } from '../net/fate.ts';
import { infoOfKey, PeerOrder, windowOf, type PeerQuery, type PeerWindow } from '../net/peer-order.ts';
import type { Connection, ConnectionList } from './connection.ts';

/** Ended connections that stay listed. */
const keptEnded = 200;
/** What is said in a chat may wait for all peers together in so many messages: each costs about a hundred bytes. */
const mostChatMessages = 1_000_000;
/** However many peers there are. */
const leastChatMessages = 100;
/** All that waits, in messages: beyond what a chat may take, so that a chat never keeps its host from speaking. */
const mostQueuedMessages = 2 * mostChatMessages;

export class Connections implements ConnectionList {
  readonly recorder: Recorder;
  receivedBytes = 0;
  sentBytes = 0;
  /** Not yet handed to the kernel, of all open connections. */
  queuedBytes = 0;
  /** Changes whenever the list or anything in it changed. */
  version = 0;
  /** Changes when one opens or ends. */
  membership = 0;
  readonly #order = new PeerOrder<Connection>(this);
  #open = new Map<ConnectionId, Connection>();
  /** The last one is behind; cut only now and then, because moving them all for each end costs. */
  #ended: ConnectionInfo[] = [];
  #paused = new Set<Connection>();
  #awaitsRoom = false;
  #whenEmpty: (() => void)[] = [];

  constructor(recorder: Recorder) {
    this.recorder = recorder;
  }

  get open(): Iterable<Connection> {
    return this.#open.values();
  }

  get openCount(): number {
    return this.#open.size;
  }

  get listedCount(): number {
    return this.#open.size + Math.min(this.#ended.length, keptEnded);
  }

  /** Nothing more may be queued: so many messages wait, however short they are. */
  get isFull(): boolean {
    // A message has at least one byte, so they are counted only when there can be so many.
    if (this.queuedBytes < mostQueuedMessages) return false;
    let messages = 0;
    for (const { queuedMessages } of this.#open.values()) messages += queuedMessages;
    return messages >= mostQueuedMessages;
  }

  get(id: ConnectionId): Connection | undefined {
    return this.#open.get(id);
  }

  /** Open connections in the order they opened, then ended ones, the last one first. */
  list(from: number, count: number): ConnectionInfo[] {
    const infos: ConnectionInfo[] = [];
    let row = 0;
    for (const connection of this.#open.values()) {
      if (infos.length === count) return infos;
      if (row++ >= from) infos.push(connection.info);
    }
    const skipped = Math.max(0, from - this.#open.size);
    return infos.concat(this.#endedNow.slice(skipped, skipped + count - infos.length));
  }

  get firstOpen(): ConnectionId | null {
    const [first] = this.#open.keys();
    return first ?? null;
  }

  window(query: PeerQuery, from: number, count: number): PeerWindow {
    return windowOf(this.#order, ({ info }) => info, this.#endedNow, query, from, count);
  }

  find(key: ConnectionKey): ConnectionInfo | null {
    return infoOfKey(this, ({ info }) => info, this.#ended, key);
  }

  forgetEnded(): void {
    this.#ended = [];
    this.version++;
  }

  takers(target: Target): Target[] {
    return [...this.#targets(target)].filter(({ takesMore }) => takesMore).map(({ id }) => [id]);
  }

  /** Queues stored bytes for each target that still takes some; returns how many those are. */
  send(target: Target, place: Place, length: number, fate: Fate | null = null): number {
    let taken = 0;
    for (const connection of this.#targets(target)) if (connection.send(place, length, fate)) taken++;
    return taken;
  }

  waitingFor(target: Target): { bytes: number; messages: number } {
    const waiting = { bytes: 0, messages: 0 };
    for (const { queuedBytes, queuedMessages } of this.#targets(target)) {
      waiting.bytes += queuedBytes;
      waiting.messages += queuedMessages;
    }
    return waiting;
  }

  /** Of a chat: what one peer says goes to all others, but for those that are too far behind. */
  sendToOthers(sender: Connection, place: Place, length: number): void {
    const mostMessages = Math.max(leastChatMessages, Math.floor(mostChatMessages / this.#open.size));
    for (const connection of this.#open.values())
      if (connection !== sender) connection.hear(place, length, mostMessages);
  }

  end(target: Target, how: EndKind): void {
    for (const connection of this.#targets(target)) connection.end(how);
  }

  setReading(target: Target, reading: boolean): void {
    for (const connection of this.#targets(target)) connection.setReading(reading);
  }

  /** Resolves when no connection is open. */
  async ended(): Promise<void> {
    if (this.#open.size > 0) await new Promise<void>((resolve) => this.#whenEmpty.push(resolve));
  }

  /** The log is about to be cleared: says what was sent so far of messages under way. */
  beforeClear(): void {
    for (const connection of this.#open.values()) connection.beforeClear();
  }

  /** After the log was cleared: each open connection is opened there again, marked as carried. */
  carry(): void {
    this.version++;
    for (const connection of this.#open.values()) connection.carry();
  }

  /** True while messages queued before the log was cleared have still to be read back: keep their bytes. */
  get needsCleared(): boolean {
    for (const connection of this.#open.values()) if (connection.needsCleared) return true;
    return false;
  }

  get lowestQueued(): Place {
    let lowest = Infinity;
    for (const connection of this.#open.values()) lowest = Math.min(lowest, connection.lowestQueued);
    return lowest;
  }

  /** Stops `connection` from reading until the capture has room again. */
  pauseForCapture(connection: Connection): void {
    this.#paused.add(connection);
    if (this.#awaitsRoom) return;
    this.#awaitsRoom = true;
    this.recorder.onRelieved(() => this.#resumeAll());
  }

  changed(): void {
    this.version++;
  }

  countReceived(bytes: number): void {
    this.receivedBytes += bytes;
    this.version++;
  }

  countSent(bytes: number): void {
    this.sentBytes += bytes;
    this.version++;
  }

  countQueued(bytes: number): void {
    this.queuedBytes += bytes;
    this.version++;
  }

  /** For `Connection` alone: it enters when it opens and leaves with its end record. */
  add(connection: Connection): void {
    this.#open.set(connection.id, connection);
    this.membership++;
    this.version++;
  }

  remove(connection: Connection): void {
    if (!this.#open.delete(connection.id)) return;
    this.#paused.delete(connection);
    this.#ended.push(connection.info);
    if (this.#ended.length === 2 * keptEnded) this.#ended.splice(0, keptEnded);
    this.membership++;
    this.version++;
    if (this.#open.size === 0) for (const resolve of this.#whenEmpty.splice(0)) resolve();
  }

  /** The last one first. */
  get #endedNow(): ConnectionInfo[] {
    return this.#ended.slice(-keptEnded).reverse();
  }

  #resumeAll(): void {
    this.#awaitsRoom = false;
    const paused = [...this.#paused];
    this.#paused.clear();
    for (const connection of paused) connection.resumeAfterCapture();
  }

  *#targets(target: Target): Generator<Connection> {
    if (target === 'all') return yield* [...this.#open.values()];
    // An address is for datagrams alone.
    if (!Array.isArray(target)) return;
    for (const id of new Set(target)) {
      const connection = this.#open.get(id);
      if (connection !== undefined) yield connection;
    }
  }
}
