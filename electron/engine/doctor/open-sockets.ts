/** The sockets of endpoints, as the network facts list them. */
import type { OpenSocket } from '../../../shared/network-facts.ts';
import type { Endpoint } from '../endpoint.ts';
import { capabilitiesOf } from '../../../shared/settings/transports.ts';

/** Sockets that are listed; an endpoint can have thousands of connections. */
const maxSockets = 1000;

/** Bound sockets, then connections, an endpoint after the other; at most 1000, and how many more there are. */
export function openSocketsOf(endpoints: Iterable<Endpoint>): { sockets: OpenSocket[]; omitted: number } {
  const sockets: OpenSocket[] = [];
  let omitted = 0;
  for (const endpoint of endpoints) {
    const bound = boundSocketOf(endpoint);
    if (bound !== null && sockets.push(bound) > maxSockets) omitted += Number(Boolean(sockets.pop()));
    if (bound?.kind === 'udp') continue;
    const { openCount } = endpoint.connections;
    const listed = endpoint.connections.list(0, Math.min(openCount, maxSockets - sockets.length));
    const { transport } = endpoint.settings;
    for (const { local, remote, state, proxy } of listed)
      sockets.push({
        ...{ endpoint: endpoint.id, transport, kind: 'connection', local, remote, state },
        ...(proxy === undefined ? {} : { proxy }),
      });
    omitted += openCount - listed.length;
  }
  return { sockets, omitted };
}

function boundSocketOf({ id, summary: { status, running } }: Endpoint): OpenSocket | null {
  if (status.local === null || running === null) return null;
  const { hasConnections } = capabilitiesOf(running);
  if (status.role === 'client' && hasConnections) return null;
  return {
    endpoint: id,
    transport: running.transport,
    kind: hasConnections ? 'listener' : 'udp',
    local: status.local,
    remote: status.role === 'client' ? status.remote : null,
    state: status.state,
  };
}
