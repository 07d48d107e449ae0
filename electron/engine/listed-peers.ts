/** What a page shows of an endpoint's peers: the window of a query, with the first bytes of what came or went last. */
import type { ConnectionQuery, ConnectionWindow, LastPayload } from '../../shared/contract.ts';
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
  const previews = await Promise.all(rows.map(({ last }) => previewOf(endpoint, last)));
  return { ...found, rows: rows.map((row, at) => ({ ...row, preview: previews[at]! })) };
}

async function previewOf(endpoint: Endpoint, last: LastPayload | null): Promise<Uint8Array | null> {
  if (last === null || last.sequence < endpoint.capture.cleared) return null;
  try {
    return await endpoint.payload(last.sequence, 0, previewBytes);
  } catch {
    // Its place on the disk is damaged: the row tells the peer's state instead.
    return null;
  }
}
