/** Binding a server to an address, both families where no address is given. */
import type { Server } from 'node:net';
import type { Address, ListenerSettings } from '../../../shared/contract.ts';
import { addressOf } from './address.ts';

/** IPv6 is not there, or not for us: any address then means any IPv4 address. */
const noIpv6 = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL', 'EPROTONOSUPPORT']);

/** Rejects with the system's error. '' as host binds both families, or IPv4 alone where there is no IPv6. */
export async function bind(server: Server, settings: ListenerSettings): Promise<Address> {
  const { host, port, backlog } = settings;
  if (host !== '') return bindTo(server, { host, port, backlog });
  try {
    return await bindTo(server, { host: '::', port, backlog, ipv6Only: false });
  } catch (error) {
    if (!noIpv6.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return bindTo(server, { host: '0.0.0.0', port, backlog });
  }
}

type BindOptions = { host: string; port: number; backlog: number; ipv6Only?: boolean };

function bindTo(server: Server, options: BindOptions): Promise<Address> {
  return new Promise((resolve, reject) => {
    const onListening = (): void => {
      server.removeListener('error', onError);
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('The server has no address.'));
      else resolve(addressOf(address.address, address.port));
    };
    const onError = (error: Error): void => {
      server.removeListener('listening', onListening);
      reject(error);
    };
    server.once('listening', onListening).once('error', onError).listen(options);
  });
}
