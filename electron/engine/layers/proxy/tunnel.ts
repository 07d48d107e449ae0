/** Asks a proxy on an open socket for a tunnel; afterwards the socket is as if it were connected to the target itself. */
import type { ProxySettings } from '../../../../shared/settings/settings.ts';
import { failureOf, type Failure } from '../../../../shared/failure.ts';
import { hostPort } from '../../net/address.ts';
import type { StreamSocket } from '../../net/stream-socket.ts';
import { proxyFailure, type Dialogue, type TunnelTarget } from './dialogue.ts';
import { httpConnect } from './http-connect.ts';
import { socks5 } from './socks5.ts';

/** As `StreamSocket.readLimit` of a socket that a tunnel is asked for on: nothing is read before it says so. */
export const firstReadLimit = 1;

export type TunnelOptions = {
  proxy: ProxySettings;
  target: TunnelTarget;
  /** For the whole dialogue, in milliseconds. */
  timeoutMs: number;
  /** Exactly one of these is called, once, unless `cancel` comes first. `onOpen`: the socket is paused, nothing of it is read. */
  onOpen(): void;
  /** The socket is destroyed. */
  onFailed(failure: Failure): void;
};

/** `socks5://host:port` or `http://host:port`, without the credentials. */
export const proxyName = ({ kind, host, port }: ProxySettings): string => `${kind}://${hostPort(host, port)}`;

export class Tunnel {
  #stream: StreamSocket;
  #options: TunnelOptions;
  #dialogue: Dialogue;
  #deadline: NodeJS.Timeout;
  #wanted = 0;
  #have: Uint8Array[] = [];
  #isOver = false;
  #onEnd = (): void => this.#onPeerEnded();
  #onClose = (): void => this.#fail(this.#stream.failure ?? closed());

  /** `stream` is connected to the proxy and was made with `firstReadLimit`. */
  constructor(stream: StreamSocket, options: TunnelOptions) {
    this.#stream = stream;
    this.#options = options;
    const { proxy, target } = options;
    this.#dialogue = (proxy.kind === 'http' ? httpConnect : socks5)(target, proxy);
    this.#deadline = setTimeout(() => this.#fail(timedOut(options.timeoutMs)), options.timeoutMs);
    stream.receiver = (bytes) => this.#onReceived(bytes);
    stream.socket.once('end', this.#onEnd).once('close', this.#onClose);
    this.#advance(() => this.#dialogue.next());
    if (!this.#isOver) stream.socket.resume();
  }

  /** Destroys the socket at once. Does nothing when it is over. */
  cancel(): void {
    if (this.#isOver) return;
    this.#end();
    this.#stream.socket.destroy();
  }

  #onReceived(bytes: Uint8Array): void {
    if (this.#isOver) return;
    // A copy: the memory is used again.
    this.#have.push(Uint8Array.from(bytes.subarray(0, this.#wanted)));
    this.#wanted -= bytes.length;
    if (this.#wanted > 0) return void (this.#stream.readLimit = this.#wanted);
    const all = Buffer.concat(this.#have.splice(0));
    this.#advance(() => this.#dialogue.next(all));
  }

  #advance(next: () => IteratorResult<{ send?: Uint8Array; read: number }, void>): void {
    try {
      const { done, value } = next();
      if (done === true) return this.#open();
      this.#wanted = value.read;
      this.#stream.readLimit = value.read;
      if (value.send !== undefined) this.#stream.socket.write(value.send);
    } catch (error) {
      this.#fail(error);
    }
  }

  #open(): void {
    this.#end();
    this.#stream.readLimit = null;
    this.#stream.socket.pause();
    this.#options.onOpen();
  }

  /** A FIN; a reset that looks like one destroys the socket instead, and 'close' tells. */
  #onPeerEnded(): void {
    if (this.#stream.confirmEnd()) this.#fail(closed());
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    this.#end();
    this.#stream.socket.destroy();
    const { proxy, target } = this.#options;
    const { code, message } = failureOf(error);
    // What the proxy did is said in sentences, the system's own words are not.
    const asked = message.endsWith('.') ? ` It was asked for ${hostPort(target.host, target.port)}.` : '';
    this.#options.onFailed({ code, message: message + asked, subject: hostPort(proxy.host, proxy.port) });
  }

  #end(): void {
    this.#isOver = true;
    clearTimeout(this.#deadline);
    this.#stream.receiver = null;
    this.#stream.socket.removeListener('end', this.#onEnd).removeListener('close', this.#onClose);
  }
}

const closed = (): Error =>
  proxyFailure('PROXY_CLOSED', 'The proxy closed the connection without an answer.');

function timedOut(timeMs: number): Error {
  const message = `The proxy gave no answer within ${Math.round(timeMs)} ms.`;
  return Object.assign(new Error(message), { code: 'ETIMEDOUT' });
}
