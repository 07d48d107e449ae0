import type { Transport } from '../../settings/settings.ts';
import { formatAge } from '../../show/times.ts';
import { firstSidebar } from './first-sidebar.ts';
import { counted } from './units.ts';

const serverKinds: Record<Transport, string> = {
  tcp: 'Server',
  tls: 'TLS server',
  udp: 'UDP server',
  unix: 'Unix server',
};
const prefixes: Record<Transport, string> = { tcp: '', tls: 'tls ', udp: 'udp ', unix: 'unix ' };

/** The list of endpoints. */
export const sidebar = {
  ...firstSidebar,
  /** Of those that have no name of their own; `place`: a port or a file, '' for any port. */
  serverName: (transport: Transport, place: string) =>
    place ? `${serverKinds[transport]} ${place}` : `${serverKinds[transport]}, any port`,
  clientName: (place: string) => `→ ${place}`,
  /** TCP goes without saying. */
  placeOf: (transport: Transport, place: string) => `${prefixes[transport]}${place}`,
  states: {
    stopped: 'stopped',
    starting: 'starting',
    waiting: 'waiting for the port',
    listening: 'listening',
    stopping: 'stopping',
    failed: 'failed',
  },
  clientStates: {
    idle: 'not connected',
    waiting: 'waiting',
    resolving: 'looking up',
    connecting: 'connecting',
    proxying: 'asking the proxy',
    securing: 'TLS handshake',
    open: 'connected',
    'half-closed-by-us': 'half-closed by us',
    'half-closed-by-peer': 'half-closed by peer',
    closed: 'closed',
    failed: 'failed',
  },
  again: (ms: number) => `again in ${formatAge(ms + 999)}`,
  open: 'Open',
  more: (name: string) => `More for ${name}`,
  duplicateName: (name: string) => `${name.slice(0, 75)} copy`,
  newName: 'Name',
  records: (count: number) => counted(count, 'record'),
};
