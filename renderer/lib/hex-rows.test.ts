import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hexOffsetDigits, hexOffsetLabel, hexRowCount, hexRowOf, hexRowRange } from './hex-rows.ts';

const width = fc.constantFrom(8 as const, 16 as const);
const length = fc.integer({ min: 0, max: 0xffff_ffff });

test('every byte stands in exactly one row', () => {
  fc.assert(
    fc.property(length, width, fc.nat(), (bytes, perRow, pick) => {
      fc.pre(bytes > 0);
      const offset = pick % bytes;
      const row = hexRowOf(offset, perRow);
      expect(row).toBeLessThan(hexRowCount(bytes, perRow));
      const { start, end } = hexRowRange(row, 1, bytes, perRow);
      expect(start <= offset && offset < end && end - start <= perRow).toBe(true);
    }),
  );
});

test('neighbouring windows of rows meet without a gap', () => {
  fc.assert(
    fc.property(length, width, fc.nat(), fc.nat(1000), fc.nat(1000), (bytes, perRow, first, count, next) => {
      const a = hexRowRange(first, count, bytes, perRow);
      const b = hexRowRange(first + count, next, bytes, perRow);
      expect(b.start).toBe(a.end);
      expect(hexRowRange(first, count + next, bytes, perRow)).toEqual({ start: a.start, end: b.end });
    }),
  );
});

test('all rows together are the payload', () => {
  expect(hexRowRange(0, hexRowCount(4_294_967_295, 16), 4_294_967_295, 16)).toEqual({
    start: 0,
    end: 4_294_967_295,
  });
  expect(hexRowCount(0, 16)).toBe(0);
  expect(hexRowRange(0, 10, 0, 8)).toEqual({ start: 0, end: 0 });
  expect(hexRowRange(-5, 6, 100, 8)).toEqual({ start: 0, end: 8 });
});

test('offsets have six digits, or as many as the last one needs', () => {
  expect([0, 1, 0x100_0000, 0x100_0001, 0xffff_ffff].map(hexOffsetDigits)).toEqual([6, 6, 6, 7, 8]);
  expect(hexOffsetLabel(0x1f0, 6)).toBe('0001f0');
});
