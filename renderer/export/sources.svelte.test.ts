import { expect, test } from 'vitest';
import { defaultClient } from '../../shared/settings/endpoint.ts';
import type { AppState } from '../state/app.svelte.ts';
import type { EndpointState } from '../state/endpoint.svelte.ts';
import type { LogState } from '../state/log.svelte.ts';
import { Sources } from './sources.svelte.ts';

test('rows that were chosen are not offered once their numbers mean others', () => {
  const engine = { openView: () => new Promise(() => undefined), closeView: () => Promise.resolve() };
  const app = { engine, attempt: (work: () => unknown) => work(), viewSummary: () => undefined };
  const rows = { view: 1, count: 9, epoch: 4, at: () => null };
  const log = {
    ...{ rows, reading: 'chunks', isFiltered: false, filter: { text: '' } },
    selection: { ranges: [{ from: 2, to: 5 }], cursor: 4, anchor: 2 },
  };
  const endpoint = { id: 'lab', settings: defaultClient(), shownPeer: null };
  const sources = new Sources(
    app as unknown as AppState,
    endpoint as unknown as EndpointState,
    log as unknown as LogState,
  );
  expect(sources.list.map(({ name }) => name)).toEqual(['rows', 'capture']);
  expect(sources.chosen).toMatchObject({ name: 'rows', count: 3 });
  rows.epoch++;
  expect(sources.chosen).toMatchObject({ name: 'capture', rows: null });
  sources.close();
});
