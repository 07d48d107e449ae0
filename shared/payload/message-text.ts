/** Text mode of the composer: UTF-8 with the escapes `\r \n \t \0 \\ \xHH \u{…}`. */
import { controlName } from '../show/characters.ts';
import { formatByte } from './message-hex.ts';
import { mostProblems, type Problem } from '../problem.ts';
import { decodeUtf8At, encodeUtf8At } from './utf8.ts';

export type TextProblemCode =
  | 'text-unknown-escape'
  | 'text-unfinished-escape'
  | 'text-bad-byte-escape'
  | 'text-bad-unicode-escape'
  | 'text-unicode-too-large'
  | 'text-unicode-surrogate'
  | 'text-lone-surrogate';
export type TextProblem = Problem<TextProblemCode>;
export type ParsedText =
  { ok: true; bytes: Uint8Array<ArrayBuffer> } | { ok: false; problems: TextProblem[] };

export type LineEnd = 'none' | 'lf' | 'cr' | 'crlf';

type Escape = { value: number; isByte: boolean; length: number } | { code: TextProblemCode; length: number };

/**
 * The bytes that a typed message stands for. Everything but escapes is UTF-8 as it is written, line breaks too.
 * Linear in the length; lists at most 100 problems.
 */
export function parseMessageText(text: string): ParsedText {
  // No UTF-16 unit needs more than three bytes, and an escape needs fewer than its own length.
  const out = new Uint8Array(text.length * 3);
  const problems: TextProblem[] = [];
  let size = 0;
  let at = 0;
  while (at < text.length && problems.length < mostProblems) {
    const codePoint = text.codePointAt(at)!;
    if (codePoint === backslash) {
      const escape = readEscape(text, at);
      if ('code' in escape) problems.push({ start: at, end: at + escape.length, code: escape.code });
      else if (escape.isByte) out[size++] = escape.value;
      else size = encodeUtf8At(out, size, escape.value);
      at += escape.length;
    } else if (isSurrogate(codePoint)) {
      problems.push({ start: at, end: at + 1, code: 'text-lone-surrogate' });
      at++;
    } else {
      size = encodeUtf8At(out, size, codePoint);
      at += codePoint > 0xffff ? 2 : 1;
    }
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, bytes: out.slice(0, size) };
}

const backslash = 0x5c;
const isSurrogate = (codePoint: number): boolean => codePoint >= 0xd800 && codePoint <= 0xdfff;
const simpleEscapes: Record<string, number> = { r: 13, n: 10, t: 9, '0': 0, '\\': backslash };

function readEscape(text: string, at: number): Escape {
  const letter = text.slice(at + 1, at + 2);
  if (letter === '') return { code: 'text-unfinished-escape', length: 1 };
  if (letter === 'x') return readByteEscape(text, at);
  if (letter === 'u') return readUnicodeEscape(text, at);
  const value = simpleEscapes[letter];
  if (value !== undefined) return { value, isByte: true, length: 2 };
  return { code: 'text-unknown-escape', length: text.codePointAt(at + 1)! > 0xffff ? 3 : 2 };
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

const lineEnds: Record<LineEnd, readonly number[]> = { none: [], lf: [10], cr: [13], crlf: [13, 10] };

/** The message with the chosen line end behind it, whatever it ends with already: a new array, or `bytes` for 'none'. */
export function withLineEnd(bytes: Uint8Array<ArrayBuffer>, lineEnd: LineEnd): Uint8Array<ArrayBuffer> {
  const end = lineEnds[lineEnd];
  if (end.length === 0) return bytes;
  const out = new Uint8Array(bytes.length + end.length);
  out.set(bytes);
  out.set(end, bytes.length);
  return out;
}

const shortEscapes = new Map([
  [13, '\\r'],
  [10, '\\n'],
  [9, '\\t'],
  [0, '\\0'],
  [backslash, '\\\\'],
]);
const decoder = new TextDecoder();

/**
 * Any bytes as one line of text that `parseMessageText` turns into the same bytes. Nothing in it moves a cursor, rings
 * a bell or hides: controls, invisible characters and malformed UTF-8 are escapes. Linear in the length.
 */
export function escapeText(bytes: Uint8Array): string {
  // Put together as UTF-8 and decoded at once, because megabytes of `+=` take seconds. No byte needs more than `\xHH`.
  const out = new Uint8Array(bytes.length * 4);
  let size = 0;
  const write = (escape: string): void => {
    for (let i = 0; i < escape.length; i++) out[size++] = escape.charCodeAt(i);
  };
  for (let at = 0; at < bytes.length;) {
    const step = decodeUtf8At(bytes, at);
    const escape = step.ok ? escapeOf(step.codePoint) : null;
    const end = at + step.length;
    if (escape !== null) write(escape);
    else if (step.ok) for (let i = at; i < end; i++) out[size++] = bytes[i]!;
    else for (let i = at; i < end; i++) write(byteEscape(bytes[i]!));
    at = end;
  }
  return decoder.decode(out.subarray(0, size));
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
export const escapeLine = (text: string): string => escapeText(encoder.encode(text)).replaceAll('\\\\', '\\');
