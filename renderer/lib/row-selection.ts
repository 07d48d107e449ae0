/** A selection of rows as sorted, separate ranges: "select all" of ten million rows is one of them. */
export type RowRange = { from: number; to: number };
/** `to` is the row behind the last. `cursor` moves with the keys, `anchor` is where a shift-selection began. */
export type RowSelection = { ranges: readonly RowRange[]; anchor: number; cursor: number };

export const emptySelection: RowSelection = { ranges: [], anchor: -1, cursor: -1 };

export const selectRow = (row: number): RowSelection => ({
  ranges: [{ from: row, to: row + 1 }],
  anchor: row,
  cursor: row,
});

export const selectAll = (count: number, cursor: number): RowSelection =>
  count === 0 ? emptySelection : { ranges: [{ from: 0, to: count }], anchor: 0, cursor: Math.max(0, cursor) };

/** All rows between the anchor and `row`. */
export function extendTo({ anchor }: RowSelection, row: number): RowSelection {
  const from = anchor < 0 ? row : anchor;
  return { ranges: [{ from: Math.min(from, row), to: Math.max(from, row) + 1 }], anchor: from, cursor: row };
}

/** Adds a row to the selection, or takes it out. */
export function toggleRow(selection: RowSelection, row: number): RowSelection {
  const without = selection.ranges.flatMap((range) =>
    range.from <= row && row < range.to
      ? [
          { from: range.from, to: row },
          { from: row + 1, to: range.to },
        ].filter(({ from, to }) => from < to)
      : [range],
  );
  const ranges = isSelected(selection, row) ? without : joined([...without, { from: row, to: row + 1 }]);
  return { ranges, anchor: row, cursor: row };
}

/** Few ranges come from clicks, so a plain search does. */
export const isSelected = ({ ranges }: RowSelection, row: number): boolean =>
  ranges.some(({ from, to }) => from <= row && row < to);

export const selectedCount = ({ ranges }: RowSelection): number =>
  ranges.reduce((sum, { from, to }) => sum + to - from, 0);

function joined(ranges: RowRange[]): RowRange[] {
  const sorted = ranges.toSorted((a, b) => a.from - b.from);
  const result: RowRange[] = [];
  for (const range of sorted) {
    const last = result.at(-1);
    if (last && range.from <= last.to)
      result[result.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
    else result.push(range);
  }
  return result;
}
