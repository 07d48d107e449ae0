/** A connection of what was reached. */
import { isIP } from 'node:net';
import type { Address } from '../../../shared/address.ts';
import type { ClientSettings } from '../../../shared/settings/settings.ts';
import { addressOf } from '../net/address.ts';
import { unixAddress } from '../net/unix-path.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import type { Connections } from './connections.ts';
import type { Reach, Reached } from './reach.ts';
import { applySocketOptions } from './socket-options.ts';

/** Opens it in `connections`, where reading starts at once. */
export function initiated(
  connections: Connections,
  { settings, via }: Reach,
  { socket, stream, layers }: Reached,
  own: Pick<ConnectionOptions, 'handler' | 'afterPeerFinishes' | 'onEnded'>,
): Connection {
  const { transport, path, options } = settings;
  applySocketOptions(socket.socket, options);
  return new Connection(connections, stream, {
    origin: 'initiated',
    highWaterBytes: options.highWaterBytes,
    idle: options,
    layers,
    ...(transport === 'unix' ? { local: null, remote: unixAddress(path) } : {}),
    ...(via === null ? {} : { remote: targetOf(settings), proxy: via.name }),
    ...own,
  });
}

/** Whom a proxy has connected to, as it was told: it alone looks names up. */
const targetOf = ({ host, port }: ClientSettings): Address =>
  isIP(host.split('%')[0]!) === 0 ? { host, port, family: 'name' } : addressOf(host, port);
