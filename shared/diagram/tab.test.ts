import { expect, it } from 'vitest';
import { readFilter } from '../filter/filter.ts';
import { diagramFilter, formatDiagram, laneFilters, readDiagram } from './tab.ts';

const of = { endpoint: 'e0123456789ab', connections: [5, 9], isOwn: true };

it('is the same again from the name of its tab', () => {
  for (const each of [of, { ...of, isOwn: false }, { ...of, connections: [] }])
    expect(readDiagram(formatDiagram(each))).toEqual(each);
  for (const wrong of [
    '',
    'e0123456789ab/',
    'e0123456789ab/x',
    'lab/5',
    'e0123456789ab/5.',
    `e0123456789ab/${'1.'.repeat(30)}1`,
  ])
    expect(readDiagram(wrong)).toBeNull();
});

it('shows records of its connections, and those that have none where that is wanted', () => {
  const passes = (text: string, connection: number | null, kind: 'sent' | 'opened' | 'attempted') => {
    const read = readFilter(text);
    return read.ok && read.filter.test({ connection, kind } as Parameters<typeof read.filter.test>[0]);
  };
  const shown = (isOwn: boolean) =>
    [5, 6, 9, null].map((connection) => passes(diagramFilter({ ...of, isOwn }), connection, 'sent'));
  expect(shown(true)).toEqual([true, false, true, true]);
  expect(shown(false)).toEqual([true, false, true, false]);
  const [ends, tried] = laneFilters(of) as [string, string];
  expect([passes(ends, 5, 'opened'), passes(ends, 5, 'sent'), passes(ends, 6, 'opened')]).toEqual([
    true,
    false,
    false,
  ]);
  // However often it was tried before, where a connection begins is found.
  expect([passes(ends, null, 'attempted'), passes(tried, null, 'attempted')]).toEqual([false, true]);
  expect(passes(tried, 5, 'opened')).toBe(false);
  expect(laneFilters({ ...of, connections: [] })).toEqual([tried]);
  expect(laneFilters({ ...of, isOwn: false })).toEqual([ends]);
});
