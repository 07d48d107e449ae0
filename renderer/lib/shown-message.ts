/** What is shown of a message before it is sent, and what of it belongs to which call. */
import type { Preview } from '../../shared/contract.ts';
import { placesOf, type PlacedPart } from '../../shared/payload/fill.ts';
import type { Parsed } from '../../shared/payload/parts.ts';
import { compile, fillMessage } from '../../shared/payload/payload.ts';

/** `made`: by the engine, of what is made as it is sent; null as long as it is not there, and then nothing is shown. */
export function shownOf(parsed: Parsed, made: Preview | null): Preview | null {
  const template = compile(parsed);
  if (!template.isFixed) return made;
  const bytes = template.fill();
  const { parts } = parsed;
  const isPlain = parts.every((part) => part instanceof Uint8Array);
  return {
    length: bytes.length,
    bytes,
    parts: isPlain ? [] : placesOf(parts, fillMessage(parts, {}).ends),
  };
}

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
