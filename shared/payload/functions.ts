/** All that stands for bytes in a written message: escapes, `\` and a letter, and functions, `{{name arguments}}`. */
import type { FillContext, Insert, PayloadProblemCode } from './parts.ts';

export type Escape =
  { value: number; isByte: boolean; length: number } | { code: PayloadProblemCode; length: number };

export const dollar = 0x24;
export const backslash = 0x5c;

/** By the character behind the backslash: a byte, or what reads the escape at `at`. */
const escapes: Readonly<Record<string, number | ((text: string, at: number) => Escape)>> = {
  r: 13,
  n: 10,
  t: 9,
  '0': 0,
  '\\': backslash,
  // Where a dollar may name a group.
  $: dollar,
  x: readByteEscape,
  u: readUnicodeEscape,
};

export const isSurrogate = (codePoint: number): boolean => codePoint >= 0xd800 && codePoint <= 0xdfff;

/** What the backslash at `at` begins. */
export function readEscape(text: string, at: number): Escape {
  const letter = text.slice(at + 1, at + 2);
  if (letter === '') return { code: 'text-unfinished-escape', length: 1 };
  const escape = escapes[letter];
  if (typeof escape === 'number') return { value: escape, isByte: true, length: 2 };
  if (escape !== undefined) return escape(text, at);
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

/** Escapes as bytes are written with them. */
export const shortEscapes: ReadonlyMap<number, string> = new Map(
  Object.entries(escapes).flatMap(([letter, byte]) =>
    typeof byte === 'number' && byte !== dollar ? [[byte, `\\${letter}`] as const] : [],
  ),
);

export type PayloadFunction = {
  /** Their names, in their order: a call has at most so many. */
  arguments: readonly string[];
  /** Drawn anew for each message and each target; else worked out once. */
  isVolatile: boolean;
  bytes(args: readonly string[], context: FillContext): Uint8Array;
};

/** By name. What has no entry here stays as it is written, with its braces. */
export const payloadFunctions = new Map<string, PayloadFunction>();

/** Characters of a call: more nobody writes by hand, and none may be looked for to the end of a long text. */
const longestCall = 256;

/** The call that begins at `at`; null where no function is called there. */
export function readCall(text: string, at: number): Insert | null {
  if (payloadFunctions.size === 0 || !text.startsWith('{{', at)) return null;
  const end = text.slice(at, at + longestCall).indexOf('}}');
  const [name = '', ...args] =
    end < 0
      ? []
      : text
          .slice(at + 2, at + end)
          .trim()
          .split(/\s+/);
  const found = payloadFunctions.get(name);
  if (found === undefined || args.length > found.arguments.length) return null;
  return {
    source: text.slice(at, at + end + 2),
    isFixed: !found.isVolatile,
    bytes: (context) => found.bytes(args, context),
  };
}
