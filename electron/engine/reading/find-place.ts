/** Where in a log a time or a byte is. */
import type { PlacedByte } from '../../../shared/contract.ts';
import type { StreamDirection } from '../../../shared/stream-rows.ts';
import { kindNumber } from '../capture/format.ts';
import { scan, type Scanned } from '../capture/scan.ts';
import type { RowSource } from './row-source.ts';

/** The first row at `time` (milliseconds since the epoch) or later; `length` where there is none. Reads O(log rows) of them. */
export async function rowAtTime(rows: Pick<RowSource, 'length' | 'rows'>, time: number): Promise<number> {
  let low = 0;
  for (let high = rows.length; low < high;) {
    const middle = Math.floor((low + high) / 2);
    const [row] = await rows.rows(middle, 1);
    if (row !== undefined && row.time < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

export type ByteWanted = { connection: number | null; direction: StreamDirection; at: number };

/**
 * The record that holds byte `at` of the payloads from `base` on, of one connection or direction where they are told; null
 * behind the last one. Looks through the index alone, once, in slices. Rejects as `scan`.
 */
export async function recordOfByte(
  capture: Scanned,
  base: number,
  { connection, direction, at }: ByteWanted,
): Promise<PlacedByte | null> {
  const kinds = new Set(
    (direction === 'both' ? (['sent', 'received'] as const) : [direction]).map(kindNumber),
  );
  let rest = at;
  let found: PlacedByte | null = null;
  await scan(capture, { from: Math.max(base, connection ?? 0) }, (entries) => {
    for (let i = 0; i < entries.count; i++) {
      if (!kinds.has(entries.kind(i)) || (connection !== null && entries.stream(i) !== connection)) continue;
      const length = entries.length(i);
      if (rest < length) {
        found = { sequence: entries.from + i, within: rest };
        return false;
      }
      rest -= length;
    }
    return true;
  });
  return found;
}
