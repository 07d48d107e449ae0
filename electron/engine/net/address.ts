/** Addresses of sockets, and what is wrong with one before a socket is made. */
import { isIP, isIPv4, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Address } from '../../../shared/address.ts';
import { failed, FailureError, type Failure } from '../../../shared/failure.ts';

const mappedPrefix = '::ffff:';

/** `host` must be a literal address. An IPv4 peer of a dual-stack socket (RFC 4291 2.5.5.2) is shown as IPv4. */
export function addressOf(host: string, port: number): Address {
  // Most are, and this is asked for each connection.
  if (!host.includes(':')) return { host, port, family: 'IPv4' };
  const inner = host.toLowerCase().startsWith(mappedPrefix) ? host.slice(mappedPrefix.length) : '';
  if (isIPv4(inner)) return { host: inner, port, family: 'IPv4' };
  return { host, port, family: isIP(host) === 4 ? 'IPv4' : 'IPv6' };
}

/** Of a listener: it takes whatever address of this machine is asked for. */
export const isAnyAddress = (host: string): boolean => host === '::' || host === '0.0.0.0';

/** null where the kernel does not tell, as for a peer that reset before it was accepted. */
export function remoteOf({ remoteAddress, remotePort }: Socket): Address | null {
  return remoteAddress === undefined || remotePort === undefined
    ? null
    : addressOf(remoteAddress, remotePort);
}

export function localOf({ localAddress, localPort }: Socket): Address | null {
  return localAddress === undefined || localPort === undefined ? null : addressOf(localAddress, localPort);
}

/** `host:port`, an IPv6 host in brackets (RFC 3986 3.2.2). */
export function hostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * What forbids using the literal address `host`, or null. A link-local address means nothing without its zone
 * (RFC 4007 6): Node 20 says EINVAL, Node 24 picks an interface and hangs.
 */
export function zoneFailure(host: string): Failure | null {
  if (!/^fe[89ab][0-9a-f]:/i.test(host)) return null;
  const zone = host.split('%')[1] ?? '';
  if (zone === '') return { ...failed('LINK_LOCAL_WITHOUT_ZONE'), subject: host };
  if (zones().includes(zone)) return null;
  return { ...failed('UNKNOWN_ZONE'), subject: host };
}

/** Names and numbers of the interfaces that have a link-local address. */
function zones(): string[] {
  const found = Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses.flatMap((address) =>
      address.family === 'IPv6' && address.scopeid ? [name, `${address.scopeid}`] : [],
    ),
  );
  return [...new Set(found)];
}

/** Ports are checked where they are typed; here again, because `connect('abc')` would open a Unix socket. */
export function requirePort(port: number, lowest: 0 | 1): void {
  if (Number.isInteger(port) && port >= lowest && port <= 65_535) return;
  throw new FailureError({ code: 'ERR_SOCKET_BAD_PORT', subject: String(port) });
}

/** A host is text without controls or spaces; an empty one is for the caller to judge. */
export function requireHost(host: string): void {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (typeof host === 'string' && !/[\u0000-\u0020\u007f/]/.test(host)) return;
  throw new FailureError({
    code: 'INVALID_ARGUMENT',
    why: { name: 'no-host' },
    subject: String(host),
  });
}

const noIpv6 = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL', 'EPROTONOSUPPORT']);
/** True for a code that says of a bind to '::' that IPv6 is not there, or not for us: any address then means any IPv4 one. */
export const lacksIpv6 = (code: string | undefined): boolean => noIpv6.has(code ?? '');
