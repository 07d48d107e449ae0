import { later } from '../lib/part.svelte.ts';

/** What the tab of an endpoint shows: the line, the log, the composer. It comes while the page attaches. */
export const endpointView = later(() => import('./EndpointView.svelte'));
