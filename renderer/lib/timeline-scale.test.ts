import { expect, test } from 'vitest';
import type { Timeline, TimelineStep } from '../../shared/timeline.ts';
import { barOf, hasTwoScales, spanOf } from './timeline-scale.ts';

const step = (kind: TimelineStep['kind'], time: number, durationMs: number | null = null): TimelineStep => ({
  ...{ kind, time, durationMs, isFailure: false, isGoingOn: false, sequence: time, detail: null },
});
const timeline = (end: number | null, ...steps: TimelineStep[]): Timeline => ({
  ...{ peer: '', start: 100, end, steps, omitted: 0 },
});

test('bars stand where their steps were', () => {
  expect(barOf(step('attempt', 125, 50), 100, 200)).toEqual({ from: 0.25, width: 0.5 });
  expect(barOf(step('open', 150), 100, 200)).toEqual({ from: 0.5, width: 0 });
});

test('a bar ends with the scale, and a step beyond it has none', () => {
  expect(barOf(step('attempt', 150, 100), 100, 200)).toEqual({ from: 0.5, width: 0.5 });
  expect(barOf(step('end', 201), 100, 200)).toBeNull();
  expect(barOf({ ...step('pause-reading', 150), isGoingOn: true }, 100, 200)).toEqual({
    from: 0.5,
    width: 0.5,
  });
});

test('a timeline of one moment is at the beginning of its scale', () => {
  expect(barOf(step('open', 100), 100, 100)).toEqual({ from: 0, width: 0 });
});

test('a short beginning gets a scale of its own', () => {
  const long = timeline(
    10_100,
    step('resolve', 100, 4),
    step('open', 110),
    step('first-sent', 5_000),
    step('end', 10_100),
  );
  expect(hasTwoScales(long, 0)).toBe(true);
  expect(spanOf(long, 'setup', 0)).toBe(110);
  expect(spanOf(long, 'whole', 0)).toBe(10_100);
  expect(hasTwoScales(timeline(120, step('open', 110), step('end', 120)), 0)).toBe(false);
});

test('an open connection reaches to now', () => {
  expect(spanOf(timeline(null, step('open', 110)), 'whole', 500)).toBe(500);
});
