import { expect, test } from 'vitest';
import { Aligned } from './aligned.ts';
import { compare } from './compare.ts';
import { formatSource, readSources } from './source.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test('what one side has not is a gap beside the other', () => {
  const [a, b] = ['abXef', 'abef!'];
  const { hunks } = compare({ a: bytes(a), b: bytes(b), as: null, hints: {}, ignore: [] }, () => 0);
  const aligned = new Aligned(hunks);
  const cells = aligned.cells(0, 99);
  const side = (of: 'a' | 'b', text: string) =>
    cells.map((cell) => (cell[of] === null ? '_' : text[cell[of]])).join('');
  expect([side('a', a), side('b', b)]).toEqual(['abXef_', 'ab_ef!']);
  expect(aligned.cells(3, 5)).toEqual(cells.slice(3, 5));
  expect(aligned.placeOf(1)).toBe(2);
});

test('what is compared can be written down and read again', () => {
  const endpoint = 'e0123456789ab';
  const frame = { sequence: 12, within: 3, last: 14, length: 9 };
  const one = {
    endpoint,
    sequence: 12,
    kind: 'record',
    frame,
    more: [],
    selection: { start: 4, end: 6 },
  } as const;
  const other = {
    endpoint,
    sequence: 5,
    kind: 'connection',
    frame: null,
    more: [],
    selection: null,
  } as const;
  const several = {
    ...one,
    kind: 'several',
    more: [
      { sequence: 15, frame: null },
      { sequence: 16, frame: { ...frame, sequence: 16 } },
    ],
  } as const;
  expect(formatSource(several)).toBe(`${endpoint}/s12.3.14.9+15+16.3.14.9@4-6`);
  expect(readSources(`${formatSource(several)}~${formatSource(other)}`)).toEqual([several, other]);
  expect(readSources(`${formatSource(one)}~${formatSource(other)}`)).toEqual([one, other]);
  expect(readSources(`${formatSource(one)}~x`)).toBeNull();
});
