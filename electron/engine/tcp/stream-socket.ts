/** A TCP socket that reads into one reusable buffer and loses nothing when it is destroyed. */
import { readSync } from 'node:fs';
import { Socket } from 'node:net';

/** One read of libuv takes at most this much. */
const readBytes = 64 * 1024;
/** Most that is still read from a socket that is being destroyed; Linux lets a receive buffer grow to 6 MiB by default. */
const drainBytes = 8 * 1024 * 1024;

// libuv asks for the buffer and fills it in one go on POSIX; Windows fills it later, so that each socket needs its own.
const sharedBuffer = process.platform === 'win32' ? null : Buffer.allocUnsafeSlow(readBytes);
const readBuffer = (): Buffer => sharedBuffer ?? Buffer.allocUnsafeSlow(readBytes);

/** 'buffer': into the reusable buffer; 'data': by 'data' events, which every Node has for accepted sockets too. */
export type ReadMode = 'buffer' | 'data';
/** Parts of Node's sockets that have no public name. The self-test in read-mode.ts proves those that must be there. */
type Handle = { readonly fd?: number; readonly writeQueueSize?: number };
type Inner = { _handle?: Handle | null; _server?: unknown; server?: unknown };

/**
 * A socket with its way of reading. `receiver` gets each chunk in memory that is used again: copy what is kept. 'error'
 * always has a listener, and the first error stays in `failure`; 'close' comes once, after the last chunk.
 */
export class StreamSocket {
  readonly socket: Socket;
  receiver: ((bytes: Uint8Array) => void) | null = null;
  failure: NodeJS.ErrnoException | null = null;
  /** Bytes written that the kernel had not taken when the socket was destroyed; null where a failed write hides it. */
  untakenBytes: number | null = 0;
  #readsEvents: boolean;
  #sawEnd = false;

  private constructor(mode: ReadMode, accepted: Socket | null) {
    this.#readsEvents = mode === 'data';
    this.socket = mode === 'data' && accepted !== null ? accepted : this.#newSocket(mode, accepted);
    this.socket.on('error', (error) => (this.failure ??= error));
    if (mode === 'data') this.socket.on('data', (bytes: Uint8Array) => this.receiver?.(bytes)).pause();
    const destroy = this.socket._destroy;
    this.socket._destroy = (error, callback) => {
      this.#beforeDestroy(error);
      destroy.call(this.socket, error, callback);
    };
  }

  /** For an outgoing connection; connect it through `socket`. */
  static initiated(mode: ReadMode = 'buffer'): StreamSocket {
    return new StreamSocket(mode, null);
  }

  /** For a socket of a server with `pauseOnConnect` and `allowHalfOpen`; 'buffer' leaves `accepted` an empty shell. */
  static accepted(mode: ReadMode, accepted: Socket): StreamSocket {
    return new StreamSocket(mode, accepted);
  }

  /** Bytes written that the kernel has not taken yet; 0 where Node does not tell. */
  get waitingBytes(): number {
    return this.#handle?.writeQueueSize ?? 0;
  }

  /**
   * To be called at 'end': true for a real FIN. libuv (1.46, Node 20) reports a reset close behind the last bytes as an
   * end too; one more read tells them apart, and the reset then destroys the socket.
   */
  confirmEnd(): boolean {
    const failure = this.#drain();
    this.#sawEnd = true;
    if (failure === null) return true;
    this.socket.destroy(failure);
    return false;
  }

  get #handle(): Handle | null | undefined {
    return (this.socket as unknown as Inner)._handle;
  }

  #newSocket(mode: ReadMode, accepted: Socket | null): Socket {
    const callback = (length: number, buffer: Uint8Array): boolean => {
      this.receiver?.(buffer.subarray(0, length));
      return true;
    };
    const onread = mode === 'buffer' ? { onread: { buffer: readBuffer(), callback } } : {};
    if (accepted === null) return new Socket({ allowHalfOpen: true, ...onread });
    const from = accepted as unknown as Inner;
    const options = { allowHalfOpen: true, handle: from._handle, manualStart: true, ...onread };
    const socket = new Socket(options);
    // The server counts a socket until it is destroyed: from now on the new one.
    Object.assign(socket, { server: from.server, _server: from._server });
    Object.assign(from, { _handle: null, server: null, _server: null });
    return socket;
  }

  /** A failed write destroys the socket although the kernel may still hold what the peer sent before it reset. */
  #beforeDestroy(error: Error | null): void {
    const isWriteError = (error as NodeJS.ErrnoException | null)?.syscall?.startsWith('write') ?? false;
    // libuv forgets its queue when a write fails, as if the kernel had taken it.
    this.untakenBytes = isWriteError ? null : this.waitingBytes;
    const failure = this.#drain();
    // What reading says is the cause; what writing said may be its effect (EPIPE after a reset).
    if (error !== null && failure !== null && this.failure === null) this.failure = failure;
  }

  /** Reads what has arrived, without waiting; returns the error behind it, null at a FIN or when there is no more. */
  #drain(): NodeJS.ErrnoException | null {
    if (this.#sawEnd || this.socket.connecting || this.receiver === null) return null;
    if (this.#readsEvents) this.#drainStream(this.receiver);
    const descriptor = this.#handle?.fd ?? -1;
    if (descriptor < 0) return null;
    const buffer = readBuffer();
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
    }
  }

  /** What a paused stream holds came before what the kernel holds. */
  #drainStream(receiver: (bytes: Uint8Array) => void): void {
    this.socket.removeAllListeners('data');
    for (let bytes: unknown; (bytes = this.socket.read()) !== null;) receiver(bytes as Uint8Array);
  }
}
