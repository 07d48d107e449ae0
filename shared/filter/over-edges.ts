/** Text that begins in what a stream carried before a payload, and ends in it. */
import type { FilterSubject, Verdict } from './operator.ts';

const lowerCase = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte,
);

/** The same but for the case of ASCII letters, `length` bytes from each place on. */
function isSame(one: Uint8Array, at: number, other: Uint8Array, from: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (lowerCase[one[at + i]!] !== lowerCase[other[from + i]!]) return false;
  return true;
}

/** How many of its last bytes a payload may begin with, which has them: from 1 to all but one. */
export function endsAt(wanted: Uint8Array, payload: Uint8Array): number[] {
  const lengths: number[] = [];
  for (let length = 1; length < wanted.length && length <= payload.length; length++)
    if (isSame(payload, 0, wanted, wanted.length - length, length)) lengths.push(length);
  return lengths;
}

/** Whether what stands before it ends with the first bytes, all but `length`. */
export const beginsIn = (wanted: Uint8Array, before: Uint8Array, length: number): boolean => {
  const own = wanted.length - length;
  return before.length >= own && isSame(before, before.length - own, wanted, 0, own);
};

/** `before`: the last bytes, at most so many, of what stands before it: asked only where the payload begins with the end. */
export function isOverEdge(
  wanted: Uint8Array,
  somePiece: FilterSubject['somePiece'],
  before: (most: number) => Uint8Array | Promise<Uint8Array>,
): Verdict {
  let ends: number[] | null = null;
  const look = somePiece((bytes) => {
    ends ??= endsAt(wanted, bytes);
    return true;
  });
  const goOn = (): Verdict => {
    const lengths = ends ?? [];
    if (lengths.length === 0) return false;
    const read = before(wanted.length - 1);
    const passes = (bytes: Uint8Array): boolean => lengths.some((length) => beginsIn(wanted, bytes, length));
    return read instanceof Promise ? read.then(passes) : passes(read);
  };
  return typeof look === 'boolean' ? goOn() : look.then(goOn);
}
