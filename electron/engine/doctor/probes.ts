/** Short-lived sockets that find something out. Each ends at its answer, its time limit or `signal`. */
import { createSocket } from 'node:dgram';
import { lstat } from 'node:fs/promises';
import { connect, createServer, isIPv6 } from 'node:net';
import type { Finding } from '../../../shared/network-facts.ts';
import { lacksIpv6 } from '../net/address.ts';
import { isBound } from '../net/unix-path.ts';

/** How long another address gets to answer. */
const connectMs = 1000;
/** Ports that are tried one after the other before the system is asked for any. */
const maxTries = 200;

/** 'connected', or the system's code. Never rejects. */
export function probeConnect(
  to: { host: string; port: number } | { path: string },
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(to).on('error', (error: NodeJS.ErrnoException) => end(error.code ?? 'UNKNOWN'));
    const onAbort = (): void => end('CANCELLED');
    const timer = setTimeout(() => end('ETIMEDOUT'), connectMs);
    const end = (answer: string): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end('connected'));
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
  });
}

export type Bind = {
  protocol: 'tcp' | 'udp';
  /** '' = any address, as a server means it. */
  host: string;
  ipv6Only: boolean;
};

/** The first port from `first` on that can be bound right now, else any; null where none can. */
export async function nextFreePort(bind: Bind, first: number, signal: AbortSignal): Promise<number | null> {
  const last = Math.min(65_535, first + maxTries - 1);
  for (let port = first; port <= last && !signal.aborted; port++) {
    const bound = await probeBind(bind, port);
    if (typeof bound === 'number') return bound;
    // The address itself cannot be used: no port will do.
    if (bound !== 'EADDRINUSE' && bound !== 'EACCES') return null;
  }
  if (signal.aborted) return null;
  const any = await probeBind(bind, 0);
  return typeof any === 'number' ? any : null;
}

/** The bound port, or the system's code. */
export async function probeBind(bind: Bind, port: number): Promise<number | string> {
  const host = bind.host || '::';
  const bound = await tryBind({ ...bind, host }, port);
  const isWithout = typeof bound === 'string' && lacksIpv6(bound);
  return bind.host === '' && isWithout ? tryBind({ ...bind, host: '0.0.0.0' }, port) : bound;
}

function tryBind({ protocol, host, ipv6Only }: Bind, port: number): Promise<number | string> {
  return new Promise((resolve) => {
    if (protocol === 'tcp') {
      const server = createServer().on('error', (error) => resolve(codeOf(error)));
      server.listen({ host, port, ipv6Only, exclusive: true }, () => {
        const address = server.address();
        server.close(() => resolve(typeof address === 'object' && address ? address.port : 'UNKNOWN'));
      });
      return;
    }
    const type = isIPv6(host.split('%')[0]!) ? 'udp6' : 'udp4';
    const socket = createSocket({ type, ipv6Only: type === 'udp6' && ipv6Only }).on('error', (error) => {
      resolve(codeOf(error));
      socket.close();
    });
    socket.bind({ address: host, port, exclusive: true }, () => {
      const bound = socket.address().port;
      socket.close(() => resolve(bound));
    });
  });
}

const codeOf = (error: NodeJS.ErrnoException): string => error.code ?? 'UNKNOWN';

type PathState = Extract<Finding, { kind: 'path' }>['state'];

/** What stands at a Unix socket's path. `hasListener`: it is known that somebody accepts there, so nobody is disturbed. */
export async function probePath(path: string, hasListener: boolean, signal: AbortSignal): Promise<PathState> {
  if (process.platform !== 'win32') {
    try {
      if (!(await lstat(path)).isSocket()) return 'not-a-socket';
    } catch (error) {
      return codeOf(error as NodeJS.ErrnoException) === 'ENOENT' ? 'missing' : 'no-access';
    }
  }
  if (hasListener) return 'live';
  switch (await probeConnect({ path }, signal)) {
    case 'ECONNREFUSED':
      return (await isBound(path)) ? 'live' : 'stale';
    case 'ENOENT':
      return 'missing';
    case 'EACCES':
    case 'EPERM':
      return 'no-access';
    default:
      // It answered, has a full queue, or is a socket for datagrams: somebody uses it.
      return 'live';
  }
}
