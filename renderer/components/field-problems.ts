import { createContext } from 'svelte';
import { SvelteSet } from 'svelte/reactivity';

/** Ids of fields whose text cannot be taken: what depends on them must not go on with the older value. */
export type FieldProblems = SvelteSet<string>;

const [read, provide] = createContext<FieldProblems>();

export function provideFieldProblems(): FieldProblems {
  const problems: FieldProblems = new SvelteSet();
  provide(problems);
  return problems;
}

/** Null outside of a group. */
export function fieldProblems(): FieldProblems | null {
  try {
    return read();
  } catch {
    // `createContext` throws where nothing was provided: a field on its own.
    return null;
  }
}
