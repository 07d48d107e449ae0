import { expect, test } from 'vitest';
import { readPlace, timeOfClock } from './places.ts';

test('places are records, times, pauses after the first row, and bytes', () => {
  expect(readPlace('#12')).toEqual({ kind: 'record', sequence: 12 });
  expect(readPlace(' ＃１２ ')).toEqual({ kind: 'record', sequence: 12 });
  expect(readPlace('14:03:02.5')).toEqual({ kind: 'clock', ms: ((14 * 60 + 3) * 60 + 2.5) * 1000 });
  expect(readPlace('2026-11-30T14:03')).toEqual({
    kind: 'time',
    ms: new Date(2026, 10, 30, 14, 3).getTime(),
  });
  expect(readPlace('+1.5s')).toEqual({ kind: 'after', ms: 1500 });
  expect(readPlace('@4096')).toEqual({ kind: 'byte', at: 4096 });
  expect(readPlace('@0x10')).toEqual({ kind: 'byte', at: 16 });
  for (const text of ['', '12', '#', '#-1', '@', '@4k', '+', '+soon', '25:00', '-1s'])
    expect([text, readPlace(text)]).toEqual([text, null]);
});

test('a time of the clock is of the first day, or of the next one where the log goes on until then', () => {
  const at = (day: number, hours: number) => new Date(2026, 10, day, hours).getTime();
  const clock = (hours: number) => hours * 3_600_000;
  expect(timeOfClock(clock(14), at(30, 13), at(30, 15))).toBe(at(30, 14));
  expect(timeOfClock(clock(12), at(30, 13), at(30, 15))).toBe(at(30, 12));
  expect(timeOfClock(clock(1), at(30, 23), at(31, 2))).toBe(at(31, 1));
  expect(timeOfClock(clock(3), at(30, 23), at(31, 2))).toBe(at(30, 3));
});
