import { expect, test } from 'vitest';
import { IdleWatch, idleWatchCount } from './idle-watch.ts';

const hourMs = 3_600_000;

/** A watch whose own timer never comes into play: the test looks in its place. */
function watching(): { watch: IdleWatch; told: number[]; look: (afterMs: number) => void } {
  const told: number[] = [];
  const watch = new IdleWatch(hourMs, (idleMs) => told.push(idleMs));
  return { watch, told, look: (afterMs) => watch.check(performance.now() + afterMs) };
}

test('a silence is told once it is as long as asked, and then no more', () => {
  const { watch, told, look } = watching();
  look(hourMs - 1000);
  expect(told).toEqual([]);
  look(hourMs);
  look(3 * hourMs);
  expect(told).toHaveLength(1);
  expect(told[0]).toBeGreaterThanOrEqual(hourMs);
  watch.close();
});

test('any byte begins the silence anew', () => {
  const { watch, told, look } = watching();
  look(hourMs);
  watch.touch();
  look(hourMs - 1000);
  expect(told).toHaveLength(1);
  look(hourMs);
  expect(told).toHaveLength(2);
  watch.close();
});

test('ten thousand watches share one timer, which ends with the last of them', () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  const watches = Array.from({ length: 10_000 }, () => watching().watch);
  expect(idleWatchCount()).toBe(10_000);
  // An unreferenced timer is not counted among what keeps the process alive.
  expect(timers()).toBe(before);
  for (const watch of watches) watch.close();
  expect(idleWatchCount()).toBe(0);
});
