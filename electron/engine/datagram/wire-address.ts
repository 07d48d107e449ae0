/** Addresses as a UDP socket of one family takes and tells them, and how much fits into one datagram. */
import { isIPv4, isIPv6, SocketAddress } from 'node:net';
import { mostDatagramBytesOf } from '../../../shared/message-bounds.ts';
import { FailureError } from '../../../shared/failure.ts';

export type UdpFamily = 'udp4' | 'udp6';

const mappedPrefix = '::ffff:';

/** The longest payload that one datagram to this wire address can carry, in bytes. */
export const longestTo = (wireHost: string): number =>
  mostDatagramBytesOf[isIPv4(wireHost) || wireHost.startsWith(mappedPrefix) ? 'IPv4' : 'IPv6'];

/**
 * A literal address in the one form that datagrams from it carry, so that a peer is the same peer in both directions:
 * IPv6 as in RFC 5952, IPv4 as a mapped address (RFC 4291 2.5.5.2) on an IPv6 socket. Throws EAFNOSUPPORT for an IPv6
 * address on an IPv4 socket.
 */
export function toWire(host: string, family: UdpFamily): string {
  if (isIPv4(host)) return family === 'udp4' ? host : mappedPrefix + host;
  if (family === 'udp4' && isIPv6(host))
    throw new FailureError({
      code: 'EAFNOSUPPORT',
      subject: host,
    });
  const [address = '', zone] = host.split('%');
  const canonical = new SocketAddress({ address, family: 'ipv6' }).address;
  return zone === undefined ? canonical : `${canonical}%${zone}`;
}

export function tooLong(length: number, longest: number): FailureError {
  return new FailureError({
    code: 'DATAGRAM_TOO_LONG',
    why: { name: 'datagram-bytes', bytes: length, most: longest },
  });
}
