/** One open TCP connection, accepted or initiated: records what happens, sends what is queued, ends exactly once. */
import { type Address, formatAddress } from '../../../shared/address.ts';
import type { AfterPeerFinishes, SocketOptions } from '../../../shared/settings/settings.ts';
import type { ConnectionId, ConnectionState, EndKind } from '../../../shared/domain.ts';
import type { ConnectionInfo } from '../../../shared/contract.ts';
import type { Socket } from 'node:net';
import type { CertificateInfo, TlsFacts } from '../../../shared/certificates.ts';
import { failureOf, type Failure } from '../../../shared/failure.ts';
import { newStream, type Place, type Recorder } from '../capture/recorder.ts';
import { monotonic, now } from '../clock.ts';
import { nextConnectionId } from '../net/connection-id.ts';
import type { Handler, MakeHandler, PeerPort } from '../net/handler.ts';
import { localOf, remoteOf } from '../net/address.ts';
import {
  acceptedLife,
  after,
  hasEnded,
  securingLife,
  type EndCause,
  type Life,
  type LifeEvent,
} from './connection-state.ts';
import { IdleWatch } from './idle-watch.ts';
import { ReadHolds, type HoldReason } from '../net/read-holds.ts';
import { Sender } from './sender.ts';
import type { ByteStream, StreamSocket } from '../net/stream-socket.ts';
import { TlsSide } from './tls-side.ts';
import type { TlsRole } from '../layers/tls/handshake.ts';

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
  /** Null or left out: no TLS. */
  tls?: TlsRole | null;
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

/** How long `close` lets queued bytes leave before it resets. */
export const closeDeadlineMs = 1000;
/** The same for a close that follows a reply: a slow peer gets all of it, one that never reads is not kept for good. */
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
  #proxy: string | undefined;
  #list: ConnectionList;
  #stream: ByteStream;
  #socket: Socket;
  /** These two are made when they are needed: of thousands of connections few send, and fewer pause. */
  #sender: Sender | null = null;
  #holds: ReadHolds | null = null;
  #onEnded: ((connection: Connection) => void) | undefined;
  #handler: Handler | null;
  #highWaterBytes: number;
  #idle: IdleWatch | null = null;
  #staysAfterPeer: boolean;
  /** It misses what is said in a chat. */
  #isBehind = false;
  #number: number;
  #life: Life = acceptedLife;
  #receivedBytes = 0;
  #endedAt: number | null = null;
  #failure: Failure | null = null;
  #tls: TlsSide | null = null;
  /** 'finish': no more is taken, FIN follows the last queued byte; 'close': and then the socket is closed. */
  #ending: 'finish' | 'close' | null = null;
  #deadline: { at: number; timer: NodeJS.Timeout } | null = null;

  /** Takes over an open socket; reading starts at once. The list holds the connection until its end is recorded. */
  constructor(list: ConnectionList, stream: StreamSocket, options: ConnectionOptions) {
    const { socket } = stream;
    this.origin = options.origin;
    this.local = options.local === undefined ? localOf(socket) : options.local;
    this.remote = options.remote === undefined ? remoteOf(socket) : options.remote;
    this.#proxy = options.proxy;
    this.#list = list;
    this.#onEnded = options.onEnded;
    this.#highWaterBytes = options.highWaterBytes;
    this.#handler = this.#newHandler(options.handler);
    this.#staysAfterPeer = options.afterPeerFinishes === 'stay';
    this.#number = this.#recordOpened(false);
    this.#stream = options.tls ? this.#secure(stream, options.tls, options.idle) : stream;
    this.#socket = this.#stream.socket;
    list.add(this);
    this.#stream.receiver = (bytes) => this.#onReceived(bytes);
    this.#socket.on('end', () => this.#onPeerFinished());
    this.#socket.on('finish', () => this.#onFinished());
    this.#socket.on('close', () => this.#onClosed());
    this.#socket.resume();
    if (!options.tls) this.#opened(options.idle);
  }

  get state(): ConnectionState {
    return this.#life.state;
  }

  /** Why it ended; null while it lives. */
  get cause(): EndCause | null {
    return this.#life.cause;
  }

  get stream(): number {
    return this.#number;
  }

  get failure(): Failure | null {
    return this.#failure;
  }

  get info(): ConnectionInfo {
    return {
      id: this.id,
      stream: this.#number,
      origin: this.origin,
      state: this.#life.state,
      local: this.local,
      remote: this.remote,
      openedAt: this.openedAt,
      endedAt: this.#endedAt,
      receivedBytes: this.#receivedBytes,
      sentBytes: this.#sender?.sentBytes ?? 0,
      queuedBytes: this.#sender?.queuedBytes ?? 0,
      notReadingSince: this.#sender?.notReadingSince ?? null,
      isReading: !this.#isHeld('user'),
      lastSeenAt: null,
      tls: this.tls,
      failure: this.#failure,
      ...this.#through,
    };
  }

  get #through(): { proxy?: string } {
    return this.#proxy === undefined ? {} : { proxy: this.#proxy };
  }

  /** Of a server whose certificate was refused. */
  get refusedChain(): CertificateInfo[] | null {
    return this.#tls?.refusedChain ?? null;
  }

  /** What the handshake agreed on; null without TLS and before it is done. */
  get tls(): TlsFacts | null {
    return this.#tls?.facts ?? null;
  }

  /** Queues bytes that the current recorder stores; false during a handshake and when this side has finished sending. */
  send(place: Place, length: number): boolean {
    if (!this.#takesMore) return false;
    this.#enqueue(place, length, false);
    return true;
  }

  /**
   * Of a chat: what another peer said. Who is behind by more than 64 MiB or `mostMessages` misses what is said until all
   * that waits was sent: a note says so once, and what waits for a peer that never reads stays bounded.
   */
  hear(place: Place, length: number, mostMessages: number): void {
    const sender = this.#senderNow();
    if (!this.#takesMore || (this.#isBehind && !sender.isEmpty)) return;
    this.#isBehind = sender.queuedMessages >= mostMessages || sender.queuedBytes > mostBehindBytes;
    if (!this.#isBehind) return this.#enqueue(place, length, false);
    const message = `${sender.queuedBytes} bytes wait for it; until they are sent it misses what is said.`;
    const detail = { kind: 'note', note: 'reply-failed', rule: null, code: 'CHAT_BEHIND', message } as const;
    this.#list.recorder.recordDetail(this.#number, detail);
  }

  /**
   * 'finish': FIN behind what is queued, reading goes on. 'close': the same, then both directions are closed, by a reset
   * if the queue has not left after `deadlineMs`. 'reset': RST at once (RFC 9293 3.10.5). Does nothing after the end.
   */
  end(how: EndKind, deadlineMs = closeDeadlineMs): void {
    if (hasEnded(this.#life)) return;
    if (how === 'reset') return this.#reset();
    // Nothing was sent yet that would have to leave first.
    if (this.#life.state === 'securing') return this.#closeNow();
    if (how === 'close') this.#closeWithin(deadlineMs);
    if (this.#ending === 'close') return;
    this.#ending = how;
    if (how === 'close' && this.#socket.writableFinished) this.#closeNow();
    else this.#finishIfDrained();
  }

  /** The log is about to be cleared. For `Connections.beforeClear`. */
  beforeClear(): void {
    this.#sender?.forgetPlaces();
  }

  /** After the log was cleared: opened again there. For `Connections.carry`. */
  carry(): void {
    this.#number = this.#recordOpened(true);
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
    if (hasEnded(this.#life) || this.#life.state === 'securing') return;
    if (reading) this.#holds?.remove('user');
    else this.#hold('user');
    this.#list.changed();
  }

  /**
   * Answers so from what is received next on; nobody is greeted anew, and what waited for its delay or its line end is
   * dropped. A peer that has finished sending keeps the answers that it waits for.
   */
  changeHandler(make: MakeHandler | null): void {
    if (hasEnded(this.#life) || this.#life.state === 'half-closed-by-peer') return;
    this.#handler?.closed();
    this.#handler = this.#newHandler(make);
  }

  #secure(stream: StreamSocket, role: TlsRole, idle: ConnectionOptions['idle']): ByteStream {
    this.#life = securingLife;
    this.#tls = new TlsSide(stream, role, {
      hasEnded: () => hasEnded(this.#life),
      record: (detail) => this.#list.recorder.recordDetail(this.#number, detail),
      secured: () => {
        this.#advance({ type: 'secured' });
        this.#opened(idle);
      },
    });
    return this.#tls.stream;
  }

  /** The peer can be talked to. */
  #opened(idle: ConnectionOptions['idle']): void {
    this.#watchIdle(idle);
    this.#handler?.opened();
  }

  #newHandler(make: MakeHandler | null): Handler | null {
    return make && make(this.#peerPort());
  }

  #peerPort(): PeerPort {
    return {
      recorder: this.#list.recorder,
      kind: 'stream',
      takesReplies: () => this.#ending === null && !hasEnded(this.#life),
      reply: (place, length) => {
        if (this.#ending === null && !hasEnded(this.#life)) this.#enqueue(place, length, true);
      },
      toOthers: (place, length) => this.#list.sendToOthers(this, place, length),
      end: (how) => this.end(how, replyCloseDeadlineMs),
      note: (detail) => this.#list.recorder.recordDetail(this.#number, detail),
    };
  }

  #watchIdle({ idleTimeoutMs, onIdle }: NonNullable<ConnectionOptions['idle']> = neverIdle): void {
    if (idleTimeoutMs === 0) return;
    const closes = onIdle === 'close';
    this.#idle = new IdleWatch(idleTimeoutMs, (idleMs) => {
      this.#list.recorder.recordDetail(this.#number, { kind: 'note', note: 'idle', idleMs, closes });
      if (closes) this.end('close');
    });
  }

  #recordOpened(carried: boolean): number {
    const { origin, local, remote } = this;
    return this.#list.recorder.recordDetail(newStream, {
      kind: 'opened',
      socket: 'stream',
      origin,
      local,
      remote,
      carried,
      ...this.#through,
    });
  }

  #onReceived(bytes: Uint8Array): void {
    const { recorder } = this.#list;
    this.#sender?.noteProgress();
    this.#idle?.touch();
    this.#receivedBytes += bytes.length;
    this.#list.countReceived(bytes.length);
    const place = recorder.store(bytes);
    recorder.append('received', this.#number, place, bytes.length);
    this.#handler?.received(bytes, place);
    if (this.#sender !== null && this.#owesMoreThan(this.#sender, 1)) this.#hold('replies');
    if (recorder.congested && !this.#isHeld('capture')) {
      this.#hold('capture');
      this.#list.pauseForCapture(this);
    }
  }

  get #takesMore(): boolean {
    return this.#ending === null && this.#life.state !== 'securing' && !hasEnded(this.#life);
  }

  #enqueue(place: Place, length: number, isReply: boolean): void {
    this.#list.countQueued(length);
    this.#senderNow().push(this.#list.recorder, place, length, isReply);
  }

  #senderNow(): Sender {
    return (this.#sender ??= new Sender(this.#stream, {
      sent: (place, length) => this.#list.recorder.append('sent', this.#number, place, length),
      sentAgain: (bytes) => this.#list.recorder.record('sent', this.#number, bytes),
      moved: (bytes) => this.#onHandedOver(bytes),
      drained: () => this.#finishIfDrained(),
      note: (detail) => {
        this.#list.recorder.recordDetail(this.#number, detail);
        this.#list.changed();
      },
    }));
  }

  #isHeld(why: HoldReason): boolean {
    return this.#holds !== null && this.#holds.has(why);
  }

  #hold(why: HoldReason): void {
    this.#holds ??= new ReadHolds(
      () => this.#socket,
      (detail, time) => this.#list.recorder.recordDetail(this.#number, detail, time),
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
    return replyBytes > this.#highWaterBytes * part || replies > mostReplies * part;
  }

  #finishIfDrained(): void {
    if (this.#ending !== null && (this.#sender?.isEmpty ?? true)) this.#socket.end();
  }

  #onFinished(): void {
    this.#advance({ type: 'finished-by-us' });
    if (this.#ending === 'close') return this.#closeNow();
    if (this.#life.state === 'half-closed-by-us') this.#recordHalfClosed('us');
    if (hasEnded(this.#life)) this.#socket.destroy();
  }

  #onPeerFinished(): void {
    if (!this.#stream.confirmEnd()) return;
    const { writableEnded, writableFinished } = this.#socket;
    // TLS tells some turns late that our own end is out; the peer's may be its answer, and comes behind it in the log.
    if (writableEnded && !writableFinished) this.#socket.once('finish', () => this.#afterPeerFinished());
    else this.#afterPeerFinished();
  }

  #afterPeerFinished(): void {
    if (hasEnded(this.#life)) return;
    this.#advance({ type: 'finished-by-peer' });
    // What may be cut off is told in any case.
    if (this.#life.state === 'half-closed-by-peer' || this.#stream.closeNotify === false)
      this.#recordHalfClosed('peer');
    if (hasEnded(this.#life)) return void this.#socket.destroy();
    if (this.#handler === null) this.#finishAfterPeer();
    else this.#handler.finished(() => this.#finishAfterPeer());
  }

  #finishAfterPeer(): void {
    if (!this.#staysAfterPeer) this.end('finish');
  }

  #recordHalfClosed(by: 'us' | 'peer'): void {
    const ours = this.tls === null ? null : true;
    const closeNotify = by === 'us' ? ours : this.#stream.closeNotify;
    this.#list.recorder.recordDetail(this.#number, { kind: 'half-closed', by, closeNotify });
  }

  /** A second call can only shorten the time. */
  #closeWithin(deadlineMs: number): void {
    const at = monotonic() + deadlineMs;
    if (this.#deadline !== null && this.#deadline.at <= at) return;
    clearTimeout(this.#deadline?.timer);
    this.#deadline = { at, timer: setTimeout(() => this.#onDeadline(), deadlineMs) };
  }

  #closeNow(): void {
    this.#advance({ type: 'closed', by: 'us', how: 'close' });
    this.#socket.destroy();
  }

  #reset(): void {
    const how = this.remote?.family === 'Unix' ? 'close' : 'reset';
    this.#advance({ type: 'closed', by: 'us', how });
    this.#stream.reset();
  }

  #onDeadline(): void {
    const unsentBytes = this.#sender?.settledQueuedBytes() ?? 0;
    this.#list.recorder.recordDetail(this.#number, { kind: 'note', note: 'close-deadline', unsentBytes });
    this.#reset();
  }

  #advance(event: LifeEvent): void {
    this.#life = after(this.#life, event);
    this.#list.changed();
  }

  /** The socket is gone and every byte it had is captured: the one place where an end is recorded. */
  #onClosed(): void {
    clearTimeout(this.#deadline?.timer);
    this.#idle?.close();
    this.#handler?.closed();
    const { failure } = this.#stream;
    const isClient = this.origin === 'initiated';
    const isOfHandshake = this.#tls?.isOfHandshake(failure, isClient, this.#receivedBytes) ?? false;
    if (failure !== null) this.#advance({ type: 'failed', code: failureOf(failure).code });
    else this.#advance({ type: 'closed', by: this.#ending === null ? 'peer' : 'us', how: 'close' });
    const unsentBytes = this.#sender?.settle() ?? 0;
    this.#list.countQueued(-unsentBytes);
    this.#endedAt = now();
    this.#recordEnd(unsentBytes, isOfHandshake ? 'securing' : 'open');
    this.#list.remove(this);
    this.#onEnded?.(this);
  }

  #recordEnd(unsentBytes: number, during: 'securing' | 'open'): void {
    const { cause } = this.#life;
    const { recorder } = this.#list;
    const counters = {
      receivedBytes: this.#receivedBytes,
      sentBytes: this.#sender?.sentBytes ?? 0,
      unsentBytes,
      durationMs: monotonic() - this.#since,
    };
    if (cause?.kind === 'closed') {
      recorder.recordDetail(this.#number, { kind: 'closed', by: cause.by, how: cause.how, ...counters });
      return;
    }
    const { host, port } = this.remote ?? { host: '', port: 0 };
    this.#failure = failureOf(this.#stream.failure, this.remote === null ? '' : formatAddress(this.remote));
    const { code, message } = this.#failure;
    const { messages = [] } = this.#stream;
    const handshake = messages.length > 0 ? { messages } : {};
    const failed = { kind: 'failed', during, code, message, host, port, ...counters, ...handshake } as const;
    recorder.recordDetail(this.#number, failed);
  }
}
