type Grid = { cursor: number; length: number; perRow: number; rowsPerPage: number };

/**
 * Where a key of the hex view moves the cursor: arrows by byte and row, Home and End of the row, with Mod of the payload.
 * Undefined for other keys.
 */
export function byteTarget(event: KeyboardEvent, grid: Grid): number | undefined {
  const { cursor, perRow } = grid;
  const mod = event.ctrlKey || event.metaKey;
  const last = grid.length - 1;
  const inRow = cursor % perRow;
  const page = perRow * grid.rowsPerPage;
  const moves: Record<string, number> = {
    ArrowLeft: cursor - 1,
    ArrowRight: cursor + 1,
    ArrowUp: cursor - perRow >= 0 ? cursor - perRow : cursor,
    ArrowDown: cursor + perRow <= last ? cursor + perRow : cursor,
    PageUp: Math.max(inRow, cursor - page),
    PageDown: Math.min(last, cursor + page),
    Home: mod ? 0 : cursor - inRow,
    End: mod ? last : cursor - inRow + perRow - 1,
  };
  return moves[event.key];
}
