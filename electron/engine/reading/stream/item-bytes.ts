/** The bytes of records that follow each other in a conversation, in as few reads as they lie together. */
import type { Capture } from '../../capture/capture.ts';
import { DamageError } from '../../capture/format.ts';
import type { Item } from './conversation-index.ts';

/** Bytes of others between two records that are read with them: a read costs more than they do. */
const mostBetween = 4096;
const mostTogether = 1024 * 1024;

/** A part of one record. */
export type Part = { item: Item; within: number; length: number };
/** `bytes`: null where they are damaged. */
export type ReadPart = Part & { bytes: Uint8Array | null };

/** The parts of payloads that lie at places `from` to `to - 1`, of records in their order. */
export function partsOf(items: readonly Item[], from: number, to: number): Part[] {
  return items.flatMap((item) => {
    const within = Math.max(0, from - item.at);
    const length = Math.min(item.bytes, to - item.at) - within;
    return length > 0 ? [{ item, within, length }] : [];
  });
}

export async function readParts(capture: Pick<Capture, 'read'>, parts: readonly Part[]): Promise<ReadPart[]> {
  const read: ReadPart[] = [];
  for (let at = 0; at < parts.length;) {
    const end = togetherFrom(parts, at);
    const some = parts.slice(at, end);
    const [first, last] = [placeOf(some[0]!), placeOf(some.at(-1)!) + some.at(-1)!.length];
    const bytes = await readOrNull(capture, first, last - first);
    for (const part of some) {
      const own = placeOf(part) - first;
      read.push({
        ...part,
        bytes:
          bytes?.subarray(own, own + part.length) ??
          (some.length === 1 ? null : await readOrNull(capture, placeOf(part), part.length)),
      });
    }
    at = end;
  }
  return read;
}

const placeOf = ({ item, within }: Part): number => item.data + within;

/** The number of the first part that is not read with the one at `at`. */
function togetherFrom(parts: readonly Part[], at: number): number {
  const first = placeOf(parts[at]!);
  let behind = first + parts[at]!.length;
  let end = at + 1;
  for (; end < parts.length; end++) {
    const place = placeOf(parts[end]!);
    const grown = place + parts[end]!.length;
    if (place < behind || place - behind > mostBetween || grown - first > mostTogether) break;
    behind = grown;
  }
  return end;
}

async function readOrNull(
  capture: Pick<Capture, 'read'>,
  place: number,
  length: number,
): Promise<Uint8Array | null> {
  try {
    return await capture.read(place, length);
  } catch (error) {
    if (error instanceof DamageError) return null;
    throw error;
  }
}
