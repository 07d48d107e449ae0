/** A TCP client: resolves, attempts, holds one connection, and connects again by itself when asked to. */
import { isIP } from 'node:net';
import type { ClientSettings, ClientState, EndKind, EndpointStatus } from '../../../shared/contract.ts';
import { failureOf, FailureError, type Failure } from '../../../shared/failure.ts';
import { noStream, now, type Recorder } from '../capture/recorder.ts';
import { hostPort, requireHost, requirePort } from './address.ts';
import { Attempts, type About } from './attempts.ts';
import { after, initiatedLife, type Life } from './connection-state.ts';
import { Connection } from './connection.ts';
import { Connections } from './connections.ts';
import { resolveHost, type Lookup, type Resolved } from './resolve.ts';
import type { StreamSocket } from './stream-socket.ts';

export type ClientStatus = Extract<EndpointStatus, { role: 'client' }>;
export type ClientOptions = { lookup?: Lookup };

/** A reconnect never spins, whatever its settings say. */
const leastRetryMs = 100;
/** How long a stopping client lets queued bytes leave. */
const stopDeadlineMs = 250;

/** One go at connecting, from the name to the socket. */
type Go = {
  settings: ClientSettings;
  start: number;
  deadline: NodeJS.Timeout | null;
  attempts: Attempts | null;
};

export class Client {
  readonly connections: Connections;
  #lookup: Lookup | undefined;
  #life: Life | null = null;
  #go: Go | null = null;
  #connection: Connection | null = null;
  #failure: Failure | null = null;
  #retry: { at: number; timer: NodeJS.Timeout } | null = null;
  #retries = 0;
  /** False from the moment the user ends it: what fails afterwards is no reason to connect again. */
  #isWanted = false;

  constructor(recorder: Recorder, options: ClientOptions = {}) {
    this.connections = new Connections(recorder);
    this.#lookup = options.lookup;
  }

  get status(): ClientStatus {
    return {
      role: 'client',
      state: this.#state,
      local: this.#connection?.local ?? null,
      remote: this.#connection?.remote ?? null,
      failure: this.#failure,
      retryAt: this.#retry?.at ?? null,
      retries: this.#retries,
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
    this.#endGo(go);
    this.#life = after(this.#life!, { type: 'closed', by: 'us', how: 'close' });
    const counters = { receivedBytes: 0, sentBytes: 0, unsentBytes: 0, durationMs: now() - go.start };
    this.connections.recorder.recordDetail(noStream, { kind: 'closed', by: 'us', how: 'close', ...counters });
  }

  /** Ends the connection as `how` says, or the attempt, or the automatic reconnect. */
  disconnect(how: EndKind): void {
    this.#isWanted = false;
    this.cancel();
    this.#connection?.end(how);
  }

  /** Ends everything, by force after a quarter of a second; resolves when no socket is open. */
  async stop(): Promise<void> {
    this.#isWanted = false;
    this.cancel();
    this.#connection?.end('close', stopDeadlineMs);
    await this.connections.ended();
  }

  /** After the log was cleared: says again which connection is open. */
  carry(): void {
    this.connections.carry();
  }

  get #state(): ClientState {
    if (this.#retry !== null) return 'waiting';
    return this.#connection?.state ?? this.#life?.state ?? 'idle';
  }

  #begin(settings: ClientSettings): void {
    const go: Go = { settings, start: now(), deadline: null, attempts: null };
    this.#go = go;
    this.#connection = null;
    this.#failure = null;
    this.#life = initiatedLife;
    this.connections.version++;
    go.deadline = setTimeout(() => this.#onResolveDeadline(go), settings.connectTimeoutMs);
    void this.#resolve(go);
  }

  async #resolve(go: Go): Promise<void> {
    const { host, port } = go.settings;
    try {
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

  #onResolveDeadline(go: Go): void {
    const { host, connectTimeoutMs } = go.settings;
    const durationMs = connectTimeoutMs;
    const detail: Resolved = { kind: 'resolved', host, addresses: [], durationMs, code: 'ETIMEDOUT' };
    this.connections.recorder.recordDetail(noStream, detail);
    this.#fail(go, unresolved(host, 'ETIMEDOUT').failure);
  }

  #attempt(go: Go, found: string[]): void {
    const { settings } = go;
    const { port, localHost, localPort, connectTimeoutMs } = settings;
    const addresses = localHost === '' ? found : found.filter((address) => isIP(address) === isIP(localHost));
    if (go.deadline !== null) clearTimeout(go.deadline);
    this.#life = after(this.#life!, { type: 'resolved' });
    this.connections.version++;
    if (addresses.length === 0)
      return this.#fail(go, otherFamily(settings), { host: localHost, port: localPort });
    const timeoutMs = Math.max(1, connectTimeoutMs - (now() - go.start));
    go.attempts = new Attempts({
      ...{ addresses, port, localHost, localPort, timeoutMs },
      onAttempted: (attempted) => this.connections.recorder.recordDetail(noStream, attempted),
      onConnected: (stream) => this.#onConnected(go, stream),
      onFailed: (failure, about) => this.#fail(go, failure, about),
    });
  }

  #onConnected(go: Go, stream: StreamSocket): void {
    this.#endGo(go);
    this.#life = after(this.#life!, { type: 'connected' });
    this.#retries = 0;
    const { settings } = go;
    this.#connection = new Connection(this.connections, stream, {
      origin: 'initiated',
      reply: 'none',
      afterPeerFinishes: settings.afterPeerFinishes,
      onEnded: (connection) => this.#onEnded(settings, connection),
    });
  }

  #onEnded(settings: ClientSettings, { cause, failure }: Connection): void {
    this.#failure = failure;
    const endedByUs = cause?.kind === 'closed' && cause.by === 'us';
    if (!endedByUs) this.#retryLater(settings);
  }

  #fail(go: Go, failure: Failure, { host, port }: About = go.settings): void {
    this.#endGo(go);
    const during = this.#life!.state === 'resolving' ? 'resolving' : 'connecting';
    this.#life = after(this.#life!, { type: 'failed', code: failure.code });
    this.#failure = failure;
    const { code, message } = failure;
    const counters = { receivedBytes: 0, sentBytes: 0, unsentBytes: 0, durationMs: now() - go.start };
    const { recorder } = this.connections;
    recorder.recordDetail(noStream, { kind: 'failed', during, code, message, host, port, ...counters });
    this.#retryLater(go.settings);
  }

  #endGo(go: Go): void {
    if (go.deadline !== null) clearTimeout(go.deadline);
    this.#go = null;
    this.connections.version++;
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
    this.connections.version++;
  }

  #cancelRetry(): void {
    if (this.#retry === null) return;
    clearTimeout(this.#retry.timer);
    this.#retry = null;
    this.#isWanted = false;
    this.connections.version++;
  }
}

function requireSettings({ host, port, localHost, localPort }: ClientSettings): void {
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

function otherFamily({ host, localHost, localPort }: ClientSettings): Failure {
  const message = `${host} has no address of the same family as the local address ${localHost}.`;
  return { code: 'EADDRNOTAVAIL', message, subject: hostPort(localHost, localPort) };
}
