/** The peers of a UDP socket: whoever it heard from or sent to, by address, and what they add up to. */
import type { ConnectionInfo, ConnectionKey } from '../../../shared/contract.ts';
import type { ConnectionId, EndKind, Target } from '../../../shared/domain.ts';
import type { RecordDetail } from '../../../shared/records.ts';
import { noStream, type Place, type Recorder } from '../capture/recorder.ts';
import { now } from '../clock.ts';
import type { PeerList, Sending } from '../net/endpoint-socket.ts';
import type { Fate } from '../net/fate.ts';
import type { Handler, MakeHandler } from '../net/handler.ts';
import { requireHost, requirePort } from '../net/address.ts';
import type { PeerQuery, PeerWindow } from '../net/peer-order.ts';
import { ReadHolds } from '../net/read-holds.ts';
import type { Lookup } from '../net/resolve.ts';
import { Names } from './names.ts';
import { Outbox } from './outbox.ts';
import { peerPort, type OwnPeers } from './peer-port.ts';
import { PeerTable } from './peer-table.ts';
import { Peer } from './peer.ts';
import { cannotHold, connectedTo, notBound } from './refusals.ts';
import type { UdpSocket } from './udp-socket.ts';
import { toWire } from './wire-address.ts';

const mostPeers = 10_000;

export type PeersRun = {
  socket: UdpSocket;
  /** What is done with what peers send; null: nothing. */
  handler: MakeHandler | null;
  /** Reply bytes that may wait; more are dropped, as a full network would. */
  highWaterBytes: number;
  /** Of a client: who is sent to when nobody else is named. Null: `all` is everybody. */
  remote: { wireHost: string; port: number } | null;
  /** The user ended the client's remote. */
  onEnded?: (how: EndKind) => void;
};
type Run = PeersRun & { outbox: Outbox; holds: ReadHolds; fixed: Peer | null; isEnding: boolean };

/** `mostPeers`: known at a time; the one seen least recently makes room for a new one. */
export type PeersOptions = { mostPeers?: number; lookup?: Lookup | undefined };

export class UdpPeers implements PeerList {
  readonly recorder: Recorder;
  receivedBytes = 0;
  sentBytes = 0;
  version = 0;
  readonly #table: PeerTable;
  readonly #names: Names;
  /** For what is done with what one peer sends. */
  readonly #others: OwnPeers;
  #run: Run | null = null;
  #last: Peer | null = null;
  /** Of closed ones. */
  #givenBack = 0;

  constructor(recorder: Recorder, { mostPeers: most = mostPeers, lookup }: PeersOptions = {}) {
    this.recorder = recorder;
    this.#table = new PeerTable(most);
    this.#names = new Names(recorder, lookup);
    this.#others = {
      recorder,
      table: this.#table,
      outbox: () => this.#run?.outbox,
      end: (peer, how) => this.#end(peer, how),
      note: (peer, detail) => this.#note(peer, detail),
    };
  }

  get queuedBytes(): number {
    return this.#run?.outbox.queuedBytes ?? 0;
  }

  get lowestQueued(): Place {
    return this.#run?.outbox.lowestQueued ?? Infinity;
  }

  get openCount(): number {
    return this.#table.size;
  }

  get listedCount(): number {
    return this.#table.listedCount;
  }

  get needsCleared(): boolean {
    return this.#run?.outbox.needsCleared ?? false;
  }

  /** True while datagrams are left with the kernel. */
  get isHeld(): boolean {
    return this.#run?.holds.isHeld ?? false;
  }

  /** Present peers in the order they were first seen, then those of closed sockets, the last seen first. */
  list(from: number, count: number): ConnectionInfo[] {
    return this.#table.list(from, count, this.#isReading);
  }

  get firstOpen(): ConnectionId | null {
    return this.#table.first;
  }

  window(query: PeerQuery, from: number, count: number): PeerWindow {
    return this.#table.window(query, from, count, this.#isReading);
  }

  find(key: ConnectionKey): ConnectionInfo | null {
    return this.#table.infoOf(key, this.#isReading);
  }

  forgetEnded(): void {
    this.#table.forgetEnded();
    this.version++;
  }

  get #isReading(): boolean {
    return !this.#run?.holds.has('user');
  }

  /** For the socket's owner: from now on `received` may be called. Returns the client's remote. */
  begin(options: PeersRun): Peer | null {
    const { socket, highWaterBytes } = options;
    const { recorder } = this;
    const outbox = new Outbox(
      { socket, recorder, names: this.#names, highWaterBytes },
      {
        reach: (address, port) => this.#reach(address, port),
        sent: (peer, length, time) => this.#onSent(peer, length, time),
        note: (peer, detail) => this.#note(peer, detail),
        changed: () => this.version++,
      },
    );
    const holds = new ReadHolds(
      () => socket,
      (detail, time) => this.#note(null, detail, time),
    );
    const run: Run = { ...options, outbox, holds, fixed: null, isEnding: false };
    this.#run = run;
    if (options.remote)
      run.fixed = this.#add(options.remote.wireHost, options.remote.port, 'initiated', true);
    return run.fixed;
  }

  /** The socket is about to be closed, and is read whatever held that back: the kernel keeps nothing for later. */
  beginEnd(): void {
    const run = this.#run;
    if (run === null) return;
    run.isEnding = true;
    for (const why of ['user', 'capture'] as const) run.holds.remove(why);
  }

  /** Gives queued datagrams so long to leave. */
  async drained(deadlineMs: number): Promise<void> {
    await this.#run?.outbox.drained(deadlineMs);
  }

  /** The socket is closed: every peer is at its end, without a record of its own. Returns the bytes never sent. */
  finish(): number {
    const run = this.#run;
    if (run === null) return 0;
    this.#givenBack += run.outbox.givenBack;
    this.#run = this.#last = null;
    const unsentBytes = run.outbox.close();
    this.#table.end(now());
    this.version++;
    return unsentBytes;
  }

  /** The fast path: a datagram that the socket has read. An empty one is one too (RFC 768). */
  received(bytes: Uint8Array, wireHost: string, port: number): void {
    const last = this.#last;
    const isLast = last !== null && last.port === port && last.wireHost === wireHost;
    const peer = isLast ? last : this.#heard(wireHost, port);
    const { recorder } = this;
    const time = now();
    const place = recorder.store(bytes);
    const sequence = recorder.append('received', peer.stream, place, bytes.length, time);
    peer.last.note(sequence, bytes.length, false);
    peer.receivedBytes += bytes.length;
    peer.lastSeenAt = time;
    this.receivedBytes += bytes.length;
    this.version++;
    if (peer.handler !== null) peer.handler.received(bytes, place);
    if (recorder.congested) this.#holdForCapture();
  }

  /** Of a connected socket: its remote, or a router, answered an earlier datagram with a failure (udp(7)). */
  failed(error: Error): void {
    this.#run?.outbox.noteAnswer(this.#run.fixed, error);
  }

  takers(target: Target): Target[] {
    // A client's remote is on no list.
    const isOne =
      (this.#run !== null && this.#run.fixed !== null) || (target !== 'all' && !Array.isArray(target));
    return isOne ? [target] : this.#targets(this.#run, target).map(({ id }) => [id]);
  }

  check(sendings: readonly Sending[]): void {
    const listed = sendings.flatMap(({ target, length }) =>
      this.#targets(this.#run, target).map((peer) => ({ peer, length })),
    );
    this.#run?.outbox.check(listed);
  }

  /**
   * Queues one datagram for each target; returns how many those are. An address that was never heard of becomes a peer;
   * a name is resolved first. Throws before anything is sent: DATAGRAM_TOO_LONG for any of the targets, QUEUE_FULL,
   * ERR_SOCKET_BAD_PORT, EAFNOSUPPORT, DATAGRAM_CONNECTED, NOT_BOUND for an address while no socket is bound.
   */
  send(target: Target, place: Place, length: number, fate: Fate | null = null): number {
    const run = this.#run;
    if (target === 'all' || Array.isArray(target)) {
      const peers = this.#targets(run, target);
      if (peers.length > 0) run?.outbox.send(peers, place, length, fate);
      return peers.length;
    }
    requirePort(target.port, 1);
    requireHost(target.host);
    if (run === null) throw notBound(target.host);
    run.outbox.sendTo(target, place, length, fate);
    return 1;
  }

  waitingFor(): { bytes: number; messages: number } {
    const outbox = this.#run?.outbox;
    return { bytes: outbox?.queuedBytes ?? 0, messages: outbox?.queuedDatagrams ?? 0 };
  }

  /** Of all sockets that it has had. */
  get givenBack(): number {
    return this.#givenBack + (this.#run?.outbox.givenBack ?? 0);
  }

  /** Takes peers off the list; a peer that is heard of again is a new one. Of a client's remote: ends the socket. */
  end(target: Target, how: EndKind): void {
    for (const peer of this.#targets(this.#run, target)) this.#end(peer, how);
  }

  /**
   * There is one socket, so all its peers are read or none is. What is not read stays with the kernel, which drops and
   * counts what its buffer has no room for. Throws READING_CANNOT_STOP where this Node has no way to do that.
   */
  setReading(target: Target, reading: boolean): void {
    const run = this.#run;
    if (run === null || (target !== 'all' && this.#targets(run, target).length === 0)) return;
    if (!run.socket.canHold) throw cannotHold();
    if (run.isEnding) return;
    if (reading) run.holds.remove('user');
    else run.holds.add('user');
    this.version++;
  }

  /** After the log was cleared: each peer is opened there again, marked as carried. */
  carry(): void {
    this.#run?.outbox.forgetPlaces();
    for (const peer of this.#table.open) peer.recordOpened(this.recorder, true);
    this.version++;
  }

  #targets(run: Run | null, target: Target): Peer[] {
    if (run === null) return [];
    if (target === 'all') return run.fixed === null ? [...this.#table.open] : [run.fixed];
    if (!Array.isArray(target)) return [];
    return [...new Set(target)].flatMap((id) => this.#table.get(id) ?? []);
  }

  #onSent(peer: Peer, length: number, time: number): void {
    peer.sentBytes += length;
    peer.lastSeenAt = time;
    this.sentBytes += length;
  }

  #handlerOf(make: MakeHandler | null, peer: Peer): Handler | null {
    return make && make(peerPort(peer, this.#others));
  }

  /** Answers so from the next datagram on; what waited for its delay is dropped. */
  changeHandler(make: MakeHandler | null): void {
    const run = this.#run;
    if (run === null) return;
    run.handler = make;
    for (const peer of this.#table.open) {
      peer.handler?.closed();
      peer.handler = this.#handlerOf(make, peer);
    }
  }

  #heard(wireHost: string, port: number): Peer {
    const known = this.#table.find(wireHost, port);
    const peer = known ?? this.#add(wireHost, port, 'accepted', false);
    this.#table.seen(peer);
    this.#last = peer;
    return peer;
  }

  /** For the outbox, which lives as long as the run. */
  #reach(address: string, port: number): Peer {
    const { socket, fixed } = this.#run!;
    const wireHost = toWire(address, socket.family);
    const known = this.#table.find(wireHost, port);
    if (socket.isConnected && known !== fixed) throw connectedTo(fixed?.remote ?? null, address);
    return known ?? this.#add(wireHost, port, 'initiated', false);
  }

  #add(wireHost: string, port: number, origin: Peer['origin'], isFixed: boolean): Peer {
    const { socket, handler } = this.#run!;
    const peer = new Peer({ origin, wireHost, port, local: socket.local, openedAt: now(), isFixed });
    peer.recordOpened(this.recorder, false);
    const forgotten = this.#table.add(peer);
    if (forgotten !== null) this.#forget(forgotten);
    peer.handler = this.#handlerOf(handler, peer);
    peer.handler?.opened();
    this.version++;
    return peer;
  }

  #forget(peer: Peer): void {
    this.#note(peer, { kind: 'note', note: 'forgotten' });
    this.#leave(peer);
  }

  #end(peer: Peer, how: EndKind): void {
    const run = this.#run;
    if (run === null || peer.endedAt !== null) return;
    if (peer.isFixed) return run.onEnded?.(how);
    this.#table.remove(peer);
    peer.recordEnd(this.recorder, how, 0);
    this.#leave(peer);
  }

  /** What is still queued for it is sent all the same: the datagrams are on their way. */
  #leave(peer: Peer): void {
    peer.endedAt = now();
    if (this.#last === peer) this.#last = null;
    peer.handler?.closed();
    this.version++;
  }

  #note(peer: Peer | null, detail: RecordDetail, time = now()): void {
    this.recorder.recordDetail(peer?.stream ?? noStream, detail, time);
    this.version++;
  }

  #holdForCapture(): void {
    const run = this.#run!;
    if (run.isEnding || run.holds.has('capture') || !run.socket.canHold) return;
    run.holds.add('capture');
    this.recorder.onRelieved(() => run.holds.remove('capture'));
  }
}
