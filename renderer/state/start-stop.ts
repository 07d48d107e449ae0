/** Starts and ends an endpoint, in front or not. */
import { isSystemFailure } from '../lib/system-failure.ts';
import type { AppState } from './app.svelte.ts';
import type { EndpointState } from './endpoint.svelte.ts';

/** What the system refuses is told by its status. */
export async function startEndpoint(app: AppState, endpoint: EndpointState): Promise<void> {
  if (!(await endpoint.applied)) return;
  const { id, settings } = endpoint;
  await app.attempt<unknown>(
    () => (settings.role === 'listener' ? app.engine.startListening(id) : app.engine.connect(id)),
    isSystemFailure,
  );
}

export async function stopEndpoint(app: AppState, { id, settings }: EndpointState): Promise<void> {
  await app.attempt(() =>
    settings.role === 'listener' ? app.engine.stopListening(id) : app.engine.disconnect(id, 'close'),
  );
}
