import { formatCount } from '../../show/sizes.ts';

/** Options that all sockets share, and the panel that they stand in. Socket options are named as in the man pages. */
export const options = {
  label: 'Options',
  open: 'Options…',
  groups: 'Groups of options',
  groupNames: {
    general: 'General',
    tcp: 'TCP',
    timeouts: 'Timeouts',
    tls: 'TLS',
    udp: 'UDP',
    multicast: 'Multicast',
    proxy: 'Proxy',
  },
  changes: (count: number) => `${formatCount(count)} changed`,
  reset: 'Reset to defaults',
  resetGroup: (group: string) => `Reset to defaults: ${group}`,
  resetOne: (label: string) => `Back to the default: ${label}`,
  transport: 'Transport',
  transports: { tcp: 'TCP', tls: 'TLS', udp: 'UDP', unix: 'Unix' },
  path: 'Path',
  pathPlaceholder: '/tmp/demo.sock',
  pipePlaceholder: '\\\\.\\pipe\\demo',
  systems: 'as the system has it',
  fields: {
    noDelay: {
      label: 'Send small messages at once',
      hint: 'Without waiting to fill a segment (TCP_NODELAY).',
    },
    keepAlive: {
      label: 'Probe silent connections',
      hint: 'Finds out that a peer is gone although nothing is sent (SO_KEEPALIVE).',
    },
    keepAliveDelayMs: {
      label: 'First probe after (ms)',
      hint: 'Silence before the first probe, 1,000 to 86,400,000 ms (TCP_KEEPIDLE).',
    },
    idleTimeoutMs: {
      label: 'Idle timeout (ms)',
      hint: 'Counts from the last byte in either direction; 0 is never.',
    },
    onIdle: { label: 'When the idle timeout is over', hint: 'What happens to a silent connection.' },
    highWaterBytes: {
      label: 'High-water mark (bytes)',
      hint: 'A peer with this many reply bytes waiting for it is not read until it takes them.',
    },
    reusePort: {
      label: 'Share the port',
      hint: 'Several sockets may bind the same port, and the system spreads peers over them (SO_REUSEPORT).',
    },
    ipv6Only: { label: 'IPv6 only', hint: 'A socket on an IPv6 address takes no IPv4 (IPV6_V6ONLY).' },
  },
  onIdle: { close: 'Close it', warn: 'Say so in the log' },
};
