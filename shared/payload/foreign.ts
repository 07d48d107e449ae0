/** Bytes in text as other programs write them. */
import type { PayloadProblem, PayloadProblemCode } from './parts.ts';
import { encodeUtf8At } from './utf8.ts';

/** Their bytes, or what is wrong where. */
export type Foreign = { ok: true; bytes: Uint8Array<ArrayBuffer> } | { ok: false; problem: PayloadProblem };

/** What begins at `at` and is no plain character: its bytes and its length; null for a plain one. */
type Special = { bytes: readonly number[]; length: number } | { code: PayloadProblemCode; length: number };
type ReadSpecial = (text: string, at: number) => Special | null;

const hexAt = (text: string, at: number, most: number): string =>
  new RegExp(`^[0-9a-f]{0,${most}}`, 'i').exec(text.slice(at, at + most))![0];

const packetSenderLetters: Readonly<Partial<Record<string, number>>> = { r: 13, n: 10, t: 9, '\\': 92 };

/** Mixed ASCII: `\r \n \t \\`, `\` and one or two hex digits for a byte; before anything else a backslash means nothing. */
const packetSender: ReadSpecial = (text, at) => {
  if (text[at] !== '\\') return null;
  const letter = packetSenderLetters[text[at + 1] ?? ''];
  if (letter !== undefined) return { bytes: [letter], length: 2 };
  const digits = hexAt(text, at + 1, 2);
  return digits === ''
    ? { bytes: [], length: 1 }
    : { bytes: [parseInt(digits, 16)], length: 1 + digits.length };
};

/** `[0D 0A]` is bytes, `[[` a bracket. */
const sokit: ReadSpecial = (text, at) => {
  if (text[at] !== '[') return null;
  if (text[at + 1] === '[') return { bytes: [0x5b], length: 2 };
  const end = text.indexOf(']', at);
  if (end < 0) return { code: 'foreign-bracket-open', length: 1 };
  const digits = text.slice(at + 1, end).replaceAll(/\s/g, '');
  const length = end + 1 - at;
  if (!/^(?:[0-9a-f]{2})*$/i.test(digits)) return { code: 'value-not-hex', length };
  return { bytes: (digits.match(/../g) ?? []).map((pair) => parseInt(pair, 16)), length };
};

/** `$0D` is a byte; a dollar before anything else is a dollar. */
const hercules: ReadSpecial = (text, at) => {
  if (text[at] !== '$') return null;
  const digits = hexAt(text, at + 1, 2);
  return digits.length < 2 ? null : { bytes: [parseInt(digits, 16)], length: 3 };
};

export const foreignNotations = { packetsender: packetSender, sokit, hercules } as const;
export type ForeignNotation = keyof typeof foreignNotations;

/** What is not special is UTF-8 as it is written. Linear in the length. */
export function readForeign(notation: ForeignNotation, text: string): Foreign {
  const special = foreignNotations[notation];
  const out = new Uint8Array(text.length * 3);
  let size = 0;
  for (let at = 0; at < text.length;) {
    const found = special(text, at);
    if (found !== null && 'code' in found)
      return { ok: false, problem: { code: found.code, start: at, end: at + found.length } };
    if (found !== null) {
      out.set(found.bytes, size);
      size += found.bytes.length;
      at += found.length;
      continue;
    }
    const codePoint = text.codePointAt(at)!;
    const length = codePoint > 0xffff ? 2 : 1;
    if (codePoint >= 0xd800 && codePoint <= 0xdfff)
      return { ok: false, problem: { code: 'text-lone-surrogate', start: at, end: at + 1 } };
    size = encodeUtf8At(out, size, codePoint);
    at += length;
  }
  return { ok: true, bytes: out.slice(0, size) };
}
