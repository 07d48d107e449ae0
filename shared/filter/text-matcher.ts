/** Text that is looked for in bytes and in sentences. */
import { encodeText } from '../encodings/codec.ts';
import { decodeText } from '../encodings/decode.ts';
import { codecOf, type EncodingId } from '../encodings/encodings.ts';
import { literally } from '../literally.ts';
import { occursIn, type Matches } from '../payload/matching.ts';
import type { SoughtOverEdge } from './operator.ts';

/** What it says of a payload, and of a sentence. Keeps no state. */
export type TextMatcher = { in(encoding: EncodingId): BytesMatcher; text(sentence: string): boolean };

/**
 * `certain`: what it finds is there; null where bytes alone do not tell. `may`: without it nothing more is there; null where
 * only the text tells. `occurs`: in bytes that begin with a character. `overEdge`: what may begin in one payload and end in
 * another; null where nothing does.
 */
export type BytesMatcher = {
  certain: Matches | null;
  may: Matches | null;
  occurs: Matches;
  overEdge: SoughtOverEdge | null;
};

/**
 * `flags`: of a regular expression; null: plain text, in any case. Linear in a payload's length but for expressions. Throws
 * a SyntaxError for an expression that cannot be read.
 */
export function textMatcher(text: string, flags: string | null): TextMatcher {
  if (flags === null) return plainMatcher(text);
  // Where one was found is of no interest, and must not be remembered.
  const regex = new RegExp(text, flags.replace(/[dgy]/g, ''));
  return matcherOf(
    (sentence) => regex.test(sentence),
    () => null,
    regex,
  );
}

/** `bytesOf`: what stands for the text in an encoding; null where that says too little, 'none' where nothing does. `regex`: the same. */
function matcherOf(
  text: (sentence: string) => boolean,
  bytesOf: (encoding: EncodingId) => Uint8Array | 'none' | null,
  regex: RegExp,
): TextMatcher {
  const made = new Map<EncodingId, BytesMatcher>();
  const every = { regex: new RegExp(regex, `${regex.flags}g`) };
  const make = (encoding: EncodingId): BytesMatcher => {
    const wanted = bytesOf(encoding);
    if (wanted === 'none') return { certain: null, may: never, occurs: never, overEdge: null };
    const inText: Matches = (bytes) => text(decodeText(bytes, encoding));
    if (wanted === null) return { certain: null, may: null, occurs: inText, overEdge: every };
    const occurs = occursIn(wanted, true);
    const begins = beginsBefore(wanted);
    // Bytes of UTF-8 are found where their characters are, and nowhere else.
    const overEdge = wanted.length > 1 ? { pattern: wanted, anyCase: true } : null;
    if (encoding === 'utf-8') return { certain: occurs, may: begins, occurs, overEdge };
    const may: Matches = (bytes) => begins(bytes) || occurs(bytes);
    return { certain: null, may, occurs: inText, overEdge: overEdge && { ...overEdge, ...every } };
  };
  return {
    text,
    in: (encoding) => {
      const known = made.get(encoding) ?? make(encoding);
      made.set(encoding, known);
      return known;
    },
  };
}

const never = (): boolean => false;
const mostTorn = 3;

/** The first character of what is looked for may stand in two payloads, and end with the first byte of this one. */
function beginsBefore(wanted: Uint8Array): Matches {
  const isWide = wanted[0]! >= 0x80 || wanted.indexOf(0) >= 0;
  const goesOn = isWide ? wanted.subarray(1, 1 + mostTorn) : new Uint8Array(0);
  return (bytes) => bytes.length > 0 && goesOn.includes(bytes[0]!);
}

function plainMatcher(needle: string): TextMatcher {
  const folded = needle.toLowerCase();
  const text = (sentence: string): boolean => sentence.toLowerCase().includes(folded);
  // Bytes can be compared as they are unless a character beyond ASCII has two cases.
  const isWide = hasWideCase(needle);
  const bytesOf = (encoding: EncodingId) =>
    isWide ? null : (encodeText(needle, codecOf(encoding)) ?? 'none');
  return matcherOf(text, bytesOf, new RegExp(literally(needle), 'iu'));
}

/** A letter beyond ASCII has two cases. */
export const hasWideCase = (text: string): boolean =>
  [...text].some((c) => c > '\x7f' && (c.toLowerCase() !== c || c.toUpperCase() !== c));
