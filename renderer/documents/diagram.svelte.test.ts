import { afterEach, expect, test } from 'vitest';
import { emptyLayout } from '../../shared/layout.ts';
import { defaultListener } from '../../shared/settings/endpoint.ts';
import { encodeRows, type Row } from '../../shared/wire/row-window.ts';
import { eventually } from '../testing/eventually.ts';
import { listening, TestHost } from '../testing/host.ts';
import { closePages, openPage } from '../testing/page.ts';

afterEach(closePages);

test('counts no connections of a log that was cleared', async () => {
  const id = 'e0123456789ab';
  const host = TestHost.with(defaultListener(), listening);
  host.endpoints = [{ id, settings: defaultListener() }];
  const tab = `diagram:${id}/own.5` as const;
  host.layout = { ...emptyLayout, openTabs: [tab], activeTab: tab };
  host.more = {
    openView: () => ({ id: 1, rows: 0, scanned: 0, total: 0, begun: 0, failure: null }),
    rows: () => encodeRows([]),
    closeView: () => undefined,
  };
  await openPage(host);
  await eventually(() =>
    expect(document.querySelector('[role=status].muted')?.textContent).toBe('0 connections, 0 records'),
  );
});

test('a connection whose beginning the size limit took has a lane, too', async () => {
  const id = 'e0123456789ab';
  const host = TestHost.with(defaultListener(), listening);
  host.endpoints = [{ id, settings: defaultListener() }];
  const tab = `diagram:${id}/own.5` as const;
  host.layout = { ...emptyLayout, openTabs: [tab], activeTab: tab };
  const preview = new TextEncoder().encode('hello');
  const said: Row = {
    ...{ row: 0, sequence: 900, time: 1000, previousTime: 1000, kind: 'received', connection: 5 },
    ...{ peer: '127.0.0.1:50005', length: preview.length, preview, frame: null },
  };
  const [all, none] = [1, 2];
  host.more = {
    openView: (_, { text }) => {
      const told = text.includes('kind:') ? { id: none, rows: 0 } : { id: all, rows: 1 };
      return { ...told, scanned: 1, total: 1, begun: 0, failure: null };
    },
    rows: (view) => encodeRows(view === all ? [said] : []),
    closeView: () => undefined,
  };
  await openPage(host);
  const drawn = () => document.querySelector('[role=option].received');
  await eventually(() => expect(drawn()?.querySelectorAll('path.line').length).toBe(2));
  expect(document.querySelector('.names')?.textContent).toContain(said.peer);
});
