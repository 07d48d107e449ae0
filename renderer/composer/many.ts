/** Many connections of one client: begun, stopped, and told of by the engine. */
import type { ManyJob } from '../../shared/contract.ts';
import { failureOf, type Failure } from '../../shared/failure.ts';
import { usualMany, type ManyPlan } from '../../shared/many.ts';
import { usualRepeat, type RepeatPlan } from '../../shared/repeat.ts';
import { texts } from '../../shared/texts/index.ts';
import { handMessage } from '../lib/send-message.ts';
import type { AppState } from '../state/app.svelte.ts';
import type { EndpointState } from '../state/endpoint.svelte.ts';

/** Of this endpoint, those that have ended and were not dismissed too. */
export const manyOf = (app: AppState, endpoint: EndpointState): ManyJob[] =>
  app.summary?.jobs.filter((job): job is ManyJob => job.kind === 'many' && job.endpoint === endpoint.id) ??
  [];

/** What the form holds. `repeats`: what is said is said again and again. */
export type ManyChoice = { plan: ManyPlan; says: boolean; repeats: boolean; repeat: RepeatPlan };

/** As they were chosen last, for as long as the page is open. */
const chosen = new WeakMap<EndpointState, ManyChoice>();

export const manyChoiceOf = (endpoint: EndpointState): ManyChoice =>
  chosen.get(endpoint) ?? { plan: usualMany, says: true, repeats: false, repeat: usualRepeat };

export const keepManyChoice = (endpoint: EndpointState, choice: ManyChoice): void =>
  void chosen.set(endpoint, choice);

/** `says`: the message as it stands, which has to be one. Resolves to what is wrong with the plan, which the form tells, or null. */
export async function startMany(
  app: AppState,
  endpoint: EndpointState,
  { plan, says, repeats, repeat }: ManyChoice,
): Promise<Failure | null> {
  const { composer, id } = endpoint;
  if (!(await endpoint.applied)) return null;
  let wrong: Failure | null = null;
  const isOfPlan = (failure: Failure): boolean => {
    if (failure.code === 'INVALID_ARGUMENT' && failure.subject === 'clients') wrong = failure;
    return wrong !== null;
  };
  if (!says) {
    await app.attempt(() => app.engine.startMany(id, plan, null, null), isOfPlan);
    return wrong;
  }
  const { message, attached } = composer;
  const abort = new AbortController();
  const onProgress = (part: number | null) => (composer.sending = { part, cancel: () => abort.abort() });
  onProgress(null);
  try {
    const { signal } = abort;
    await handMessage(app.engine, id, message, { onProgress, signal }, (whole) =>
      app.engine.startMany(id, plan, whole, repeats ? repeat : null),
    );
  } catch (thrown) {
    const isFile = thrown instanceof DOMException;
    const failure = failureOf(thrown);
    if (isFile || !isOfPlan(failure))
      app.toast(isFile ? texts.composer.unreadable(attached?.name ?? '') : failure);
  } finally {
    composer.sending = null;
  }
  return wrong;
}
