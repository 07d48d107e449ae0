/** Long work of an engine: how far it is, and what became of it. */
import type { Job } from '../../shared/contract.ts';
import type { EndpointId } from '../../shared/domain.ts';
import { failureOf } from '../../shared/failure.ts';
import { invalid } from './schemas/validate.ts';

/** At the same time: each reads and writes files. */
const mostRunning = 8;
/** Failed ones that are told until somebody has seen them. */
const mostFailed = 8;

/** `place`: what it is about, such as the file that it writes. */
export type NewJob = Pick<Job, 'kind' | 'endpoint'> & { place: string };
/** `told`: how far it is. Rejects soon after `signal` is aborted. */
export type JobWork<T> = (work: {
  signal: AbortSignal;
  told: (done: number, total: number) => void;
}) => Promise<T>;

type Running = { job: Job; cancel: AbortController; ended: Promise<unknown> };

export class Jobs {
  readonly #running = new Map<number, Running>();
  readonly #failed = new Map<number, Job>();
  #next = 1;

  /** Those that run, and those that failed and were not dismissed. */
  get list(): Job[] {
    return [...this.#failed.values(), ...[...this.#running.values()].map(({ job }) => ({ ...job }))];
  }

  /**
   * Runs `work` to its end. Null when it was cancelled or failed: what failed says so in the list, with the system's
   * code and the place. Throws INVALID_ARGUMENT while too many run.
   */
  async run<T>({ place, ...job }: NewJob, work: JobWork<T>): Promise<T | null> {
    if (this.#running.size >= mostRunning) throw invalid('job', { name: 'at-most', most: mostRunning });
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

  /** Ends one that runs, and forgets one that failed; one that has ended is as good as cancelled. */
  cancel(id: number): void {
    this.#failed.delete(id);
    this.#running.get(id)?.cancel.abort();
  }

  /** Cancels those of one endpoint, or all; resolves when none of them does anything any more. */
  async end(endpoint: EndpointId | null = null): Promise<void> {
    const isMeant = ({ job }: { job: Job }): boolean => endpoint === null || job.endpoint === endpoint;
    for (const [id, job] of this.#failed) if (isMeant({ job })) this.#failed.delete(id);
    const meant = [...this.#running.values()].filter(isMeant);
    for (const { cancel } of meant) cancel.abort();
    await Promise.allSettled(meant.map(({ ended }) => ended));
  }
}
