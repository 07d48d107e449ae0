/** What a backslash begins in text: `\` and a letter. */
import type { PayloadProblemCode } from './parts.ts';

export type Escape =
  { value: number; isByte: boolean; length: number } | { code: PayloadProblemCode; length: number };

export const dollar = 0x24;
export const backslash = 0x5c;
export const brace = 0x7b;

/** By the character behind the backslash: the one that it means, in the encoding of the text, or what reads the escape at `at`. */
const escapes: Readonly<Record<string, number | ((text: string, at: number) => Escape)>> = {
  r: 13,
  n: 10,
  t: 9,
  '0': readNull,
  a: 7,
  b: 8,
  f: 12,
  v: 11,
  e: 27,
  '\\': backslash,
  // Where a dollar may name a group.
  $: dollar,
  // Where two of them would begin a function.
  '{': brace,
  x: readByteEscape,
  u: readUnicodeEscape,
};

export const isSurrogate = (codePoint: number): boolean => codePoint >= 0xd800 && codePoint <= 0xdfff;

/** What the backslash at `at` begins. */
export function readEscape(text: string, at: number): Escape {
  const letter = text.slice(at + 1, at + 2);
  if (letter === '') return { code: 'text-unfinished-escape', length: 1 };
  const escape = escapes[letter];
  if (typeof escape === 'number') return { value: escape, isByte: false, length: 2 };
  if (escape !== undefined) return escape(text, at);
  return { code: 'text-unknown-escape', length: text.codePointAt(at + 1)! > 0xffff ? 3 : 2 };
}

/** C and Python read `\012` as one octal number: which is meant is not known. */
function readNull(text: string, at: number): Escape {
  const digits = /^[0-9]*/.exec(text.slice(at + 2, at + 4))![0];
  return digits === ''
    ? { value: 0, isByte: false, length: 2 }
    : { code: 'text-octal-escape', length: 2 + digits.length };
}

function readByteEscape(text: string, at: number): Escape {
  const digits = /^[0-9a-f]{0,2}/i.exec(text.slice(at + 2, at + 4))![0];
  if (digits.length < 2) return { code: 'text-bad-byte-escape', length: 2 + digits.length };
  return { value: parseInt(digits, 16), isByte: true, length: 4 };
}

function readUnicodeEscape(text: string, at: number): Escape {
  // Leading zeros may make a number long; 32 digits are more than anybody means.
  const [whole, digits, end] = /^(?:\{([0-9a-f]{0,32})(\}?))?/i.exec(text.slice(at + 2, at + 36))!;
  const length = 2 + whole.length;
  if (!digits || end !== '}') return { code: 'text-bad-unicode-escape', length };
  const value = parseInt(digits, 16);
  if (value > 0x10ffff) return { code: 'text-unicode-too-large', length };
  if (isSurrogate(value)) return { code: 'text-unicode-surrogate', length };
  return { value, isByte: false, length };
}

/** Escapes as bytes are written with them: those that everybody knows. */
export const shortEscapes: ReadonlyMap<number, string> = new Map([
  [13, '\\r'],
  [10, '\\n'],
  [9, '\\t'],
  [0, '\\0'],
  [backslash, '\\\\'],
]);
