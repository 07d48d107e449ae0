/** What one message says, for a filter: bounded, so that a search goes on whatever the bytes are. */
import { usualMessageDecoding, type MessageDecoding } from '../../../shared/decoding/choice.ts';
import type { DecodeHints } from '../../../shared/decoding/context.ts';
import type { Decoded, DecoderId } from '../../../shared/decoding/decoded.ts';
import { candidates, confidenceOf, decode, usualBudget } from '../../../shared/decoding/decoders.ts';
import type { RecordKind } from '../../../shared/records.ts';
import { monotonic } from '../clock.ts';

/** A longer message is known by its beginning. */
export const mostDecodedBytes = 256 * 1024;
const mostNodes = 20_000;
const mostUnpacked = 1024 * 1024;
const mostMs = 50;

/** What is decoded: the message, and within the frame that carries it where it is one. */
export type MessageBytes = { whole: Uint8Array; payload?: () => Uint8Array };

/** As far as it gets in 50 ms; null where nothing is to read it, and where it looks like nothing that is known. */
export function decodedMessage(
  kind: RecordKind,
  { whole, payload }: MessageBytes,
  { as, registers, isListener, isDatagram }: MessageDecoding = usualMessageDecoding,
): Decoded | null {
  if (as === 'none' || whole.length === 0) return null;
  const from = (kind === 'received') === isListener ? 'client' : 'server';
  const hints = { registers, from, isDatagram } as const;
  const own = payload?.();
  const id = as === 'automatic' ? likeliest(own === undefined ? [whole] : [whole, own], hints) : as;
  if (id === undefined) return null;
  const end = monotonic() + mostMs;
  const budget = {
    ...usualBudget(() => monotonic() > end),
    ...{ nodes: mostNodes, unpackedBytes: mostUnpacked },
  };
  return decode(id, own === undefined ? whole : ownBytes(id, whole, own, hints), budget, hints);
}

const likeliest = (all: readonly Uint8Array[], hints: DecodeHints): DecoderId | undefined =>
  all
    .flatMap((bytes) => candidates(bytes, hints).slice(0, 1))
    .toSorted((one, other) => other.confidence - one.confidence)[0]?.id;

/** The head of a frame is the protocol's own, as in Modbus, or what carries it, as a length before JSON. */
export function ownBytes(
  as: DecoderId,
  whole: Uint8Array,
  payload: Uint8Array,
  hints: DecodeHints,
): Uint8Array {
  return confidenceOf(as, payload, hints) > confidenceOf(as, whole, hints) ? payload : whole;
}
