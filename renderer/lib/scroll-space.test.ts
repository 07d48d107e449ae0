import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  barOf,
  drawnRows,
  endOf,
  equalRows,
  maxSpacer,
  placed,
  scrolled,
  settled,
  spacerOf,
  topOf,
  type ScrollSpace,
} from './scroll-space.ts';

const spaces = fc.record({
  total: fc.oneof(fc.integer({ min: 0, max: 20_000_000 }), fc.integer({ min: 0, max: 2_400_000_000_000 })),
  viewport: fc.integer({ min: 1, max: 4000 }),
});
const share = fc.double({ min: 0, max: 1, noNaN: true });
const barEnd = (space: ScrollSpace) => Math.max(0, spacerOf(space) - space.viewport);
const step = fc.integer({ min: -2000, max: 2000 });

/** What a browser does: the scrollbar stops at its ends. */
const move = (space: ScrollSpace, bar: number, by: number) => Math.min(barEnd(space), Math.max(0, bar + by));

describe('the scroll space', () => {
  test('maps the ends of the list to the ends of the scrollbar', () => {
    fc.assert(
      fc.property(spaces, (space) => {
        expect(barOf(space, 0)).toBe(0);
        expect(barOf(space, endOf(space))).toBeCloseTo(barEnd(space), 6);
        expect(topOf(space, barEnd(space))).toBeCloseTo(endOf(space), 3);
      }),
    );
  });

  test('maps there and back to the same place', () => {
    fc.assert(
      fc.property(spaces, share, (space, at) => {
        const top = endOf(space) * at;
        expect(Math.abs(topOf(space, barOf(space, top)) - top)).toBeLessThanOrEqual(
          1e-9 * space.total + 1e-6,
        );
      }),
    );
  });

  test('moves the list by exactly what was scrolled, at any place, until an end is reached', () => {
    fc.assert(
      fc.property(spaces, share, fc.array(step, { maxLength: 60 }), (space, at, steps) => {
        let position = placed(space, Math.floor(endOf(space) * at));
        let expected = position.top;
        for (const by of steps) {
          expected = Math.min(endOf(space), Math.max(0, expected + by));
          position = scrolled(space, position, move(space, position.bar, by));
          expect(Math.abs(position.top - expected)).toBeLessThanOrEqual(0.5);
        }
      }),
    );
  });

  test('keeps the same place while the list grows by any amount between steps', () => {
    fc.assert(
      fc.property(
        spaces,
        share,
        fc.array(fc.tuple(fc.integer({ min: 0, max: 3_000_000 }), step), { maxLength: 60 }),
        (start, at, turns) => {
          let space = start;
          let position = placed(space, Math.floor(endOf(space) * at));
          let expected = position.top;
          for (const [growth, by] of turns) {
            space = { ...space, total: space.total + growth };
            position = settled(space, position);
            expect(Math.abs(position.top - expected)).toBeLessThanOrEqual(0.5);
            expected = Math.min(endOf(space), Math.max(0, expected + by));
            position = scrolled(space, position, move(space, position.bar, by));
            expect(Math.abs(position.top - expected)).toBeLessThanOrEqual(0.5);
          }
        },
      ),
    );
  });

  test('stays inside a list that shrank', () => {
    fc.assert(
      fc.property(spaces, spaces, share, (before, after, at) => {
        const position = settled(after, placed(before, endOf(before) * at));
        expect(position.top).toBeLessThanOrEqual(endOf(after));
        expect(position.bar).toBeLessThanOrEqual(Math.ceil(barEnd(after)));
      }),
    );
  });

  test('a drag of the scrollbar to its end shows the last row, wherever it began', () => {
    fc.assert(
      fc.property(spaces, share, (space, at) => {
        fc.pre(space.total > 2 * maxSpacer);
        const start = placed(space, endOf(space) * at);
        expect(Math.abs(scrolled(space, start, barEnd(space)).top - endOf(space))).toBeLessThanOrEqual(0.5);
        expect(scrolled(space, start, 0).top).toBeLessThanOrEqual(0.5);
      }),
    );
  });

  test('draws every row that the window touches, and no more than the overscan beside', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10_000_000_000 }),
        share,
        fc.integer({ min: 0, max: 20 }),
        (count, at, overscan) => {
          const extent = equalRows(count, 24);
          const space = { total: extent.total, viewport: 700 };
          const { top } = placed(space, endOf(space) * at);
          const { first, end } = drawnRows(extent, top, space.viewport, overscan);
          if (count === 0) {
            expect({ first, end }).toEqual({ first: 0, end: 0 });
            return;
          }
          expect(first * 24).toBeLessThanOrEqual(top);
          expect(end * 24).toBeGreaterThanOrEqual(Math.min(extent.total, top + space.viewport));
          expect(end - first).toBeLessThanOrEqual(Math.ceil(space.viewport / 24) + 2 + 2 * overscan);
        },
      ),
      { examples: [[0, 0, 0]] },
    );
  });
});
