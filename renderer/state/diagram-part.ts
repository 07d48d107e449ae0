import { Part } from '../lib/part.svelte.ts';

/** Nobody needs it before there is a log. */
export const diagrams = new Part(() => import('./diagram.ts'));
