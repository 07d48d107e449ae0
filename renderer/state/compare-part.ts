import { Part } from '../lib/part.svelte.ts';

/** Nobody needs it before a record is chosen. */
export const comparing = new Part(() => import('./compare.ts'));
