/** What a pane asks of a decoder, within what it shows. */
import type { Budget, DecodeHints, Unpack, Unpacked } from '../../shared/decoding/context.ts';
import type { Decoded, DecoderId } from '../../shared/decoding/decoded.ts';
import { candidates, decode, usualBudget } from '../../shared/decoding/decoders.ts';

/** `as`: null for what the bytes look like. */
export type DecodeAsk = {
  bytes: Uint8Array;
  as: DecoderId | null;
  hints: DecodeHints;
  /** What there is no code for in a page, as somebody else has unpacked it. */
  unpacked?: readonly UnpackedPart[];
};
export type UnpackedPart = { packed: Uint8Array; unpacked: Unpacked };
/** `packed`: parts of it in brotli that nobody has unpacked yet. */
export type DecodeAnswer = { decoded: Decoded | null; packed: Uint8Array[] };

/** Nobody reads more rows, and the page takes them over in one go. */
const mostNodes = 10_000;
const mostUnpacked = 1024 * 1024;
const mostMs = 500;

/** null: they look like nothing that is known. */
export function decodeAsked({ bytes, as, hints }: DecodeAsk, unpack?: Unpack): Decoded | null {
  const id = as ?? candidates(bytes, hints)[0]?.id;
  if (id === undefined) return null;
  const end = performance.now() + mostMs;
  const budget: Budget = {
    ...usualBudget(() => performance.now() > end),
    ...{ nodes: mostNodes, unpackedBytes: mostUnpacked },
  };
  return decode(id, bytes, budget, hints, unpack);
}

/** More are seldom in one message. */
const mostPacked = 4;

export function decodeAll(ask: DecodeAsk): DecodeAnswer {
  const packed: Uint8Array[] = [];
  const decoded = decodeAsked(ask, (coding, bytes) => {
    if (coding !== 'br') return null;
    const known = ask.unpacked?.find((part) => isSame(part.packed, bytes));
    if (known === undefined && packed.length < mostPacked && bytes.length <= mostUnpacked)
      packed.push(bytes.slice());
    return known?.unpacked ?? null;
  });
  return { decoded, packed };
}

const isSame = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, at) => byte === other[at]);
