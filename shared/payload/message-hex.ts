/** Hex mode of the composer: every token is bytes, and what is ambiguous is refused at its place. */
import { mostProblems, problemIn, type Problem } from '../problem.ts';
import { asTyped } from '../typed.ts';

export type HexProblemCode = 'hex-not-hex' | 'hex-odd-digits' | 'hex-missing-digits' | 'hex-stray-separator';
export type HexProblem = Problem<HexProblemCode>;
export type ParsedHex = { ok: true; bytes: Uint8Array<ArrayBuffer> } | { ok: false; problems: HexProblem[] };

/**
 * Reads `68656c`, `68:65:6c`, `68-65-6c`, `0x68 0x65`, `{0x41, 0x42}` and `\x41\x42`, mixed as one likes. A lone digit
 * is one byte (`41 4` is 41 04); a longer token with an odd number of digits is refused. A colon or dash must directly
 * follow a digit, so that `-1` is not taken for 01. Full-width forms mean ASCII. Linear in the length; lists at most
 * 100 problems.
 */
export function parseMessageHex(written: string): ParsedHex {
  const text = asTyped(written);
  const out = new Uint8Array((text.length + 1) >> 1);
  const problems: HexProblem[] = [];
  let size = 0;
  let at = 0;
  while (at < text.length && problems.length < mostProblems) {
    const kind = kindAt(text, at);
    if (kind === separator || (kind === joint && at > 0 && kindAt(text, at - 1) < separator)) {
      at++;
      continue;
    }
    const start = at;
    const isPrefixed = hasPrefix(text, at);
    if (isPrefixed) at += 2;
    const digitsAt = at;
    while (kindAt(text, at) < separator) at++;
    const digits = at - digitsAt;
    if (digits === 0) {
      if (!isPrefixed) at = endOfStray(text, start);
      const code = isPrefixed ? 'hex-missing-digits' : kind === joint ? 'hex-stray-separator' : 'hex-not-hex';
      problems.push(problemIn(written, start, at, code));
    } else if (digits > 1 && digits % 2 === 1) {
      problems.push(problemIn(written, start, at, 'hex-odd-digits'));
    } else if (digits === 1) {
      out[size++] = kindAt(text, digitsAt);
    } else {
      for (let i = digitsAt; i < at; i += 2) out[size++] = kindAt(text, i) * 16 + kindAt(text, i + 1);
    }
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, bytes: out.slice(0, size) };
}

// What a UTF-16 unit is: below 16 a digit's value.
const separator = 16;
const joint = 17;
const other = 18;
const kinds = new Uint8Array(128).fill(other);
for (let digit = 0; digit < 16; digit++) {
  const character = digit.toString(16);
  kinds[character.charCodeAt(0)] = digit;
  kinds[character.toUpperCase().charCodeAt(0)] = digit;
}
for (const character of ' \t\r\n,{}') kinds[character.charCodeAt(0)] = separator;
for (const character of ':-') kinds[character.charCodeAt(0)] = joint;

/** `other` behind the end of the text, too. */
const kindAt = (text: string, at: number): number => kinds[text.charCodeAt(at)] ?? other;

const hasPrefix = (text: string, at: number): boolean =>
  (text[at] === '0' || text[at] === '\\') &&
  (text[at + 1] === 'x' || (text[at] === '0' && text[at + 1] === 'X'));

/** A run of characters that mean nothing is one mistake. */
function endOfStray(text: string, start: number): number {
  const kind = kindAt(text, start);
  let at = start + 1;
  while (at < text.length && kindAt(text, at) === kind && !hasPrefix(text, at)) at++;
  return at;
}

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

/** Two upper-case digits. */
export const formatByte = (byte: number): string => pairs[byte & 0xff]!;
