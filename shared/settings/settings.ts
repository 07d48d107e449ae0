/** The groups that endpoint settings consist of. All are always there, so that a change of transport loses nothing. */

/** 'unix': a stream over a socket file (unix(7)) or a Windows named pipe, by `path` in place of host and port. */
export type Transport = 'tcp' | 'tls' | 'udp' | 'unix';

/** Bytes as a person writes them: in the composer's text notation (`\r\n`, `\x00`) or as hex. '' is no bytes. */
export type WrittenBytes = { mode: 'text' | 'hex'; text: string };

export type SocketOptions = {
  /** TCP_NODELAY: small writes leave at once (RFC 896 turned off). */
  noDelay: boolean;
  /** SO_KEEPALIVE, first probe after `keepAliveDelayMs` without traffic (RFC 9293 3.8.4). */
  keepAlive: boolean;
  keepAliveDelayMs: number;
  /** 0 = never. Counts from the last byte in either direction. */
  idleTimeoutMs: number;
  onIdle: 'close' | 'warn';
  /** Reply bytes that may wait for a peer before it is no longer read. */
  highWaterBytes: number;
  /** SO_REUSEPORT: several sockets share one port. Listeners and UDP; refused where Node or the system lacks it. */
  reusePort: boolean;
  /** IPV6_V6ONLY: an IPv6 socket takes no IPv4. Listeners and UDP. */
  ipv6Only: boolean;
};

export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

type CommonTls = {
  /** Offered (client) or accepted (server) in this order (RFC 7301); empty = no ALPN. */
  alpn: string[];
  minVersion: TlsVersion;
  maxVersion: TlsVersion;
  /** OpenSSL cipher list with TLS 1.3 suites in front; '' = Node's default. */
  ciphers: string;
  handshakeTimeoutMs: number;
  /** Secrets of every connection are kept in NSS key log format: whoever has them can read the traffic. */
  keyLog: boolean;
};

export type ListenerTls = CommonTls & {
  /** Certificates of the store by id; the first is the default, others are chosen by SNI. Empty = one made by the local CA. */
  identities: string[];
  clientCertificates: 'none' | 'request' | 'require';
  /** Who must have signed client certificates: '' = the system's and Node's, 'local' = the local CA, else an id. */
  clientAuthority: string;
};

export type ClientTls = CommonTls & {
  /** Name sent as SNI (RFC 6066) and checked against the certificate; '' = the host. */
  servername: string;
  sendServername: boolean;
  /** False: connects whatever certificate the server shows, and says so. */
  verify: boolean;
  /** Trusted authorities: '' = the system's and Node's, 'local' = the local CA, else an id of the store. */
  authority: string;
  /** Certificate shown to the server when it asks; '' = none. */
  identity: string;
};

export type MulticastGroup = {
  /** An IPv4 (224.0.0.0/4) or IPv6 (ff00::/8) multicast address. */
  group: string;
  /** Address of a local interface, or for IPv6 `::%name`; '' = chosen by the system. */
  interfaceAddress: string;
  /** Only datagrams of this sender (RFC 4607); '' = any. */
  source: string;
};

export type UdpSettings = {
  /** Clients: connect(2) the socket, so that only the remote is heard and refusals are reported. */
  connected: boolean;
  /** SO_BROADCAST. */
  broadcast: boolean;
  /** Time to live or hop limit of what is sent to one host; 0 = the system's. */
  ttl: number;
  multicastTtl: number;
  /** IP_MULTICAST_LOOP: what this socket sends to a group comes back to this machine. */
  multicastLoopback: boolean;
  /** As in `MulticastGroup`: where datagrams to groups leave. '' = chosen by the system. */
  multicastInterface: string;
  groups: MulticastGroup[];
  /** SO_REUSEADDR: several sockets may bind the same multicast port. */
  reuseAddress: boolean;
  /** SO_RCVBUF and SO_SNDBUF asked of the kernel; 0 = the system's. What it granted is in the status. */
  receiveBufferBytes: number;
  sendBufferBytes: number;
};

export type ProxySettings = {
  kind: 'none' | 'socks5' | 'http';
  host: string;
  port: number;
  /** '' = without authentication. */
  username: string;
  password: string;
};

export type ReplyKind =
  'none' | 'echo' | 'upper' | 'timestamp' | 'prefix' | 'fixed' | 'http' | 'rules' | 'chat';

/** What a reply answers: each chunk as it was read, each line (to LF), or for UDP always each datagram. */
export type ReplyBoundary = 'chunk' | 'line';

export type RuleMatch = 'exact' | 'contains' | 'starts' | 'ends' | 'regex' | 'hex';

/** The first rule that matches a message answers it. */
export type Rule = {
  /** False: it is passed over, and may be without a pattern. */
  enabled: boolean;
  match: RuleMatch;
  /** Text in the composer's notation; a regular expression; or for 'hex' bytes with `??` for any byte. */
  pattern: string;
  /** '' = none. After 'regex', `$1` to `$9`, `$<name>` and `$&` stand for what matched, `$$` for a dollar. */
  reply: WrittenBytes;
  delayMs: number;
  /** What happens after the reply. */
  then: 'stay' | 'close' | 'reset';
  /** Words for the log; '' = none. */
  note: string;
};

export type HttpAnswer = {
  status: number;
  /** One `Name: value` per line. Content-Length is added, and right. */
  headers: string;
  body: WrittenBytes;
};

export type ReplySettings = {
  kind: ReplyKind;
  boundary: ReplyBoundary;
  /** Before the received bytes, for 'prefix'. */
  prefix: WrittenBytes;
  /** For 'fixed'. */
  fixed: WrittenBytes;
  http: HttpAnswer;
  rules: Rule[];
  /** Sent to each peer as it connects, whatever `kind` is; '' = nothing. Streams only. */
  greeting: WrittenBytes;
  /** Close each connection once its greeting is sent. */
  greetingThenClose: boolean;
};

/** What to do when the peer has finished sending: finish too once all queued bytes are sent, or keep this side open. */
export type AfterPeerFinishes = 'finish' | 'stay';

export type ReconnectSettings = { enabled: boolean; delayMs: number; growth: number; maxDelayMs: number };

export type ListenerSettings = {
  role: 'listener';
  transport: Transport;
  name: string;
  /** '' = any address, both families; else an address of this machine. */
  host: string;
  /** 0 = any free port. */
  port: number;
  /** For 'unix': the socket file to make, or `\\\\.\\pipe\\name` on Windows. */
  path: string;
  /** Asked of the kernel, 1-65535; Linux caps it at net.core.somaxconn. */
  backlog: number;
  /** 0 = as many as the descriptor limit allows. */
  maxConnections: number;
  afterPeerFinishes: AfterPeerFinishes;
  reply: ReplySettings;
  options: SocketOptions;
  tls: ListenerTls;
  udp: UdpSettings;
};

export type ClientSettings = {
  role: 'client';
  transport: Transport;
  name: string;
  host: string;
  port: number;
  /** For 'unix': the socket file to connect to, or a named pipe. */
  path: string;
  connectTimeoutMs: number;
  /** '' = chosen by the system. */
  localHost: string;
  /** 0 = chosen by the system. */
  localPort: number;
  reconnect: ReconnectSettings;
  afterPeerFinishes: AfterPeerFinishes;
  options: SocketOptions;
  tls: ClientTls;
  udp: UdpSettings;
  /** For TCP and TLS. */
  proxy: ProxySettings;
};

export type EndpointSettings = ListenerSettings | ClientSettings;
