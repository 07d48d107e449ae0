/** What a page shows of an endpoint's peers: the window of a query, with the first bytes of what came or went last. */
import type {
  ConnectionQuery,
  ConnectionWindow,
  LastPayload,
  ListedConnection,
} from '../../shared/contract.ts';
import type { Endpoint } from './endpoint.ts';

/** What fits into a row of the list. */
const previewBytes = 48;

export async function listedPeers(
  endpoint: Endpoint,
  query: ConnectionQuery,
  from: number,
  count: number,
): Promise<ConnectionWindow> {
  const { rows, ...found } = endpoint.connections.window({ ...query, nameOf: endpoint.nameOf }, from, count);
  const previews = await Promise.all(
    rows.map(({ last, connection }) => previewOf(endpoint, last, connection)),
  );
  return { ...found, rows: rows.map((row, at) => ({ ...row, ...previews[at]! })) };
}

async function previewOf(
  endpoint: Endpoint,
  last: LastPayload | null,
  stream: number,
): Promise<Pick<ListedConnection, 'preview' | 'before'>> {
  if (last === null || last.sequence < endpoint.capture.cleared) return { preview: null };
  const { sequence, direction: kind } = last;
  try {
    const preview = await endpoint.payload(sequence, 0, previewBytes);
    const before = await endpoint.before({ sequence, kind, stream }, preview);
    return before.length === 0 ? { preview } : { preview, before };
  } catch {
    // Its place on the disk is damaged: the row tells the peer's state instead.
    return { preview: null };
  }
}
