import { expect, test } from 'vitest';
import { FailureError } from '../../shared/failure.ts';
import type { StreamPattern } from '../../shared/stream-rows.ts';
import { eventually } from '../testing/eventually.ts';
import { mostMatches, patternOf, StreamFinder, type FinderEngine } from './stream-finder.svelte.ts';

/** Matches at every `step`-th place, told some at a time. */
function everyPlace(step: number, places: () => number, atOnce = 100) {
  const lengthOf = (pattern: StreamPattern) => ('bytes' in pattern ? pattern.bytes.length : 2);
  const whole = (pattern: StreamPattern, at: number) => at + lengthOf(pattern) <= places();
  const engine: FinderEngine = {
    matchesInStream: (_, pattern, from) => {
      const at: number[] = [];
      let next = Math.ceil(from / step) * step;
      for (; at.length < atOnce && whole(pattern, next); next += step) at.push(next);
      const length = lengthOf(pattern);
      const to = at.length === atOnce ? at.at(-1)! + length : places() - length + 1;
      return Promise.resolve({ found: at.map((each) => ({ at: each, length })), to });
    },
    findInStream: (_, pattern, from, isBackwards) => {
      const at = isBackwards ? Math.ceil(from / step) * step - step : Math.ceil(from / step) * step;
      const found = at >= 0 && whole(pattern, at) ? { at, length: lengthOf(pattern) } : null;
      return Promise.resolve({ found, to: isBackwards ? 0 : places() });
    },
  };
  return new StreamFinder(engine);
}
const two = { bytes: new Uint8Array(2), folds: true };

test('counts what is looked for, as the conversation grows, and knows which is where', async () => {
  let places = 2500;
  const finder = everyPlace(10, () => places);
  finder.look(1, places, two);
  await eventually(() => expect(finder.matches).toHaveLength(250));
  places = 2600;
  finder.grow(places);
  await eventually(() => expect(finder.matches).toHaveLength(260));
  expect(finder.within({ from: 101, to: 121 })).toEqual([
    { start: 100, end: 102 },
    { start: 110, end: 112 },
    { start: 120, end: 122 },
  ]);
  expect([finder.numberOf(110), finder.numberOf(111)]).toEqual([11, -1]);
  finder.look(1, places, null);
  expect(finder.matches).toEqual([]);
});

test('stops counting when there are more than anybody counts', async () => {
  const finder = everyPlace(10, () => 1e9, 1000);
  finder.look(1, 1e9, two);
  await eventually(() => expect(finder.matches).toHaveLength(mostMatches));
  await eventually(() => expect(finder.isDone).toBe(true));
  expect(finder.hasAll).toBe(false);
});

test('goes from match to match in both directions, and around the ends', async () => {
  const finder = everyPlace(10, () => 35);
  finder.look(1, 35, two);
  expect(await finder.find(11, false)).toEqual({ from: 20, to: 22 });
  expect(await finder.find(20, true)).toEqual({ from: 10, to: 12 });
  expect(await finder.find(34, false)).toEqual({ from: 0, to: 2 });
  expect(await finder.find(0, true)).toEqual({ from: 30, to: 32 });
});

test('ends where there is less than was known, and when nobody looks any more', async () => {
  const cleared: FinderEngine = {
    matchesInStream: () => Promise.resolve({ found: [], to: 0 }),
    findInStream: () => Promise.resolve({ found: null, to: 0 }),
  };
  const finder = new StreamFinder(cleared);
  finder.look(1, 1000, two);
  expect(await finder.find(5, false)).toBeNull();

  let refuse: (why: Error) => void = () => undefined;
  const leaving = new StreamFinder({
    ...cleared,
    findInStream: () => new Promise((_, reject) => (refuse = reject)),
  });
  leaving.look(1, 1000, two);
  const found = leaving.find(5, false);
  leaving.look(0, 0, null);
  refuse(new Error('closed'));
  expect(await found).toBeNull();
});

test('goes on behind a match, and says so when an expression takes ages', async () => {
  const finder = everyPlace(1, () => 10);
  const expression = { text: '..', flags: '' };
  finder.look(1, 10, expression);
  expect(await finder.find(3, false)).toEqual({ from: 3, to: 5 });
  expect(await finder.find(4, false)).toEqual({ from: 5, to: 7 });

  const slow = new StreamFinder({
    matchesInStream: () => Promise.reject(new FailureError({ code: 'FILTER_TOO_SLOW' })),
    findInStream: () => Promise.resolve({ found: null, to: 0 }),
  });
  slow.look(1, 10, expression);
  await eventually(() => expect(slow.isTooSlow).toBe(true));
  slow.look(1, 10, two);
  expect(slow.isTooSlow).toBe(false);
});

test('reads text, bytes behind hex:, and expressions between slashes', () => {
  expect(patternOf('/a.b/i', 'utf-8')).toEqual({ text: 'a.b', flags: 'i' });
  expect(patternOf('/orders', 'utf-8')).toMatchObject({ folds: true });
  expect(patternOf('/(a/', 'utf-8')).toBeNull();
  expect(patternOf('é', 'utf-8')).toEqual({ bytes: Uint8Array.of(0xc3, 0xa9), folds: true });
  expect(patternOf('hex:0d 0A', 'utf-8')).toEqual({ bytes: Uint8Array.of(13, 10), folds: false });
  for (const text of ['', 'hex:', 'hex:zz', 'hex:0d ?? 0a']) expect(patternOf(text, 'utf-8')).toBeNull();
});
