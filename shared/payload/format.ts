/** Bytes as they are shown and written: hex, and text with escapes. */
import { controlName } from '../show/characters.ts';
import { backslash, brace, shortEscapes } from './escapes.ts';
import { decodeUtf8At } from './utf8.ts';

const pairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).toUpperCase().padStart(2, '0'));
const digitCodes = Uint8Array.from('0123456789ABCDEF', (digit) => digit.charCodeAt(0));
const blank = 0x20;
const decoder = new TextDecoder();

/** `00 7F 45`, and ` …` behind the first `max` bytes when there are more. */
export function formatHex(bytes: Uint8Array, max = Infinity): string {
  const count = Math.min(bytes.length, max);
  // Written as ASCII and decoded at once: megabytes put together from strings take seconds.
  const out = new Uint8Array(Math.max(0, count * 3 - 1)).fill(blank);
  for (let i = 0; i < count; i++) {
    out[i * 3] = digitCodes[bytes[i]! >> 4]!;
    out[i * 3 + 1] = digitCodes[bytes[i]! & 15]!;
  }
  const text = decoder.decode(out);
  return count < bytes.length ? `${text} …`.trimStart() : text;
}

/** As `formatHex`, with a gap of two behind every eighth byte: `00 … 07  08`. */
export const formatHexGroups = (bytes: Uint8Array, max = Infinity): string =>
  formatHex(bytes, max).replace(/((?:[0-9A-F]{2} ){8})(?=[0-9A-F])/g, '$1 ');

/** Two upper-case digits. */
export const formatByte = (byte: number): string => pairs[byte & 0xff]!;

/**
 * Any bytes as one line of text that `parse` turns into the same bytes. Nothing in it moves a cursor, rings a bell or
 * hides: controls, invisible characters and malformed UTF-8 are escapes. Linear in the length.
 */
export const escapeText = (bytes: Uint8Array): string => escaped(bytes, true);

/** `isMessage`: what would begin a function is written so that it does not. */
function escaped(bytes: Uint8Array, isMessage: boolean): string {
  // Put together as UTF-8 and decoded at once, because megabytes of `+=` take seconds. No byte needs more than `\xHH`.
  const out = new Uint8Array(bytes.length * 4);
  let size = 0;
  const write = (escape: string): void => {
    for (let i = 0; i < escape.length; i++) out[size++] = escape.charCodeAt(i);
  };
  for (let at = 0; at < bytes.length;) {
    const byte = bytes[at]!;
    if (isPlain(byte)) {
      out[size++] = byte;
      at++;
      continue;
    }
    const step = decodeUtf8At(bytes, at);
    const end = at + step.length;
    const escape = step.ok ? escapeBefore(step.codePoint, bytes[end], isMessage) : null;
    if (escape !== null) write(escape);
    else if (step.ok) for (let i = at; i < end; i++) out[size++] = bytes[i]!;
    else for (let i = at; i < end; i++) write(byteEscape(bytes[i]!));
    at = end;
  }
  return decoder.decode(out.subarray(0, size));
}

/** What most of any text is: itself whatever stands beside it. */
const isPlain = (byte: number): boolean =>
  byte >= blank && byte < 0x7f && byte !== backslash && byte !== brace;

/** Two braces would begin a function, and a digit behind `\0` would be part of it. */
function escapeBefore(codePoint: number, next: number | undefined, isMessage: boolean): string | null {
  if (isMessage && codePoint === brace && next === brace) return '\\{';
  if (codePoint === 0 && next !== undefined && next >= 0x30 && next <= 0x39) return byteEscape(0);
  return escapeOf(codePoint);
}

function escapeOf(codePoint: number): string | null {
  const short = shortEscapes.get(codePoint);
  if (short !== undefined) return short;
  if (controlName(codePoint) === null) return null;
  return codePoint < 0x80 ? byteEscape(codePoint) : `\\u{${codePoint.toString(16).toUpperCase()}}`;
}

const byteEscape = (byte: number): string => `\\x${formatByte(byte)}`;

const encoder = new TextEncoder();

/** Words that came from outside (host names, messages of the system, names of programs), with controls made visible. */
export const escapeLine = (text: string): string =>
  /^[ -~]*$/.test(text) ? text : escaped(encoder.encode(text), false).replaceAll('\\\\', '\\');
