import type { AppState } from './app.svelte.ts';
import type { EndpointState } from './endpoint.svelte.ts';

/**
 * Resolves when the client that was told to connect just now is open: true; false when it is not going to be. Anything else that
 * the page knew before is no answer: a connection may fail between two summaries.
 */
export function whenOpen(app: AppState, endpoint: EndpointState): Promise<boolean> {
  const { summary: before } = app;
  const isOpenNow = () => ['open', 'half-closed-by-peer'].includes(endpoint.status?.state ?? '');
  if (isOpenNow()) return Promise.resolve(true);
  return new Promise((resolve) => {
    const end = $effect.root(() => {
      $effect(() => {
        if (app.summary === before) return;
        const isOpen = isOpenNow();
        if (endpoint.running && !isOpen && app.connected) return;
        resolve(isOpen);
        queueMicrotask(end);
      });
    });
  });
}
