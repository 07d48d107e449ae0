import { expect, test } from 'vitest';
import { defaultClient } from '../../shared/settings/endpoint.ts';
import { eventually } from '../testing/eventually.ts';
import type { AppState } from './app.svelte.ts';
import type { EndpointState } from './endpoint.svelte.ts';
import { TabSearch } from './tab-search.svelte.ts';

/** Tabs whose logs are never looked through to their end. */
function open(count: number) {
  const endpoints = Array.from({ length: count }, (_, at) => ({
    ...{ id: `tab ${at}`, settings: defaultClient(), capabilities: { hasBoundaries: false } },
    shownConnection: null,
  })) as unknown as EndpointState[];
  const opened: string[] = [];
  const closed: number[] = [];
  const engine = {
    openView: (id: string) =>
      Promise.resolve({ id: opened.push(id), rows: 0, scanned: 0, total: 10, begun: 0, failure: null }),
    closeView: (id: number) => Promise.resolve(void closed.push(id)),
  };
  const app = {
    ...{ engine, endpoints, layout: { readings: {} } },
    endpointOf(id: string) {
      return this.endpoints.find((each) => each.id === id) ?? null;
    },
    viewSummary: () => undefined,
  };
  const search = new TabSearch(app as unknown as AppState);
  search.text = 'hello';
  search.start();
  return { app, search, opened, closed };
}

test('a tab that is removed meanwhile is waited for no more, and the next one has its turn', async () => {
  const { app, search, opened } = open(9);
  await eventually(() => expect(opened).toHaveLength(8));
  app.endpoints = app.endpoints.slice(1);
  search.look();
  await eventually(() => expect(opened).toHaveLength(9));
  expect(search.found.map(({ endpoint }) => endpoint.id)).not.toContain('tab 0');
  expect(search.isRunning).toBe(true);
  app.endpoints = [];
  search.look();
  expect([search.isRunning, search.found]).toEqual([false, []]);
});

test('that it was stopped stays said, however often', async () => {
  const { search, opened, closed } = open(2);
  await eventually(() => expect(opened).toHaveLength(2));
  search.stop();
  search.stop();
  expect(search.wasStopped).toBe(true);
  expect(closed).toEqual([1, 2]);
  search.start();
  expect(search.wasStopped).toBe(false);
  search.stop();
});
