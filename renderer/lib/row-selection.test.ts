import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  emptySelection,
  extendTo,
  isSelected,
  selectAll,
  selectedCount,
  selectRow,
  toggleRow,
  type RowSelection,
} from './row-selection.ts';

const rows = 30;
const actions = fc.array(
  fc.tuple(fc.constantFrom('select', 'extend', 'toggle'), fc.integer({ min: 0, max: rows - 1 })),
  { maxLength: 40 },
);

/** The same actions on a plain set of rows. */
function inSet(steps: [string, number][]): Set<number> {
  let set = new Set<number>();
  let anchor = -1;
  for (const [action, row] of steps) {
    if (action === 'extend') {
      const from = anchor < 0 ? row : anchor;
      set = new Set();
      for (let i = Math.min(from, row); i <= Math.max(from, row); i++) set.add(i);
      anchor = from;
      continue;
    }
    if (action === 'select') set = new Set([row]);
    else if (!set.delete(row)) set.add(row);
    anchor = row;
  }
  return set;
}

describe('the selection of rows', () => {
  test('holds the same rows as a plain set after any clicks', () => {
    fc.assert(
      fc.property(actions, (steps) => {
        let selection: RowSelection = emptySelection;
        for (const [action, row] of steps) {
          if (action === 'select') selection = selectRow(row);
          else if (action === 'extend') selection = extendTo(selection, row);
          else selection = toggleRow(selection, row);
        }
        const expected = inSet(steps);
        expect(selectedCount(selection)).toBe(expected.size);
        for (let row = 0; row < rows; row++) expect(isSelected(selection, row)).toBe(expected.has(row));
        for (const [i, range] of selection.ranges.entries()) {
          expect(range.from).toBeLessThan(range.to);
          expect(range.from).toBeGreaterThan(selection.ranges[i - 1]?.to ?? -1);
        }
      }),
    );
  });

  test('selects ten million rows as one range', () => {
    const selection = selectAll(10_000_000, 5);
    expect(selection.ranges).toHaveLength(1);
    expect(selectedCount(selection)).toBe(10_000_000);
    expect(selection.cursor).toBe(5);
    expect(selectedCount(selectAll(0, -1))).toBe(0);
  });
});
