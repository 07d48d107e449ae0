/** Options of sockets, named as in the man pages. */
import type * as v from 'valibot';
import { choice, group, initialOf, number, toggle } from './field.ts';
import type { Option } from './field.ts';

/** Whose address others may share: servers, and clients that are nothing but a bound socket. */
const bind: Option = {
  panel: 'general',
  of: (role, { hasPath, hasConnections }) => !hasPath && (role === 'listener' || !hasConnections),
};
const tcp: Option = { panel: 'tcp', of: (_, { protocol }) => protocol === 'tcp' };
const timeout: Option = { panel: 'timeouts', of: (_, { hasConnections }) => hasConnections };

export const options = group({
  /** TCP_NODELAY: small writes leave at once (RFC 896 turned off). */
  noDelay: toggle(true, tcp),
  /** SO_KEEPALIVE, first probe after `keepAliveDelayMs` without traffic (RFC 9293 3.8.4). */
  keepAlive: toggle(false, tcp),
  keepAliveDelayMs: number(60_000, { min: 1_000, max: 86_400_000 }, { ...tcp, needs: 'keepAlive' }),
  /** 0 = never. Counts from the last byte in either direction. */
  idleTimeoutMs: number(0, { min: 0, max: 86_400_000 }, timeout),
  onIdle: choice(['warn', 'close'], { ...timeout, needs: 'idleTimeoutMs' }),
  /** Reply bytes that may wait for a peer before it is no longer read. */
  highWaterBytes: number(
    4 * 1024 * 1024,
    { min: 1_024, max: 1_073_741_824 },
    { panel: 'general', of: (role, { hasConnections }) => role === 'listener' && hasConnections },
  ),
  /** SO_REUSEPORT: several sockets share one port. Refused where Node or the system lacks it. */
  reusePort: toggle(false, bind),
  /** IPV6_V6ONLY: an IPv6 socket takes no IPv4. */
  ipv6Only: toggle(false, bind),
});
export type SocketOptions = v.InferOutput<typeof options>;
export const defaultOptions = (): SocketOptions => initialOf(options);
