/** The jobs that the bar at the bottom shows: of a log in front, its own foot says how far it is saved. */
import type { Job } from '../../shared/contract.ts';
import type { AppState } from './app.svelte.ts';

export type JobOfBar = Extract<Job, { kind: 'import' | 'verify' | 'repair' | 'save-log' }>;

export const jobsOfBar = ({ summary, active }: AppState): JobOfBar[] =>
  summary?.jobs.filter(
    (job): job is JobOfBar =>
      ['import', 'verify', 'repair'].includes(job.kind) ||
      (job.kind === 'save-log' && job.endpoint !== active?.id),
  ) ?? [];
