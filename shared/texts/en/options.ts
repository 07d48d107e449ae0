import type { Role } from '../../settings/field.ts';
import type { OptionPath } from '../../settings/paths.ts';
import { formatCount } from '../../show/sizes.ts';
import { encodings } from './encodings.ts';

export type OptionWords = {
  label: string;
  hint: string;
  /** What an empty field stands for. */
  placeholder?: string;
  /** What each value of a choice is called. */
  choices?: Readonly<Record<string, string>>;
};

const endings = { finish: 'Finish too, once all is sent', stay: 'Keep this side open' };

/** Options that all sockets share, and the panel that they stand in. Socket options are named as in the man pages. */
export const options = {
  label: 'Options',
  open: 'Options',
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
  /** By its path; where a server and a client have other words for the same, by their role. */
  fields: {
    startsWithApp: {
      listener: {
        label: 'Start with the app',
        hint: 'Listens as soon as Socketscope starts.',
      },
      client: {
        label: 'Start with the app',
        hint: 'Connects as soon as Socketscope starts.',
      },
    },
    captureLimitMiB: {
      label: 'Keep at most (MiB)',
      hint: 'The log keeps its newest records, so much of the disk: the oldest go first, and the first row says so. Counts at once; less than 64 counts as 64.',
      placeholder: 'everything',
    },
    'encodings.received': {
      label: 'Received text',
      hint: 'The encoding that received bytes are shown, looked for and saved in, and that rules read them in. What was captured stays as it is.',
      choices: encodings,
    },
    'encodings.sent': {
      label: 'Sent text',
      hint: 'The encoding that sent bytes are shown in. What a message is written in is chosen beside it.',
      choices: encodings,
    },
    backlog: {
      label: 'Backlog',
      hint: 'How many connections may wait to be accepted, 1 to 65,535; Linux caps it at net.core.somaxconn (listen(2)).',
    },
    maxConnections: {
      label: 'Connection limit',
      hint: 'Peers beyond it are refused and counted; 0 allows as many as the system does.',
    },
    afterPeerFinishes: {
      listener: {
        label: 'When a peer finishes sending',
        hint: 'A peer that finished sending (FIN) can still receive.',
        choices: endings,
      },
      client: {
        label: 'When the server finishes sending',
        hint: 'A server that finished sending (FIN) can still receive.',
        choices: endings,
      },
    },
    connectTimeoutMs: {
      label: 'Connect timeout (ms)',
      hint: 'How long to wait until the connection is open, 1 to 600,000 ms.',
    },
    localHost: { label: 'Local address', hint: 'Connect from this address of this machine (bind(2)).' },
    localPort: {
      label: 'Local port',
      hint: 'Connect from this port; leaving it to the system is nearly always right (bind(2)).',
    },
    'reconnect.enabled': {
      label: 'Reconnect automatically',
      hint: 'After a failure or an end by the peer, connect again after a delay.',
    },
    'reconnect.delayMs': {
      label: 'First delay (ms)',
      hint: 'Before the first new attempt, 100 to 3,600,000 ms.',
    },
    'reconnect.growth': { label: 'Growth', hint: 'Each delay is this many times the one before, 1 to 10.' },
    'reconnect.maxDelayMs': {
      label: 'Longest delay (ms)',
      hint: 'No delay grows beyond this, 100 to 3,600,000 ms.',
    },
    'tls.handshakeTimeoutMs': {
      label: 'Handshake timeout (ms)',
      hint: 'How long the TLS handshake may take, 100 to 600,000 ms.',
    },
    'options.noDelay': {
      label: 'Send small messages at once',
      hint: 'Without waiting to fill a segment (TCP_NODELAY).',
    },
    'options.keepAlive': {
      label: 'Probe silent connections',
      hint: 'Finds out that a peer is gone although nothing is sent (SO_KEEPALIVE).',
    },
    'options.keepAliveDelayMs': {
      label: 'First probe after (ms)',
      hint: 'Silence before the first probe, 1,000 to 86,400,000 ms (TCP_KEEPIDLE).',
    },
    'options.idleTimeoutMs': {
      label: 'Idle timeout (ms)',
      hint: 'Counts from the last byte in either direction; 0 is never.',
    },
    'options.onIdle': {
      label: 'When the idle timeout is over',
      hint: 'What happens to a silent connection.',
      choices: { close: 'Close it', warn: 'Say so in the log' },
    },
    'options.highWaterBytes': {
      label: 'High-water mark (bytes)',
      hint: 'A peer with this many reply bytes waiting for it is not read until it takes them.',
    },
    'options.reusePort': {
      label: 'Share the port',
      hint: 'Several sockets may bind the same port, and the system spreads peers over them (SO_REUSEPORT).',
    },
    'options.ipv6Only': {
      label: 'IPv6 only',
      hint: 'A socket on an IPv6 address takes no IPv4 (IPV6_V6ONLY).',
    },
    'udp.connected': {
      label: 'Connect the socket',
      hint: 'It then hears only the remote, and is told when that refuses (connect(2)).',
    },
    'udp.broadcast': {
      label: 'Allow broadcast',
      hint: 'Datagrams may go to a broadcast address, such as 255.255.255.255 (SO_BROADCAST).',
    },
    'udp.receiveBufferBytes': {
      label: 'Receive buffer (bytes)',
      hint: 'Room for datagrams that wait to be read (SO_RCVBUF).',
    },
    'udp.sendBufferBytes': {
      label: 'Send buffer (bytes)',
      hint: 'Room for datagrams that wait to leave (SO_SNDBUF).',
    },
    'udp.ttl': {
      label: 'TTL, hop limit',
      hint: 'How many routers a datagram may pass, 1 to 255, of IPv6 alone where a socket has both (IP_TTL, IPV6_UNICAST_HOPS).',
    },
    'udp.reuseAddress': {
      label: 'Share the address',
      hint: 'Several sockets may bind the same multicast port (SO_REUSEADDR).',
    },
    'udp.multicastTtl': {
      label: 'Multicast TTL',
      hint: '1 stays in this network, 0 in this machine (IP_MULTICAST_TTL, IPV6_MULTICAST_HOPS).',
    },
    'udp.multicastLoopback': {
      label: 'Hear own multicast',
      hint: 'What is sent to a group comes back to this machine (IP_MULTICAST_LOOP).',
    },
    'udp.multicastInterface': {
      label: 'Send multicast from',
      hint: 'Address of an interface, or ::%eth0 for IPv6 (IP_MULTICAST_IF).',
      placeholder: 'chosen by the system',
    },
    'proxy.kind': {
      label: 'Proxy',
      hint: 'Connects on behalf of this client, and looks the name up itself.',
      choices: { none: 'None', socks5: 'SOCKS5', http: 'HTTP CONNECT' },
    },
    'proxy.host': { label: 'Proxy host', hint: 'Name or address of the proxy.' },
    'proxy.port': { label: 'Proxy port', hint: '1 to 65,535; often 1080 for SOCKS5, 3128 or 8080 for HTTP.' },
    'proxy.username': { label: 'User name', hint: 'Empty goes without authentication.' },
    'proxy.password': {
      label: 'Password',
      hint: 'Kept in the workspace file, and sent to the proxy in the clear.',
    },
  } satisfies Partial<Record<OptionPath, OptionWords | Record<Role, OptionWords>>>,
};
