import { Part } from '../lib/part.svelte.ts';

/** With the languages and their templates: nobody needs them before a menu is open. */
export const copyProgram = new Part(() => import('./copy-program.ts'));
