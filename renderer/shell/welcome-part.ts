import { later } from '../lib/part.svelte.ts';

/** What is shown while no tab is open. It comes while the page attaches. */
export const welcome = later(() => import('./Welcome.svelte'));
