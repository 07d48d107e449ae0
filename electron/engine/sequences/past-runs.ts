/** Runs of sequences since the engine began: what each came to, as long as it is kept. */
import type { Address } from '../../../shared/address.ts';
import type { EndpointId } from '../../../shared/domain.ts';
import type { StepRun } from '../../../shared/sequences/run.ts';
import {
  mostPastRuns,
  type PastRun,
  type SequenceFacts,
  type SequenceId,
} from '../../../shared/sequences/saved.ts';
import { stepAt } from '../../../shared/sequences/edit.ts';
import type { Sequence } from '../../../shared/sequences/sequence.ts';

/** Of all runs that have ended together: what became of a step takes about 300 bytes. */
const mostStepsKept = 100_000;

export type Run = {
  facts: SequenceFacts;
  endpoint: EndpointId;
  remote: Address | null;
  /** As it was kept when the run began, and as it is gone through. */
  kept: Sequence;
  sequence: Sequence;
  steps: () => StepRun[];
};

export class PastRuns {
  /** The oldest first. */
  readonly #runs = new Map<number, Run>();
  #next = 1;

  add(make: (number: number) => Run): Run {
    const run = make(this.#next++);
    this.#runs.set(run.facts.run, run);
    return run;
  }

  /** Of one that could not begin. */
  forget({ facts }: Run): void {
    this.#runs.delete(facts.run);
  }

  /** To be called when one has ended: its steps do not change any more, and old ones go where there are too many. */
  ended(run: Run): void {
    const steps = run.steps();
    run.steps = () => steps;
    let ofSequence = 0;
    let hasFailed = false;
    let kept = 0;
    for (const [number, { facts, steps: stepsOf }] of [...this.#runs].reverse()) {
      if (facts.state === 'running') continue;
      kept += stepsOf().length;
      let isTooOld = kept > mostStepsKept;
      if (facts.sequence === run.facts.sequence) {
        // Of many that passed, the last that failed is the one that somebody wants to see.
        const isLastFailed: boolean = facts.state === 'failed' && !hasFailed;
        hasFailed ||= isLastFailed;
        isTooOld ||= ++ofSequence > mostPastRuns && !isLastFailed;
      }
      if (isTooOld) this.#runs.delete(number);
    }
  }

  /** What became of each step so far; none of a run that is kept no more. */
  steps(number: number): StepRun[] {
    return this.#runs.get(number)?.steps() ?? [];
  }

  /** The newest first. `now`: the sequence as it stands. */
  of(id: SequenceId, now: Sequence | null): PastRun[] {
    const runs = [...this.#runs.values()].filter(({ facts }) => facts.sequence === id);
    return runs.reverse().map((run) => pastRun(run, now));
  }
}

function pastRun({ facts, endpoint, remote, kept, steps }: Run, now: Sequence | null): PastRun {
  const failedAt = failedStep(facts, steps());
  return {
    ...facts,
    ...{ endpoint, remote, failedAt },
    stepName: failedAt === null ? '' : (stepAt(kept.steps, failedAt)?.name ?? ''),
    isOther: now?.steps !== kept.steps,
  };
}

/** Where it stopped, or the first of those after which it went on; the innermost, as a loop fails with its step. */
function failedStep({ state, at, failed }: SequenceFacts, steps: readonly StepRun[]): number[] | null {
  if (state === 'failed') return at;
  if (failed === 0) return null;
  const all = steps.filter((step) => step.failed > 0).map(({ path }) => path);
  const [first] = all;
  if (first === undefined) return null;
  const within = all.filter((path) => first.every((place, depth) => path[depth] === place));
  return within.reduce((deepest, path) => (path.length > deepest.length ? path : deepest));
}
