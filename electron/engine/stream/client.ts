/** A TCP or Unix client: reaches its peer, holds one connection, or many, and connects again by itself when asked to. */
import type { ClientState, EndKind, EndpointStatus } from '../../../shared/domain.ts';
import { factsOf, FailureError, type Failure } from '../../../shared/failure.ts';
import type { ManyPlan } from '../../../shared/many.ts';
import { noTraffic, type RecordDetail } from '../../../shared/records.ts';
import type { ClientSettings } from '../../../shared/settings/settings.ts';
import { noStream, type Recorder } from '../capture/recorder.ts';
import { monotonic, now } from '../clock.ts';
import { mostConnections } from '../net/descriptor-limit.ts';
import type { ManyConnections, ManyEvents } from '../net/endpoint-socket.ts';
import type { LayersOf } from '../net/layer.ts';
import type { Lookup } from '../net/resolve.ts';
import { invalid } from '../schemas/validate.ts';
import type { Connection } from './connection.ts';
import { Connections } from './connections.ts';
import { Crowd } from './crowd.ts';
import { initiated } from './initiated.ts';
import { Reach, type Reached } from './reach.ts';

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
  | { name: 'many'; crowd: Crowd }
  | { name: 'waiting'; at: number; timer: NodeJS.Timeout; before: Settled };

export class Client {
  readonly connections: Connections;
  readonly #lookup: Lookup | undefined;
  readonly #layersOf: LayersOf<ClientSettings>;
  #phase: Phase = { name: 'ended', state: 'idle' };
  /** The last one, until it is connected anew. */
  #crowd: Crowd | null = null;
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
      remote: connection?.remote ?? this.#crowd?.remote ?? null,
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
    this.#requireFree();
    this.#isWanted = true;
    this.#begin(reach);
  }

  /** See `ClientSocket`. What it reaches is connected while one of them is open; nothing of it is connected again. */
  connectMany(settings: ClientSettings, plan: ManyPlan, events: ManyEvents): ManyConnections {
    const most = mostConnections();
    if (plan.clients > most) throw invalid('clients', { name: 'too-many-clients', most });
    this.#requireFree();
    const layers = this.#layersOf(settings);
    const crowd: Crowd = new Crowd({
      ...{ connections: this.connections, plan, events },
      newReach: (reachEvents) => new Reach(settings, layers, reachEvents),
      begin: (reach) => reach.begin(this.#lookup),
      onOver: () => {
        this.#failure = crowd.failure;
        const isFailed = crowd.state === 'failed';
        this.#ended = isFailed ? null : { by: crowd.isStopped ? 'us' : 'peer', how: 'close' };
        this.#enter({ name: 'ended', state: isFailed ? 'failed' : 'closed' });
      },
    });
    this.#failure = null;
    this.#ended = null;
    this.#crowd = crowd;
    this.#enter({ name: 'many', crowd });
    return crowd;
  }

  #requireFree(): void {
    const isBusy = ['going', 'many'].includes(this.#phase.name) || this.connections.openCount > 0;
    if (isBusy) throw new FailureError({ code: 'EISCONN', why: { name: 'connected-already' } });
    this.#cancelRetry();
    this.#retries = 0;
    this.#crowd = null;
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
    this.#end(how);
    if (how !== 'finish') await this.connections.ended();
  }

  /** Ends everything, by force after a quarter of a second; resolves when no socket is open. */
  async stop(): Promise<void> {
    this.#isWanted = false;
    this.cancel();
    this.#end('close', stopDeadlineMs);
    await this.connections.ended();
  }

  #end(how: EndKind, deadlineMs?: number): void {
    if (this.#phase.name === 'many') this.#phase.crowd.end(how, deadlineMs);
    else this.#connection?.end(how, deadlineMs);
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
      case 'many':
        return this.#phase.crowd.state;
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

  #open(reach: Reach, reached: Reached): void {
    const { settings } = reach;
    this.#retries = 0;
    const connection = initiated(this.connections, reach, reached, {
      handler: null,
      // Who stays half open with a peer that has gone is never connected again.
      afterPeerFinishes: settings.reconnect.enabled ? 'finish' : settings.afterPeerFinishes,
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
    if (!enabled || !this.#isWanted || (before.name !== 'connected' && before.name !== 'ended')) return;
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
