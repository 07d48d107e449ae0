/** One go at reaching a peer: layers are prepared, a name is looked up, addresses are tried, whoever stands between is asked. */
import { statSync } from 'node:fs';
import { isIP } from 'node:net';
import type { ClientState, LayerName } from '../../../shared/domain.ts';
import { failed, FailureError, failureOf, type Failure } from '../../../shared/failure.ts';
import type { RecordDetail } from '../../../shared/records.ts';
import type { ClientSettings } from '../../../shared/settings/settings.ts';
import { monotonic } from '../clock.ts';
import { hostPort, requireHost, requirePort } from '../net/address.ts';
import { prepared, type LayerPlan, type ReadyLayer, type Via } from '../net/layer.ts';
import { addressesOf, type Lookup } from '../net/resolve.ts';
import type { ByteStream, StreamSocket } from '../net/stream-socket.ts';
import { pathFailure, shownPath } from '../net/unix-path.ts';
import { Attempts, type About, type AttemptsOptions } from './attempts.ts';
import { Laying } from './laying.ts';

type During = Extract<RecordDetail, { kind: 'failed' }>['during'];

/** `socket` is the lowest of all, `stream` what reaches the peer, `layers` those that have still to be laid over it. */
export type Reached = { socket: StreamSocket; stream: ByteStream; layers: readonly ReadyLayer[] };

export type ReachEvents = {
  record(detail: RecordDetail): void;
  changed(): void;
  /** Exactly one of these is called, once, unless `cancel` comes first. Nobody has read the stream. */
  reached(reached: Reached): void;
  failed(failure: Failure, during: During, about: About): void;
};

export class Reach {
  readonly settings: ClientSettings;
  /** Who stands between, if anybody does. */
  readonly via: Via | null;
  /** As of `monotonic`. */
  readonly start = monotonic();
  readonly #plans: readonly LayerPlan[];
  readonly #layers: ReadyLayer[] = [];
  readonly #events: ReachEvents;
  /** What is resolved and connected to: whoever stands between, else the remote itself. */
  readonly #hop: About;
  #state: 'resolving' | 'connecting' | LayerName = 'resolving';
  /** What has failed if it fails now. */
  #during: During = 'resolving';
  /** Lets go of the socket that is being made. */
  #letGo: () => void = () => undefined;
  #isOver = false;

  /** Throws a `FailureError` for settings that cannot be tried: ERR_SOCKET_BAD_PORT, INVALID_ARGUMENT. */
  constructor(settings: ClientSettings, plans: readonly LayerPlan[], events: ReachEvents) {
    this.settings = settings;
    this.via = plans.find(({ via }) => via !== undefined)?.via ?? null;
    this.#plans = plans;
    this.#events = events;
    const { host, port } = this.via ?? settings;
    this.#hop = { host, port };
    requireSettings(settings, this.via);
  }

  get state(): Exclude<ClientState, 'idle' | 'waiting'> {
    return this.#state;
  }

  /** To be called once. */
  begin(lookup?: Lookup): void {
    void this.#walk(lookup);
  }

  /** Ends it at once, without a word. Does nothing when it is over. */
  cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#letGo();
  }

  async #walk(lookup: Lookup | undefined): Promise<void> {
    try {
      for (const plan of this.#plans) {
        this.#during = plan.during;
        this.#layers.push(await prepared(plan));
        if (this.#isOver) return;
      }
      this.#during = 'resolving';
      if (this.settings.transport === 'unix') return this.#attemptPath();
      const addresses = await addressesOf(this.#hop.host, {
        ...{ lookup, timeoutMs: this.#restMs },
        record: (resolved) => this.#isOver || this.#events.record(resolved),
      });
      if (!this.#isOver) this.#attemptAddresses(addresses);
    } catch (error) {
      this.#fail(this.#failureOf(error));
    }
  }

  #attemptAddresses(found: string[]): void {
    const { localHost, localPort } = this.settings;
    const { port } = this.#hop;
    const addresses = localHost === '' ? found : found.filter((address) => isIP(address) === isIP(localHost));
    this.#step('connecting');
    const local = { host: localHost, port: localPort };
    if (addresses.length === 0) return this.#fail(otherFamily(local), local);
    this.#attempt({ addresses, port, localHost, localPort }, (failure, about) => this.#fail(failure, about));
  }

  #attemptPath(): void {
    const { path } = this.settings;
    const shown = { host: shownPath(path), port: 0 };
    this.#step('connecting');
    const wrong = pathFailure(path);
    if (wrong !== null) return this.#fail(wrong, shown);
    this.#attempt({ addresses: [], port: 0, path, localHost: '', localPort: 0 }, (failure) =>
      this.#fail({ ...withFileKind(failure, path), subject: shown.host }, shown),
    );
  }

  #attempt(
    to: Omit<AttemptsOptions, 'timeoutMs' | `on${string}`>,
    onFailed: AttemptsOptions['onFailed'],
  ): void {
    const attempts = new Attempts({
      ...to,
      timeoutMs: this.#restMs,
      onAttempted: (attempted) => this.#events.record(attempted),
      onConnected: (socket) => this.#onConnected(socket),
      onFailed,
    });
    this.#letGo = () => attempts.cancel();
  }

  /** Whoever stands between is asked for the peer. */
  #onConnected(socket: StreamSocket): void {
    const between = this.#plans.findLastIndex(({ via }) => via !== undefined) + 1;
    const layers = this.#layers.slice(between);
    let stream: ByteStream = socket;
    const laying = new Laying(this.#layers.slice(0, between), {
      record: (detail) => this.#events.record(detail),
      moved: (next) => {
        stream = next;
        next.socket.once('close', () => next === stream && this.#fail(this.#failureOf(next.failure)));
      },
      changed: () =>
        laying.during === null ? this.#reached({ socket, stream, layers }) : this.#step(laying.during),
      timeLeftMs: () => this.#restMs,
    });
    if (laying.during === null) return this.#reached({ socket, stream, layers });
    this.#letGo = () => void stream.socket.destroy();
    this.#step(laying.during);
    laying.begin(socket);
  }

  #reached(reached: Reached): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#events.reached(reached);
  }

  #fail(failure: Failure, about: About = this.#hop): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#events.failed(failure, this.#during, about);
  }

  #step(state: 'connecting' | LayerName): void {
    this.#state = this.#during = state;
    this.#events.changed();
  }

  #failureOf(error: unknown): Failure {
    return failureOf(error, hostPort(this.#hop.host, this.#hop.port));
  }

  /** Of the time for connecting, at least 1. */
  get #restMs(): number {
    return Math.max(1, this.settings.connectTimeoutMs - (monotonic() - this.start));
  }
}

/** Linux says ECONNREFUSED of a file that is no socket too; macOS ENOTSOCK, which is the better word. */
function withFileKind(failure: Failure, path: string): Failure {
  if (failure.code !== 'ECONNREFUSED') return failure;
  try {
    if (statSync(path).isSocket()) return failure;
    return { ...failure, code: 'ENOTSOCK', message: `connect ENOTSOCK ${path}` };
  } catch {
    // It has just gone: what the system said holds.
    return failure;
  }
}

function requireSettings(settings: ClientSettings, via: Via | null): void {
  const { transport, host, port, localHost, localPort } = settings;
  if (transport === 'unix') return;
  if (via !== null) {
    requirePort(via.port, 1);
    requireHost(via.host);
  }
  requirePort(port, 1);
  requirePort(localPort, 0);
  requireHost(host);
  const wrong = host === '' ? 'host' : localHost !== '' && isIP(localHost) === 0 ? 'localHost' : null;
  if (wrong === null) return;
  const name = wrong === 'host' ? 'host-missing' : 'local-host-literal';
  throw new FailureError({ code: 'INVALID_ARGUMENT', subject: wrong, why: { name } });
}

const otherFamily = ({ host, port }: About): Failure => ({
  ...failed('EADDRNOTAVAIL'),
  subject: hostPort(host, port),
});
