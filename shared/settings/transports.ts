/** What each transport is and can: whoever has to know asks here, so that another one is a row. */
import { formatAddress, type Address } from '../address.ts';

export type Capabilities = {
  /** Peers connect, and each connection has ends; without, a peer is an address that was heard of. */
  hasConnections: boolean;
  /** What is sent arrives whole or not at all, and may be empty. */
  hasBoundaries: boolean;
  /** Reading can be held back, so that the peer has to wait. */
  canPause: boolean;
  /** It is reached by the path of a file (or a named pipe), in place of host and port. */
  hasPath: boolean;
  /** TLS stands between the socket and its peer. */
  isSecured: boolean;
  /** What it is made of in IP; null: nothing. What TCP has are its options, and clients that may go through a proxy. */
  protocol: 'tcp' | 'udp' | null;
};

const stream = { hasConnections: true, hasBoundaries: false, canPause: true, hasPath: false } as const;

/** In the order in which they are offered. A name is the scheme of its URLs too. */
export const transports = {
  tcp: { ...stream, isSecured: false, protocol: 'tcp' },
  tls: { ...stream, isSecured: true, protocol: 'tcp' },
  udp: {
    ...{ hasConnections: false, hasBoundaries: true, canPause: false, hasPath: false },
    ...{ isSecured: false, protocol: 'udp' },
  },
  unix: { ...stream, hasPath: true, isSecured: false, protocol: null },
} as const satisfies Record<string, Capabilities>;

/** 'unix': a stream over a socket file (unix(7)) or a Windows named pipe, by `path` in place of host and port. */
export type Transport = keyof typeof transports;
export const transportNames = Object.keys(transports) as Transport[];

export const capabilitiesOf = ({ transport }: { transport: Transport }): Capabilities =>
  transports[transport];

/** `tcp://host:port`, `tls://…`, `udp://…`, `unix:///path`, as `listen` and `connect` take it; `tcp://:port` on any address. */
export const urlOf = (transport: Transport, address: Pick<Address, 'host' | 'port'>): string => {
  const { host, port } = address;
  const where = transports[transport].hasPath ? host : host === '' ? `:${port}` : formatAddress(address);
  return `${transport}://${where}`;
};

/** The same of where a socket was asked for. */
export const urlAskedFor = (asked: {
  transport: Transport;
  host: string;
  port: number;
  path: string;
}): string =>
  urlOf(asked.transport, transports[asked.transport].hasPath ? { host: asked.path, port: 0 } : asked);
