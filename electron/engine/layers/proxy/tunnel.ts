/** A proxy as a layer: asked for a tunnel, its socket is afterwards as if it were connected to the target itself. */
import type { ClientSettings } from '../../../../shared/settings/settings.ts';
import { FailureError, failureOf } from '../../../../shared/failure.ts';
import { monotonic } from '../../clock.ts';
import { hostPort } from '../../net/address.ts';
import type { Laid, LayerPlan, LayerPort } from '../../net/layer.ts';
import type { ByteStream } from '../../net/stream-socket.ts';
import { proxyFailure, type Dialogue } from './dialogue.ts';
import { httpConnect } from './http-connect.ts';
import { socks5 } from './socks5.ts';

type Route = Pick<ClientSettings, 'proxy' | 'host' | 'port'>;
type NamedRoute = Route & { name: string };

export function proxyLayer(route: Route): LayerPlan {
  const { kind, host, port } = route.proxy;
  // Without the credentials.
  const name = `${kind}://${hostPort(host, port)}`;
  return {
    during: 'proxying',
    via: { host, port, name },
    prepare: async () => (below, layerPort) => new Tunnel(below, { ...route, name }, layerPort),
  };
}

class Tunnel implements Laid {
  readonly stream: ByteStream;
  readonly facts = {};
  readonly #route: NamedRoute;
  readonly #port: LayerPort;
  readonly #dialogue: Dialogue;
  readonly #start = monotonic();
  readonly #deadline: NodeJS.Timeout;
  #wanted = 0;
  #have: Uint8Array[] = [];
  #isOver = false;
  #onEnd = (): void => this.#onPeerEnded();
  #onClose = (): void => this.#end();

  /** `stream` is connected to the proxy. */
  constructor(stream: ByteStream, route: NamedRoute, port: LayerPort) {
    this.stream = stream;
    this.#route = route;
    this.#port = port;
    const { proxy, host } = route;
    this.#dialogue = (proxy.kind === 'http' ? httpConnect : socks5)({ host, port: route.port }, proxy);
    this.#deadline = setTimeout(() => this.#fail(timedOut(port.timeLeftMs)), port.timeLeftMs);
    stream.receiver = (bytes) => this.#onReceived(bytes);
    stream.socket.once('end', this.#onEnd).once('close', this.#onClose);
    this.#advance(() => this.#dialogue.next());
    if (!this.#isOver) stream.socket.resume();
  }

  #onReceived(bytes: Uint8Array): void {
    for (let rest = bytes; rest.length > 0 && !this.#isOver;) {
      const part = rest.subarray(0, this.#wanted);
      rest = rest.subarray(part.length);
      // A copy: the memory is used again.
      this.#have.push(Uint8Array.from(part));
      this.#wanted -= part.length;
      if (this.#wanted > 0) return;
      const all = Buffer.concat(this.#have.splice(0));
      this.#advance(() => this.#dialogue.next(all));
      // What came in one piece with the proxy's answer is the target's.
      if (this.#isOver && rest.length > 0) this.stream.receiver?.(rest);
    }
  }

  #advance(next: () => IteratorResult<{ send?: Uint8Array; read: number }, void>): void {
    try {
      const { done, value } = next();
      if (done === true) return this.#open();
      this.#wanted = value.read;
      if (value.send !== undefined) this.stream.socket.write(value.send);
    } catch (error) {
      this.#fail(error);
    }
  }

  #open(): void {
    this.#end();
    this.stream.socket.pause();
    const { host, port, name: proxy } = this.#route;
    const durationMs = monotonic() - this.#start;
    this.#port.record({ kind: 'note', note: 'proxied', proxy, target: hostPort(host, port), durationMs });
    this.#port.opened();
  }

  /** A FIN; a reset that looks like one destroys the socket instead, and 'close' tells. */
  #onPeerEnded(): void {
    if (this.stream.confirmEnd()) this.#fail(proxyFailure('PROXY_CLOSED', { name: 'proxy-closed' }));
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    this.#end();
    const { host, port } = this.#route;
    const { why, ...failure } = failureOf(error);
    // What the proxy did is told with what it was asked for; what the system did is not.
    const asked = why && { why: { ...why, target: hostPort(host, port) } };
    this.stream.socket.destroy(new FailureError({ ...failure, ...asked }));
  }

  #end(): void {
    this.#isOver = true;
    clearTimeout(this.#deadline);
    this.stream.receiver = null;
    this.stream.socket.removeListener('end', this.#onEnd).removeListener('close', this.#onClose);
  }
}

const timedOut = (timeMs: number): Error =>
  proxyFailure('ETIMEDOUT', { name: 'proxy-silent', ms: Math.round(timeMs) });
