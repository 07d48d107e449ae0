/**
 * Where a list is scrolled to. A browser caps an element near 33 million px of the screen, so the scrollbar's spacer is
 * capped, and a scrollbar position stands for a list position: 1:1 near both ends, linear in between. Movements by wheel
 * and keys are applied to the list position as they are, so that steps are exact at every place.
 */
export type ScrollSpace = {
  /** Height of all rows in list pixels, exact up to 2^53. */
  total: number;
  /** Height of the window on them. */
  viewport: number;
};

/** `top`: first list pixel in the window. `bar`: the scrollbar position that stands for it now. */
export type ScrollPosition = { top: number; bar: number };

/** A fine screen, zoom and a larger text may make six pixels of the screen of one of these. */
export const maxSpacer = 5_000_000;
/** List pixels next to each end where the scrollbar moves 1:1. */
const edge = 500_000;
/** Room that both ways must have on the scrollbar as long as the list has it, so that no step is cut off early. */
const margin = 100_000;
/** How far the scrollbar may lie from its true place, as a share of its way: less than a person sees. */
const tolerance = 0.01;
/** A longer movement is a drag of the scrollbar, whose least step (spacer / screen height) is longer still. */
const longestStep = 3_000;

export const spacerOf = ({ total }: ScrollSpace): number => Math.min(total, maxSpacer);

/** The largest `top`. */
export const endOf = ({ total, viewport }: ScrollSpace): number => Math.max(0, total - viewport);

const barEndOf = (space: ScrollSpace): number => Math.max(0, spacerOf(space) - space.viewport);

export function barOf(space: ScrollSpace, top: number): number {
  const end = endOf(space);
  const barEnd = barEndOf(space);
  if (end === barEnd) return top;
  const near = Math.min(edge, barEnd / 4);
  if (top < near) return top;
  if (end - top < near) return barEnd - (end - top);
  return near + ((top - near) / (end - 2 * near)) * (barEnd - 2 * near);
}

export function topOf(space: ScrollSpace, bar: number): number {
  const end = endOf(space);
  const barEnd = barEndOf(space);
  if (end === barEnd) return bar;
  const near = Math.min(edge, barEnd / 4);
  if (bar < near) return bar;
  if (barEnd - bar < near) return end - (barEnd - bar);
  return near + ((bar - near) / (barEnd - 2 * near)) * (end - 2 * near);
}

/** The position at `top`, or the nearest that exists. */
export function placed(space: ScrollSpace, top: number): ScrollPosition {
  const within = Math.min(endOf(space), Math.max(0, top));
  return { top: within, bar: Math.round(barOf(space, within)) };
}

/** The position after the browser moved the scrollbar to `bar`. Where the result's `bar` differs, the scrollbar must follow. */
export function scrolled(space: ScrollSpace, position: ScrollPosition, bar: number): ScrollPosition {
  const step = bar - position.bar;
  if (Math.abs(step) > Math.max(longestStep, space.viewport * 4)) return { top: topOf(space, bar), bar };
  return settled(space, { top: position.top + step, bar });
}

/** The same place after the list grew, shrank or was scrolled; moves the scrollbar only when it must. */
export function settled(space: ScrollSpace, position: ScrollPosition): ScrollPosition {
  const end = endOf(space);
  const barEnd = barEndOf(space);
  const top = Math.min(end, Math.max(0, position.top));
  const drift = Math.abs(barOf(space, top) - position.bar);
  const enough = (bar: number, list: number) => bar === list || Math.min(bar, list) >= margin;
  const fits =
    drift <= 0.5 ||
    (end !== barEnd &&
      drift <= barEnd * tolerance &&
      enough(position.bar, top) &&
      enough(barEnd - position.bar, end - top));
  return fits ? { top, bar: position.bar } : placed(space, top);
}

/** Where rows lie in list pixels. */
export type RowExtent = {
  count: number;
  total: number;
  offsetOf(row: number): number;
  /** The row at a list pixel, within 0 and count - 1. */
  rowAt(pixel: number): number;
};

export function equalRows(count: number, height: number): RowExtent {
  return {
    count,
    total: count * height,
    offsetOf: (row) => row * height,
    rowAt: (pixel) => Math.max(0, Math.min(count - 1, Math.floor(pixel / height))),
  };
}

/** The rows to draw, first to before `end`: what the window shows, and `overscan` more each way. */
export function drawnRows(extent: RowExtent, top: number, viewport: number, overscan: number) {
  if (extent.count === 0) return { first: 0, end: 0 };
  return {
    first: Math.max(0, extent.rowAt(top) - overscan),
    end: Math.min(extent.count, extent.rowAt(top + viewport) + 1 + overscan),
  };
}
