/** Long work of an engine: how far it is, and what became of it. */
import type {
  FileJob,
  Job,
  ManyJob,
  RepeatJob,
  SaveLogJob,
  SequenceEachJob,
  SequenceJob,
} from '../../shared/contract.ts';
import type { EndpointId } from '../../shared/domain.ts';
import { failureOf } from '../../shared/failure.ts';
import type { SequenceId } from '../../shared/sequences/saved.ts';
import { invalid } from './schemas/validate.ts';

/** At the same time: each reads and writes files. */
const mostRunning = 8;
/** Failed ones that are told until somebody has seen them. */
const mostFailed = 8;
/** Of one kind at the same time, of one endpoint. */
const mostTold = 4;

/** `place`: what it is about, such as the file that it writes. */
export type NewJob = Pick<SaveLogJob, 'kind' | 'endpoint'> & { place: string };
/** `told`: what has changed of it. Resolves soon after `signal` is aborted, and never rejects. */
export type ToldWork<J> = (work: {
  signal: AbortSignal;
  told: (change: Partial<J>) => void;
}) => Promise<unknown>;
type Told<J> = Omit<J, 'id' | 'kind' | 'endpoint'>;
/** `told`: how far it is. Rejects soon after `signal` is aborted. */
export type JobWork<T> = (work: {
  signal: AbortSignal;
  told: (done: number, total: number) => void;
}) => Promise<T>;

type Running = { job: Job; cancel: AbortController; ended: Promise<unknown> };

export class Jobs {
  readonly #running = new Map<number, Running>();
  readonly #failed = new Map<number, Job>();
  /** Of those that tell more: what they have come to. */
  readonly #ended = new Map<number, Job>();
  #next = 1;

  /** Those that run, and those that ended in a way that somebody should see, and were not dismissed. */
  get list(): Job[] {
    const running = [...this.#running.values()].map(({ job }) => ({ ...job }));
    return [...this.#failed.values(), ...this.#ended.values(), ...running];
  }

  /**
   * Runs `work` to its end. Null when it was cancelled or failed: what failed says so in the list, with the system's
   * code and the place. Throws INVALID_ARGUMENT while too many run.
   */
  async run<T>({ place, ...job }: NewJob, work: JobWork<T>): Promise<T | null> {
    if (this.#count(({ kind }) => kind === 'save-log') >= mostRunning)
      throw invalid('job', { name: 'at-most', most: mostRunning });
    const id = this.#next++;
    const cancel = new AbortController();
    const running = { ...job, id, done: 0, total: 0, failure: null };
    const told = (done: number, total: number): void => void Object.assign(running, { done, total });
    const ended = work({ signal: cancel.signal, told });
    this.#running.set(id, { job: running, cancel, ended });
    try {
      return await ended;
    } catch (error) {
      if (!cancel.signal.aborted) this.#failed.set(id, { ...running, failure: failureOf(error, place) });
      for (const oldest of this.#failed.keys())
        if (this.#failed.size > mostFailed) this.#failed.delete(oldest);
      return null;
    } finally {
      this.#running.delete(id);
    }
  }

  /**
   * Begins one and returns its number. What it has come to is told until it is dismissed by `cancel`, or the next one of its
   * kind begins at the endpoint. Throws as `work` does at once, and INVALID_ARGUMENT while too many of the endpoint run.
   */
  begin<J extends RepeatJob | FileJob | ManyJob>(
    job: Omit<J, 'id' | 'failure'>,
    work: ToldWork<Told<J>>,
  ): number {
    const { kind, endpoint } = job;
    const isSuch = (other: Job): boolean => other.kind === kind && other.endpoint === endpoint;
    return this.#begin({ ...job, failure: null } as Omit<J, 'id'>, isSuch, mostTold, work);
  }

  /** The same of a sequence, which runs once at a time, on one connection or on each new one. */
  beginSequence<J extends SequenceJob | SequenceEachJob>(
    job: Omit<J, 'id' | 'failure'>,
    work: ToldWork<Told<J>>,
  ): number {
    const begun: object = { ...job, failure: null };
    const sequence = sequenceOf(begun as Job);
    return this.#begin(begun as Omit<J, 'id'>, (other) => sequenceOf(other) === sequence, 1, work);
  }

  #begin<J extends Job>(
    job: Omit<J, 'id'>,
    isSuch: (other: Job) => boolean,
    most: number,
    work: ToldWork<J>,
  ): number {
    if (this.#count(isSuch) >= most) throw invalid('job', { name: 'at-most', most });
    const running = { ...job, id: this.#next } as J;
    const cancel = new AbortController();
    const ended = work({ signal: cancel.signal, told: (change) => void Object.assign(running, change) });
    const id = this.#next++;
    for (const [number, other] of this.#ended) if (isSuch(other)) this.#ended.delete(number);
    this.#running.set(id, { job: running, cancel, ended });
    void ended.then(() => {
      this.#running.delete(id);
      this.#ended.set(id, running);
    });
    return id;
  }

  /** Ends one that runs, and forgets one that has ended or failed; one that is not known has ended before. */
  cancel(id: number): void {
    this.#failed.delete(id);
    this.#ended.delete(id);
    this.#running.get(id)?.cancel.abort();
  }

  /** Cancels those of one endpoint, or all; resolves when none of them does anything any more. */
  async end(endpoint: EndpointId | null = null): Promise<void> {
    const isMeant = ({ job }: { job: Job }): boolean => endpoint === null || job.endpoint === endpoint;
    const meant = [...this.#running.values()].filter(isMeant);
    for (const { cancel } of meant) cancel.abort();
    await Promise.allSettled(meant.map(({ ended }) => ended));
    for (const told of [this.#failed, this.#ended])
      for (const [id, job] of told) if (isMeant({ job })) told.delete(id);
  }

  #count(isMeant: (job: Job) => boolean): number {
    return [...this.#running.values()].filter(({ job }) => isMeant(job)).length;
  }
}

/** Null of any other job. */
function sequenceOf(job: Job): SequenceId | null {
  if (job.kind === 'sequence') return job.run.sequence;
  return job.kind === 'sequence-each' ? job.each.sequence : null;
}
