import { expect, test } from 'vitest';
import { seeFields } from './decoded-fields.ts';
import type { AppState } from './app.svelte.ts';
import type { EndpointState } from './endpoint.svelte.ts';
import { suggestAt, withSuggestion } from './log-filter.ts';

const endpoint = { settings: { role: 'client' }, peers: { rows: [] } } as unknown as EndpointState;
const app = { layout: { filters: [] } } as unknown as AppState;
const suggested = (text: string) => suggestAt(app, endpoint, text, text.length);
const offered = (text: string) => suggested(text)?.all.map(({ insert }) => insert) ?? null;
const chosen = (text: string) => withSuggestion(text, suggested(text)!, suggested(text)!.all[0]!).text;

test('behind decoded: stand the fields of what was decoded, ready for their value', () => {
  expect(offered('decoded:')).toBeNull();
  seeFields(endpoint, ['unit', 'transaction', 'packet id']);
  seeFields(endpoint, ['unit', 'url']);
  expect(offered('size:>3 decoded:')).toEqual(['"packet id=', 'transaction=', 'unit=', 'url=']);
  expect(chosen('decoded:tr')).toBe('decoded:transaction=');
  // A name of two words goes on in its quotes.
  expect(chosen('-decoded:pa')).toBe('-decoded:"packet id=');
  expect(chosen('decoded:"packet i')).toBe('decoded:"packet id=');
  for (const text of ['decoded:unit=', 'decoded:unit>3', 'decoded:zz']) expect(offered(text)).toBeNull();
});
