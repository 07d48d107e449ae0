/** Looking for bytes, in time that is linear in what is looked through: others choose that. */
import { asTyped } from '../typed.ts';
import { parseHex } from './hex.ts';
import { compile } from './payload.ts';

/** null stands for any byte. */
export type BytePattern = ArrayLike<number | null>;
/** Keeps no state: to use for any number of messages. */
export type Matches = (bytes: Uint8Array) => boolean;

/**
 * Reads hex as the composer does, and `??` where a byte may be anything; a wildcard stands for itself, apart by blanks,
 * commas, colons or dashes. Null for what is neither, and for an empty pattern. Linear in the length.
 */
export function parseBytePattern(text: string): (number | null)[] | null {
  const pattern: (number | null)[] = [];
  for (const [index, part] of asTyped(text)
    .split(/(\?\?)/)
    .entries()) {
    if (index % 2 === 1) {
      pattern.push(null);
      continue;
    }
    // What joins a wildcard to its neighbours is no byte, and must not look like a stray separator.
    const parsed = parseHex(part.replace(/^[\s,:-]+|[\s,:-]+$/g, ''));
    const { isFixed, fill } = compile(parsed);
    // What is another one each time is no bytes that can be looked for.
    if (parsed.problems.length > 0 || !isFixed) return null;
    for (const byte of fill()) pattern.push(byte);
  }
  return pattern.length === 0 ? null : pattern;
}

/** Whether these bytes are all there is, or stand at the beginning or the end. */
export const matchesWhere: Record<'exact' | 'starts' | 'ends', (pattern: BytePattern) => Matches> = {
  exact: (pattern) => (bytes) => bytes.length === pattern.length && isAt(bytes, 0, pattern),
  starts: (pattern) => (bytes) => isAt(bytes, 0, pattern),
  ends: (pattern) => (bytes) => isAt(bytes, bytes.length - pattern.length, pattern),
};

/** Whether the pattern stands at this place; a place outside has nothing. */
export function isAt(bytes: Uint8Array, start: number, pattern: BytePattern): boolean {
  if (start < 0 || start + pattern.length > bytes.length) return false;
  for (let at = 0; at < pattern.length; at++)
    if (pattern[at] !== null && bytes[start + at] !== pattern[at]) return false;
  return true;
}

/**
 * Whether the pattern occurs anywhere; an empty one always does. Reads each byte once, for a pattern that is not
 * `isCostly`. `anyCase`: of ASCII letters.
 */
export function occursIn(pattern: BytePattern, anyCase = false): Matches {
  const fold = anyCase ? lowerCase : asIs;
  const wanted = Array.from(pattern, (byte) => (byte === null ? null : fold[byte]!));
  const isByte = (byte: number | null): boolean => byte !== null;
  const first = wanted.findIndex(isByte);
  if (first < 0) return (bytes) => bytes.length >= wanted.length;
  const last = wanted.findLastIndex(isByte);
  const core = wanted.slice(first, last + 1);
  // Wildcards around it ask for nothing but room.
  const behind = wanted.length - 1 - last;
  const search = core.every(isByte)
    ? plainSearch(Uint8Array.from(core as number[]), fold)
    : isCostly(core)
      ? slowSearch(core, fold)
      : wildSearch(core, fold);
  return (bytes) => search(bytes, first, bytes.length - behind);
}

/** With wildcards a byte takes a step for each 32 of the pattern: with more of them 1 MiB would take a tenth of a second. */
const mostWildBytes = 2048;

/** Looking for it takes up to message × pattern steps: its time must be bounded. */
export const isCostly = (pattern: BytePattern): boolean =>
  pattern.length > mostWildBytes && Array.from(pattern).includes(null);

type Search = (bytes: Uint8Array, from: number, to: number) => boolean;

const asIs = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const lowerCase = asIs.map((byte) => (byte >= 65 && byte <= 90 ? byte + 32 : byte));

/** Knuth, Morris and Pratt: each byte moves one step on, and steps back are no more than those on. */
function plainSearch(wanted: Uint8Array, fold: Uint8Array): Search {
  const borders = bordersOf(wanted);
  return (bytes, from, to) => {
    let matched = 0;
    for (let at = from; at < to; at++) {
      const byte = fold[bytes[at]!]!;
      while (matched > 0 && wanted[matched] !== byte) matched = borders[matched - 1]!;
      if (wanted[matched] === byte && ++matched === wanted.length) return true;
    }
    return false;
  };
}

/** For each prefix the length of the longest shorter one that it ends with. */
function bordersOf(wanted: Uint8Array): Uint32Array {
  const borders = new Uint32Array(wanted.length);
  for (let at = 1, border = 0; at < wanted.length; at++) {
    while (border > 0 && wanted[border] !== wanted[at]) border = borders[border - 1]!;
    if (wanted[border] === wanted[at]) border++;
    borders[at] = border;
  }
  return borders;
}

const wordBits = 32;

/**
 * Shift-and (Baeza-Yates and Gonnet 1992): a bit for each prefix of the pattern that ends here, all moved on at once. A
 * border of a pattern with wildcards says nothing about what was read, so that others' steps back would not do.
 */
function wildSearch(wanted: readonly (number | null)[], fold: Uint8Array): Search {
  const words = Math.ceil(wanted.length / wordBits);
  /** Of each byte, the places of the pattern where it may stand. */
  const places = new Uint32Array(256 * words);
  for (const [at, each] of wanted.entries()) {
    const bit = 1 << (at % wordBits);
    const word = Math.floor(at / wordBits);
    for (let byte = 0; byte < 256; byte++)
      if (each === null || each === fold[byte]) places[byte * words + word]! |= bit;
  }
  const lastBit = 1 << ((wanted.length - 1) % wordBits);
  return (bytes, from, to) => {
    const prefixes = new Uint32Array(words);
    for (let at = from; at < to; at++) {
      const row = bytes[at]! * words;
      let carry = 1;
      for (let word = 0; word < words; word++) {
        const before = prefixes[word]!;
        prefixes[word] = ((before << 1) | carry) & places[row + word]!;
        carry = before >>> (wordBits - 1);
      }
      if ((prefixes[words - 1]! & lastBit) !== 0) return true;
    }
    return false;
  };
}

/** For patterns whose table would be large, and take long to make. */
function slowSearch(wanted: readonly (number | null)[], fold: Uint8Array): Search {
  return (bytes, from, to) => {
    for (let start = from; start + wanted.length <= to; start++) {
      let at = 0;
      while (at < wanted.length && (wanted[at] === null || wanted[at] === fold[bytes[start + at]!])) at++;
      if (at === wanted.length) return true;
    }
    return false;
  };
}
