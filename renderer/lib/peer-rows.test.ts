import { expect, test } from 'vitest';
import { foldOf, peerExtent, placeOf } from './peer-rows.ts';

test('each pixel is that of one row, with the line of the closed ones in its place', () => {
  for (const [open, ended, showsEnded] of [
    [3, 0, true],
    [3, 4, true],
    [3, 4, false],
    [0, 2, true],
  ] as const) {
    const rows = { open, ended, showsEnded };
    const { count, total, offsetOf, rowAt } = peerExtent(rows);
    expect(count).toBe(open + (ended === 0 ? 0 : 1 + (showsEnded ? ended : 0)));
    const seen = new Set<number>();
    for (let pixel = 0; pixel < total; pixel++) {
      const row = rowAt(pixel);
      seen.add(row);
      expect(pixel >= offsetOf(row) && pixel < offsetOf(row + 1)).toBe(true);
    }
    expect(seen.size).toBe(count);
    expect(rowAt(total + 99)).toBe(count - 1);
  }
  const rows = { open: 3, ended: 2, showsEnded: true };
  expect([foldOf(rows), placeOf(2, rows), placeOf(4, rows), placeOf(5, rows)]).toEqual([3, 2, 3, 4]);
});
