/** Many connections of one client at once: begun on a ramp, counted, each as any other in the list and in the log. */
import type { Address } from '../../../shared/address.ts';
import type { ClientState, EndKind } from '../../../shared/domain.ts';
import { factsOf, type Failure } from '../../../shared/failure.ts';
import type { ManyCause, ManyCounts, ManyPlan } from '../../../shared/many.ts';
import { noTraffic } from '../../../shared/records.ts';
import { noStream } from '../capture/recorder.ts';
import { monotonic } from '../clock.ts';
import type { ManyConnections, ManyEvents } from '../net/endpoint-socket.ts';
import { Spread } from '../net/spread.ts';
import type { Handler } from '../net/handler.ts';
import type { Connection } from './connection.ts';
import type { Connections } from './connections.ts';
import { initiated } from './initiated.ts';
import type { Reach, ReachEvents, Reached } from './reach.ts';

/** As long as it begins connections before sockets have their turn. */
const turnMs = 5;
/** Causes that are told apart. */
const mostCauses = 32;

export type CrowdOptions = {
  connections: Connections;
  plan: ManyPlan;
  /** Throws for settings that no attempt can be made with. */
  newReach: (events: ReachEvents) => Reach;
  begin: (reach: Reach) => void;
  events: ManyEvents;
  /** None is left, and no more are begun. */
  onOver: () => void;
};

export class Crowd implements ManyConnections {
  /** Resolves when none is left, and no more are begun. */
  readonly ended: Promise<void>;
  readonly #options: CrowdOptions;
  readonly #startedAt = monotonic();
  readonly #reaching = new Set<Reach>();
  readonly #connections = new Set<Connection>();
  readonly #causes = new Map<string, ManyCause>();
  readonly #connectMs = new Spread();
  #remote: Address | null = null;
  #first: Reach | null;
  #begun = 0;
  /** Connected, and its layers are not open. */
  #laying = 0;
  #opened = 0;
  #closed = 0;
  #failed = 0;
  #givenUp = 0;
  #isStopped = false;
  #isOver = false;
  #timer: NodeJS.Timeout | null = null;
  #turn: NodeJS.Immediate | null = null;
  #resolve: () => void = () => undefined;

  /** Begins at once. Throws as `newReach`. */
  constructor(options: CrowdOptions) {
    this.#options = options;
    this.ended = new Promise((resolve) => (this.#resolve = resolve));
    this.#first = this.#newReach();
    // Whoever makes it has it before anything is told.
    this.#turn = setImmediate(this.#beginDue);
  }

  get counts(): ManyCounts {
    const connecting = this.#reaching.size + this.#laying;
    const [closed, failed, givenUp] = [this.#closed, this.#failed, this.#givenUp];
    const open = this.#connections.size - this.#laying;
    const causes = [...this.#causes.values()].sort((a, b) => b.count - a.count);
    return {
      ...{ begun: this.#begun, opened: this.#opened, connecting, open, closed, failed, givenUp },
      causes: causes.map((cause) => ({ ...cause })),
      connectMs: this.#connectMs.facts,
    };
  }

  /** All are begun that will be, and none is connecting. */
  get isSettled(): boolean {
    const isBegun = this.#isStopped || this.#begun === this.#options.plan.clients;
    return isBegun && this.#reaching.size + this.#laying === 0;
  }

  /** Of the first that was reached. */
  get remote(): Address | null {
    return this.#remote;
  }

  /** Of the client that has them. */
  get state(): ClientState {
    if (this.#isOver) return this.#opened === 0 && this.#failed > 0 ? 'failed' : 'closed';
    return this.#connections.size > this.#laying ? 'open' : 'connecting';
  }

  /** Nobody could be reached: why the first could not. */
  get failure(): Failure | null {
    const [first] = this.#causes.values();
    return this.#opened === 0 ? (first?.failure ?? null) : null;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** No more are begun, attempts are given up, and what is open ends as `how` says. */
  end(how: EndKind, deadlineMs?: number): void {
    this.#isStopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#turn !== null) clearImmediate(this.#turn);
    for (const reach of this.#reaching) {
      reach.cancel();
      this.#givenUp++;
    }
    this.#reaching.clear();
    for (const connection of [...this.#connections]) connection.end(how, deadlineMs);
    this.#look();
  }

  readonly #beginDue = (): void => {
    this.#timer = this.#turn = null;
    const { clients, rampMs } = this.#options.plan;
    const turnEnd = monotonic() + turnMs;
    while (this.#begun < clients && !this.#isStopped) {
      const now = monotonic();
      const earlyMs = this.#startedAt + (rampMs * this.#begun) / clients - now;
      if (earlyMs > 0) return void (this.#timer = setTimeout(this.#beginDue, Math.ceil(earlyMs)));
      if (now > turnEnd) return void (this.#turn = setImmediate(this.#beginDue));
      const reach = this.#first ?? this.#newReach();
      this.#first = null;
      this.#begun++;
      this.#reaching.add(reach);
      this.#options.begin(reach);
    }
  };

  #newReach(): Reach {
    const { connections, newReach } = this.#options;
    const reach: Reach = newReach({
      record: (detail) => connections.recorder.recordDetail(noStream, detail),
      changed: () => connections.changed(),
      reached: (reached) => this.#open(reach, reached),
      failed: (failure, during, about) => {
        this.#reaching.delete(reach);
        const counters = noTraffic(monotonic() - reach.start);
        connections.recorder.recordDetail(noStream, {
          ...{ kind: 'failed', during, ...factsOf(failure), ...about, ...counters },
        });
        this.#countFailed(failure, during);
        this.#look();
      },
    });
    return reach;
  }

  #open(reach: Reach, reached: Reached): void {
    this.#reaching.delete(reach);
    this.#laying++;
    let isOpen = false;
    let connection: Connection | null = null;
    const opened = (): void => {
      isOpen = true;
      if (connection === null) return;
      this.#laying--;
      this.#opened++;
      this.#connectMs.add(monotonic() - reach.start);
      this.#options.events.opened(connection.id);
    };
    connection = initiated(this.#options.connections, reach, reached, {
      handler: () => handlerOf(opened),
      afterPeerFinishes: reach.settings.afterPeerFinishes,
      onEnded: (ended) => {
        this.#connections.delete(ended);
        if (!isOpen) this.#laying--;
        if (ended.failure === null) this.#closed++;
        else this.#countFailed(ended.failure, isOpen ? 'open' : (reached.layers[0]?.during ?? 'open'));
        this.#look();
      },
    });
    this.#connections.add(connection);
    this.#remote ??= connection.remote;
    if (isOpen) opened();
  }

  #countFailed(failure: Failure, during: ManyCause['during']): void {
    this.#failed++;
    const key = `${failure.code} ${during}`;
    const known = this.#causes.get(key);
    if (known !== undefined) known.count++;
    else if (this.#causes.size < mostCauses) this.#causes.set(key, { failure, during, count: 1 });
  }

  #look(): void {
    this.#options.connections.changed();
    if (this.#isOver || !this.isSettled || this.#connections.size > 0) return;
    this.#isOver = true;
    this.#options.onOver();
    this.#resolve();
  }
}

/** Nothing is done with what comes; an end is answered as the settings say. */
const handlerOf = (opened: () => void): Handler => ({
  opened,
  received: () => undefined,
  finished: (answered) => answered(),
  closed: () => undefined,
});
