/** Where in what a row shows the text and the bytes stand that a filter looks for. */
import { parseBytePattern, type BytePattern } from '../payload/matching.ts';
import { decodeUtf8At } from '../payload/utf8.ts';
import { parseFilter, type FilterTerm, type FilterTree } from './language.ts';
import { filterOperators } from './operators.ts';

/** From one place to before another one; they rise, and do not touch. */
export type FoundRange = { from: number; to: number };
export type Finder = {
  /** Places of bytes. */
  inBytes(preview: Uint8Array): FoundRange[];
  /** Places of characters. */
  inSentence(sentence: string): FoundRange[];
};

/** What a row shows is looked through for so many, and so many are marked. */
const mostWanted = 20;
const mostFound = 64;

/**
 * Null where there is nothing to mark. Expressions are not among what is looked for: here nobody bounds their time. Each
 * thing takes preview × pattern steps at most, and both are short: a longer pattern than a preview is in none.
 */
export function finderOf(text: string): Finder | null {
  const parsed = parseFilter(text, (key) => operatorOf(key)?.continues ?? null);
  if (!parsed.ok || parsed.tree === null) return null;
  const terms = wantedTerms(parsed.tree);
  const texts = terms.filter(({ key }) => key !== 'hex').flatMap(({ values }) => plainTexts(values));
  const patterns = terms
    .filter(({ key }) => key === 'hex')
    .flatMap(({ values }) => values.flatMap((value) => [parseBytePattern(value.text) ?? []]))
    .filter((pattern) => pattern.length > 0);
  if (texts.length + patterns.length === 0) return null;
  const [someTexts, somePatterns] = [texts.slice(0, mostWanted), patterns.slice(0, mostWanted)];
  return {
    inBytes: (preview) =>
      joined([
        ...textsIn(preview, someTexts),
        ...somePatterns.flatMap((pattern) => patternIn(preview, pattern)),
      ]),
    inSentence: (sentence) => joined(someTexts.flatMap((wanted) => placesOf(sentence.toLowerCase(), wanted))),
  };
}

const operatorOf = (key: string) => filterOperators.find((operator) => operator.key === key);

/** What must not be there is not there. */
function wantedTerms(tree: FilterTree): FilterTerm[] {
  if (tree.type === 'not') return [];
  if (tree.type !== 'term') return tree.parts.flatMap(wantedTerms);
  return ['', 'text', 'hex'].includes(tree.key) ? [tree] : [];
}

const plainTexts = (values: FilterTerm['values']): string[] =>
  values.filter(({ flags, text }) => flags === null && text !== '').map(({ text }) => text.toLowerCase());

function textsIn(preview: Uint8Array, wanted: readonly string[]): FoundRange[] {
  if (wanted.length === 0) return [];
  let folded = '';
  /** Of each unit of `folded`, the byte where its character begins. */
  const places: number[] = [];
  for (let at = 0; at < preview.length;) {
    const step = decodeUtf8At(preview, at);
    const character = step.ok ? String.fromCodePoint(step.codePoint).toLowerCase() : '\ufffd';
    for (let unit = 0; unit < character.length; unit++) places.push(at);
    folded += character;
    at += step.length;
  }
  places.push(preview.length);
  return wanted.flatMap((text) =>
    placesOf(folded, text).map(({ from, to }) => ({ from: places[from]!, to: places[to]! })),
  );
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
    let at = 0;
    while (at < pattern.length && (pattern[at] === null || pattern[at] === preview[start + at])) at++;
    const isThere = at === pattern.length;
    if (isThere) found.push({ from: start, to: start + pattern.length });
    start += isThere ? pattern.length : 1;
  }
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
