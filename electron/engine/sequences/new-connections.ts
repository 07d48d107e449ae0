/** New connections of an endpoint, or new peers of its UDP socket, each as soon as it can be talked to. */
import type { ConnectionInfo } from '../../../shared/contract.ts';
import type { ConnectionId } from '../../../shared/domain.ts';
import { kindOf } from '../capture/format.ts';
import { nextConnectionId } from '../net/connection-id.ts';
import type { PeerList } from '../net/endpoint-socket.ts';
import type { SequenceLog } from './inbox.ts';

const entriesAtOnce = 1024;

export type NewConnectionsSource = {
  log: SequenceLog;
  connections(): PeerList;
  /** Calls soon after records were appended. Returns what ends that. */
  onRecords(listener: () => void): () => void;
};

/**
 * Calls `found` for each that opens from now on, once, one that ended in the same moment too. Resolves soon after `signal`
 * is aborted; rejects as the log does.
 */
export async function newConnections(
  { log, connections, onRecords }: NewConnectionsSource,
  found: (info: ConnectionInfo) => void,
  signal: AbortSignal,
): Promise<void> {
  let next = log.length;
  // Numbers grow: after the log was cleared, what was open is opened there again.
  let newest = nextConnectionId();
  /** Those that cannot be talked to yet: whether layers were seen being laid. */
  const waiting = new Map<ConnectionId, boolean>();
  let wake = (): void => undefined;
  let hasNews = false;
  const news = (): void => {
    hasNews = true;
    wake();
  };
  const opened = (record: number): void => {
    const info = connections().find({ connection: record });
    if (info === null || info.id <= newest) return;
    newest = info.id;
    waiting.set(info.id, false);
  };
  const look = (id: ConnectionId, wasLaying: boolean): void => {
    const info = connections().find({ id });
    if (info?.state === 'securing' || info?.state === 'proxying') return void waiting.set(id, true);
    waiting.delete(id);
    // What ended before its layers were laid never was a connection.
    if (info !== null && !(wasLaying && info.endedAt !== null)) found(info);
  };
  const stop = onRecords(news);
  signal.addEventListener('abort', news);
  try {
    while (!signal.aborted) {
      while (next < log.length && !signal.aborted) {
        next = Math.max(next, log.cleared);
        const entries = await log.entries(next, Math.min(entriesAtOnce, log.length - next));
        if (entries.count === 0) break;
        for (let at = 0; at < entries.count; at++)
          if (!entries.isDamaged(at) && kindOf(entries.kind(at)) === 'opened') opened(entries.from + at);
        next = entries.from + entries.count;
      }
      for (const [id, wasLaying] of [...waiting]) look(id, wasLaying);
      if (!hasNews && !signal.aborted) await new Promise<void>((resolve) => (wake = resolve));
      hasNews = false;
    }
  } finally {
    stop();
    signal.removeEventListener('abort', news);
  }
}
