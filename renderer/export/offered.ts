/** What a document asks the dialog of exports for: its own view, as a picture at first. */
import type { ViewId } from '../../shared/domain.ts';
import type { AppState } from '../state/app.svelte.ts';
import type { EndpointState } from '../state/endpoint.svelte.ts';

/** `view` and `count`: as they are then. */
export type Offered = {
  endpoint: EndpointState;
  view: () => ViewId | null;
  count: () => number;
  filter: string;
};

const offers = new WeakMap<AppState, Offered>();

export function offerExport(app: AppState, offered: Offered): void {
  offers.set(app, offered);
  app.sheet = 'export';
}

/** Once: the next dialog is about the log again. */
export function takeOffered(app: AppState): Offered | null {
  const offered = offers.get(app) ?? null;
  offers.delete(app);
  return offered;
}
