import type { InspectorState } from '../../state/inspector.svelte.ts';

type View = {
  inspector: InspectorState;
  length: () => number;
  perRow: () => number;
  page: () => number;
  copy: () => void;
};

/** Keys of the hex view: arrows by byte and row, Shift selects, Home and End of the row, with Mod of the payload. */
export function byteKeys(view: View): (event: KeyboardEvent) => void {
  return (event) => {
    const { inspector } = view;
    const { cursor } = inspector;
    const mod = event.ctrlKey || event.metaKey;
    if (event.altKey) return;
    const perRow = view.perRow();
    const last = view.length() - 1;
    const inRow = cursor % perRow;
    const moves: Record<string, number> = {
      ArrowLeft: cursor - 1,
      ArrowRight: cursor + 1,
      ArrowUp: cursor - perRow >= 0 ? cursor - perRow : cursor,
      ArrowDown: cursor + perRow <= last ? cursor + perRow : cursor,
      PageUp: Math.max(inRow, cursor - view.page()),
      PageDown: Math.min(last, cursor + view.page()),
      Home: mod ? 0 : cursor - inRow,
      End: mod ? last : cursor - inRow + perRow - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) inspector.moveTo(to, event.shiftKey);
    else if (mod && event.key === 'a') inspector.selectAll();
    else if (mod && event.key === 'c' && !event.shiftKey) view.copy();
    else if (event.key === 'Escape') inspector.moveTo(cursor, false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
}
