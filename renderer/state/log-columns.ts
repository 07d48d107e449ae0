/** The columns of the log: what a person sized or hid, and which of them go where it is narrow. */
import { usualColumn, type ColumnChoice } from '../../shared/layout.ts';
import type { AppState } from './app.svelte.ts';

export type ColumnId = 'time' | 'after' | 'peer' | 'direction' | 'size' | 'data' | 'decoded';
/** In pixels; `usual`: null for the one that takes the rest. `least`: null for one that has one width. */
type Column = { id: ColumnId; usual: number | null; least: number | null };

/** In the order of the head. */
export const logColumns: readonly Column[] = [
  { id: 'time', usual: 88, least: 48 },
  { id: 'after', usual: 62, least: 40 },
  { id: 'peer', usual: 132, least: 40 },
  { id: 'direction', usual: 14, least: null },
  { id: 'size', usual: 50, least: 32 },
  { id: 'data', usual: null, least: null },
  { id: 'decoded', usual: 200, least: 60 },
];

export const widestColumn = 800;
/** Between columns, and beside the first and the last one: as the style of the rows has them. */
const gap = 10;
const edges = 24;
/** With less, another column goes. Beside what they say, less of the data will do. */
const leastData = 200;
const leastBesideDecoded = 140;
/** A peer's colour without its name. */
const tickWidth = 3;

export type ShownColumn = { id: ColumnId; width: number | null };
export type ColumnChoices = Readonly<Record<string, ColumnChoice>>;

/**
 * The columns that a log of `width` pixels shows of these: size goes first, then the peer's name, then the time since, then
 * what is decoded.
 */
export function shownColumns(
  width: number,
  choices: ColumnChoices,
  isPossible: (id: ColumnId) => boolean = () => true,
): ShownColumn[] {
  let shown = logColumns
    .filter(({ id }) => isPossible(id) && !isHidden(choices, id))
    .map(({ id, usual }) => ({ id, width: usual === null ? null : (choices[id]?.width ?? usual) }));
  const has = (wanted: ColumnId): boolean => shown.some(({ id }) => id === wanted);
  const least = has('decoded') ? leastBesideDecoded : leastData;
  const isTight = (): boolean => dataWidth(shown, width) < least;
  const without = (gone: ColumnId): void => void (shown = shown.filter(({ id }) => id !== gone));
  if (isTight()) without('size');
  if (isTight()) shown = shown.map((each) => (each.id === 'peer' ? { ...each, width: tickWidth } : each));
  if (isTight()) without('after');
  if (isTight()) without('decoded');
  return shown;
}

const dataWidth = (shown: readonly ShownColumn[], width: number): number =>
  shown.reduce((rest, column) => rest - (column.width ?? 0), width - edges - gap * (shown.length - 1));

/** For `grid-template-columns`. */
export const columnTemplate = (shown: readonly ShownColumn[]): string =>
  shown.map(({ width }) => (width === null ? 'minmax(0, 1fr)' : `${width}px`)).join(' ');

/** Whether there is more of the peer than its colour. */
export const isNamed = (shown: readonly ShownColumn[]): boolean =>
  shown.some(({ id, width }) => id === 'peer' && width !== tickWidth);

/** The rest of the room is the data's, which stays. */
export const hideableColumns = logColumns.filter(({ usual }) => usual !== null).map(({ id }) => id);

export const isHidden = (choices: ColumnChoices, id: ColumnId): boolean =>
  id !== 'data' && (choices[id]?.isHidden ?? false);

export function boundedWidth(id: ColumnId, width: number): number {
  const { least } = logColumns.find((column) => column.id === id)!;
  return Math.round(Math.min(widestColumn, Math.max(least ?? 0, width)));
}

/** Kept with the layout; `width`: null for the usual one. */
export function changeColumn(app: AppState, id: ColumnId, change: Partial<ColumnChoice>): void {
  const { columns } = app.layout;
  app.changeLayout({ columns: { ...columns, [id]: { ...usualColumn, ...columns[id], ...change } } });
}
