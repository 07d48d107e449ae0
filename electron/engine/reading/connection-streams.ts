/** Both streams of a connection, each as a stretch from its first payload on. */
import type { ConnectionStreams } from '../../../shared/contract.ts';
import type { FrameRef } from '../../../shared/frames.ts';
import { isPayload } from '../../../shared/records.ts';
import type { Capture } from '../capture/capture.ts';
import { kindOf } from '../capture/format.ts';
import { scan } from '../capture/scan.ts';

/** At most `most` bytes of each. `connection`: the number of the record that opened it. */
export async function connectionStreams(
  capture: Capture,
  connection: number,
  most: number,
): Promise<ConnectionStreams> {
  const found: ConnectionStreams = { sent: null, received: null, isCut: false };
  await scan(capture, { from: Math.max(connection, capture.cleared) }, (entries) => {
    for (let i = 0; i < entries.count; i++) {
      const kind = kindOf(entries.kind(i));
      if (entries.stream(i) !== connection) continue;
      if (kind === 'closed' || kind === 'failed') return false;
      if (!isPayload(kind) || entries.length(i) === 0) continue;
      const direction = kind === 'sent' ? 'sent' : 'received';
      const sequence = entries.from + i;
      const part: FrameRef = (found[direction] ??= { sequence, within: 0, last: sequence, length: 0 });
      const room = most - part.length;
      if (entries.length(i) > room) found.isCut = true;
      if (room === 0) continue;
      part.last = sequence;
      part.length += Math.min(room, entries.length(i));
    }
    return true;
  });
  return found;
}
