import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  formatAge,
  formatClock,
  formatDateTime,
  formatDifference,
  formatDuration,
  formatElapsed,
  formatIso,
  formatRate,
} from './times.ts';

const local = new Date(2026, 10, 20, 14, 2, 11, 4).getTime();

test('the clock shows local time to the millisecond, or to the microsecond', () => {
  expect(formatClock(local)).toBe('14:02:11.004');
  expect(formatClock(local + 0.1204, true)).toBe('14:02:11.004120');
  expect(formatDateTime(local)).toBe('2026-11-20 14:02:11.004000');
});

test('ISO times are UTC with microseconds, as exact as a double is', () => {
  const time = Date.UTC(2026, 10, 20, 14, 2, 11, 4);
  expect(formatIso(time)).toBe('2026-11-20T14:02:11.004000Z');
  expect(formatIso(time + 0.12)).toBe('2026-11-20T14:02:11.004120Z');
  expect(formatIso(time + 0.9999)).toBe('2026-11-20T14:02:11.005000Z');
});

test('an ISO time is the time to half a microsecond', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e15 }), (total) => {
      const text = formatIso(total / 1000);
      expect(Date.parse(text.replace(/\d{3}Z$/, 'Z')) * 1000 + Number(text.slice(-4, -1))).toBe(total);
    }),
  );
});

test('durations have the digits that matter', () => {
  expect(
    [0, 0.0854, 0.1, 4.12, 9.96, 302.4, 999.6, 1220, 9994, 12_500, 59_960, 252_000].map(formatDuration),
  ).toEqual([
    '0 µs',
    '85 µs',
    '0.1 ms',
    '4.1 ms',
    '10 ms',
    '302 ms',
    '1.00 s',
    '1.22 s',
    '9.99 s',
    '12.5 s',
    '1m00s',
    '4m12s',
  ]);
  expect([4.1, 1220, -3].map(formatDifference)).toEqual(['+4.1 ms', '+1.22 s', '-3.0 ms']);
});

test('ages count whole seconds', () => {
  expect([-5, 0, 8_999, 60_000, 63_000, 252_000, 3_780_000, 100 * 3_600_000].map(formatAge)).toEqual([
    '0 s',
    '0 s',
    '8 s',
    '1m00s',
    '1m03s',
    '4m12s',
    '1h03m',
    '4d04h',
  ]);
});

test('elapsed time reads as on a stopwatch', () => {
  expect([0, 4, 12_500, 251_004, 3_723_004, -4].map(formatElapsed)).toEqual([
    '0.000',
    '0.004',
    '12.500',
    '4:11.004',
    '1:02:03.004',
    '-0.004',
  ]);
});

test('how often something happens has a unit in which it can be read', () => {
  expect([123_456, 100, 99.94, 10.04, 1, 0.1, 1 / 60, 0.001].map(formatRate)).toEqual([
    '123,456/s',
    '100/s',
    '99.9/s',
    '10.0/s',
    '1.0/s',
    '6.0/min',
    '1.0/min',
    '3.6/h',
  ]);
});
