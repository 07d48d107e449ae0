/** What of a message that is shown belongs to which call. */
import type { Preview } from '../../shared/contract.ts';
import type { PlacedPart } from '../../shared/payload/fill.ts';

/** The call that is written at a place. */
export const partAt = (shown: Preview | null, place: number | null): PlacedPart | null =>
  place === null ? null : (shown?.parts.find(({ from, to }) => from <= place && place < to) ?? null);

/** The innermost one whose bytes these are. */
export const partOver = (parts: readonly PlacedPart[], start: number, end: number): PlacedPart | null =>
  parts
    .filter((part) => part.start <= start && end <= part.end)
    .reduce<PlacedPart | null>(
      (least, part) => (least === null || part.end - part.start < least.end - least.start ? part : least),
      null,
    );
