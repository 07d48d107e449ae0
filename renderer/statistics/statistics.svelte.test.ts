import '../styles/tokens.css';
import '../styles/base.css';
import { afterEach, describe, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { Histogram } from '../../shared/statistics/histogram.ts';
import { Periods } from '../../shared/statistics/periods.ts';
import type { PeerStatistics, Statistics, StatisticsPlan } from '../../shared/statistics/statistics.ts';
import { opening, received, TestEngine } from '../testing/engine.ts';
import { eventually } from '../testing/eventually.ts';
import { AppState } from '../state/app.svelte.ts';
import { logOf } from '../state/log.svelte.ts';
import { InspectorState } from '../state/inspector.svelte.ts';
import Pane from '../pane/Pane.svelte';

const apps: AppState[] = [];
afterEach(() => {
  for (const app of apps.splice(0)) app.close();
});

const start = Date.UTC(2026, 10, 20, 14, 2, 11);
const of = (values: readonly number[]): Histogram => {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value);
  return histogram;
};
const side = (records: number, size: number): Statistics['received'] => {
  const periods = new Periods();
  for (const ms of [1000, 1000, 1000, 5000]) periods.add(ms, start + ms, 7);
  const sizes = of(Array<number>(records).fill(size)).distribution();
  return { records, bytes: records * size, sizes, periods: periods.facts };
};
const peer = (connection: number): PeerStatistics => ({
  ...{ connection, peer: `10.0.0.${connection}:502`, first: start, last: start, numbers: null },
  ...{ received: { records: 4, bytes: 48 }, sent: { records: 4, bytes: 48 }, trips: of([1, 2]).spread },
});
const statistics: Statistics = {
  ...{ scanned: 20, total: 20, failure: null, first: start, last: start + 8000 },
  ...{ received: side(8, 12), sent: side(8, 13), numbers: null, others: null },
  rates: {
    start,
    widthMs: 1000,
    sums: {
      ...{ receivedBytes: [48, 0, 48], sentBytes: [52, 0, 52] },
      ...{ receivedRecords: [4, 0, 4], sentRecords: [4, 0, 4] },
    },
  },
  trips: { ...of([1, 2, 3, 400]).distribution(), unanswered: 2, waiting: 1, unasked: 0 },
  peers: [peer(1), peer(2)],
};

async function open() {
  const engine = TestEngine.of([opening, received('hello')]);
  const plans: StatisticsPlan[] = [];
  const closed: number[] = [];
  engine.more = {
    openStatistics: (_, plan) => plans.push(plan),
    statistics: () => statistics,
    closeStatistics: (id) => void closed.push(id),
  };
  const app = new AppState(engine.openChannel);
  apps.push(app);
  await eventually(() => expect(app.connected).toBe(true));
  await page.viewport(920, 1000);
  const frame = document.createElement('div');
  frame.style.cssText = 'display: flex; width: 480px; height: 980px';
  document.body.replaceChildren(frame);
  const endpoint = app.endpoints[0]!;
  const inspector = new InspectorState(app.engine);
  const props = { app, endpoint, inspector, room: 'statistics' as const };
  const { rerender } = await render(Pane, { target: frame, props });
  await expect.element(page.getByRole('region', { name: 'Round trips' })).toBeVisible();
  return { app, endpoint, plans, closed, rerender };
}

const cellsOf = (name: string) =>
  [...document.querySelectorAll(`table[aria-label="${name}"] tbody tr`)].map((row) =>
    [...row.children].map((cell) => cell.textContent.trim()),
  );

describe('the statistics', () => {
  test('say in numbers what they draw', async () => {
    await open();
    expect(cellsOf('Throughput')).toEqual([
      ['↓ received', '8', '96 B', '12 B/s'],
      ['↑ sent', '8', '104 B', '13 B/s'],
    ]);
    const trips = page.getByRole('region', { name: 'Round trips' });
    await expect.element(trips).toHaveTextContent('4, all connections');
    await expect.element(trips).toHaveTextContent('2 unanswered · 1 waiting');
    expect(document.querySelector('canvas')).not.toBeNull();
    await page.getByRole('button', { name: 'As a table' }).click();
    expect(cellsOf('As a table').map((row) => row.slice(1))).toEqual([
      ['48 B', '52 B', '8'],
      ['48 B', '52 B', '8'],
    ]);
  });

  test('lead to the record behind a gap', async () => {
    const { endpoint } = await open();
    await page
      .getByRole('button', { name: /^5\.00 s at / })
      .first()
      .click();
    expect(endpoint.selected).toBe(7);
  });

  test('are asked for anew by another rule, which is kept, and for one connection', async () => {
    const { app, endpoint, plans, closed } = await open();
    await page.getByRole('combobox', { name: 'Which reply' }).selectOptions('pattern');
    await expect.element(page.getByRole('textbox', { name: 'The pattern' })).toHaveValue('id=(\\d+)');
    await eventually(() => expect(plans.at(-1)?.match).toEqual({ by: 'pattern', pattern: 'id=(\\d+)' }));
    expect(app.layout.statistics[endpoint.id]?.match).toBe('pattern:id=(\\d+)');
    await eventually(() => expect(closed).toContain(1));
    await page.getByRole('textbox', { name: 'The pattern' }).fill('(');
    await page.getByRole('combobox', { name: 'Which direction' }).click();
    await expect.element(page.getByText('This is no regular expression.')).toBeVisible();
    await page.getByRole('button', { name: '10.0.0.2:502' }).click();
    await eventually(() => expect(plans.at(-1)?.connection).toBe(2));
    await page.getByRole('button', { name: 'Show all' }).click();
    await eventually(() => expect(plans.at(-1)?.connection).toBe(null));
  });

  test('count what the log’s filter shows alone, if that is wanted, and say so', async () => {
    const { app, endpoint, plans } = await open();
    const only = page.getByRole('checkbox', { name: 'Only what the filter shows' });
    await expect.element(only).not.toBeInTheDocument();
    const log = logOf(app, endpoint);
    log.showOnly('size:>10');
    await expect.element(page.getByText('All of the log counts, whatever the filter shows.')).toBeVisible();
    expect(plans.at(-1)?.filter).toBe('');
    await only.click();
    await eventually(() => expect(plans.at(-1)?.filter).toBe('size:>10'));
    await expect.element(page.getByText('size:>10', { exact: true })).toBeVisible();
    expect(app.layout.statistics[endpoint.id]?.isFiltered).toBe(true);
    log.clearFilter();
    await eventually(() => expect(plans.at(-1)?.filter).toBe(''));
    await expect.element(only).not.toBeInTheDocument();
  });

  test('are closed when nobody looks', async () => {
    const { plans, closed, rerender } = await open();
    await rerender({ room: 'setup' });
    await eventually(() => expect(closed).toHaveLength(plans.length));
  });
});
