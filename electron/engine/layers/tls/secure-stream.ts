/** TLS over the socket of a connection. It stands in the socket's place: what comes and goes is the plain text. */
import type { TLSSocket } from 'node:tls';
import type { Address } from '../../../../shared/address.ts';
import type { TlsMessage } from '../../../../shared/certificates.ts';
import type { ByteStream } from '../../net/stream-socket.ts';
import { closedDuringHandshake, toldByPeer, withUsualName } from './handshake-failures.ts';
import { HandshakeWatch } from './handshake-watch.ts';
import { readIntoBuffer } from './read-buffer.ts';
import { Underlay } from './underlay.ts';

/** True while OpenSSL works on what arrived: it has more of the same bytes, and all sockets share the memory of the plain text. */
let isDelivering = false;
/** What must wait until OpenSSL has returned. */
let deferred: (() => void)[] = [];

function afterDelivery(action: () => void): void {
  if (isDelivering) deferred.push(action);
  else action();
}

/** RFC 8446 5.1: what one record holds. */
const recordBytes = 16 * 1024;
/** Enough to see what a peer speaks instead of TLS. */
const firstBytesKept = 64;

/**
 * TLS runs over a stream of our own between it and the socket: so what a wrong peer said is known, a FIN can be told from
 * close_notify (RFC 8446 6.1), and nothing that arrived is lost at the end. Bytes cross it without being copied.
 */
export class SecureStream implements ByteStream {
  readonly socket: TLSSocket;
  receiver: ((bytes: Uint8Array) => void) | null = null;
  failure: NodeJS.ErrnoException | null = null;
  /** What the kernel took of a batch is not known, because it took it encrypted. */
  untakenBytes: number | null = null;
  /** The kernel has them encrypted, in other numbers: `progress` tells that they move. */
  readonly waitingBytes = null;
  /** A peer reads a record whole or not at all: what is in one record has no part that was sent. */
  readonly mostTogether = recordBytes;
  readonly #raw: ByteStream;
  #peersCloseNotify: boolean | null = null;
  readonly #underlay: Underlay;
  /** Null when the handshake is done. */
  #watch: HandshakeWatch | null = new HandshakeWatch();
  #firstBytes: Buffer = Buffer.alloc(0);
  #isSecured = false;
  #sawEnd = false;
  /** What came and may not be told yet, and what happens behind it. */
  #held: Uint8Array[] = [];
  #behindHeld: (() => void)[] = [];
  #isDraining = false;

  /** Takes over a connected socket that nobody reads. `wrap` makes the TLS socket over the stream that it gets. */
  constructor(raw: ByteStream, wrap: (underlay: Underlay) => TLSSocket) {
    this.#raw = raw;
    this.#underlay = new Underlay(raw.socket, {
      sending: (bytes) => this.#watch?.sent(bytes),
      ready: () => this.#release(),
    });
    raw.receiver = (bytes) => this.#onRawBytes(bytes);
    raw.socket.once('end', () => this.#onRawEnd());
    raw.socket.once('close', () => this.#inOrder(() => this.#onRawClosed()));
    this.socket = wrap(this.#underlay);
    this.socket.on('error', (error) => this.fail(error));
    // After the handshake this event alone tells a server of an error, and nothing destroys the socket.
    this.socket.on('_tlsError', (error: Error) => this.fail(error));
    // Who was refused may have sent more in the same breath, which OpenSSL still gives out.
    const receiver = (bytes: Uint8Array): void => {
      if (this.#isSecured) this.receiver?.(bytes);
    };
    if (!readIntoBuffer(this.socket, receiver)) this.socket.on('data', receiver);
    this.#watchEnd();
    this.#drainBeforeDestroy();
  }

  /** What the peer said first; empty where it said nothing. */
  get firstBytes(): Uint8Array {
    return this.#firstBytes;
  }

  /** Of a handshake that is under way or failed. */
  get messages(): readonly TlsMessage[] {
    return this.#watch?.messages ?? [];
  }

  get local(): Address | null {
    return this.#raw.local;
  }

  get remote(): Address | null {
    return this.#raw.remote;
  }

  get progress(): number {
    return this.#raw.progress;
  }

  closeNotify(by: 'us' | 'peer'): boolean | null {
    return by === 'us' ? this.#isSecured || null : this.#peersCloseNotify;
  }

  /** To be called when the handshake is done. */
  secured(): void {
    this.#isSecured = true;
    this.#watch = null;
  }

  /** Ends the connection for `error`; the first one stays. What is no TLS at all, or ended by an alert, is told as that. */
  fail(error: NodeJS.ErrnoException): void {
    const named = withUsualName(error);
    this.failure ??= this.#isSecured
      ? named
      : toldByPeer(this.#firstBytes, this.#watch?.peersAlert ?? null, named);
    if (!this.socket.destroyed) this.socket.destroy(this.failure);
  }

  confirmEnd(): boolean {
    return this.#isSecured && this.failure === null;
  }

  reset(): void {
    afterDelivery(() => {
      this.#raw.reset();
      this.socket.destroy();
    });
  }

  /** What comes may answer what the kernel has and TLS does not know of: it waits for that. A copy, as memory is used again. */
  #onRawBytes(bytes: Uint8Array): void {
    const mayGo = this.#isDraining || (this.#held.length === 0 && !this.#underlay.isSettling);
    if (mayGo) this.#onCipherText(bytes);
    else this.#held.push(Uint8Array.from(bytes));
  }

  /** An end comes behind all bytes, whether or not somebody wants them. */
  #inOrder(action: () => void): void {
    this.#behindHeld.push(action);
    this.#release();
  }

  #release(): void {
    while (this.#held.length > 0 && !this.#underlay.isSettling) {
      if (!this.#underlay.isWanted && this.#behindHeld.length === 0) return;
      this.#onCipherText(this.#held.shift()!);
    }
    if (this.#underlay.isSettling) return;
    for (const action of this.#behindHeld.splice(0)) action();
  }

  #onCipherText(bytes: Uint8Array): void {
    const missing = firstBytesKept - this.#firstBytes.length;
    if (!this.#isSecured && missing > 0)
      this.#firstBytes = Buffer.concat([this.#firstBytes, bytes.subarray(0, missing)]);
    this.#watch?.received(bytes);
    const isOutermost = !isDelivering;
    isDelivering = true;
    try {
      this.#underlay.deliver(bytes);
    } finally {
      if (isOutermost) isDelivering = false;
    }
    if (!isOutermost || deferred.length === 0) return;
    const actions = deferred;
    deferred = [];
    for (const action of actions) action();
  }

  #onRawEnd(): void {
    if (this.#raw.confirmEnd()) this.#inOrder(() => this.#onEnd());
  }

  #onEnd(): void {
    if (!this.#isSecured) return this.fail(closedDuringHandshake());
    if (this.#sawEnd) return;
    this.#peersCloseNotify = false;
    this.#underlay.deliverEnd();
  }

  /** A reset, or the end of a socket that TLS has let go. */
  #onRawClosed(): void {
    const { failure } = this.#raw;
    if (failure !== null && this.failure === null && !this.socket.destroyed) return this.fail(failure);
    this.socket.destroy();
  }

  /** A null that is pushed before the socket has seen a FIN is a close_notify. */
  #watchEnd(): void {
    const { socket } = this;
    const push = socket.push.bind(socket);
    socket.push = (chunk: unknown, encoding?: BufferEncoding) => {
      if (chunk === null && !this.#sawEnd) {
        this.#sawEnd = true;
        this.#peersCloseNotify ??= true;
        if (!this.#isSecured) this.fail(closedDuringHandshake());
      }
      return push(chunk, encoding);
    };
  }

  /** A destroyed stream takes nothing, so what has arrived is read just before. */
  #drainBeforeDestroy(): void {
    const { socket } = this;
    const destroy = socket.destroy.bind(socket);
    socket.destroy = (error?: Error) => {
      afterDelivery(() => {
        if (socket.destroyed) return;
        if (this.#isSecured) this.drain();
        this.#raw.receiver = null;
        this.#held = [];
        this.#behindHeld = [];
        destroy(error);
      });
      return socket;
    };
  }

  drain(): NodeJS.ErrnoException | null {
    // After an error of TLS itself OpenSSL takes no more; it may even be the caller.
    if (this.failure === null) {
      this.#isDraining = true;
      for (const bytes of this.#held.splice(0)) this.#onCipherText(bytes);
      this.failure = this.#raw.drain();
    }
    this.socket.removeAllListeners('data');
    for (let bytes: unknown; (bytes = this.socket.read()) !== null;) this.receiver?.(bytes as Uint8Array);
    return this.failure;
  }
}
