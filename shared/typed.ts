/**
 * Addresses, numbers and hex as keyboards and clipboards give them: Chinese and Japanese input methods write full-width
 * forms, and web pages blanks and marks that nobody sees. Never for a payload: what is typed there is what is sent.
 */
import { codePointName, controlName } from './show/characters.ts';

/** Characters outside ASCII that stand for exactly one character of it. U+FF01 to U+FF5E do so by their number. */
const standsFor: Readonly<Record<string, string>> = {
  '\u3001': ',',
  '\u3002': '.',
  '\uff61': '.',
  '\u2010': '-',
  '\u2011': '-',
  '\u2212': '-',
};
const hasStranger = /[^\0-\x7f]/;
const fullWidth = /[\uff01-\uff5e]/g;
const fullWidthOffset = 0xfee0;
/** What cannot be seen around a value is not meant; inside it, it could be anything, and is named. */
const around =
  /^[\s\u00ad\u200b-\u200f\u2060\u2066-\u2069\u202a-\u202e]+|[\s\u00ad\u200b-\u200f\u2060\u2066-\u2069\u202a-\u202e]+$/g;

/**
 * `text` with every character that has one meaning here as ASCII, and blanks for what is invisible around it: as long
 * as `text`, so that places stay true. ASCII stays as it is. Linear in the length.
 */
export function asTyped(text: string): string {
  if (!hasStranger.test(text)) return text;
  return text
    .replace(fullWidth, (character) => String.fromCharCode(character.charCodeAt(0) - fullWidthOffset))
    .replace(/[\u3001\u3002\uff61\u2010\u2011\u2212]/g, (character) => standsFor[character]!)
    .replace(/\p{Zs}/gu, ' ')
    .replace(around, (blanks) => ' '.repeat(blanks.length));
}

/** A number as typed, in any form that `Number` reads. NaN for anything else, and for nothing. */
export function parseNumber(text: string): number {
  const typed = asTyped(text).trim();
  return typed === '' ? NaN : Number(typed);
}

/**
 * Name of the first character in `text`, from `start` to `end`, that a person may not see or may take for another one:
 * `U+200B ZERO WIDTH SPACE`, `；U+FF1B`. Null where all is ASCII that can be seen, or means such (`asTyped`); of a
 * single character that is at fault nothing is taken for granted.
 */
export function strangerIn(text: string, start = 0, end = text.length): string | null {
  const characters = [...text.slice(start, end)];
  const isStrange =
    characters.length === 1 ? isNoAscii : (one: string) => isNoAscii(one) && isNoAscii(asTyped(one).trim());
  const found = characters.find(isStrange);
  if (found === undefined) return null;
  const codePoint = found.codePointAt(0)!;
  const control = controlName(codePoint);
  const isSeen = control === null && !/[\s\p{Cs}\p{Co}\p{Cn}\p{M}]/u.test(found);
  const name = names[codePoint] ?? (codePoint < 0x80 ? control! : '');
  return `${isSeen ? found : ''}${codePointName(codePoint)} ${name}`.trim();
}

const isNoAscii = (character: string): boolean => !/^[\x20-\x7e]$/.test(character);

/** Names of the Unicode character database, for what often comes along from pages, documents and input methods. */
const names: Readonly<Record<number, string>> = {
  0xa0: 'NO-BREAK SPACE',
  0xad: 'SOFT HYPHEN',
  0x61c: 'ARABIC LETTER MARK',
  0x200b: 'ZERO WIDTH SPACE',
  0x200c: 'ZERO WIDTH NON-JOINER',
  0x200d: 'ZERO WIDTH JOINER',
  0x200e: 'LEFT-TO-RIGHT MARK',
  0x200f: 'RIGHT-TO-LEFT MARK',
  0x2013: 'EN DASH',
  0x2014: 'EM DASH',
  0x2018: 'LEFT SINGLE QUOTATION MARK',
  0x2019: 'RIGHT SINGLE QUOTATION MARK',
  0x201c: 'LEFT DOUBLE QUOTATION MARK',
  0x201d: 'RIGHT DOUBLE QUOTATION MARK',
  0x2026: 'HORIZONTAL ELLIPSIS',
  0x2028: 'LINE SEPARATOR',
  0x2029: 'PARAGRAPH SEPARATOR',
  0x202a: 'LEFT-TO-RIGHT EMBEDDING',
  0x202b: 'RIGHT-TO-LEFT EMBEDDING',
  0x202c: 'POP DIRECTIONAL FORMATTING',
  0x202d: 'LEFT-TO-RIGHT OVERRIDE',
  0x202e: 'RIGHT-TO-LEFT OVERRIDE',
  0x2060: 'WORD JOINER',
  0x2066: 'LEFT-TO-RIGHT ISOLATE',
  0x2067: 'RIGHT-TO-LEFT ISOLATE',
  0x2068: 'FIRST STRONG ISOLATE',
  0x2069: 'POP DIRECTIONAL ISOLATE',
  0x3000: 'IDEOGRAPHIC SPACE',
  0xfeff: 'ZERO WIDTH NO-BREAK SPACE',
  0xfffd: 'REPLACEMENT CHARACTER',
};
