/** RFC 4648. */
import { mostProblems, problemIn, type Problem } from '../problem.ts';
import { asTyped } from '../typed.ts';

/** A multiple of three, so that no padding stands inside; few enough to be arguments of one call. */
const atOnce = 3 * 4096;

/** In one line, with the alphabet of section 4. Linear in the length. */
export function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += atOnce)
    parts.push(btoa(String.fromCharCode(...bytes.subarray(at, at + atOnce))));
  return parts.join('');
}

export type Base64Code = 'base64-not-base64' | 'base64-unfinished' | 'base64-padding';
export type ReadBase64 = { bytes: Uint8Array<ArrayBuffer>; problems: Problem<Base64Code>[] };

/**
 * Either alphabet (sections 4 and 5), with its padding or without, over any lines; full-width forms mean ASCII. The bytes
 * are those of what has no problems. Linear in the length.
 */
export function readBase64(written: string): ReadBase64 {
  const text = asTyped(written);
  const out = new Uint8Array(Math.ceil((text.length * 3) / 4));
  const problems: Problem<Base64Code>[] = [];
  const refuse = (start: number, end: number, code: Base64Code): void =>
    void problems.push(problemIn(written, start, end, code));
  let [size, digits, bits, last] = [0, 0, 0, 0];
  let padding: Padding | null = null;
  for (let at = 0; at < text.length && problems.length < mostProblems; at++) {
    const kind = kindAt(text, at);
    if (kind === blank) continue;
    if (kind === pad) padding = longer(padding, at);
    else if (kind === other) {
      const start = at;
      while (at + 1 < text.length && kindAt(text, at + 1) === other) at++;
      refuse(start, at + 1, 'base64-not-base64');
    } else if (padding !== null) {
      refuse(padding.start, padding.end, 'base64-padding');
      padding = null;
      digits = 0;
    } else {
      bits = ((bits << 6) | kind) & 0xffffff;
      last = at;
      // The second to the fourth digit of four each end a byte.
      const inFour = digits++ % 4;
      if (inFour > 0) out[size++] = (bits >> (6 - 2 * inFour)) & 0xff;
    }
  }
  if (problems.length > 0) return { bytes: out.slice(0, 0), problems };
  if (digits % 4 === 1) refuse(last, last + 1, 'base64-unfinished');
  else if (padding !== null && (padding.count > 2 || (digits + padding.count) % 4 > 0))
    refuse(padding.start, padding.end, 'base64-padding');
  return { bytes: out.slice(0, size), problems };
}

type Padding = { start: number; end: number; count: number };
const longer = (padding: Padding | null, at: number): Padding => ({
  start: padding?.start ?? at,
  end: at + 1,
  count: (padding?.count ?? 0) + 1,
});

/** Null for what is none. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  const { bytes, problems } = readBase64(text);
  return problems.length === 0 ? bytes : null;
}

// What a UTF-16 unit is: below 64 a digit's value.
const blank = 64;
const pad = 65;
const other = 66;
const kinds = new Uint8Array(128).fill(other);
for (const [value, digit] of [
  ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
].entries())
  kinds[digit.charCodeAt(0)] = value;
kinds['-'.charCodeAt(0)] = 62;
kinds['_'.charCodeAt(0)] = 63;
kinds['='.charCodeAt(0)] = pad;
for (const character of ' \t\r\n\f\v') kinds[character.charCodeAt(0)] = blank;

const kindAt = (text: string, at: number): number => kinds[text.charCodeAt(at)] ?? other;
