import { expect, test } from 'vitest';
import type { AppState } from '../state/app.svelte.ts';
import type { EndpointState } from '../state/endpoint.svelte.ts';
import type { LogState } from '../state/log.svelte.ts';
import { eventually } from '../testing/eventually.ts';
import { LogMarks } from './log-marks.svelte.ts';

/** An engine that says which views were asked for marks, and of how many rows. */
function open() {
  const texts: string[] = [];
  const closed: number[] = [];
  const asked: { views: number[]; rows: number }[] = [];
  const state = { said: '1', rows: 3 };
  const engine = {
    openView: (_: string, { text }: { text: string }) => Promise.resolve({ id: texts.push(text) }),
    closeView: (id: number) => Promise.resolve(void closed.push(id)),
    rowMarks: (_: number, views: number[], _from: number, rows: number) =>
      Promise.resolve(Uint8Array.of(asked.push({ views: [...views], rows }))),
  };
  const app = {
    engine,
    summaryOf: () => ({ annotationsVersion: state.said }),
    viewSummary: () => ({ rows: state.rows }),
  };
  const log = { rows: { view: 100 }, rowReading: 'chunks', filterOf: (text: string) => ({ text }) };
  const marks = new LogMarks(
    ...([app as unknown as AppState, { id: 'lab' } as EndpointState, log as unknown as LogState] as const),
    [{ text: 'tag:slow', colour: 'blue', isOff: false }],
  );
  return { state, texts, closed, asked, marks, whole: () => asked.filter(({ rows }) => rows !== 2) };
}

test('what is said of records later is marked, too', async () => {
  const { state, texts, closed, asked, marks } = open();
  marks.look(0, 2);
  await eventually(() => expect(asked.at(-1)?.views).toEqual([1, 2, 3]));
  expect(texts).toEqual(['is:failed', 'is:marked', 'tag:slow']);
  state.said = '2';
  marks.look(0, 2);
  await eventually(() => expect(closed).toEqual([2, 3]));
  marks.look(0, 2);
  await eventually(() => expect(asked.at(-1)?.views).toEqual([1, 4, 5]));
  expect(texts.slice(3)).toEqual(['is:marked', 'tag:slow']);
  marks.close();
  expect(closed).toEqual([2, 3, 1, 4, 5]);
});

test('the track has what came last, though nothing comes after it', async () => {
  const { state, marks, whole } = open();
  marks.look(0, 2);
  await eventually(() => expect(whole().at(-1)?.rows).toBe(3));
  state.rows = 4;
  marks.look(0, 2);
  await eventually(() => expect(whole().at(-1)?.rows).toBe(4));
  marks.close();
});
