/** Messages that are sent again and again: begun, stopped, and told of by the engine. */
import type { RepeatJob } from '../../shared/contract.ts';
import { failureOf } from '../../shared/failure.ts';
import { usualRepeat } from '../../shared/repeat.ts';
import { texts } from '../../shared/texts/index.ts';
import { handMessage } from '../lib/send-message.ts';
import type { AppState } from '../state/app.svelte.ts';
import type { EndpointState } from '../state/endpoint.svelte.ts';
import { targetOf } from './sending.ts';

/** Of this endpoint, those that have ended and were not dismissed too. */
export const repeatsOf = (app: AppState, endpoint: EndpointState): RepeatJob[] =>
  app.summary?.jobs.filter(
    (job): job is RepeatJob => job.kind === 'repeat' && job.endpoint === endpoint.id,
  ) ?? [];

export const runs = ({ repeat }: RepeatJob): boolean => repeat.ended === null;

/** The message as it stands, as it was repeated last. */
export async function startRepeat(app: AppState, endpoint: EndpointState): Promise<void> {
  const { composer, id } = endpoint;
  const { message, attached, repeat = usualRepeat } = composer;
  const target = targetOf(endpoint);
  const abort = new AbortController();
  const onProgress = (part: number | null) => (composer.sending = { part, cancel: () => abort.abort() });
  onProgress(null);
  try {
    const { signal } = abort;
    await handMessage(app.engine, id, message, { onProgress, signal }, (whole) =>
      app.engine.startRepeat(id, target, whole, repeat),
    );
  } catch (thrown) {
    const isFile = thrown instanceof DOMException;
    app.toast(isFile ? texts.composer.unreadable(attached?.name ?? '') : failureOf(thrown));
  } finally {
    composer.sending = null;
  }
}

/** Stops what runs, or dismisses what has ended. */
export const endRepeat = (app: AppState, { id }: RepeatJob): void =>
  void app.attempt(() => app.engine.cancelJob(id));

/** By its keys: on where none runs, else off. */
export function toggleRepeat(app: AppState, endpoint: EndpointState): void {
  const running = repeatsOf(app, endpoint).filter(runs);
  if (running.length === 0) void startRepeat(app, endpoint);
  for (const job of running) endRepeat(app, job);
}
