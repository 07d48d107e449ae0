/** Many connections of one client, as a job. */
import type { ManyJob } from '../../shared/contract.ts';
import type { ManyPlan } from '../../shared/many.ts';
import type { WrittenMessage } from '../../shared/payload/payload.ts';
import type { RepeatPlan } from '../../shared/repeat.ts';
import type { Endpoint } from './endpoint.ts';
import type { Jobs } from './jobs.ts';
import { ManyRun } from './repeat/many-run.ts';
import { Talks } from './repeat/talks.ts';
import { asTemplate, ownerOf } from './repeats.ts';

type Said = { message: Uint8Array | WrittenMessage; repeat: RepeatPlan | null };

/**
 * Begins, and returns the number of the job, which is told of until somebody dismisses it. `said`: by each of them, once it
 * is open. Rejects as `Endpoint.connectMany` does, and with INVALID_ARGUMENT for a message that cannot be read.
 */
export async function startMany(
  jobs: Jobs,
  endpoint: Endpoint,
  plan: ManyPlan,
  said: Said | null,
): Promise<number> {
  const sayings = said === null ? [] : [{ template: asTemplate(said.message), repeat: said.repeat }];
  const talks = new Talks(ownerOf(endpoint), sayings);
  let tell: (change: Partial<ManyJob>) => void = () => undefined;
  const run = new ManyRun({
    ...{ plan, talks, connections: () => endpoint.connections },
    told: (many, failure) => tell({ done: many.begun, failure, many }),
  });
  run.follow(await endpoint.connectMany(plan, run.events));
  const job = { kind: 'many', endpoint: endpoint.id, done: 0, total: plan.clients, many: run.facts } as const;
  return jobs.begin<ManyJob>(job, ({ signal, told }) => {
    tell = told;
    signal.addEventListener('abort', () => run.stop());
    return run.ended;
  });
}
