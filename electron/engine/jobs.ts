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

/** Work on files, which nobody should cut off unasked. */
const fileWork = ['save-log', 'import', 'verify', 'repair'] as const;
type FileWork = Extract<Job, { kind: (typeof fileWork)[number] }>;
const isFileWork = (job: Job): job is FileWork => fileWork.some((kind) => kind === job.kind);

/** `place`: what it is about, such as the file that it writes. */
export type NewJob = WithoutProgress<SaveLogJob> & { place: string };
type WithoutProgress<J> = J extends unknown ? Omit<J, 'id' | 'done' | 'total' | 'failure'> : never;
/** `told`: what has changed of it. Resolves soon after `signal` is aborted, and never rejects. */
export type ToldWork<J> = (work: {
  signal: AbortSignal;
  told: (change: Partial<J>) => void;
}) => Promise<unknown>;
type Told<J> = Omit<J, 'id' | 'kind' | 'endpoint'>;
/** `told`: how far it is, or what comes before it. Rejects soon after `signal` is aborted. */
export type JobWork<T> = (work: {
  signal: AbortSignal;
  told: (done: number, total: number, isPreparing?: boolean) => void;
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
    const running = this.#fileWork(job);
    try {
      return await this.#run(running, work, new AbortController());
    } catch (error) {
      this.#failed.set(running.id, Object.assign(running, { failure: failureOf(error, place) }));
      for (const oldest of this.#failed.keys())
        if (this.#failed.size > mostFailed) this.#failed.delete(oldest);
      return null;
    }
  }

  /**
   * The same for whoever waits for it and hears why it failed: rejects as `work`; null when it was cancelled, by `cancel`
   * too. Rejects with INVALID_ARGUMENT while too many run.
   */
  async follow<T>(
    job: WithoutProgress<FileWork>,
    work: JobWork<T>,
    cancel = new AbortController(),
  ): Promise<T | null> {
    return this.#run(this.#fileWork(job), work, cancel);
  }

  #fileWork(job: WithoutProgress<FileWork>): FileWork {
    if (this.#count(isFileWork) >= mostRunning) throw invalid('job', { name: 'at-most', most: mostRunning });
    return { ...job, id: this.#next++, done: 0, total: 0, failure: null } as FileWork;
  }

  async #run<T>(running: FileWork, work: JobWork<T>, cancel: AbortController): Promise<T | null> {
    const told = (done: number, total: number, isPreparing = false): void => {
      Object.assign(running, { done, total });
      if (running.kind === 'save-log') running.isPreparing = isPreparing;
    };
    const ended = work({ signal: cancel.signal, told });
    this.#running.set(running.id, { job: running, cancel, ended });
    try {
      return await ended;
    } catch (error) {
      if (cancel.signal.aborted) return null;
      throw error;
    } finally {
      this.#running.delete(running.id);
    }
  }

  /** Whether something works on files. */
  get hasWork(): boolean {
    return this.#count(isFileWork) > 0;
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
