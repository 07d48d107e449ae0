/** A TCP or Unix client: reaches its peer, holds one connection, and connects again by itself when asked to. */
import { isIP } from 'node:net';
import type { Address } from '../../../shared/address.ts';
import type { ClientState, EndKind, EndpointStatus } from '../../../shared/domain.ts';
import { factsOf, FailureError, type Failure } from '../../../shared/failure.ts';
import { noTraffic, type RecordDetail } from '../../../shared/records.ts';
import type { ClientSettings } from '../../../shared/settings/settings.ts';
import { noStream, type Recorder } from '../capture/recorder.ts';
import { monotonic, now } from '../clock.ts';
import { addressOf } from '../net/address.ts';
import type { LayersOf } from '../net/layer.ts';
import type { Lookup } from '../net/resolve.ts';
import { unixAddress } from '../net/unix-path.ts';
import { Connection } from './connection.ts';
import { Connections } from './connections.ts';
import { Reach, type Reached } from './reach.ts';
import { applySocketOptions } from './socket-options.ts';

export type ClientStatus = Extract<EndpointStatus, { role: 'client' }>;
/** `layersOf`: what stands between each socket and its peer; default: nothing. */
export type ClientOptions = { lookup?: Lookup; layersOf?: LayersOf<ClientSettings> };

/** A reconnect never spins, whatever its settings say. */
const leastRetryMs = 100;
/** How long a stopping client lets queued bytes leave. */
const stopDeadlineMs = 250;

type Settled =
  | { name: 'ended'; state: 'idle' | 'closed' | 'failed' }
  /** The connection tells whether it has ended. */
  | { name: 'connected'; connection: Connection };
type Phase =
  | Settled
  | { name: 'going'; reach: Reach }
  | { name: 'waiting'; at: number; timer: NodeJS.Timeout; before: Settled };

export class Client {
  readonly connections: Connections;
  readonly #lookup: Lookup | undefined;
  readonly #layersOf: LayersOf<ClientSettings>;
  #phase: Phase = { name: 'ended', state: 'idle' };
  #failure: Failure | null = null;
  #ended: ClientStatus['ended'] = null;
  #retries = 0;
  /** False from the moment the user ends it: what fails afterwards is no reason to connect again. */
  #isWanted = false;

  constructor(recorder: Recorder, options: ClientOptions = {}) {
    this.connections = new Connections(recorder);
    this.#lookup = options.lookup;
    this.#layersOf = options.layersOf ?? (() => []);
  }

  get status(): ClientStatus {
    const connection = this.#connection;
    return {
      role: 'client',
      state: this.#state,
      local: connection?.local ?? null,
      remote: connection?.remote ?? null,
      failure: this.#failure,
      ended: this.#ended,
      retryAt: this.#phase.name === 'waiting' ? this.#phase.at : null,
      retries: this.#retries,
      udp: null,
      refusedChain: connection?.facts.refusedChain ?? null,
      notVerified: this.connections.openCount > 0 ? (connection?.facts.tls?.verifyCode ?? null) : null,
    };
  }

  /**
   * Begins to connect; the outcome is in `status` and the log. Throws a `FailureError` for settings that no attempt could
   * be made with (ERR_SOCKET_BAD_PORT, INVALID_ARGUMENT), and EISCONN while it is connected or connecting.
   */
  connect(settings: ClientSettings): void {
    const reach = this.#newReach(settings);
    const isBusy = this.#phase.name === 'going' || this.connections.openCount > 0;
    if (isBusy) throw new FailureError({ code: 'EISCONN', why: { name: 'connected-already' } });
    this.#cancelRetry();
    this.#retries = 0;
    this.#isWanted = true;
    this.#begin(reach);
  }

  /** Ends an attempt or the wait for the next one, at once; an open connection stays. */
  cancel(): void {
    this.#cancelRetry();
    if (this.#phase.name !== 'going') return;
    const { reach } = this.#phase;
    this.#isWanted = false;
    reach.cancel();
    this.#enter({ name: 'ended', state: 'closed' });
    this.#ended = { by: 'us', how: 'close' };
    this.#record({ kind: 'closed', by: 'us', how: 'close', ...noTraffic(monotonic() - reach.start) });
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
    switch (this.#phase.name) {
      case 'ended':
        return this.#phase.state;
      case 'going':
        return this.#phase.reach.state;
      case 'connected':
        return this.#phase.connection.state;
      case 'waiting':
        return 'waiting';
    }
  }

  #record(detail: RecordDetail): void {
    this.connections.recorder.recordDetail(noStream, detail);
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.connections.changed();
  }

  /** The last one, until it is connected anew. */
  get #connection(): Connection | null {
    const phase = this.#phase.name === 'waiting' ? this.#phase.before : this.#phase;
    return phase.name === 'connected' ? phase.connection : null;
  }

  #newReach(settings: ClientSettings): Reach {
    const reach: Reach = new Reach(settings, this.#layersOf(settings), {
      record: (detail) => this.#record(detail),
      changed: () => this.connections.changed(),
      reached: (reached) => this.#open(reach, reached),
      failed: (failure, during, about) => {
        this.#enter({ name: 'ended', state: 'failed' });
        this.#failure = failure;
        const counters = noTraffic(monotonic() - reach.start);
        this.#record({ kind: 'failed', during, ...factsOf(failure), ...about, ...counters });
        this.#retryLater(settings);
      },
    });
    return reach;
  }

  #begin(reach: Reach): void {
    this.#failure = null;
    this.#ended = null;
    this.#enter({ name: 'going', reach });
    reach.begin(this.#lookup);
  }

  #open({ settings, via }: Reach, { socket, stream, layers }: Reached): void {
    const { transport, path, options, reconnect } = settings;
    this.#retries = 0;
    applySocketOptions(socket.socket, options);
    const connection = new Connection(this.connections, stream, {
      origin: 'initiated',
      handler: null,
      highWaterBytes: options.highWaterBytes,
      // Who stays half open with a peer that has gone is never connected again.
      afterPeerFinishes: reconnect.enabled ? 'finish' : settings.afterPeerFinishes,
      idle: options,
      layers,
      ...(transport === 'unix' ? { local: null, remote: unixAddress(path) } : {}),
      ...(via === null ? {} : { remote: targetOf(settings), proxy: via.name }),
      onEnded: (ended) => this.#onEnded(settings, ended),
    });
    this.#enter({ name: 'connected', connection });
  }

  #onEnded(settings: ClientSettings, { cause, failure, facts }: Connection): void {
    this.#failure = failure;
    this.#ended = cause?.kind === 'closed' ? { by: cause.by, how: cause.how } : null;
    // A certificate stays what it is: its chain is shown, and the user decides.
    if (this.#ended?.by !== 'us' && facts.refusedChain === undefined) this.#retryLater(settings);
  }

  #retryLater(settings: ClientSettings): void {
    const { enabled, delayMs, growth, maxDelayMs } = settings.reconnect;
    const before = this.#phase;
    if (!enabled || !this.#isWanted || before.name === 'going' || before.name === 'waiting') return;
    const grown = Math.min(delayMs * Math.max(1, growth) ** this.#retries, maxDelayMs);
    const delay = Math.max(leastRetryMs, grown);
    this.#record({ kind: 'note', note: 'retry', delayMs: delay, attempt: ++this.#retries });
    const timer = setTimeout(() => this.#begin(this.#newReach(settings)), delay);
    this.#enter({ name: 'waiting', at: now() + delay, timer, before });
  }

  #cancelRetry(): void {
    if (this.#phase.name !== 'waiting') return;
    clearTimeout(this.#phase.timer);
    this.#isWanted = false;
    this.#enter(this.#phase.before);
  }
}

/** Whom a proxy has connected to, as it was told: it alone looks names up. */
const targetOf = ({ host, port }: ClientSettings): Address =>
  isIP(host.split('%')[0]!) === 0 ? { host, port, family: 'name' } : addressOf(host, port);
