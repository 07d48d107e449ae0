/** Where an expression matches in long stretches of bytes. */
import { decodeText } from '../encodings/decode.ts';
import type { EncodingId } from '../encodings/encodings.ts';
import { readingIn, stepIn } from '../encodings/reading.ts';
import { regexOf, type Expression } from './found.ts';
import { parseFilter } from './language.ts';

/** `/…/flags` as a filter has it, and nothing beside it; null for anything else. */
export function expressionOf(text: string): Expression | null {
  const parsed = parseFilter(text, () => null);
  if (!parsed.ok || parsed.tree?.type !== 'term' || parsed.tree.key !== '') return null;
  const [value] = parsed.tree.values;
  const { flags } = value!;
  return flags === null ? null : { text: value!.text, flags };
}

export function isExpression(expression: Expression): boolean {
  try {
    return regexOf(expression) instanceof RegExp;
  } catch {
    // It cannot be read.
    return false;
  }
}

/**
 * Places and lengths in turn of the matches that begin from byte `from` to before `before`, at most `most` of them; they do
 * not touch, and none is empty. `bytes` begin with a character. Takes as long as the expression takes. Throws for one that
 * cannot be read.
 */
export function expressionPlaces(
  bytes: Uint8Array,
  encoding: EncodingId,
  expression: Expression,
  { from, before, most }: { from: number; before: number; most: number },
): Uint32Array<ArrayBuffer> {
  const text = decodeText(bytes, encoding);
  const unitsBefore = (place: number): number => decodeText(bytes.subarray(0, place), encoding).length;
  const regex = regexOf(expression);
  regex.lastIndex = unitsBefore(from);
  const end = unitsBefore(before);
  const units: number[] = [];
  for (const match of text.matchAll(regex)) {
    if (match.index >= end || units.length >= 2 * most) break;
    if (match[0] !== '') units.push(match.index, match.index + match[0].length);
  }
  const places =
    units.length === 0 || text.length === bytes.length ? units : placesOf(units, bytes, encoding);
  return Uint32Array.from(places, (place, i) => (i % 2 === 0 ? place : place - places[i - 1]!));
}

/** The bytes at which the characters of rising units begin. */
function placesOf(units: readonly number[], bytes: Uint8Array, encoding: EncodingId): number[] {
  const reading = readingIn(encoding);
  let [at, unit] = [0, 0];
  return units.map((wanted) => {
    while (unit < wanted && at < bytes.length) {
      const step = stepIn(bytes, at, reading);
      unit += step.ok && step.codePoint > 0xffff ? 2 : 1;
      at += step.length;
    }
    return at;
  });
}
