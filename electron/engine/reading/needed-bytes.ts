/** What must stand in a payload for a filter to let it pass: a quick look for that spares most records a slow one. */
import { encodeText } from '../../../shared/encodings/codec.ts';
import { codecOf } from '../../../shared/encodings/encodings.ts';
import { filterForm } from '../../../shared/filter/filter.ts';
import type { FilterTree, FilterValue } from '../../../shared/filter/language.ts';
import { hasWideCase } from '../../../shared/filter/text-matcher.ts';
import { parseBytePattern, type BytePattern } from '../../../shared/payload/matching.ts';
import { mostOverEdge } from './over-edges.ts';

/** `anyCase`: of ASCII letters. Not empty. */
export type Needle = { bytes: Uint8Array; anyCase: boolean };

/**
 * `whole`: what may begin in one payload and end in the next, in place of the needle; `reach`: how far before a payload the
 * needle may be for that to pass.
 */
export type NeededBytes = Needle & { whole: BytePattern; reach: number };

/** More of what is looked for says little more, and costs where it is nearly there again and again. */
const mostBytes = 32;
/** Each is one more look at all bytes. */
const mostNeedles = 8;

/**
 * A payload in UTF-8 that passes has one of them in its own bytes, or over its edge, or before it as far as that reaches. Of
 * events, and of payloads in other encodings, they say nothing. Null where there are none.
 */
export function neededBytes(text: string): readonly NeededBytes[] | null {
  const parsed = filterForm(text);
  const needles = parsed.ok && parsed.tree !== null ? ofTree(parsed.tree) : null;
  return needles !== null && needles.length <= mostNeedles ? needles : null;
}

type Needed = readonly NeededBytes[] | null;

function ofTree(tree: FilterTree): Needed {
  switch (tree.type) {
    case 'term':
      return oneOf(tree.values.map((value) => ofValue(tree.key, value)));
    case 'or':
      return oneOf(tree.parts.map(ofTree));
    case 'and':
      return tree.parts.map(ofTree).reduce((best, each) => (worth(each) > worth(best) ? each : best));
    case 'not':
      return null;
  }
}

const oneOf = (all: readonly Needed[]): Needed =>
  all.some((each) => each === null) ? null : all.flatMap((each) => each!);

/** Few of them, and long ones. */
const worth = (needed: Needed): number =>
  needed === null ? 0 : Math.min(...needed.map(({ bytes }) => bytes.length)) / needed.length;

function ofValue(key: string, { text, flags }: FilterValue): Needed {
  if (key === 'hex') {
    const pattern = parseBytePattern(text) ?? [];
    return needed(longestRun(pattern), { anyCase: false, whole: pattern });
  }
  if (key !== '' && key !== 'text') return null;
  if (flags === null) return needed(ofText(text), { anyCase: true, whole: encodeText(text, utf8) ?? [] });
  const bytes = ofExpression(text, flags);
  return needed(bytes, { anyCase: flags.includes('i'), whole: bytes, reach: mostOverEdge });
}

const utf8 = codecOf('utf-8');

const needed = (
  bytes: ArrayLike<number>,
  { anyCase, whole, reach = 0 }: { anyCase: boolean; whole: BytePattern; reach?: number },
): Needed =>
  bytes.length === 0
    ? null
    : [{ bytes: Uint8Array.from(bytes).subarray(0, mostBytes), anyCase, whole, reach }];

function longestRun(pattern: readonly (number | null)[]): number[] {
  const runs: number[][] = [[]];
  for (const byte of pattern) {
    if (byte === null) runs.push([]);
    else runs.at(-1)!.push(byte);
  }
  return longest(runs);
}

const longest = <T extends { length: number }>(all: readonly T[]): T =>
  all.reduce((best, each) => (each.length > best.length ? each : best));

/** Empty where bytes do not tell. */
function ofText(text: string): ArrayLike<number> {
  const characters = [...text];
  if (hasWideCase(text)) return [];
  // Of the first one a part may stand in the payload before.
  const own = text > '\x7f' ? characters.slice(1).join('') : text;
  return encodeText(own, utf8) ?? [];
}

const quantifier = /(?:[*+?]|\{\d+(?:,\d*)?\})\??/uy;
const control: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v' };

/**
 * The longest text in ASCII that is in each match, empty where none is found. Whatever is not plainly read ends a piece
 * of it, and what may mislead the reading ends all.
 */
function ofExpression(source: string, flags: string): ArrayLike<number> {
  if (flags.includes('v')) return [];
  // With both, Kelvin's sign is a k and the long s is an s: bytes that are none of theirs.
  const hasTwins = flags.includes('i') && flags.includes('u');
  const pieces = [''];
  const end = (): void => void pieces.push('');
  for (let at = 0; at < source.length;) {
    const step = stepIn(source, at);
    if (step === null) return [];
    at += step.length;
    quantifier.lastIndex = at;
    const [times] = quantifier.exec(source) ?? [];
    at += times?.length ?? 0;
    const { character } = step;
    const isPlain = character !== null && character <= '\x7f' && !(hasTwins && /[ks]/iu.test(character));
    if (isPlain && (times === undefined || times.startsWith('+'))) pieces[pieces.length - 1] += character;
    if (!isPlain || times !== undefined) end();
  }
  return Array.from(longest(pieces), (character) => character.charCodeAt(0));
}

/** One part of an expression: a character that stands for itself, or null for all else. Null for what may mislead. */
function stepIn(source: string, at: number): { character: string | null; length: number } | null {
  const character = source[at]!;
  const next = source[at + 1] ?? '';
  if (character === '|' || character === ')' || character === '{') return null;
  if (character === '[' || character === '(') {
    const length = lengthOfGroup(source, at);
    return length === null ? null : { character: null, length };
  }
  if (character !== '\\') return { character: '.^$]}'.includes(character) ? null : character, length: 1 };
  if (Object.hasOwn(control, next)) return { character: control[next]!, length: 2 };
  if (/[dDwWsSbB]/u.test(next)) return { character: null, length: 2 };
  // The rest is of more characters, or refers to others.
  return /[\p{L}\p{N}]/u.test(next) || next === '' ? null : { character: next, length: 2 };
}

/** Of a class or a group that begins here; null where it does not end. */
function lengthOfGroup(source: string, start: number): number | null {
  let depth = 0;
  let isInClass = false;
  for (let at = start; at < source.length; at++) {
    const character = source[at];
    if (character === '\\') at++;
    else if (isInClass) isInClass = character !== ']';
    else if (character === '[') isInClass = true;
    else if (character === '(') depth++;
    else if (character === ')') depth--;
    if (!isInClass && depth === 0) return at + 1 - start;
  }
  return null;
}
