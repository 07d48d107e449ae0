/** The one loop over a capture's index: in slices, so that sockets have their turn, and as far as there are records. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { blockEntries, entryBytes, type Entries } from './format.ts';

/** What can be scanned: a capture, or what stands for one. */
export type Scanned = {
  readonly length: number;
  /** `room`: memory that they may be read into, of so many entries at least. */
  entries(from: number, count: number, room?: Uint8Array): Promise<Entries>;
};

/** `most`: entries of one slice, at most 65,536, which is about a millisecond; `to`: where to end, default: never before the last record. */
export type ScanRange = { from: number; to?: number; most?: number };

/**
 * Calls `visit` with the entries from `from` on, slice by slice, and waits for it: the next slice takes their memory.
 * Records that come meanwhile are visited too. Ends with the last one, at `to`, or when `visit` returns false. Rejects as `entries` does.
 */
export async function scan(
  capture: Scanned,
  { from, to = Infinity, most = blockEntries }: ScanRange,
  visit: (entries: Entries) => unknown,
): Promise<void> {
  let room = new Uint8Array(0);
  for (let at = from; at < Math.min(to, capture.length);) {
    // Never across two files: each slice is one read.
    const count = Math.min(most, blockEntries - (at % blockEntries), Math.min(to, capture.length) - at);
    if (room.length < count * entryBytes) room = new Uint8Array(count * entryBytes);
    if ((await visit(await capture.entries(at, count, room))) === false) return;
    at += count;
    await nextTurn();
  }
}
