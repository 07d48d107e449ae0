/** One open stream, accepted or initiated: records what happens, sends what is queued, ends exactly once. */
import type { Address } from '../../../shared/address.ts';
import type { ConnectionInfo } from '../../../shared/contract.ts';
import type { ConnectionId, ConnectionState, EndKind } from '../../../shared/domain.ts';
import { failed, failureOf, type Failure } from '../../../shared/failure.ts';
import type { AfterPeerFinishes, SocketOptions } from '../../../shared/settings/settings.ts';
import type { Place, Recorder } from '../capture/recorder.ts';
import { monotonic, now } from '../clock.ts';
import { nextConnectionId } from '../net/connection-id.ts';
import type { Fate } from '../net/fate.ts';
import type { Handler, MakeHandler, PeerPort } from '../net/handler.ts';
import type { LayerFacts, ReadyLayer } from '../net/layer.ts';
import { LastPayloadNote } from '../net/last-payload.ts';
import { ReadHolds, type HoldReason } from '../net/read-holds.ts';
import type { ByteStream } from '../net/stream-socket.ts';
import { ConnectionRecords } from './connection-records.ts';
import type { EndCause } from './connection-state.ts';
import { closeDeadlineMs, Ending, type EndingPort } from './ending.ts';
import { IdleWatch } from './idle-watch.ts';
import { Laying } from './laying.ts';
import { Sender } from './sender.ts';

/** What a connection needs of the list that it is in. Counts are bytes, and may be taken back. */
export type ConnectionList = {
  readonly recorder: Recorder;
  add(connection: Connection): void;
  remove(connection: Connection): void;
  /** Something that is shown of the connection changed, a count too. */
  changed(): void;
  countReceived(bytes: number): void;
  countSent(bytes: number): void;
  countQueued(bytes: number): void;
  pauseForCapture(connection: Connection): void;
  sendToOthers(sender: Connection, place: Place, length: number): void;
};

export type ConnectionOptions = {
  origin: 'accepted' | 'initiated';
  /** What is done with what the peer sends; null: nothing. */
  handler: MakeHandler | null;
  /** Reply bytes that may wait before the peer is no longer read. */
  highWaterBytes: number;
  afterPeerFinishes: AfterPeerFinishes;
  /** What stands between the socket and the peer, the lowest first. */
  layers?: readonly ReadyLayer[];
  /** A silence of `idleTimeoutMs` is a note, and with 'close' the end; 0: never. */
  idle?: Pick<SocketOptions, 'idleTimeoutMs' | 'onIdle'>;
  /** Where they are known already, as of a Unix socket, which tells nothing; else the kernel is asked. */
  local?: Address | null;
  remote?: Address | null;
  /** Through which `remote` was reached; the kernel knows this one alone. */
  proxy?: string;
  /** Called once, after the end record. */
  onEnded?: (connection: Connection) => void;
};

/** As `closeDeadlineMs` for a close that follows a reply: a slow peer gets all of it, one that never reads is not kept for good. */
const replyCloseDeadlineMs = 30_000;
/** What may wait for one peer of a chat. It waits in the capture, not in memory. */
const mostBehindBytes = 64 * 1024 * 1024;
/** Replies that may wait, however short they are: each costs about a hundred bytes of memory. */
const mostReplies = 10_000;
/** Part of the high-water marks at which a peer is read again. */
const lowWaterPart = 0.25;

const neverIdle = { idleTimeoutMs: 0, onIdle: 'warn' } as const;

export class Connection {
  readonly id: ConnectionId = nextConnectionId();
  readonly origin: 'accepted' | 'initiated';
  readonly local: Address | null;
  readonly remote: Address | null;
  readonly openedAt = now();
  readonly #since = monotonic();
  readonly #options: ConnectionOptions;
  readonly #list: ConnectionList;
  readonly #records: ConnectionRecords;
  readonly #ending: Ending;
  /** The one on top of all layers. */
  #stream: ByteStream;
  #laying: Laying | null = null;
  /** These two are made when they are needed: of thousands of connections few send, and fewer pause. */
  #sender: Sender | null = null;
  #holds: ReadHolds | null = null;
  #handler: Handler | null;
  #idle: IdleWatch | null = null;
  /** It misses what is said in a chat. */
  #isBehind = false;
  #receivedBytes = 0;
  readonly #last = new LastPayloadNote();
  #endedAt: number | null = null;
  #failure: Failure | null = null;

  /** Takes over an open socket; reading starts at once. The list holds the connection until its end is recorded. */
  constructor(list: ConnectionList, stream: ByteStream, options: ConnectionOptions) {
    const { layers = [] } = options;
    this.origin = options.origin;
    this.local = options.local === undefined ? stream.local : options.local;
    this.remote = options.remote === undefined ? stream.remote : options.remote;
    this.#options = options;
    this.#list = list;
    this.#stream = stream;
    this.#handler = this.#newHandler(options.handler);
    const { origin, local, remote } = this;
    this.#records = new ConnectionRecords(list.recorder, { origin, local, remote, ...this.#through });
    this.#ending = new Ending(this.#endingPort(), layers.length > 0);
    list.add(this);
    if (layers.length > 0) {
      this.#lay(layers);
    } else {
      this.#listenTo(stream);
      this.#opened();
    }
  }

  get state(): ConnectionState {
    const { state } = this.#ending.life;
    // The layer that is not open is the one that a laying connection has.
    return state === 'laying' ? this.#laying!.during! : state;
  }

  /** Why it ended; null while it lives. */
  get cause(): EndCause | null {
    return this.#ending.life.cause;
  }

  get stream(): number {
    return this.#records.stream;
  }

  get failure(): Failure | null {
    return this.#failure;
  }

  /** Both ways. */
  get bytes(): number {
    return this.#receivedBytes + (this.#sender?.sentBytes ?? 0);
  }

  get lastSequence(): number {
    return this.#last.sequence;
  }

  get info(): ConnectionInfo {
    return {
      id: this.id,
      connection: this.stream,
      origin: this.origin,
      state: this.state,
      local: this.local,
      remote: this.remote,
      openedAt: this.openedAt,
      endedAt: this.#endedAt,
      receivedBytes: this.#receivedBytes,
      sentBytes: this.#sender?.sentBytes ?? 0,
      queuedBytes: this.queuedBytes,
      notReadingSince: this.#sender?.notReadingSince ?? null,
      isReading: !this.#isHeld('user'),
      lastSeenAt: null,
      tls: this.facts.tls ?? null,
      failure: this.#failure,
      last: this.#last.info,
      ...this.#through,
    };
  }

  /** What its layers have found out. */
  get facts(): LayerFacts {
    return this.#laying?.facts ?? {};
  }

  /** Queues bytes that the current recorder stores; false before its layers are open and when this side has finished sending. */
  send(place: Place, length: number, fate: Fate | null = null): boolean {
    if (!this.takesMore) return false;
    fate?.take();
    this.#enqueue(place, length, false, fate);
    return true;
  }

  /**
   * Of a chat: what another peer said. Who is behind by more than 64 MiB or `mostMessages` misses what is said until all
   * that waits was sent: a note says so once, and what waits for a peer that never reads stays bounded.
   */
  hear(place: Place, length: number, mostMessages: number): void {
    if (!this.takesMore) return;
    const sender = this.#senderNow();
    if (this.#isBehind && !sender.isEmpty) return;
    this.#isBehind = sender.queuedMessages >= mostMessages || sender.queuedBytes > mostBehindBytes;
    if (!this.#isBehind) return this.#enqueue(place, length, false);
    this.#records.detail({ kind: 'note', note: 'reply-failed', rule: null, ...failed('CHAT_BEHIND') });
  }

  /**
   * 'finish': FIN behind what is queued, reading goes on. 'close': the same, then both directions are closed, by a reset
   * if the queue has not left after `deadlineMs`. 'reset': RST at once (RFC 9293 3.10.5). Does nothing after the end.
   */
  end(how: EndKind, deadlineMs = closeDeadlineMs): void {
    this.#ending.end(how, deadlineMs);
  }

  /** The log is about to be cleared. For `Connections.beforeClear`. */
  beforeClear(): void {
    this.#sender?.forgetPlaces();
  }

  /** After the log was cleared: opened again there. For `Connections.carry`. */
  carry(): void {
    this.#records.carry();
  }

  /** Not yet handed to the kernel. */
  get queuedBytes(): number {
    return this.#sender?.queuedBytes ?? 0;
  }

  /** For `Connections`. */
  get lowestQueued(): Place {
    return this.#sender?.lowestPlace ?? Infinity;
  }

  /** Messages not wholly with the kernel. */
  get queuedMessages(): number {
    return this.#sender?.queuedMessages ?? 0;
  }

  /** True while bytes stored before the last `beforeClear` wait to be sent. */
  get needsCleared(): boolean {
    return this.#sender?.needsCleared ?? false;
  }

  /** For `Connections`, when the capture has room again. */
  resumeAfterCapture(): void {
    this.#holds?.remove('capture');
  }

  /** False: the peer's bytes stay with the kernel until its window is full (RFC 9293 3.8.6). */
  setReading(reading: boolean): void {
    // A handshake that is not read would only run into its deadline.
    if (this.#ending.hasEnded || this.#isLaying) return;
    if (reading) this.#holds?.remove('user');
    else this.#hold('user');
    this.#list.changed();
  }

  /**
   * Answers so from what is received next on; nobody is greeted anew, and what waited for its delay or its line end is
   * dropped. A peer that has finished sending keeps the answers that it waits for.
   */
  changeHandler(make: MakeHandler | null): void {
    if (this.#ending.hasEnded || this.state === 'half-closed-by-peer') return;
    this.#handler?.closed();
    this.#handler = this.#newHandler(make);
  }

  get #through(): { proxy?: string } {
    const { proxy } = this.#options;
    return proxy === undefined ? {} : { proxy };
  }

  get #isLaying(): boolean {
    return this.#ending.life.state === 'laying';
  }

  get takesMore(): boolean {
    return this.#ending.takesMore && !this.#isLaying;
  }

  #lay(layers: readonly ReadyLayer[]): void {
    const laying = new Laying(layers, {
      record: (detail, time) => this.#records.detail(detail, time),
      moved: (stream) => this.#listenTo(stream),
      changed: () => {
        if (this.#ending.hasEnded) return;
        if (laying.during !== null) return this.#list.changed();
        this.#ending.opened();
        this.#opened();
      },
      timeLeftMs: () => Infinity,
    });
    this.#laying = laying;
    laying.begin(this.#stream);
  }

  /** What an earlier stream still tells is for the layer over it. */
  #listenTo(stream: ByteStream): void {
    const { socket } = stream;
    this.#stream = stream;
    stream.receiver = (bytes) => this.#onReceived(bytes);
    socket.on('end', () => this.#stream === stream && this.#ending.onPeerFinished());
    socket.on('finish', () => this.#stream === stream && this.#ending.onFinished());
    socket.on('close', () => this.#stream === stream && this.#onClosed());
    socket.resume();
  }

  /** The peer can be talked to. */
  #opened(): void {
    this.#watchIdle(this.#options.idle);
    this.#handler?.opened();
  }

  #newHandler(make: MakeHandler | null): Handler | null {
    return make && make(this.#peerPort());
  }

  #peerPort(): PeerPort {
    return {
      recorder: this.#list.recorder,
      kind: 'stream',
      about: () => ({ connection: this.stream, local: this.local, remote: this.remote }),
      takesReplies: () => this.#ending.takesMore,
      reply: (place, length) => {
        if (this.#ending.takesMore) this.#enqueue(place, length, true);
      },
      toOthers: (place, length) => this.#list.sendToOthers(this, place, length),
      end: (how) => this.end(how, replyCloseDeadlineMs),
      note: (detail) => this.#records.detail(detail),
    };
  }

  #endingPort(): EndingPort {
    return {
      stream: () => this.#stream,
      isDrained: () => this.#sender?.isEmpty ?? true,
      hasReset: this.remote?.family !== 'Unix',
      unsentBytes: () => this.#sender?.settledQueuedBytes() ?? 0,
      record: (detail) => this.#records.detail(detail),
      changed: () => this.#list.changed(),
      peerFinished: () => {
        if (this.#handler === null) this.#finishAfterPeer();
        else this.#handler.finished(() => this.#finishAfterPeer());
      },
    };
  }

  #finishAfterPeer(): void {
    if (this.#options.afterPeerFinishes !== 'stay') this.end('finish');
  }

  #watchIdle({ idleTimeoutMs, onIdle }: NonNullable<ConnectionOptions['idle']> = neverIdle): void {
    if (idleTimeoutMs === 0) return;
    const closes = onIdle === 'close';
    this.#idle = new IdleWatch(idleTimeoutMs, (idleMs) => {
      this.#records.detail({ kind: 'note', note: 'idle', idleMs, closes });
      if (closes) this.end('close');
    });
  }

  #onReceived(bytes: Uint8Array): void {
    const { recorder } = this.#list;
    this.#sender?.noteProgress();
    this.#idle?.touch();
    this.#receivedBytes += bytes.length;
    this.#list.countReceived(bytes.length);
    const place = recorder.store(bytes);
    const sequence = recorder.append('received', this.stream, place, bytes.length);
    this.#last.note(sequence, bytes.length, false);
    this.#handler?.received(bytes, place);
    if (this.#sender !== null && this.#owesMoreThan(this.#sender, 1)) this.#hold('replies');
    if (recorder.congested && !this.#isHeld('capture')) {
      this.#hold('capture');
      this.#list.pauseForCapture(this);
    }
  }

  #enqueue(place: Place, length: number, isReply: boolean, fate: Fate | null = null): void {
    this.#list.countQueued(length);
    this.#senderNow().push(this.#list.recorder, place, length, isReply, fate);
  }

  #senderNow(): Sender {
    return (this.#sender ??= new Sender(this.#stream, {
      sent: (place, length) => {
        this.#last.note(this.#list.recorder.append('sent', this.stream, place, length), length, true);
      },
      sentAgain: (bytes) => {
        this.#last.note(this.#list.recorder.record('sent', this.stream, bytes), bytes.length, true);
      },
      moved: (bytes) => this.#onHandedOver(bytes),
      drained: () => this.#ending.finishIfDrained(),
      note: (detail) => {
        this.#records.detail(detail);
        this.#list.changed();
      },
    }));
  }

  #isHeld(why: HoldReason): boolean {
    return this.#holds !== null && this.#holds.has(why);
  }

  #hold(why: HoldReason): void {
    this.#holds ??= new ReadHolds(
      () => this.#stream.socket,
      (detail, time) => this.#records.detail(detail, time),
    );
    this.#holds.add(why);
  }

  #onHandedOver(bytes: number): void {
    this.#idle?.touch();
    this.#list.countSent(bytes);
    this.#list.countQueued(-bytes);
    if (this.#isHeld('replies') && !this.#owesMoreThan(this.#senderNow(), lowWaterPart))
      this.#holds?.remove('replies');
  }

  /** More replies wait than this part of what may. */
  #owesMoreThan({ replyBytes, replies }: Sender, part: number): boolean {
    return replyBytes > this.#options.highWaterBytes * part || replies > mostReplies * part;
  }

  /** The socket is gone and every byte it had is captured: the one place where an end is recorded. */
  #onClosed(): void {
    this.#idle?.close();
    this.#handler?.closed();
    const { failure } = this.#stream;
    const during = this.#laying?.duringFailure(failure, this.#receivedBytes) ?? null;
    this.#ending.onClosed(failure && failureOf(failure).code);
    const unsentBytes = this.#sender?.settle() ?? 0;
    this.#list.countQueued(-unsentBytes);
    this.#endedAt = now();
    this.#failure = this.#records.ended(this.cause, this.#stream, during, {
      receivedBytes: this.#receivedBytes,
      sentBytes: this.#sender?.sentBytes ?? 0,
      unsentBytes,
      durationMs: monotonic() - this.#since,
    });
    this.#list.remove(this);
    this.#options.onEnded?.(this);
  }
}
