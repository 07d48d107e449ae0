/** The life of a server, whatever its transport: started once, cancelled or stopped at any time, by one call or several. */
import type { Why } from '../../../shared/why.ts';
import type { Address } from '../../../shared/address.ts';
import type { EndpointStatus, ListenerState } from '../../../shared/domain.ts';
import { factsOf, failed, FailureError, failureOf, type Failure } from '../../../shared/failure.ts';
import { noTraffic, type RecordDetail } from '../../../shared/records.ts';
import type { ListenerSettings } from '../../../shared/settings/settings.ts';
import { noStream, type Recorder } from '../capture/recorder.ts';
import { monotonic } from '../clock.ts';
import { hostPort, requireHost, requirePort } from './address.ts';
import type { ListenerSocket, PeerList } from './endpoint-socket.ts';

export type ListenerStatus = Extract<EndpointStatus, { role: 'listener' }>;

/** What is bound. */
export type Bound = {
  readonly local: Address;
  /** As of `monotonic`. */
  readonly since: number;
};

/** One start, from the call to the bound socket and on. */
export type Start = {
  /** As they are by now: some of them count while it runs. */
  settings: ListenerSettings;
  /** Throws CANCELLED when it was stopped meanwhile. */
  requireWanted(): void;
  /** To be set by `bind` while there is a socket that is not bound: frees its address, now or when a promise resolves. */
  letGo: () => unknown;
};

type Attempt<Run> = Start & { run: Run | null; cancel: () => void };
type OwnList = PeerList & { readonly recorder: Recorder; version: number; carry(): void };

export abstract class ListenerLife<Run extends Bound, List extends OwnList> implements ListenerSocket {
  readonly connections: List;
  #state: ListenerState = 'stopped';
  #attempt: Attempt<Run> | null = null;
  #failure: Failure | null = null;
  #stopping: Promise<void> | null = null;

  protected constructor(connections: List) {
    this.connections = connections;
  }

  abstract readonly openSockets: number;
  abstract readonly lost: number | null;
  abstract readonly status: ListenerStatus;
  /** Binds, and lets go of everything when it cannot. Rejects with the system's error or a `FailureError`. */
  protected abstract bind(start: Start): Promise<Run>;
  /** Of a run that nobody wants any more, before `begin`. */
  protected abstract discard(run: Run): void | Promise<void>;
  /** It is listening, and that is on record. */
  protected abstract begin(run: Run, settings: ListenerSettings): void;
  /** Ends everything, by force after a quarter of a second; resolves when no socket is open. */
  protected abstract close(run: Run): Promise<void>;
  /** Of waiting connections; 0 where there is none. */
  protected abstract backlogOf(settings: ListenerSettings): number;
  abstract change(settings: ListenerSettings): void;

  /**
   * Binds and listens; resolves with the real address. Rejects with a `FailureError` that keeps the system's code:
   * EADDRINUSE, EACCES, EADDRNOTAVAIL (bind(2)); before it tries ERR_SOCKET_BAD_PORT, INVALID_ARGUMENT and what `bind`
   * says; EALREADY unless stopped; CANCELLED when `stop` came first. A failure to listen is a record too, but for those
   * of `expected`, which the caller does something about.
   */
  async start(settings: ListenerSettings, expected: readonly string[] = []): Promise<Address> {
    requirePort(settings.port, 0);
    requireHost(settings.host);
    while (this.#stopping !== null) await this.#stopping;
    if (this.#attempt !== null) throw this.#failureAt(settings, 'EALREADY', { name: 'listening-already' });
    const cancelled = this.#failureAt(settings, 'CANCELLED');
    let cancel = (): void => undefined;
    const stopped = new Promise<never>((_, reject) => (cancel = () => reject(cancelled)));
    const attempt: Attempt<Run> = {
      settings,
      run: null,
      letGo: () => undefined,
      cancel,
      requireWanted: () => {
        if (this.#attempt !== attempt) throw cancelled;
      },
    };
    this.#attempt = attempt;
    this.#failure = null;
    this.#setState('starting');
    const since = monotonic();
    try {
      return await Promise.race([this.#listen(attempt), stopped]);
    } catch (error) {
      const failure = failureOf(error, this.subjectOf(settings));
      if (this.#attempt === attempt) {
        this.#attempt = null;
        this.#failure = failure;
        this.#setState('failed');
        if (!expected.includes(failure.code)) this.recordFailure(settings, failure, since);
      }
      throw new FailureError(failure);
    }
  }

  /** Closes the port at once, then what is open, by force after a quarter of a second. Safe at any time. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop().finally(() => (this.#stopping = null));
    return this.#stopping;
  }

  /** After the log was cleared: says again what is listening and who is there. */
  carry(): void {
    if (this.#attempt !== null) this.#recordListening(this.#attempt);
    this.connections.carry();
  }

  /** What it listens on, as records name it. */
  protected placeOf({ host, port }: ListenerSettings): { host: string; port: number } {
    return { host, port };
  }

  /** The same for people. */
  protected subjectOf({ host, port }: ListenerSettings): string {
    return hostPort(host, port);
  }

  protected get state(): ListenerState {
    return this.#state;
  }

  /** Null unless it listens, or is about to stop. */
  protected get run(): Run | null {
    return this.#attempt?.run ?? null;
  }

  /** Null unless it is started. */
  protected get current(): Start | null {
    return this.#attempt;
  }

  protected get commonStatus(): Omit<ListenerStatus, 'refused' | 'udp'> {
    return { role: 'listener', state: this.#state, local: this.run?.local ?? null, failure: this.#failure };
  }

  protected record(detail: RecordDetail): void {
    this.connections.recorder.recordDetail(noStream, detail);
  }

  /** `since`: when it began to listen, or to try; as of `monotonic`. */
  protected recordFailure(settings: ListenerSettings, failure: Failure, since: number): void {
    const counters = noTraffic(monotonic() - since);
    const place = this.placeOf(settings);
    this.record({ kind: 'failed', during: 'listening', ...factsOf(failure), ...place, ...counters });
  }

  async #listen(attempt: Attempt<Run>): Promise<Address> {
    const run = await this.bind(attempt);
    try {
      attempt.requireWanted();
    } catch (cancelled) {
      await this.discard(run);
      throw cancelled;
    }
    attempt.run = run;
    this.#setState('listening');
    this.#recordListening(attempt);
    this.begin(run, attempt.settings);
    return run.local;
  }

  async #stop(): Promise<void> {
    const attempt = this.#attempt;
    const run = attempt?.run ?? null;
    if (run === null) {
      this.#attempt = this.#failure = null;
      attempt?.cancel();
      await attempt?.letGo();
      this.#setState('stopped');
      return;
    }
    this.#setState('stopping');
    const connections = this.connections.openCount;
    await this.close(run);
    this.#attempt = null;
    this.#setState('stopped');
    this.record({ kind: 'stopped', connections, durationMs: monotonic() - run.since });
  }

  #recordListening({ run, settings }: Attempt<Run>): void {
    if (run === null) return;
    this.record({ kind: 'listening', local: run.local, backlog: this.backlogOf(settings) });
  }

  #setState(state: ListenerState): void {
    this.#state = state;
    this.connections.version++;
  }

  #failureAt(settings: ListenerSettings, code: string, why?: Why): FailureError {
    return new FailureError({ ...failed(code, why), subject: this.subjectOf(settings) });
  }
}
