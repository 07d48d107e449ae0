/** Names of fields that the messages of a log have, as far as they were decoded here: what a filter can go on with. */
import type { EndpointState } from './endpoint.svelte.ts';

/** Those that were seen longest ago go. */
const mostKept = 200;
const seen = new WeakMap<EndpointState, Set<string>>();

export function seeFields(endpoint: EndpointState, names: readonly string[]): void {
  const kept = seen.get(endpoint) ?? new Set<string>();
  seen.set(endpoint, kept);
  for (const name of names) {
    kept.delete(name);
    kept.add(name);
  }
  for (const oldest of kept) if (kept.size > mostKept) kept.delete(oldest);
}

/** In the order of letters. */
export const decodedFields = (endpoint: EndpointState): string[] => [...(seen.get(endpoint) ?? [])].sort();
