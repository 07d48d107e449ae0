/** What peers sent last, read back from the log for a message that is put together of it. */
import { unlessGone } from './capture/gone.ts';
import { blockEntries, kindOf, type Entries } from './capture/format.ts';

/** Records that are looked through, the newest first: about a tenth of a second. */
const mostLookedAt = 1_000_000;
/** Of one record, and of all together: what is beyond it has no value. */
const mostBytes = 1024 * 1024;
const mostTogether = 64 * 1024 * 1024;

type Log = {
  readonly length: number;
  readonly cleared: number;
  entries(from: number, count: number): Promise<Entries>;
  payload(sequence: number, offset: number, length: number): Promise<Uint8Array>;
};

/** The newest received record of each of these connections, by its number; none where nothing was received since the log was cleared, and where the size limit took it. */
export async function newestReceived(
  log: Log,
  connections: ReadonlySet<number>,
): Promise<Map<number, Uint8Array>> {
  const found = new Map<number, number>();
  const last = log.length - mostLookedAt;
  for (let end = log.length; found.size < connections.size;) {
    // Never across two files: each slice is one read. While it is read, the log may come to begin later.
    const from = Math.max(last, log.cleared, Math.floor((end - 1) / blockEntries) * blockEntries);
    if (from >= end) break;
    const entries = await log.entries(from, end - from);
    for (let at = entries.count - 1; at >= 0; at--) {
      const stream = entries.stream(at);
      const isOne = connections.has(stream) && !found.has(stream) && !entries.isDamaged(at);
      if (isOne && kindOf(entries.kind(at)) === 'received') found.set(stream, from + at);
    }
    end = from;
  }
  const received = new Map<number, Uint8Array>();
  let room = mostTogether;
  for (const [stream, sequence] of found) {
    const bytes = await unlessGone(log, sequence, () => log.payload(sequence, 0, Math.min(mostBytes, room)));
    if (bytes === null) continue;
    room -= bytes.length;
    if (room > 0) received.set(stream, bytes);
  }
  return received;
}
