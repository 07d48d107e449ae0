import { later } from '../lib/part.svelte.ts';

/** With the library that places it. */
export const openMenuPart = later(() => import('./OpenMenu.svelte'));
