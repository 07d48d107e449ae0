/** Sequences of the workspace that are run on connections, as jobs. */
import type { ConnectionId } from '../../shared/domain.ts';
import type { StepRun } from '../../shared/sequences/run.ts';
import type { SequenceId } from '../../shared/sequences/saved.ts';
import { problemsOf, usualOnFailure, type Sequence } from '../../shared/sequences/sequence.ts';
import { capabilitiesOf } from '../../shared/settings/transports.ts';
import { now } from './clock.ts';
import { framingsOf, type Endpoint } from './endpoint.ts';
import type { Jobs } from './jobs.ts';
import { invalid } from './schemas/validate.ts';
import { runSequence, type Progress } from './sequences/run.ts';

export class SequenceRuns {
  readonly #jobs: Jobs;
  readonly #steps = new Map<number, () => StepRun[]>();

  constructor(jobs: Jobs) {
    this.#jobs = jobs;
  }

  /** What became of each step so far, as long as the job is told of. */
  steps(job: number): StepRun[] {
    return this.#steps.get(job)?.() ?? [];
  }

  /**
   * Begins, and returns the number of the job, which is told of until somebody dismisses it or the sequence is run again.
   * Throws INVALID_ARGUMENT for a peer that is not open, for what cannot be run, and while the same one runs.
   */
  start(endpoint: Endpoint, peer: ConnectionId, kept: KeptRun): number {
    const { sequence, times } = kept;
    const info = endpoint.connections.find({ id: peer });
    if (info === null || info.endedAt !== null) throw invalid('peer', { name: 'peer-gone' });
    if (problemsOf(sequence).length > 0) throw invalid('sequence', { name: 'sequence-problems' });
    const { capture, connections, settings } = endpoint;
    const run = times === 1 ? sequence : repeated(sequence, times);
    const facts = { sequence: kept.id, peer, connection: info.connection, times, began: now() };
    let steps = (): StepRun[] => [];
    const begun: Progress = { state: 'running', at: [], done: 0, failed: 0, ms: 0 };
    const job = {
      ...({ kind: 'sequence', endpoint: endpoint.id, done: 0, total: 0, failure: null } as const),
      run: { ...facts, ...begun },
    };
    const id = this.#jobs.beginSequence(job, async ({ signal, told }) => {
      const release = endpoint.hold();
      const surface = {
        ...{ log: capture, recorder: capture, connections, from: capture.length },
        encoding: settings.encodings.received,
        framing: framingsOf(settings).received,
        hasBoundaries: capabilitiesOf(settings).hasBoundaries,
        onRecords: (listener: () => void) => capture.onAppended(listener),
        told: (progress: Progress, all: () => StepRun[]) => {
          steps = times === 1 ? all : () => within(all());
          const now = times === 1 ? progress : progressWithin(progress);
          told({ done: now.done, run: { ...facts, ...now } });
        },
      };
      await runSequence(run, peer, surface, signal).finally(release);
    });
    for (const known of this.#steps.keys())
      if (!this.#jobs.list.some((each) => each.id === known)) this.#steps.delete(known);
    this.#steps.set(id, () => steps());
    return id;
  }
}

export type KeptRun = { id: SequenceId; sequence: Sequence; times: number };

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
