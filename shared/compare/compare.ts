/** Two rows of bytes beside each other: byte by byte, and as what they say. */
import type { Budget, DecodeHints } from '../decoding/context.ts';
import type { DecoderId } from '../decoding/decoded.ts';
import { candidates, decode, usualBudget } from '../decoding/decoders.ts';
import { diffBytes, type Hunk } from './diff.ts';
import { compareFields, fieldsOf, type ComparedFields } from './fields.ts';
import type { Ignore } from './ignore.ts';
import { joinIslands } from './islands.ts';
import { joinedRanges, outside, type ByteRange } from './ranges.ts';

/** Of each side: longer ones are compared up to here. */
export const mostCompared = 4 * 1024 * 1024;
/** Fields of what is longer are not compared. */
const mostDecoded = 1024 * 1024;
const mostNodes = 20_000;
/** Of the diff; what is not aligned by then is told as changed. */
export const compareMs = 3000;
const decodeMs = 500;

export type CompareAsk = {
  a: Uint8Array;
  b: Uint8Array;
  /** null: as what they look like. */
  as: DecoderId | null;
  hints: DecodeHints;
  ignore: readonly Ignore[];
};

export type Comparison = {
  /** `isIgnored`: all of what differs in it is passed over. */
  hunks: (Hunk & { isIgnored: boolean })[];
  isWhole: boolean;
  /** Hunks that differ and are not passed over, and their bytes on the longer side. */
  differences: number;
  bytes: number;
  /** What is passed over in each, joined. */
  ignored: { a: ByteRange[]; b: ByteRange[] };
  as: DecoderId | null;
  /** null: nothing reads both. */
  fields: ComparedFields | null;
};

/** `now`: milliseconds that only grow. */
export function compare(ask: CompareAsk, now: () => number): Comparison {
  const { a, b, ignore } = ask;
  const end = now() + compareMs;
  const { hunks, isWhole } = diffBytes(a, b, () => now() > end);
  const as = ask.as ?? likeliest(ask);
  const fields = as === null ? null : bothFields(ask, as, now);
  const chosen = ignore.flatMap((each) =>
    each.kind === 'bytes' ? [{ start: each.first, end: each.last + 1 }] : [],
  );
  const ignored = {
    a: joinedRanges([...chosen, ...(fields?.[0].ignored ?? [])]),
    b: joinedRanges([...chosen, ...(fields?.[1].ignored ?? [])]),
  };
  const leftOf = (hunk: Hunk): number =>
    Math.max(
      outside({ start: hunk.a, end: hunk.a + hunk.aLength }, ignored.a),
      outside({ start: hunk.b, end: hunk.b + hunk.bLength }, ignored.b),
    );
  const marked = joinIslands(
    hunks.map((hunk) => ({ ...hunk, isIgnored: !hunk.isEqual && leftOf(hunk) === 0 })),
    a,
    b,
  );
  const counted = marked.filter(({ isEqual, isIgnored }) => !isEqual && !isIgnored);
  const differences = counted.length;
  const bytes = counted.reduce((sum, hunk) => sum + leftOf(hunk), 0);
  return {
    ...{ hunks: marked, isWhole, differences, bytes, ignored, as },
    fields: fields === null ? null : compareFields(...fields),
  };
}

const likeliest = ({ a, b, hints }: CompareAsk): DecoderId | null =>
  candidates(a.subarray(0, mostDecoded), hints)[0]?.id ??
  candidates(b.subarray(0, mostDecoded), hints)[0]?.id ??
  null;

function bothFields({ a, b, hints, ignore }: CompareAsk, as: DecoderId, now: () => number) {
  if (Math.max(a.length, b.length) > mostDecoded) return null;
  const read = (bytes: Uint8Array) => {
    const end = now() + decodeMs;
    const budget: Budget = { ...usualBudget(() => now() > end), nodes: mostNodes };
    return fieldsOf(decode(as, bytes, budget, hints), bytes, ignore);
  };
  return [read(a), read(b)] as const;
}
