import { Part } from '../lib/part.svelte.ts';

/** Nobody opens a menu before the window is drawn. */
export const endpointMenu = new Part(() => import('./endpoint-menu.ts'));
