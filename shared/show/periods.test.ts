import { expect, test } from 'vitest';
import { formatPeriod, parsePeriod } from './periods.ts';

test('a period is read in milliseconds, or in the unit behind it', () => {
  expect(
    ['100', '2.5', ' .5 ms', '0', '1s', '1.5 S', '2 min', '2m', '24 h', '0.1 s'].map((text) =>
      parsePeriod(text),
    ),
  ).toEqual([...[100, 2.5, 0.5, 0, 1000, 1500, 120_000, 120_000, 86_400_000, 100]]);
  expect(['', 'fast', '-1', '1 d', '1e3', '1,5'].map((text) => parsePeriod(text))).toEqual(
    Array(6).fill(null),
  );
});

test('or in seconds where those are meant, as on the command line', () => {
  expect(['0', '60', '60 ms', '1 min'].map((text) => parsePeriod(text, 's'))).toEqual([
    0, 60_000, 60, 60_000,
  ]);
});

test('it is written in the unit in which it is short, and read back the same', () => {
  const periods = [0, 0.1, 2.5, 100, 999, 1000, 1500, 1510, 60_000, 90_000, 3_600_000, 86_400_000];
  expect(periods.map(formatPeriod)).toEqual([
    ...['0', '0.1 ms', '2.5 ms', '100 ms', '999 ms', '1 s', '1.5 s', '1510 ms'],
    ...['1 min', '1.5 min', '1 h', '24 h'],
  ]);
  expect(periods.map((ms) => parsePeriod(formatPeriod(ms)))).toEqual(periods);
});
