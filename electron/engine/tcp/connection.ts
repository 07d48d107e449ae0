/** One open TCP connection, accepted or initiated: records what happens, sends what is queued, ends exactly once. */
import type {
  Address,
  AfterPeerFinishes,
  ConnectionId,
  ConnectionInfo,
  ConnectionState,
  EndKind,
  ReplyKind,
} from '../../../shared/contract.ts';
import type { Socket } from 'node:net';
import { failureOf, type Failure } from '../../../shared/failure.ts';
import { newStream, now, type Place } from '../capture/recorder.ts';
import { hostPort, localOf, remoteOf } from './address.ts';
import {
  acceptedLife,
  after,
  hasEnded,
  type EndCause,
  type Life,
  type LifeEvent,
} from './connection-state.ts';
import type { Connections } from './connections.ts';
import { Sender } from './sender.ts';
import type { StreamSocket } from './stream-socket.ts';

export type ConnectionOptions = {
  origin: 'accepted' | 'initiated';
  reply: ReplyKind;
  afterPeerFinishes: AfterPeerFinishes;
  /** Called once, after the end record. */
  onEnded?: (connection: Connection) => void;
};

/** How long `close` lets queued bytes leave before it resets. */
export const closeDeadlineMs = 2000;
/** Reply bytes that may wait before the peer is no longer read, and when it is read again. */
const replyHighWater = 4 * 1024 * 1024;
const replyLowWater = 1024 * 1024;

let lastId = 0;

export class Connection {
  readonly id: ConnectionId = ++lastId;
  readonly origin: 'accepted' | 'initiated';
  readonly local: Address | null;
  readonly remote: Address | null;
  readonly openedAt = now();
  #list: Connections;
  #stream: StreamSocket;
  #socket: Socket;
  #sender: Sender;
  #onEnded: ((connection: Connection) => void) | undefined;
  #echoes: boolean;
  #staysAfterPeer: boolean;
  #number: number;
  #life: Life = acceptedLife;
  #receivedBytes = 0;
  #endedAt: number | null = null;
  #failure: Failure | null = null;
  #pausedForCapture = false;
  #pausedForReply = false;
  /** 'finish': no more is taken, FIN follows the last queued byte; 'close': and then the socket is closed. */
  #ending: 'finish' | 'close' | null = null;
  #deadline: { at: number; timer: NodeJS.Timeout } | null = null;

  /** Takes over an open socket; reading starts at once. The list holds the connection until its end is recorded. */
  constructor(list: Connections, stream: StreamSocket, options: ConnectionOptions) {
    const { socket } = stream;
    this.origin = options.origin;
    this.local = localOf(socket);
    this.remote = remoteOf(socket);
    this.#list = list;
    this.#stream = stream;
    this.#socket = socket;
    this.#onEnded = options.onEnded;
    this.#echoes = options.reply === 'echo';
    this.#staysAfterPeer = options.afterPeerFinishes === 'stay';
    this.#number = this.#recordOpened(false);
    this.#sender = new Sender(stream, {
      sent: (place, length) => this.#list.recorder.append('sent', this.#number, place, length),
      sentAgain: (bytes) => this.#list.recorder.record('sent', this.#number, bytes),
      moved: (bytes) => this.#onHandedOver(bytes),
      drained: () => this.#finishIfDrained(),
      note: (detail) => {
        this.#list.recorder.recordDetail(this.#number, detail);
        this.#list.version++;
      },
    });
    list.add(this);
    stream.receiver = (bytes) => this.#onReceived(bytes);
    socket.once('end', () => this.#onPeerFinished());
    socket.once('finish', () => this.#onFinished());
    socket.once('close', () => this.#onClosed());
    socket.resume();
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
      sentBytes: this.#sender.sentBytes,
      queuedBytes: this.#sender.queuedBytes,
      notReadingSince: this.#sender.notReadingSince,
      failure: this.#failure,
    };
  }

  /** Queues bytes that the current recorder stores; false when this side has finished sending. */
  send(place: Place, length: number): boolean {
    if (this.#ending !== null || hasEnded(this.#life)) return false;
    this.#enqueue(place, length, false);
    return true;
  }

  /**
   * 'finish': FIN behind what is queued, reading goes on. 'close': the same, then both directions are closed, by a reset
   * if the queue has not left after `deadlineMs`. 'reset': RST at once (RFC 9293 3.10.5). Does nothing after the end.
   */
  end(how: EndKind, deadlineMs = closeDeadlineMs): void {
    if (hasEnded(this.#life)) return;
    if (how === 'reset') return this.#reset();
    if (how === 'close') this.#closeWithin(deadlineMs);
    if (this.#ending === 'close') return;
    this.#ending = how;
    if (how === 'close' && this.#socket.writableFinished) this.#closeNow();
    else this.#finishIfDrained();
  }

  /** After the log was cleared: opened again there. For `Connections.carry`. */
  carry(): void {
    this.#sender.forgetPlaces();
    this.#number = this.#recordOpened(true);
  }

  /** True while bytes stored before the last `carry` wait to be sent. */
  get needsCleared(): boolean {
    return this.#sender.needsCleared;
  }

  /** For `Connections`, when the capture has room again. */
  resumeAfterCapture(): void {
    this.#pausedForCapture = false;
    this.#resumeIfFree();
  }

  #recordOpened(carried: boolean): number {
    const { origin, local, remote } = this;
    return this.#list.recorder.recordDetail(newStream, { kind: 'opened', origin, local, remote, carried });
  }

  #onReceived(bytes: Uint8Array): void {
    const { recorder } = this.#list;
    this.#receivedBytes += bytes.length;
    this.#list.receivedBytes += bytes.length;
    this.#list.version++;
    if (this.#echoes && this.#ending === null) {
      const place = recorder.store(bytes);
      recorder.append('received', this.#number, place, bytes.length);
      this.#enqueue(place, bytes.length, true);
    } else {
      recorder.record('received', this.#number, bytes);
    }
    if (this.#sender.replyBytes > replyHighWater) this.#pausedForReply = true;
    if (recorder.congested && !this.#pausedForCapture) {
      this.#pausedForCapture = true;
      this.#list.pauseForCapture(this);
    }
    if (this.#pausedForReply || this.#pausedForCapture) this.#socket.pause();
  }

  #enqueue(place: Place, length: number, isReply: boolean): void {
    this.#list.queuedBytes += length;
    this.#list.version++;
    this.#sender.push(this.#list.recorder, place, length, isReply);
  }

  #onHandedOver(bytes: number): void {
    this.#list.sentBytes += bytes;
    this.#list.queuedBytes -= bytes;
    this.#list.version++;
    if (!this.#pausedForReply || this.#sender.replyBytes > replyLowWater) return;
    this.#pausedForReply = false;
    this.#resumeIfFree();
  }

  #resumeIfFree(): void {
    if (!this.#pausedForCapture && !this.#pausedForReply) this.#socket.resume();
  }

  #finishIfDrained(): void {
    if (this.#ending !== null && this.#sender.isEmpty) this.#socket.end();
  }

  #onFinished(): void {
    this.#advance({ type: 'finished-by-us' });
    if (this.#ending === 'close') return this.#closeNow();
    if (this.#life.state === 'half-closed-by-us') this.#recordHalfClosed('us');
    if (hasEnded(this.#life)) this.#socket.destroy();
  }

  #onPeerFinished(): void {
    if (!this.#stream.confirmEnd()) return;
    this.#advance({ type: 'finished-by-peer' });
    if (hasEnded(this.#life)) return void this.#socket.destroy();
    if (this.#life.state === 'half-closed-by-peer') this.#recordHalfClosed('peer');
    if (!this.#staysAfterPeer) this.end('finish');
  }

  #recordHalfClosed(by: 'us' | 'peer'): void {
    this.#list.recorder.recordDetail(this.#number, { kind: 'half-closed', by });
  }

  /** A second call can only shorten the time. */
  #closeWithin(deadlineMs: number): void {
    const at = performance.now() + deadlineMs;
    if (this.#deadline !== null && this.#deadline.at <= at) return;
    clearTimeout(this.#deadline?.timer);
    this.#deadline = { at, timer: setTimeout(() => this.#onDeadline(), deadlineMs) };
  }

  #closeNow(): void {
    this.#advance({ type: 'closed', by: 'us', how: 'close' });
    this.#socket.destroy();
  }

  #reset(): void {
    this.#advance({ type: 'closed', by: 'us', how: 'reset' });
    this.#socket.resetAndDestroy();
  }

  #onDeadline(): void {
    const unsentBytes = this.#sender.settledQueuedBytes();
    this.#list.recorder.recordDetail(this.#number, { kind: 'note', note: 'close-deadline', unsentBytes });
    this.#reset();
  }

  #advance(event: LifeEvent): void {
    this.#life = after(this.#life, event);
    this.#list.version++;
  }

  /** The socket is gone and every byte it had is captured: the one place where an end is recorded. */
  #onClosed(): void {
    clearTimeout(this.#deadline?.timer);
    const { failure } = this.#stream;
    if (failure !== null) this.#advance({ type: 'failed', code: failureOf(failure).code });
    else this.#advance({ type: 'closed', by: this.#ending === null ? 'peer' : 'us', how: 'close' });
    const unsentBytes = this.#sender.settle();
    this.#list.queuedBytes -= unsentBytes;
    this.#endedAt = now();
    this.#recordEnd(unsentBytes);
    this.#list.remove(this);
    this.#onEnded?.(this);
  }

  #recordEnd(unsentBytes: number): void {
    const { cause } = this.#life;
    const durationMs = this.#endedAt! - this.openedAt;
    const counters = {
      receivedBytes: this.#receivedBytes,
      sentBytes: this.#sender.sentBytes,
      unsentBytes,
      durationMs,
    };
    const { recorder } = this.#list;
    if (cause?.kind === 'closed') {
      recorder.recordDetail(this.#number, { kind: 'closed', by: cause.by, how: cause.how, ...counters });
      return;
    }
    const { host, port } = this.remote ?? { host: '', port: 0 };
    this.#failure = failureOf(this.#stream.failure, host === '' ? '' : hostPort(host, port));
    const { code, message } = this.#failure;
    recorder.recordDetail(this.#number, {
      kind: 'failed',
      during: 'open',
      code,
      message,
      host,
      port,
      ...counters,
    });
  }
}
