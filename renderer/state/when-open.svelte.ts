import type { AppState } from './app.svelte.ts';
import type { EndpointState } from './endpoint.svelte.ts';

/**
 * Resolves when the client that was told to connect just now is open: true; false when it is not going to be. What the
 * page knew before is no answer: a connection may fail between two summaries.
 */
export function whenOpen(app: AppState, endpoint: EndpointState): Promise<boolean> {
  const { summary: before } = app;
  return new Promise((resolve) => {
    const end = $effect.root(() => {
      $effect(() => {
        if (app.summary === before) return;
        const isOpen = ['open', 'half-closed-by-peer'].includes(endpoint.status?.state ?? '');
        if (endpoint.running && !isOpen && app.connected) return;
        resolve(isOpen);
        queueMicrotask(end);
      });
    });
  });
}
