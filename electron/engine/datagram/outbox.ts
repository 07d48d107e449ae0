/** What a UDP socket has still to send: queued for peers, waiting for the address of a name, or refused with a reason. */
import { isIP } from 'node:net';
import { mostDatagramBytes } from '../../../shared/message-bounds.ts';
import type { Target } from '../../../shared/domain.ts';
import { factsOf, failed, failureOf, FailureError } from '../../../shared/failure.ts';
import type { RecordDetail } from '../../../shared/records.ts';
import type { Place, Recorder } from '../capture/recorder.ts';
import { now } from '../clock.ts';
import { zoneFailure } from '../net/address.ts';
import type { Datagram } from './datagram-queue.ts';
import type { Fate } from '../net/fate.ts';
import { Tally } from '../net/tally.ts';
import type { Names } from './names.ts';
import type { Peer } from './peer.ts';
import { queueFull } from './refusals.ts';
import { UdpSender } from './udp-sender.ts';
import type { UdpSocket } from './udp-socket.ts';
import { tooLong } from './wire-address.ts';

type Receiver = Extract<Target, { host: string }>;
export type OutboxOptions = {
  socket: UdpSocket;
  recorder: Recorder;
  names: Names;
  /** Reply bytes that may wait; more are dropped, as a full network would. */
  highWaterBytes: number;
};
export type OutboxEvents = {
  /** The peer at a literal address, a new one where it was never heard of. Throws where the socket cannot send there. */
  reach(address: string, port: number): Peer;
  sent(peer: Peer, length: number, time: number): void;
  note(peer: Peer | null, detail: RecordDetail): void;
  changed(): void;
};
/** A datagram whose receiver has no address yet. `age`: as of `Datagram`. */
type Unnamed = { place: Place; length: number; age: number; fate: Fate | null };

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #events: OutboxEvents;
  readonly #sender: UdpSender;
  readonly #dropped: Tally;
  readonly #unnamed = new Set<Unnamed>();
  #queuedBytes = 0;
  #givenBack = 0;

  constructor(options: OutboxOptions, events: OutboxEvents) {
    this.#options = options;
    this.#events = events;
    this.#sender = new UdpSender(options.socket, {
      sent: (datagram, bytes) => this.#onSent(datagram, bytes),
      failed: (datagram, error) => this.#onFailed(datagram, error),
      answered: ({ peer }, error) => this.noteAnswer(peer, error),
    });
    this.#dropped = new Tally((count) => {
      events.note(null, {
        kind: 'note',
        note: 'reply-failed',
        rule: null,
        ...failed('QUEUE_FULL', { name: 'replies-dropped', count }),
      });
    });
  }

  /** Not yet handed to the kernel, those without an address too. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** As of `PeerList`. */
  get lowestQueued(): Place {
    let lowest = this.#sender.lowestPlace;
    for (const { place } of this.#unnamed) lowest = Math.min(lowest, place);
    return lowest;
  }

  /** Datagrams not yet handed to the kernel, those without an address too. */
  get queuedDatagrams(): number {
    return this.#sender.waiting + this.#unnamed.size;
  }

  /** Datagrams that were answered with a failure. */
  get givenBack(): number {
    return this.#givenBack;
  }

  /** True while bytes stored before the last `forgetPlaces` must still be readable. */
  get needsCleared(): boolean {
    if (this.#sender.needsCleared) return true;
    for (const { age } of this.#unnamed) if (age !== this.#sender.age) return true;
    return false;
  }

  /** Throws DATAGRAM_TOO_LONG for any of these, QUEUE_FULL where there is no room for all. */
  check(datagrams: readonly { peer: Peer; length: number }[]): void {
    for (const { peer, length } of datagrams) {
      const longest = Math.min(mostDatagramBytes, peer.longest);
      if (length > longest) throw tooLong(length, longest);
    }
    if (this.#room < datagrams.length) throw queueFull();
  }

  /** Queues for each peer, or throws before anything is: DATAGRAM_TOO_LONG for any of them, QUEUE_FULL. */
  send(peers: readonly Peer[], place: Place, length: number, fate: Fate | null): void {
    this.check(peers.map((peer) => ({ peer, length })));
    for (const peer of peers) {
      fate?.take();
      this.#queue({ peer, place, length, isReply: false, age: this.#sender.age, fate });
    }
  }

  /**
   * The same for an address. A name is resolved first; what fails then is a note. Throws also LINK_LOCAL_WITHOUT_ZONE,
   * UNKNOWN_ZONE, and what `reach` says.
   */
  sendTo({ host, port }: Receiver, place: Place, length: number, fate: Fate | null): void {
    if (length > mostDatagramBytes) throw tooLong(length, mostDatagramBytes);
    if (isIP(host) === 0) return this.#sendByName({ host, port }, place, length, fate);
    const wrong = zoneFailure(host);
    if (wrong !== null) throw new FailureError(wrong);
    this.send([this.#events.reach(host, port)], place, length, fate);
  }

  /**
   * Two servers that echo to each other may do so for ever, on the wire: here it takes no more than the bounded queue,
   * and what does not fit is dropped with a note, as a full network would do.
   */
  reply(peer: Peer, place: Place, length: number): void {
    if (length > peer.longest) {
      const { failure } = tooLong(length, peer.longest);
      this.#events.note(peer, { kind: 'note', note: 'reply-failed', rule: null, ...factsOf(failure) });
    } else if (this.#hasRoomFor(length))
      this.#queue({ peer, place, length, isReply: true, age: this.#sender.age, fate: null });
    else this.#dropped.add(1);
  }

  /** To `count` peers. A full queue costs no look at each of them: there can be thousands for every datagram. */
  replyToAll(peers: Iterable<Peer>, count: number, place: Place, length: number): void {
    let left = count;
    for (const peer of peers) {
      if (!this.#hasRoomFor(length)) break;
      this.reply(peer, place, length);
      left--;
    }
    if (left > 0) this.#dropped.add(left);
  }

  /** The remote, or a router, answered an earlier datagram with a failure (udp(7)). */
  noteAnswer(peer: Peer | null, error: Error): void {
    this.#givenBack++;
    this.#noteFailed(peer, error, null);
  }

  /** The log was cleared: what was stored before may soon be gone, so what is sent from now on is stored again. */
  forgetPlaces(): void {
    this.#sender.forgetPlaces();
  }

  /** Gives queued datagrams so long to leave; what waits for a name is not waited for. */
  async drained(deadlineMs: number): Promise<void> {
    await this.#sender.drained(deadlineMs);
  }

  /** Nothing is sent or told any more. Returns the bytes never sent. */
  close(): number {
    this.#sender.close();
    this.#dropped.close();
    for (const { fate } of this.#unnamed) fate?.settle(0);
    this.#unnamed.clear();
    const unsentBytes = this.#queuedBytes;
    this.#queuedBytes = 0;
    return unsentBytes;
  }

  #sendByName({ host, port }: Receiver, place: Place, length: number, fate: Fate | null): void {
    if (this.#room <= 0) throw queueFull();
    const unnamed: Unnamed = { place, length, age: this.#sender.age, fate };
    fate?.take();
    this.#unnamed.add(unnamed);
    this.#count(length);
    const { names, socket } = this.#options;
    // What is thrown for the address is told like what is thrown for the name.
    void names
      .addressOf(host, socket.family)
      .then(
        (address) => this.#take(unnamed) && this.#sendNamed(address, port, unnamed),
        (error) => this.#take(unnamed) && this.#failUnnamed(unnamed, error),
      )
      .catch((error) => this.#failUnnamed(unnamed, error));
  }

  #sendNamed(address: string, port: number, { place, length, age, fate }: Unnamed): void {
    const peer = this.#events.reach(address, port);
    this.check([{ peer, length }]);
    this.#queue({ peer, place, length, isReply: false, age, fate });
  }

  #failUnnamed({ length, fate }: Unnamed, error: unknown): void {
    this.#noteFailed(null, error, length);
    fate?.settle(0);
  }

  /** False when the socket was closed meanwhile, which has counted the bytes as never sent. */
  #take(unnamed: Unnamed): boolean {
    if (!this.#unnamed.delete(unnamed)) return false;
    this.#count(-unnamed.length);
    return true;
  }

  get #room(): number {
    return this.#sender.room - this.#unnamed.size;
  }

  #hasRoomFor(length: number): boolean {
    return this.#room > 0 && this.#sender.replyBytes + length <= this.#options.highWaterBytes;
  }

  #queue(datagram: Omit<Datagram, 'source' | 'retries'>): void {
    datagram.peer.queuedBytes += datagram.length;
    this.#count(datagram.length);
    this.#sender.push({ ...datagram, source: this.#options.recorder });
  }

  #onSent({ peer, place, length, fate }: Datagram, bytes: Uint8Array | null): void {
    const { recorder } = this.#options;
    const time = now();
    const sequence =
      bytes === null
        ? recorder.append('sent', peer.stream, place, length, time)
        : recorder.record('sent', peer.stream, bytes, time);
    peer.last.note(sequence, length, true);
    this.#events.sent(peer, length, time);
    this.#unqueue(peer, length);
    fate?.settle('all');
  }

  #onFailed({ peer, length, fate }: Datagram, error: unknown): void {
    this.#noteFailed(peer, error, length);
    this.#unqueue(peer, length);
    fate?.settle(0);
  }

  #noteFailed(peer: Peer | null, error: unknown, length: number | null): void {
    this.#events.note(peer, { kind: 'note', note: 'datagram-failed', ...factsOf(failureOf(error)), length });
  }

  #unqueue(peer: Peer, length: number): void {
    peer.queuedBytes -= length;
    this.#count(-length);
  }

  #count(bytes: number): void {
    this.#queuedBytes += bytes;
    this.#events.changed();
  }
}
