/** The stream between TLS and a socket. */
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/**
 * A Duplex by its face, as node:tls takes it. Bytes are handed on at once and are used again after that: node:tls copies
 * them into OpenSSL's memory. Errors stay with the socket, whose 'close' tells of them.
 */
export class Underlay extends Duplex {
  readonly #socket: Socket;
  readonly #sending: (bytes: Uint8Array) => void;
  #isEnding = false;
  #isWanted = false;

  /** `sending` hears of all bytes on their way to the socket. */
  constructor(socket: Socket, sending: (bytes: Uint8Array) => void) {
    super({ allowHalfOpen: true, autoDestroy: false });
    this.#socket = socket;
    this.#sending = sending;
  }

  deliver(bytes: Uint8Array): void {
    this.emit('data', bytes);
  }

  deliverEnd(): void {
    this.emit('end');
  }

  override resume(): this {
    this.#isWanted = true;
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
    this.#sending(bytes);
    this.#socket.write(bytes, (error) => {
      if (!error) done();
    });
  }

  override _writev(chunks: { chunk: Uint8Array }[], done: () => void): void {
    const last = chunks.at(-1)!;
    this.#socket.cork();
    for (const { chunk } of chunks.slice(0, -1)) {
      this.#sending(chunk);
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
