/** A TCP socket that reads into one reusable buffer and loses nothing when it is destroyed. */
import { readSync } from 'node:fs';
import { Socket } from 'node:net';

/** One read of libuv takes at most this much. */
const readBytes = 64 * 1024;
/** Most that is still read from a socket that is being destroyed; Linux's largest receive buffer is 6 MiB by default. */
const drainBytes = 8 * 1024 * 1024;

// libuv asks for the buffer and fills it in one go on POSIX; Windows fills it later, so that each socket needs its own.
const sharedBuffer = process.platform === 'win32' ? null : Buffer.allocUnsafeSlow(readBytes);

/** Parts of Node's stream handle that have no public name; each is used only where it is there. */
type Handle = { readonly fd?: number; readonly writeQueueSize?: number };
type Inner = { _handle: Handle | null; _server?: unknown; server?: unknown };
export type ReadMode = 'buffer' | 'data';
type Receiver = (bytes: Uint8Array) => void;

/**
 * `receiver` gets each chunk, in a buffer that is used again: copy what is kept. 'error' always has a listener, the
 * first error stays in `failure`, and 'close' comes exactly once, after the last chunk.
 */
export class StreamSocket extends Socket {
  receiver: Receiver | null = null;
  failure: NodeJS.ErrnoException | null = null;
  /** Bytes written to this socket that the kernel had not taken when it was destroyed. */
  untakenBytes = 0;
  #sawEnd = false;

  /** `accepted`: a socket of a server with `pauseOnConnect`, whose handle moves here. */
  constructor(mode: ReadMode, accepted: Socket | null = null) {
    const target: { receiver: Receiver | null } = { receiver: null };
    const onread = {
      buffer: sharedBuffer ?? Buffer.allocUnsafeSlow(readBytes),
      callback: (length: number, buffer: Uint8Array) => {
        target.receiver?.(buffer.subarray(0, length));
        return true;
      },
    };
    const inner = accepted as unknown as Inner | null;
    const handle = inner === null ? {} : { handle: inner._handle, manualStart: true };
    super({ ...handle, allowHalfOpen: true, ...(mode === 'buffer' ? { onread } : {}) });
    target.receiver = (bytes) => this.receiver?.(bytes);
    this.on('error', rememberFailure);
    if (mode === 'data') this.on('data', target.receiver).pause();
    if (inner !== null) adopt(this as unknown as Inner, inner);
  }

  /** Bytes written that the kernel has not taken yet; 0 where Node does not tell. */
  get waitingBytes(): number {
    return handleOf(this)?.writeQueueSize ?? 0;
  }

  /**
   * To be called at 'end': true for a real FIN. libuv before 1.49 reports a reset behind the last bytes as an end too;
   * one more read tells them apart, and a reset then destroys the socket.
   */
  confirmEnd(): boolean {
    const code = this.#drain();
    this.#sawEnd = true;
    if (code === null || code === 'EAGAIN') return true;
    this.destroy(Object.assign(new Error(`read ${code}`), { code, syscall: 'read' }));
    return false;
  }

  // A failed write destroys the socket although the kernel may still hold what the peer sent before it reset.
  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.untakenBytes = this.waitingBytes;
    this.#drain();
    super._destroy(error, callback);
  }

  /** Reads what has arrived, without waiting; returns the code of the error that ended it, null at a FIN. */
  #drain(): string | null {
    const descriptor = handleOf(this)?.fd ?? -1;
    if (descriptor < 0 || this.#sawEnd || this.connecting || this.receiver === null) return null;
    const buffer = sharedBuffer ?? Buffer.allocUnsafeSlow(readBytes);
    try {
      for (let drained = 0; drained < drainBytes;) {
        const length = readSync(descriptor, buffer);
        if (length === 0) return null;
        this.receiver(buffer.subarray(0, length));
        drained += length;
      }
      return 'EAGAIN';
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? null;
    }
  }
}

const handleOf = (socket: StreamSocket): Handle | null => (socket as unknown as Inner)._handle;

function rememberFailure(this: StreamSocket, error: NodeJS.ErrnoException): void {
  this.failure ??= error;
}

/** The server counts a socket until it is destroyed: the new one is counted, the old one is an empty shell. */
function adopt(socket: Inner, from: Inner): void {
  socket.server = from.server;
  socket._server = from._server;
  from._handle = null;
  from.server = null;
  from._server = null;
}
