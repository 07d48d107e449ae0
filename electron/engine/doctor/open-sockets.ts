/** The sockets of endpoints, as the network facts list them. */
import type { OpenSocket } from '../../../shared/network-facts.ts';
import type { Endpoint } from '../endpoint.ts';

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

function boundSocketOf({ id, settings, summary: { status } }: Endpoint): OpenSocket | null {
  const isUdp = status.udp !== null;
  if (status.local === null || (status.role === 'client' && !isUdp)) return null;
  return {
    endpoint: id,
    transport: isUdp ? 'udp' : settings.transport,
    kind: isUdp ? 'udp' : 'listener',
    local: status.local,
    remote: status.role === 'client' ? status.remote : null,
    state: status.state,
  };
}
