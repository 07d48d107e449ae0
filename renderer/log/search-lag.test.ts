import { expect, test } from 'vitest';
import { SearchLag } from './search-lag.ts';

test('a search that keeps up with what comes is not told of, one that stays behind is', () => {
  const lag = new SearchLag();
  const at = (now: number, scanned: number, total: number, id = 1) => lag.share({ id, scanned, total }, now);
  expect(at(0, 0, 100)).toBeNull();
  expect(at(100, 100, 200)).toBeNull();
  expect(at(700, 200, 300)).toBeNull();
  expect(at(1100, 250, 400)).toBeNull();
  expect(at(1300, 250, 500)).toBe(0.5);
  expect(at(1400, 400, 500)).toBeNull();
  expect(at(2000, 450, 500)).toBe(0.9);
  expect(at(2100, 0, 500, 2)).toBeNull();
  expect(at(2700, 100, 500, 2)).toBe(0.2);
  expect(at(2800, 500, 500, 2)).toBeNull();
  // Records went.
  expect(at(4000, 200, 200, 2)).toBeNull();
});
