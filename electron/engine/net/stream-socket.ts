/** A TCP socket that reads into one reusable buffer and loses nothing when it is destroyed. */
import { readSync } from 'node:fs';
import { Socket, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Address } from '../../../shared/address.ts';
import type { TlsMessage } from '../../../shared/certificates.ts';
import { localOf, remoteOf } from './address.ts';
import type { SocketHandle } from './taken-handles.ts';

/** One read of libuv takes at most this much. */
const readBytes = 64 * 1024;
/**
 * Most that is still read from a socket that is being destroyed; Linux lets a receive buffer grow to 6 MiB by default. At
 * once, because the descriptor goes, and its end is put on record behind it: about 1 ms for each MiB.
 */
const drainBytes = 8 * 1024 * 1024;

// libuv asks for the buffer and fills it in one go on POSIX; Windows fills it later, so that each socket needs its own.
const sharedBuffer = process.platform === 'win32' ? null : Buffer.allocUnsafeSlow(readBytes);
const readBuffer = (): Buffer => sharedBuffer ?? Buffer.allocUnsafeSlow(readBytes);

/** 'buffer': into the reusable buffer; 'data': by 'data' events, which every Node has for accepted sockets too. */
export type ReadMode = 'buffer' | 'data';
/** Parts of Node's sockets that have no public name. The self-test in read-mode.ts proves those that must be there. */
type Inner = { _handle?: SocketHandle | null; _server?: unknown; server?: unknown };
type Taken = { handle: SocketHandle; server: Server };

/** Of drains that go on: what one delivers can end another socket, whose drain must not write into the same memory. */
const spareBuffers: Buffer[] = [];

/** What a connection needs of its socket, be it plain or secured. */
export type ByteStream = {
  readonly socket: Duplex;
  /** Of the socket that is the lowest. Null where it does not tell. */
  readonly local: Address | null;
  readonly remote: Address | null;
  receiver: ((bytes: Uint8Array) => void) | null;
  readonly failure: NodeJS.ErrnoException | null;
  readonly untakenBytes: number | null;
  /** Bytes written that the kernel has not taken yet; null where it is not told. */
  readonly waitingBytes: number | null;
  /** So much of several messages may be written at once; a message alone may be longer. */
  readonly mostTogether: number;
  /** Grows while the kernel takes bytes, also where `waitingBytes` cannot tell. Asked for now and then. */
  readonly progress: number;
  /** Of TLS: the messages of a handshake that is not done. */
  readonly messages?: readonly TlsMessage[];
  /** Whether an end of TLS came with close_notify (RFC 8446 6.1), as ours always does; null: no TLS, or no end yet. */
  closeNotify(by: 'us' | 'peer'): boolean | null;
  confirmEnd(): boolean;
  /** Reads what has arrived, without waiting; returns the error behind it. */
  drain(): NodeJS.ErrnoException | null;
  reset(): void;
};

/** A method of its own on each socket would give each a shape of its own, which every later access pays for. */
class OwnSocket extends Socket {
  beforeDestroy: ((error: Error | null) => void) | null = null;

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.beforeDestroy?.(error);
    super._destroy(error, callback);
  }
}

/**
 * A socket with its way of reading. `receiver` gets each chunk in memory that is used again: copy what is kept. 'error'
 * always has a listener, and the first error stays in `failure`; 'close' comes once, after the last chunk.
 */
export class StreamSocket implements ByteStream {
  readonly mostTogether = Infinity;
  readonly socket: Socket;
  receiver: ((bytes: Uint8Array) => void) | null = null;
  failure: NodeJS.ErrnoException | null = null;
  /** Bytes written that the kernel had not taken when the socket was destroyed; null where a failed write hides it. */
  untakenBytes: number | null = 0;
  #readsEvents: boolean;
  #hasReceived = false;
  #sawEnd = false;

  private constructor(mode: ReadMode, from: Socket | Taken | null) {
    this.#readsEvents = mode === 'data';
    this.socket = from instanceof Socket ? from : this.#newSocket(mode, from);
    this.socket.on('error', (error) => (this.failure ??= error));
    if (mode === 'data') this.#readEvents();
    if (this.socket instanceof OwnSocket) this.socket.beforeDestroy = (error) => this.#beforeDestroy(error);
    else this.#overrideDestroy();
  }

  /** For an outgoing connection; connect it through `socket`. */
  static initiated(mode: ReadMode = 'buffer'): StreamSocket {
    return new StreamSocket(mode, null);
  }

  /** For a socket of a server with `pauseOnConnect` and `allowHalfOpen`; it is read by 'data' events. */
  static accepted(socket: Socket): StreamSocket {
    return new StreamSocket('data', socket);
  }

  /** For what `takeHandles` took from `server`; it is read into the reusable buffer. */
  static taken(handle: SocketHandle, server: Server): StreamSocket {
    return new StreamSocket('buffer', { handle, server });
  }

  /** libuv's queue is empty too before the connection is there and where the kernel refused a write at once. */
  get waitingBytes(): number | null {
    const { connecting, errored } = this.socket;
    const isQueue = this.#handle && !connecting && errored === null;
    return this.#queuedBytes > 0 || isQueue ? this.#queuedBytes : null;
  }

  get #queuedBytes(): number {
    return this.#handle?.writeQueueSize ?? 0;
  }

  /**
   * To be called at 'end': true for a real FIN. libuv (1.46, Node 20) reports a reset close behind the last bytes as an
   * end too; one more read tells them apart, and the reset then destroys the socket. Behind no bytes an end is real.
   */
  confirmEnd(): boolean {
    const failure = this.#hasReceived ? this.drain() : null;
    this.#sawEnd = true;
    if (failure === null) return true;
    this.socket.destroy(failure);
    return false;
  }

  get local(): Address | null {
    return localOf(this.socket);
  }

  get remote(): Address | null {
    return remoteOf(this.socket);
  }

  get progress(): number {
    return this.socket.bytesWritten - this.#queuedBytes;
  }

  closeNotify(): null {
    return null;
  }

  /** RST (RFC 9293 3.10.5). A Unix socket knows none: it is closed at once, whatever waits. */
  reset(): void {
    const { socket } = this;
    if (!this.#isTcp) socket.destroy();
    // libuv refuses while its shutdown(2) is under way, until the next turn, and Node then never closes the socket.
    else if (isShuttingDown(socket)) socket.prependOnceListener('finish', () => socket.resetAndDestroy());
    else socket.resetAndDestroy();
  }

  /** Node throws for a socket of another kind; one without a handle has ended or is about to connect. */
  get #isTcp(): boolean {
    const handle = this.#handle;
    return !handle || handle.constructor.name === 'TCP';
  }

  get #handle(): SocketHandle | null | undefined {
    return (this.socket as unknown as Inner)._handle;
  }

  #newSocket(mode: ReadMode, taken: Taken | null): Socket {
    const callback = (length: number, buffer: Uint8Array): boolean => {
      this.#hasReceived = true;
      this.receiver?.(buffer.subarray(0, length));
      return true;
    };
    const onread = mode === 'buffer' ? { onread: { buffer: readBuffer(), callback } } : {};
    if (taken === null) return new OwnSocket({ allowHalfOpen: true, ...onread });
    const options = { allowHalfOpen: true, handle: taken.handle, manualStart: true, ...onread };
    const socket = new OwnSocket(options);
    const inner = socket as Inner;
    // The server counts a connection until its socket is destroyed.
    inner.server = inner._server = taken.server;
    return socket;
  }

  #readEvents(): void {
    const onData = (bytes: Uint8Array): void => {
      this.#hasReceived = true;
      this.receiver?.(bytes);
    };
    this.socket.on('data', onData).pause();
  }

  #overrideDestroy(): void {
    const { socket } = this;
    const destroy = socket._destroy;
    socket._destroy = (error, callback) => {
      this.#beforeDestroy(error);
      destroy.call(socket, error, callback);
    };
  }

  /** A failed write destroys the socket although the kernel may still hold what the peer sent before it reset. */
  #beforeDestroy(error: Error | null): void {
    const isWriteError = (error as NodeJS.ErrnoException | null)?.syscall?.startsWith('write') ?? false;
    // libuv forgets its queue when a write fails, as if the kernel had taken it.
    this.untakenBytes = isWriteError ? null : this.#queuedBytes;
    const failure = this.drain();
    // Of a socket that never connected, reading only says that it is none.
    if ((error as NodeJS.ErrnoException | null)?.syscall === 'connect') return;
    // What reading says is the cause; what writing said may be its effect (EPIPE after a reset).
    if (error !== null && failure !== null && this.failure === null) this.failure = failure;
  }

  /** Reads what has arrived, without waiting; returns the error behind it, null at a FIN or when there is no more. */
  drain(): NodeJS.ErrnoException | null {
    if (this.#sawEnd || this.socket.connecting || this.receiver === null) return null;
    if (this.#readsEvents) this.#drainStream(this.receiver);
    const descriptor = this.#handle?.fd ?? -1;
    if (descriptor < 0) return null;
    const buffer = spareBuffers.pop() ?? Buffer.allocUnsafeSlow(readBytes);
    try {
      for (let drained = 0; drained < drainBytes;) {
        const length = readSync(descriptor, buffer);
        if (length === 0) break;
        this.receiver(buffer.subarray(0, length));
        drained += length;
      }
      return null;
    } catch (thrown) {
      const { code = 'EIO' } = thrown as NodeJS.ErrnoException;
      return code === 'EAGAIN' ? null : Object.assign(new Error(`read ${code}`), { code, syscall: 'read' });
    } finally {
      spareBuffers.push(buffer);
    }
  }

  /** What a paused stream holds came before what the kernel holds. */
  #drainStream(receiver: (bytes: Uint8Array) => void): void {
    this.socket.removeAllListeners('data');
    for (let bytes: unknown; (bytes = this.socket.read()) !== null;) receiver(bytes as Uint8Array);
  }
}

const isShuttingDown = ({ writableEnded, writableFinished, writableLength, destroyed }: Socket): boolean =>
  writableEnded && !writableFinished && writableLength === 0 && !destroyed;
