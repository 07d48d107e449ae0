/** Sequences of the workspace that are run on connections, as jobs; and what earlier runs came to. */
import type { ConnectionInfo, SequenceEachJob, SequenceJob } from '../../shared/contract.ts';
import type { ConnectionId } from '../../shared/domain.ts';
import type { StepRun } from '../../shared/sequences/run.ts';
import type { EachFacts, PastRun, SequenceId } from '../../shared/sequences/saved.ts';
import { withMessages } from '../../shared/sequences/messages.ts';
import { problemsOf, usualOnFailure, type Sequence } from '../../shared/sequences/sequence.ts';
import { capabilitiesOf } from '../../shared/settings/transports.ts';
import { now } from './clock.ts';
import type { Workspace } from './documents/workspace.ts';
import { framingsOf, type Endpoint } from './endpoint.ts';
import type { Jobs } from './jobs.ts';
import { invalid } from './schemas/validate.ts';
import { newConnections } from './sequences/new-connections.ts';
import { PastRuns, type Run } from './sequences/past-runs.ts';
import { runSequence, type Progress } from './sequences/run.ts';

/** Of one sequence: each looks at whatever is recorded. */
const mostAtOnce = 300;

/** What is run: its steps as they are kept, and as they are gone through, so often. */
type Wanted = { id: SequenceId; kept: Sequence; sequence: Sequence; times: number };

export class SequenceRuns {
  readonly #jobs: Jobs;
  readonly #workspace: Pick<Workspace, 'messages' | 'sequences'>;
  readonly #past = new PastRuns();

  constructor(jobs: Jobs, workspace: Pick<Workspace, 'messages' | 'sequences'>) {
    this.#jobs = jobs;
    this.#workspace = workspace;
  }

  /** What became of each step so far, as long as the run is kept. */
  steps(run: number): StepRun[] {
    return this.#past.steps(run);
  }

  /** The newest first. */
  past(id: SequenceId): PastRun[] {
    return this.#past.of(id, this.#workspace.sequences.find(id));
  }

  /** As `Commands.startSequence` says. */
  start(endpoint: Endpoint, peer: ConnectionId | null, id: SequenceId, times: number): number {
    const wanted = this.#wanted(id, times);
    if (wanted === null) throw invalid('sequence');
    const info = peer === null ? null : endpoint.connections.find({ id: peer });
    if (peer !== null && (info === null || info.endedAt !== null))
      throw invalid('peer', { name: 'peer-gone' });
    if (problemsOf(wanted.sequence).length > 0) throw invalid('sequence', { name: 'sequence-problems' });
    return info === null ? this.#startEach(endpoint, wanted) : this.#startOne(endpoint, info, wanted);
  }

  /** Null of one that is not kept any more. */
  #wanted(id: SequenceId, times: number): Wanted | null {
    const { messages, sequences } = this.#workspace;
    const kept = sequences.find(id);
    return kept && { id, kept, sequence: withMessages(kept, messages.list), times };
  }

  #startOne(endpoint: Endpoint, info: ConnectionInfo, wanted: Wanted): number {
    const run = this.#newRun(endpoint, info, wanted);
    const job = { kind: 'sequence', endpoint: endpoint.id, done: 0, total: 0, run: run.facts } as const;
    const from = endpoint.capture.length;
    try {
      return this.#jobs.beginSequence<SequenceJob>(job, ({ signal, told }) =>
        this.#go(endpoint, run, from, signal, () => told({ done: run.facts.done, run: run.facts })),
      );
    } catch (error) {
      this.#past.forget(run);
      throw error;
    }
  }

  #startEach(endpoint: Endpoint, wanted: Wanted): number {
    const { id: sequence, times } = wanted;
    const none = { running: 0, waiting: 0, passed: 0, failed: 0, cancelled: 0, lastFailed: null };
    const each: EachFacts = { sequence, times, began: now(), isOn: true, ...none };
    const job = { kind: 'sequence-each', endpoint: endpoint.id, done: 0, total: 0, each } as const;
    return this.#jobs.beginSequence<SequenceEachJob>(job, ({ signal, told }) =>
      this.#goOnEach(endpoint, wanted, { ...each }, signal, (facts) => {
        const { passed, failed, cancelled } = facts;
        told({ done: passed + failed + cancelled, each: { ...facts } });
      }),
    );
  }

  async #goOnEach(
    endpoint: Endpoint,
    wanted: Wanted,
    facts: EachFacts,
    signal: AbortSignal,
    told: (facts: EachFacts) => void,
  ): Promise<void> {
    const { capture } = endpoint;
    const waiting: ConnectionInfo[] = [];
    const running = new Set<Promise<void>>();
    let newest = wanted;
    const tell = (): void => told(Object.assign(facts, { running: running.size, waiting: waiting.length }));
    const begin = (info: ConnectionInfo): void => {
      // As somebody has changed it meanwhile, where it can be gone through so.
      const now = this.#wanted(wanted.id, wanted.times);
      if (now !== null && problemsOf(now.sequence).length === 0) newest = now;
      const run = this.#newRun(endpoint, info, newest);
      // Also what the peer said before anybody looked.
      const going = this.#go(endpoint, run, info.connection, signal, () => undefined).then(() => {
        running.delete(going);
        const { state } = run.facts;
        if (state !== 'running') facts[state]++;
        if (state === 'failed') facts.lastFailed = run.facts.run;
        const next = signal.aborted ? undefined : waiting.shift();
        if (next !== undefined) begin(next);
        tell();
      });
      running.add(going);
    };
    const source = {
      log: capture,
      connections: () => endpoint.connections,
      onRecords: (listener: () => void) => capture.onAppended(listener),
    };
    const found = (info: ConnectionInfo): void => {
      if (running.size < mostAtOnce) begin(info);
      else waiting.push(info);
      tell();
    };
    // The log of an endpoint that is being removed cannot be read.
    await newConnections(source, found, signal).catch(() => undefined);
    await Promise.all(running);
    facts.isOn = false;
    waiting.length = 0;
    tell();
  }

  #newRun(endpoint: Endpoint, { id: peer, connection, remote }: ConnectionInfo, wanted: Wanted): Run {
    const { id, kept, sequence, times } = wanted;
    const begun: Progress = { state: 'running', at: [], done: 0, failed: 0, ms: 0 };
    return this.#past.add((run) => ({
      facts: { run, sequence: id, peer, connection, times, began: now(), ...begun },
      ...{ endpoint: endpoint.id, remote, kept, sequence },
      steps: () => [],
    }));
  }

  /** `from`: what the peer sent from this record on is looked at. */
  async #go(
    endpoint: Endpoint,
    run: Run,
    from: number,
    signal: AbortSignal,
    told: () => void,
  ): Promise<void> {
    const release = endpoint.hold(Infinity);
    const { capture, connections, settings } = endpoint;
    const { peer, times } = run.facts;
    const surface = {
      ...{ log: capture, recorder: capture, connections, from },
      encoding: settings.encodings.received,
      framing: framingsOf(settings).received,
      hasBoundaries: capabilitiesOf(settings).hasBoundaries,
      onRecords: (listener: () => void) => capture.onAppended(listener),
      told: (progress: Progress, all: () => StepRun[]) => {
        run.steps = times === 1 ? all : () => within(all());
        run.facts = { ...run.facts, ...(times === 1 ? progress : progressWithin(progress)) };
        told();
      },
    };
    const steps = times === 1 ? run.sequence : repeated(run.sequence, times);
    await runSequence(steps, peer, surface, signal).finally(release);
    this.#past.ended(run);
  }
}

const repeated = (sequence: Sequence, times: number): Sequence => ({
  ...sequence,
  steps: [{ kind: 'loop', name: '', onFailure: usualOnFailure, times, steps: sequence.steps }],
});

/** Without the loop around all of them, which passes or fails with it. */
const progressWithin = ({ state, at, done, failed, ms }: Progress): Progress => ({
  ...{ state, at: at.slice(1), ms },
  done: state === 'passed' ? Math.max(0, done - 1) : done,
  failed: state === 'failed' ? failed - 1 : failed,
});
/** The same. */
const within = (steps: StepRun[]): StepRun[] =>
  steps.flatMap(({ path, ...step }) => (path.length === 1 ? [] : [{ ...step, path: path.slice(1) }]));
