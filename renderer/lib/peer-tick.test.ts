import { expect, test } from 'vitest';
import { tickOf } from './peer-tick.ts';

test('a connection has the same tick each time, and its neighbours have others, whatever lies between them', () => {
  expect(tickOf(12_345)).toBe(tickOf(12_345));
  for (const step of [1, 2, 3, 4, 5, 8]) {
    const ticks = Array.from({ length: 40 }, (_, i) => tickOf(1 + i * step));
    const counts = new Map<string, number>();
    for (const tick of ticks) counts.set(tick, (counts.get(tick) ?? 0) + 1);
    expect([...counts.keys()].sort()).toEqual(['peer-tick-1', 'peer-tick-2', 'peer-tick-3', 'peer-tick-4']);
    expect(Math.max(...counts.values())).toBeLessThan(20);
  }
});
