/** Where in what a row shows the text and the bytes stand that a filter looks for. */
import { asUtf8, readingIn, stepIn, type TextReading } from '../encodings/reading.ts';
import type { EncodingId } from '../encodings/encodings.ts';
import { isAt, parseBytePattern, type BytePattern } from '../payload/matching.ts';
import { filterForm } from './filter.ts';
import type { FilterTerm, FilterTree } from './language.ts';
import { numberFinder, viewOf, type NumberFinder } from './numbers.ts';

/** From one place to before another one; they rise, and do not touch. */
export type FoundRange = { from: number; to: number };
export type Finder = {
  /** Places of bytes; `more`: what `expressionsIn` found elsewhere. `reading`: default UTF-8. */
  inBytes(preview: Uint8Array, more?: readonly FoundRange[], reading?: TextReading): FoundRange[];
  /** Places of characters. */
  inSentence(sentence: string): FoundRange[];
  /** For whoever can bound their time. */
  expressions: readonly Expression[];
};
export type Expression = { text: string; flags: string };

/** What a row shows is looked through for so many, and so many are marked. */
const mostWanted = 20;
const mostFound = 64;

/**
 * Null where there is nothing to mark. Each thing takes preview × pattern steps at most, and both are short: a longer
 * pattern than a preview is in none. Expressions are left to others.
 */
export function finderOf(text: string): Finder | null {
  const parsed = filterForm(text);
  if (!parsed.ok || parsed.tree === null) return null;
  const terms = wantedTerms(parsed.tree);
  const texts = terms
    .filter(({ key }) => key === '' || key === 'text')
    .flatMap(({ values }) => plainTexts(values));
  const patterns = terms
    .filter(({ key }) => key === 'hex')
    .flatMap(({ values }) => values.flatMap((value) => [parseBytePattern(value.text) ?? []]))
    .filter((pattern) => pattern.length > 0);
  const numbers = terms
    .filter(({ key }) => key === 'number')
    .flatMap(({ values }) => values.map(numberFinder))
    .filter((finder) => typeof finder !== 'string')
    .slice(0, mostWanted);
  const expressions = terms.flatMap(({ values }) =>
    values.flatMap(({ text, flags }) => (flags === null ? [] : [{ text, flags }])),
  );
  if (texts.length + patterns.length + numbers.length + expressions.length === 0) return null;
  const [someTexts, somePatterns] = [texts.slice(0, mostWanted), patterns.slice(0, mostWanted)];
  return {
    expressions: expressions.slice(0, mostWanted),
    inBytes: (preview, more = [], reading = asUtf8) =>
      joined([
        ...more,
        ...textsIn(preview, someTexts, reading),
        ...somePatterns.flatMap((pattern) => patternIn(preview, pattern)),
        ...numbers.flatMap((number) => numberIn(preview, number)),
      ]),
    inSentence: (sentence) => joined(someTexts.flatMap((wanted) => placesOf(sentence.toLowerCase(), wanted))),
  };
}

/** What must not be there is not there. */
function wantedTerms(tree: FilterTree): FilterTerm[] {
  if (tree.type === 'not') return [];
  if (tree.type !== 'term') return tree.parts.flatMap(wantedTerms);
  return ['', 'text', 'hex', 'number'].includes(tree.key) ? [tree] : [];
}

const plainTexts = (values: FilterTerm['values']): string[] =>
  values.filter(({ flags, text }) => flags === null && text !== '').map(({ text }) => text.toLowerCase());

/** What a row shows, as another thread can be asked about it. */
export type ShownBytes = { preview: Uint8Array; encoding: EncodingId; before: Uint8Array };

/** Where expressions match, for as long as they take. Throws for one that cannot be read. */
export function expressionsIn(
  { preview, encoding, before }: ShownBytes,
  expressions: readonly Expression[],
): FoundRange[] {
  const { text, places } = decoded(preview, false, readingIn(encoding, before));
  return expressions.flatMap((expression) => {
    const found: FoundRange[] = [];
    for (const match of text.matchAll(regexOf(expression))) {
      if (found.length === mostFound) break;
      found.push({ from: places[match.index]!, to: places[match.index + match[0].length]! });
    }
    return found;
  });
}

/** All matches, whatever is asked for of one. */
export const regexOf = ({ text, flags }: Expression): RegExp =>
  new RegExp(text, `${flags.replace(/[dgy]/gu, '')}g`);

function textsIn(preview: Uint8Array, wanted: readonly string[], reading: TextReading): FoundRange[] {
  if (wanted.length === 0) return [];
  const { text, places } = decoded(preview, true, reading);
  return wanted.flatMap((each) =>
    placesOf(text, each).map(({ from, to }) => ({ from: places[from]!, to: places[to]! })),
  );
}

/** `places`: of each unit of the text, and of its end, the byte where its character begins. */
function decoded(
  preview: Uint8Array,
  isFolded: boolean,
  reading: TextReading,
): { text: string; places: number[] } {
  let text = '';
  const places: number[] = [];
  for (let at = 0; at < preview.length;) {
    const step = stepIn(preview, at, reading);
    const character = step.ok ? String.fromCodePoint(step.codePoint) : '\ufffd';
    const shown = isFolded ? character.toLowerCase() : character;
    for (let unit = 0; unit < shown.length; unit++) places.push(at);
    text += shown;
    at += step.length;
  }
  places.push(preview.length);
  return { text, places };
}

function placesOf(text: string, wanted: string): FoundRange[] {
  const found: FoundRange[] = [];
  for (let at = text.indexOf(wanted); at >= 0 && found.length < mostFound;) {
    found.push({ from: at, to: at + wanted.length });
    at = text.indexOf(wanted, at + wanted.length);
  }
  return found;
}

function patternIn(preview: Uint8Array, pattern: BytePattern): FoundRange[] {
  const found: FoundRange[] = [];
  for (let start = 0; start + pattern.length <= preview.length && found.length < mostFound;) {
    const isThere = isAt(preview, start, pattern);
    if (isThere) found.push({ from: start, to: start + pattern.length });
    start += isThere ? pattern.length : 1;
  }
  return found;
}

function numberIn(preview: Uint8Array, { length, isAt }: NumberFinder): FoundRange[] {
  const found: FoundRange[] = [];
  const bytes = viewOf(preview);
  for (let at = 0; at + length <= preview.length && found.length < mostFound; at++)
    if (isAt(bytes, at)) found.push({ from: at, to: at + length });
  return found;
}

function joined(ranges: FoundRange[]): FoundRange[] {
  const all: FoundRange[] = [];
  for (const range of ranges.toSorted((one, other) => one.from - other.from)) {
    const last = all.at(-1);
    if (last && range.from <= last.to) last.to = Math.max(last.to, range.to);
    else if (range.to > range.from) all.push({ ...range });
  }
  return all.slice(0, mostFound);
}
