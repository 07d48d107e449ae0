/** A TCP or Unix client: resolves, attempts, holds one connection, and connects again by itself when asked to. */
import { statSync } from 'node:fs';
import { isIP } from 'node:net';
import type { Address } from '../../../shared/address.ts';
import type { ClientSettings } from '../../../shared/settings/settings.ts';
import type { ClientState, EndKind, EndpointStatus } from '../../../shared/domain.ts';
import { failureOf, FailureError, type Failure } from '../../../shared/failure.ts';
import { noStream, type Recorder } from '../capture/recorder.ts';
import { monotonic, now } from '../clock.ts';
import { firstReadLimit, proxyName, Tunnel } from '../layers/proxy/tunnel.ts';
import { clientRole, SessionMemory } from '../layers/tls/client-role.ts';
import type { TlsRole } from '../layers/tls/handshake.ts';
import { noResources, type TlsResources } from '../layers/tls/identity.ts';
import { addressOf, hostPort, requireHost, requirePort } from '../net/address.ts';
import { Attempts, type About } from './attempts.ts';
import { after, initiatedLife, type Life } from './connection-state.ts';
import { Connection } from './connection.ts';
import { Connections } from './connections.ts';
import { resolveHost, type Lookup, type Resolved } from '../net/resolve.ts';
import { applySocketOptions } from './socket-options.ts';
import type { StreamSocket } from '../net/stream-socket.ts';
import { pathFailure, shownPath, unixAddress } from '../net/unix-path.ts';

export type ClientStatus = Extract<EndpointStatus, { role: 'client' }>;
export type ClientOptions = { lookup?: Lookup; tls?: TlsResources };

/** A reconnect never spins, whatever its settings say. */
const leastRetryMs = 100;
/** How long a stopping client lets queued bytes leave. */
const stopDeadlineMs = 250;

/** One go at connecting, from the name to the socket. */
type Go = {
  settings: ClientSettings;
  /** As of `monotonic`. */
  start: number;
  deadline: NodeJS.Timeout | null;
  attempts: Attempts | null;
  /** 'preparing': its certificates are being read; null: without TLS. */
  tls: TlsRole | 'preparing' | null;
  /** Once the proxy is reached, until it has connected to the remote. */
  tunnel: Tunnel | null;
};

export class Client {
  readonly connections: Connections;
  #lookup: Lookup | undefined;
  #tls: TlsResources;
  #sessions = new SessionMemory();
  #life: Life | null = null;
  #go: Go | null = null;
  #connection: Connection | null = null;
  #failure: Failure | null = null;
  #ended: ClientStatus['ended'] = null;
  #retry: { at: number; timer: NodeJS.Timeout } | null = null;
  #retries = 0;
  /** False from the moment the user ends it: what fails afterwards is no reason to connect again. */
  #isWanted = false;

  constructor(recorder: Recorder, options: ClientOptions = {}) {
    this.connections = new Connections(recorder);
    this.#lookup = options.lookup;
    this.#tls = options.tls ?? noResources;
  }

  get status(): ClientStatus {
    return {
      role: 'client',
      state: this.#state,
      local: this.#connection?.local ?? null,
      remote: this.#connection?.remote ?? null,
      failure: this.#failure,
      ended: this.#ended,
      retryAt: this.#retry?.at ?? null,
      retries: this.#retries,
      udp: null,
      refusedChain: this.#connection?.refusedChain ?? null,
      notVerified: this.connections.openCount > 0 ? (this.#connection?.tls?.verifyCode ?? null) : null,
    };
  }

  /**
   * Begins to connect; the outcome is in `status` and the log. Throws a `FailureError` for settings that no attempt could
   * be made with (ERR_SOCKET_BAD_PORT, INVALID_ARGUMENT), and EISCONN while it is connected or connecting.
   */
  connect(settings: ClientSettings): void {
    requireSettings(settings);
    const isBusy = this.#go !== null || this.connections.openCount > 0;
    if (isBusy)
      throw new FailureError({
        code: 'EISCONN',
        message: 'This client is connected or connecting.',
        subject: '',
      });
    this.#cancelRetry();
    this.#retries = 0;
    this.#isWanted = true;
    this.#begin(settings);
  }

  /** Ends an attempt or the wait for the next one, at once; an open connection stays. */
  cancel(): void {
    this.#cancelRetry();
    const go = this.#go;
    if (go === null) return;
    this.#isWanted = false;
    go.attempts?.cancel();
    go.tunnel?.cancel();
    this.#endGo(go);
    this.#life = after(this.#life!, { type: 'closed', by: 'us', how: 'close' });
    this.#ended = { by: 'us', how: 'close' };
    const counters = { receivedBytes: 0, sentBytes: 0, unsentBytes: 0, durationMs: monotonic() - go.start };
    this.connections.recorder.recordDetail(noStream, { kind: 'closed', by: 'us', how: 'close', ...counters });
  }

  /**
   * Ends the connection as `how` says, or the attempt, or the automatic reconnect. Resolves when no socket is open, but
   * for 'finish' at once: the peer may send as long as it likes.
   */
  async disconnect(how: EndKind): Promise<void> {
    this.#isWanted = false;
    this.cancel();
    this.#connection?.end(how);
    if (how !== 'finish') await this.connections.ended();
  }

  /** Ends everything, by force after a quarter of a second; resolves when no socket is open. */
  async stop(): Promise<void> {
    this.#isWanted = false;
    this.cancel();
    this.#connection?.end('close', stopDeadlineMs);
    await this.connections.ended();
  }

  get openSockets(): number {
    return this.connections.openCount;
  }

  /** A stream loses nothing: TCP sends again, and backpressure holds the peer back. */
  get lost(): number {
    return 0;
  }

  /** Nothing of a running stream socket changes but by its next start. */
  change(_settings: ClientSettings): void {}

  /** After the log was cleared: says again which connection is open. */
  carry(): void {
    this.connections.carry();
  }

  get #state(): ClientState {
    if (this.#retry !== null) return 'waiting';
    return this.#connection?.state ?? this.#life?.state ?? 'idle';
  }

  #begin(settings: ClientSettings): void {
    const go: Go = { settings, start: monotonic(), deadline: null, attempts: null, tls: null, tunnel: null };
    this.#go = go;
    this.#connection = null;
    this.#failure = null;
    this.#ended = null;
    this.#life = initiatedLife;
    this.connections.changed();
    if (settings.transport === 'unix') return this.#attemptPath(go);
    go.deadline = setTimeout(() => this.#onResolveDeadline(go), settings.connectTimeoutMs);
    void this.#resolve(go);
  }

  async #resolve(go: Go): Promise<void> {
    const { host, port } = firstHop(go.settings);
    try {
      await this.#prepareTls(go);
      if (this.#go !== go) return;
      const { addresses, record } = await resolveHost(host, this.#lookup);
      if (this.#go !== go) return;
      if (record !== null) this.connections.recorder.recordDetail(noStream, record);
      const code = record?.code ?? null;
      if (code !== null) throw unresolved(host, code);
      this.#attempt(go, addresses);
    } catch (error) {
      if (this.#go === go) this.#fail(go, failureOf(error, hostPort(host, port)));
    }
  }

  async #prepareTls(go: Go): Promise<void> {
    if (go.settings.transport !== 'tls') return;
    go.tls = 'preparing';
    go.tls = await clientRole(go.settings, this.#tls, this.#sessions);
  }

  #onResolveDeadline(go: Go): void {
    const { connectTimeoutMs } = go.settings;
    const { host } = firstHop(go.settings);
    const durationMs = connectTimeoutMs;
    const detail: Resolved = { kind: 'resolved', host, addresses: [], durationMs, code: 'ETIMEDOUT' };
    this.connections.recorder.recordDetail(noStream, detail);
    this.#fail(go, unresolved(host, 'ETIMEDOUT').failure);
  }

  #attempt(go: Go, found: string[]): void {
    const { settings } = go;
    const { localHost, localPort } = settings;
    const { port } = firstHop(settings);
    const addresses = localHost === '' ? found : found.filter((address) => isIP(address) === isIP(localHost));
    if (go.deadline !== null) clearTimeout(go.deadline);
    this.#life = after(this.#life!, { type: 'resolved' });
    this.connections.changed();
    if (addresses.length === 0)
      return this.#fail(go, otherFamily(settings), { host: localHost, port: localPort });
    go.attempts = new Attempts({
      ...{ addresses, port, localHost, localPort, timeoutMs: restOf(go) },
      ...(isProxied(settings) ? { readLimit: firstReadLimit } : {}),
      onAttempted: (attempted) => this.connections.recorder.recordDetail(noStream, attempted),
      onConnected: (stream) => (isProxied(settings) ? this.#tunnel(go, stream) : this.#open(go, stream)),
      onFailed: (failure, about) => this.#fail(go, failure, about),
    });
  }

  #attemptPath(go: Go): void {
    const { path } = go.settings;
    const shown = { host: shownPath(path), port: 0 };
    this.#life = after(this.#life!, { type: 'resolved' });
    const wrong = pathFailure(path);
    if (wrong !== null) return this.#fail(go, wrong, shown);
    go.attempts = new Attempts({
      ...{ addresses: [], port: 0, path, localHost: '', localPort: 0, timeoutMs: restOf(go) },
      onAttempted: (attempted) => this.connections.recorder.recordDetail(noStream, attempted),
      onConnected: (stream) => this.#open(go, stream),
      onFailed: (failure) => this.#fail(go, { ...withFileKind(failure, path), subject: shown.host }, shown),
    });
  }

  #tunnel(go: Go, stream: StreamSocket): void {
    const { proxy, host, port } = go.settings;
    const start = monotonic();
    go.tunnel = new Tunnel(stream, {
      ...{ proxy, target: { host, port }, timeoutMs: restOf(go) },
      onOpen: () => {
        const note = { note: 'proxied', proxy: proxyName(proxy), target: hostPort(host, port) } as const;
        const durationMs = monotonic() - start;
        this.connections.recorder.recordDetail(noStream, { kind: 'note', ...note, durationMs });
        this.#open(go, stream);
      },
      onFailed: (failure) => this.#fail(go, failure, proxy),
    });
  }

  #open(go: Go, stream: StreamSocket): void {
    this.#endGo(go);
    this.#life = after(this.#life!, { type: 'connected' });
    this.#retries = 0;
    const { settings } = go;
    const { transport, path, options, reconnect } = settings;
    applySocketOptions(stream.socket, options);
    this.#connection = new Connection(this.connections, stream, {
      origin: 'initiated',
      handler: null,
      highWaterBytes: options.highWaterBytes,
      // Who stays half open with a peer that has gone is never connected again.
      afterPeerFinishes: reconnect.enabled ? 'finish' : settings.afterPeerFinishes,
      idle: options,
      tls: go.tls === 'preparing' ? null : go.tls,
      ...(transport === 'unix' ? { local: null, remote: unixAddress(path) } : {}),
      ...(isProxied(settings) ? { remote: targetOf(settings), proxy: proxyName(settings.proxy) } : {}),
      onEnded: (connection) => this.#onEnded(settings, connection),
    });
  }

  #onEnded(settings: ClientSettings, { cause, failure, refusedChain }: Connection): void {
    this.#failure = failure;
    this.#ended = cause?.kind === 'closed' ? { by: cause.by, how: cause.how } : null;
    // A certificate stays what it is: its chain is shown, and the user decides.
    if (this.#ended?.by !== 'us' && refusedChain === null) this.#retryLater(settings);
  }

  #fail(go: Go, failure: Failure, { host, port }: About = firstHop(go.settings)): void {
    this.#endGo(go);
    const isResolving = this.#life!.state === 'resolving';
    const during =
      go.tls === 'preparing'
        ? 'securing'
        : isResolving
          ? 'resolving'
          : go.tunnel !== null
            ? 'proxying'
            : 'connecting';
    this.#life = after(this.#life!, { type: 'failed', code: failure.code });
    this.#failure = failure;
    const { code, message } = failure;
    const counters = { receivedBytes: 0, sentBytes: 0, unsentBytes: 0, durationMs: monotonic() - go.start };
    const { recorder } = this.connections;
    recorder.recordDetail(noStream, { kind: 'failed', during, code, message, host, port, ...counters });
    this.#retryLater(go.settings);
  }

  #endGo(go: Go): void {
    if (go.deadline !== null) clearTimeout(go.deadline);
    this.#go = null;
    this.connections.changed();
  }

  #retryLater(settings: ClientSettings): void {
    const { enabled, delayMs, growth, maxDelayMs } = settings.reconnect;
    if (!enabled || !this.#isWanted) return;
    const grown = Math.min(delayMs * Math.max(1, growth) ** this.#retries, maxDelayMs);
    const delay = Math.max(leastRetryMs, grown);
    const attempt = ++this.#retries;
    this.connections.recorder.recordDetail(noStream, {
      kind: 'note',
      note: 'retry',
      delayMs: delay,
      attempt,
    });
    const timer = setTimeout(() => {
      this.#retry = null;
      this.#begin(settings);
    }, delay);
    this.#retry = { at: now() + delay, timer };
    this.connections.changed();
  }

  #cancelRetry(): void {
    if (this.#retry === null) return;
    clearTimeout(this.#retry.timer);
    this.#retry = null;
    this.#isWanted = false;
    this.connections.changed();
  }
}

const isProxied = ({ transport, proxy }: ClientSettings): boolean =>
  proxy.kind !== 'none' && (transport === 'tcp' || transport === 'tls');

/** What is resolved and connected to: the proxy where there is one, else the remote itself. */
const firstHop = (settings: ClientSettings): About => (isProxied(settings) ? settings.proxy : settings);

/** Whom a proxy has connected to, as it was told: it alone looks names up. */
const targetOf = ({ host, port }: ClientSettings): Address =>
  isIP(host.split('%')[0]!) === 0 ? { host, port, family: 'name' } : addressOf(host, port);

/** Milliseconds left of the time for connecting, at least 1. */
const restOf = ({ settings, start }: Go): number =>
  Math.max(1, settings.connectTimeoutMs - (monotonic() - start));

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

function requireSettings(settings: ClientSettings): void {
  const { transport, host, port, localHost, localPort } = settings;
  if (transport === 'unix') return;
  if (isProxied(settings)) {
    requirePort(settings.proxy.port, 1);
    requireHost(settings.proxy.host);
  }
  requirePort(port, 1);
  requirePort(localPort, 0);
  requireHost(host);
  const wrong = host === '' ? 'host' : localHost !== '' && isIP(localHost) === 0 ? 'localHost' : null;
  if (wrong === null) return;
  const message =
    wrong === 'host' ? 'A client needs a host.' : 'The local address must be a literal address.';
  throw new FailureError({ code: 'INVALID_ARGUMENT', message, subject: wrong });
}

function unresolved(host: string, code: string): FailureError {
  return new FailureError({ code, message: `getaddrinfo ${code} ${host}`, subject: host });
}

function otherFamily(settings: ClientSettings): Failure {
  const { localHost, localPort } = settings;
  const { host } = firstHop(settings);
  const message = `${host} has no address of the same family as the local address ${localHost}.`;
  return { code: 'EADDRNOTAVAIL', message, subject: hostPort(localHost, localPort) };
}
