/** What a pane asks of a decoder, within what it shows. */
import type { Budget, DecodeHints } from '../../shared/decoding/context.ts';
import type { Decoded, DecoderId } from '../../shared/decoding/decoded.ts';
import { candidates, decode, usualBudget } from '../../shared/decoding/decoders.ts';

/** `as`: null for what the bytes look like. */
export type DecodeAsk = { bytes: Uint8Array; as: DecoderId | null; hints: DecodeHints };

/** Nobody reads more rows, and the page takes them over in one go. */
const mostNodes = 10_000;
const mostUnpacked = 1024 * 1024;
const mostMs = 500;

/** null: they look like nothing that is known. */
export function decodeAsked({ bytes, as, hints }: DecodeAsk): Decoded | null {
  const id = as ?? candidates(bytes, hints)[0]?.id;
  if (id === undefined) return null;
  const end = performance.now() + mostMs;
  const budget: Budget = {
    ...usualBudget(() => performance.now() > end),
    ...{ nodes: mostNodes, unpackedBytes: mostUnpacked },
  };
  return decode(id, bytes, budget, hints);
}
