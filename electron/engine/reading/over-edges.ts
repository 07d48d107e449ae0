/** What a filter looks for where it begins in what a stream carried before a payload, and ends in it. */
import { decodeText } from '../../../shared/encodings/decode.ts';
import type { EncodingId } from '../../../shared/encodings/encodings.ts';
import { beginningAt, tornLength } from '../../../shared/encodings/torn.ts';
import type { FilterSubject, SoughtOverEdge, Verdict } from '../../../shared/filter/operator.ts';
import type { BytePattern } from '../../../shared/payload/matching.ts';
import { joinBytes } from '../../../shared/payload/join.ts';

/** A match of an expression has so many bytes before a payload, and in it, at most. */
export const mostOverEdge = 1024;
/** Before them, to tell where a character begins. */
const contextBytes = 64;
/** What is asked for at most of what stands before; of bytes that are looked for, as many as they are. */
export const mostBefore = mostOverEdge + contextBytes;

type Later<T> = T | Promise<T>;
export type SoughtBytes = { pattern: BytePattern; anyCase: boolean };

const lowerCase = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte,
);

/** Whether `length` bytes from `at` on are those of the pattern from `from` on. */
export function isPart(
  bytes: Uint8Array,
  at: number,
  { pattern, anyCase }: SoughtBytes,
  from: number,
  length: number,
): boolean {
  for (let i = 0; i < length; i++) {
    const [byte, wanted] = [bytes[at + i]!, pattern[from + i]!];
    if (wanted !== null && byte !== wanted && !(anyCase && lowerCase[byte] === lowerCase[wanted]))
      return false;
  }
  return true;
}

/** How many of its last bytes a payload may begin with, which has them: from 1 to all but one. */
export function endsAt(sought: SoughtBytes, payload: Uint8Array): number[] {
  const all = sought.pattern.length;
  const lengths: number[] = [];
  for (let length = 1; length < all && length <= payload.length; length++)
    if (isPart(payload, 0, sought, all - length, length)) lengths.push(length);
  return lengths;
}

/** Whether what stands before it ends with the first bytes, all but `length`. */
function beginsIn(sought: SoughtBytes, before: Uint8Array, length: number): boolean {
  const own = sought.pattern.length - length;
  return before.length >= own && isPart(before, before.length - own, sought, 0, own);
}

export type EdgeParts = {
  encoding: EncodingId;
  somePiece: FilterSubject['somePiece'];
  /** The last bytes, at most so many, of what its stream carried before it. */
  before(most: number): Later<Uint8Array>;
  /** What that left of a character, for a payload that begins with these bytes; missing: as its end tells. */
  torn?: ((first: Uint8Array) => Later<Uint8Array>) | undefined;
};

/** `overEdge` of a subject. Bytes before are asked for only where the payload may have the end of what is looked for. */
export const overEdgeOf =
  ({ encoding, somePiece, before, torn }: EdgeParts) =>
  (sought: SoughtOverEdge, run = (look: () => boolean): boolean => look()): Verdict => {
    let own: Uint8Array = new Uint8Array(0);
    const look = somePiece((bytes) => {
      // Kept: a piece may be there until others are read.
      own = bytes.slice(0, 'pattern' in sought && !sought.regex ? sought.pattern.length : mostOverEdge + 1);
      return true;
    });
    const inBytes = (bytes: SoughtBytes): Verdict => {
      const ends = endsAt(bytes, own);
      const isThere = (read: Uint8Array): boolean => ends.some((length) => beginsIn(bytes, read, length));
      return ends.length > 0 && then(before(bytes.pattern.length - 1), isThere);
    };
    const inText = (regex: RegExp): Verdict =>
      then(before(mostBefore), (read) => {
        const left =
          torn === undefined || encoding === 'utf-8'
            ? tornLength(read, 0, encoding)
            : then(torn(own), ({ length }) => length);
        return then(left, (length) =>
          run(() => isExpressed(regex, encoding, { before: read, torn: length, own })),
        );
      });
    return then(look, () => {
      if ('pattern' in sought) {
        const { regex } = sought;
        return then(inBytes(sought), (found) => (found && regex ? inText(regex) : found));
      }
      if ('regex' in sought) return inText(sought.regex);
      const most = sought.length - 1;
      return then(before(most), (read) => sought.occurs(joinBytes([read, own.subarray(0, most)])));
    });
  };

function then<T, U>(value: Later<T>, next: (value: T) => Later<U>): Later<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/**
 * Whether a match begins in `before`, of which the last `torn` bytes begin a character, and ends in `own`. An expression that
 * asks for the beginning of a text has none: that is the beginning of a payload. Leaves `lastIndex` as it comes.
 */
function isExpressed(
  regex: RegExp,
  encoding: EncodingId,
  { before, torn, own }: { before: Uint8Array; torn: number; own: Uint8Array },
): boolean {
  const most = before.length - mostOverEdge;
  const start = most <= 0 ? 0 : beginningAt(before, most, (before.length - torn) % 2, encoding);
  // Something stands before it, so that it is not where a text begins.
  const first = '\ufffd';
  const isCut = own.length > mostOverEdge;
  const head = first + decodeText(before.subarray(start, before.length - torn), encoding);
  const rest = joinBytes([before.subarray(before.length - torn), own.subarray(0, mostOverEdge)]);
  const text = head + decodeText(rest, encoding);
  const edge = head.length;
  for (regex.lastIndex = first.length; ;) {
    const match = regex.exec(text);
    if (match === null || match.index >= edge) return false;
    const end = match.index + match[0].length;
    // Where it was cut, an expression sees an end that is none.
    if (end > edge && !(isCut && end === text.length)) return true;
    // Matches may touch: where one begins must not depend on where the bytes do.
    regex.lastIndex = match.index + (text.codePointAt(match.index)! > 0xffff ? 2 : 1);
  }
}
