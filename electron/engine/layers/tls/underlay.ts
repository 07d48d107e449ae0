/** The stream between TLS and a socket. */
import { Duplex } from 'node:stream';

export type UnderlayEvents = {
  /** Bytes on their way to the socket. */
  sending(bytes: Uint8Array): void;
  /** Nothing is settling, or TLS asked for more. */
  ready(): void;
};

/**
 * A Duplex by its face, as node:tls takes it. Bytes are handed on at once and are used again after that: node:tls copies
 * them into OpenSSL's memory. Errors stay with the socket, whose 'close' tells of them.
 */
export class Underlay extends Duplex {
  readonly #socket: Duplex;
  readonly #events: UnderlayEvents;
  #isEnding = false;
  #isWanted = false;
  #settling = 0;

  constructor(socket: Duplex, events: UnderlayEvents) {
    super({ allowHalfOpen: true, autoDestroy: false });
    this.#socket = socket;
    this.#events = events;
  }

  /** The kernel has what was written, and TLS has not heard of it: it hears a turn of the event loop later. */
  get isSettling(): boolean {
    return this.#settling > 0;
  }

  /** TLS has asked for more. */
  get isWanted(): boolean {
    return this.#isWanted;
  }

  deliver(bytes: Uint8Array): void {
    this.emit('data', bytes);
  }

  deliverEnd(): void {
    this.emit('end');
  }

  override resume(): this {
    this.#isWanted = true;
    if (!this.isSettling) this.#events.ready();
    if (!this.#isEnding) this.#socket.resume();
    return this;
  }

  override pause(): this {
    this.#isWanted = false;
    this.#socket.pause();
    return this;
  }

  override _read(): void {
    // Bytes are delivered, never asked for.
  }

  override _write(bytes: Uint8Array, _encoding: string, done: () => void): void {
    this.#events.sending(bytes);
    this.#socket.write(bytes, (error) => {
      if (error) return;
      this.#settling++;
      done();
      // Behind what node:tls puts off in `done`.
      setImmediate(() => {
        if (--this.#settling === 0) this.#events.ready();
      });
    });
  }

  override _writev(chunks: { chunk: Uint8Array }[], done: () => void): void {
    const last = chunks.at(-1)!;
    this.#socket.cork();
    for (const { chunk } of chunks.slice(0, -1)) {
      this.#events.sending(chunk);
      this.#socket.write(chunk);
    }
    this._write(last.chunk, '', done);
    this.#socket.uncork();
  }

  /** While the FIN is on its way to the kernel, node:tls must not be made to write (an answer to a key update, an alert). */
  override _final(done: () => void): void {
    this.#isEnding = true;
    this.#socket.pause();
    this.#socket.end((error?: Error | null) => {
      this.#isEnding = false;
      if (error) return;
      done();
      if (this.#isWanted) this.#socket.resume();
    });
  }

  override _destroy(_error: Error | null, done: () => void): void {
    this.#socket.destroy();
    done();
  }
}
