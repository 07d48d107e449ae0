/** Binding a server to an address, both families where no address is given, or to a path. */
import { chmodSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import type { Address } from '../../../shared/address.ts';
import type { ListenerSettings } from '../../../shared/settings/settings.ts';
import { FailureError } from '../../../shared/failure.ts';
import { addressOf, lacksIpv6 } from '../net/address.ts';
import { unixAddress, whyNotBound } from '../net/unix-path.ts';

/** Whoever may write to a socket file may connect (unix(7)): only the user whose program this is. */
const ownerOnly = 0o600;

/**
 * Rejects with the system's error. '' as host binds both families, or IPv4 alone where there is no IPv6; with `ipv6Only`
 * it means any IPv6 address. REUSEPORT_UNSUPPORTED where Node would ignore the wish in silence.
 */
export async function bind(server: Server, settings: ListenerSettings): Promise<Address> {
  const { host, port, backlog, options } = settings;
  if (options.reusePort && !(await sharesPorts())) throw noReusePort();
  const common = { port, backlog, ...(options.reusePort ? { reusePort: true } : {}) };
  const isAnyIpv6 = host === '::' || host === '';
  if (isAnyIpv6 && options.ipv6Only) return bindTo(server, { ...common, host: '::', ipv6Only: true });
  if (host !== '') return bindTo(server, { ...common, host });
  try {
    return await bindTo(server, { ...common, host: '::', ipv6Only: false });
  } catch (error) {
    if (!lacksIpv6((error as NodeJS.ErrnoException).code)) throw error;
    return bindTo(server, { ...common, host: '0.0.0.0' });
  }
}

/**
 * Makes a socket file that only this user can connect to, or a named pipe. Rejects with a `FailureError` that tells who
 * has the name already; see `whyNotBound`.
 */
export async function bindPath(server: Server, path: string, backlog: number): Promise<Address> {
  const bound = listen(server, { path, backlog });
  try {
    await bound;
    // Until now the umask decided; the usual one lets nobody else connect either.
    if (process.platform !== 'win32') chmodSync(path, ownerOnly);
  } catch (error) {
    throw new FailureError(await whyNotBound(path, error));
  }
  return unixAddress(path);
}

type BindOptions = { host: string; port: number; backlog: number; ipv6Only?: boolean; reusePort?: boolean };

async function bindTo(server: Server, options: BindOptions): Promise<Address> {
  await listen(server, options);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no address.');
  return addressOf(address.address, address.port);
}

function listen(server: Server, options: BindOptions | { path: string; backlog: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    const onListening = (): void => {
      server.removeListener('error', onError);
      resolve();
    };
    const onError = (error: Error): void => {
      server.removeListener('listening', onListening);
      reject(error);
    };
    server.once('listening', onListening).once('error', onError).listen(options);
  });
}

let shared: Promise<boolean> | null = null;

/** Whether two servers can share a port here: Node 20 knows no SO_REUSEPORT, macOS and Windows have none that helps. */
export function sharesPorts(): Promise<boolean> {
  shared ??= testSharing();
  return shared;
}

async function testSharing(): Promise<boolean> {
  const servers = [createServer(), createServer()] as const;
  // From here on an error has somebody to hear it.
  for (const server of servers) server.on('error', () => undefined);
  const options = { host: '127.0.0.1', backlog: 1, reusePort: true };
  try {
    const { port } = await bindTo(servers[0], { ...options, port: 0 });
    await bindTo(servers[1], { ...options, port });
    return true;
  } catch {
    // The second one was refused, or the system said at once that it cannot.
    return false;
  } finally {
    for (const server of servers) server.close(() => undefined);
  }
}

const noReusePort = (): FailureError =>
  new FailureError({
    code: 'REUSEPORT_UNSUPPORTED',
    why: { name: 'no-port-sharing', node: process.versions.node, platform: process.platform },
  });
