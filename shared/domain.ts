/** The words that every part of the house uses: numbers, states, ends, directions. */
import type { Address } from './address.ts';
import type { CertificateInfo } from './certificates.ts';
import type { Failure } from './failure.ts';

export type EndpointId = string;
export type ViewId = number;
/** Number of a live connection, unique within one run of the engine. */
export type ConnectionId = number;

export type EndKind = 'finish' | 'close' | 'reset';
/** A host and port are for UDP alone: a datagram to a peer that has not been heard of yet. */
export type Target = ConnectionId[] | 'all' | { host: string; port: number };

export type Direction = 'sent' | 'received' | 'event' | 'failure';

/** What is being done while something between a socket and its peer is not open yet: a proxy, TLS. */
export type LayerName = 'proxying' | 'securing';

export type ConnectionState =
  | 'resolving'
  | 'connecting'
  | LayerName
  | 'open'
  | 'half-closed-by-us'
  | 'half-closed-by-peer'
  | 'closed'
  | 'failed';

/** 'waiting': the port is taken, and listening starts when it is free. A bound UDP socket is 'listening' too. */
export type ListenerState = 'stopped' | 'starting' | 'waiting' | 'listening' | 'stopping' | 'failed';
/** 'waiting': between two attempts of an automatic reconnect. */
export type ClientState = 'idle' | 'waiting' | ConnectionState;

/** What the kernel says of a UDP socket. */
export type UdpFacts = {
  /** Granted, in bytes, as the kernel counts them (Linux doubles what was asked). */
  receiveBufferBytes: number;
  sendBufferBytes: number;
  /** What the system allows to ask for (net.core.rmem_max); null where it does not tell. */
  receiveBufferLimit: number | null;
};

export type EndpointStatus =
  | {
      role: 'listener';
      state: ListenerState;
      local: Address | null;
      failure: Failure | null;
      refused: number;
      udp: UdpFacts | null;
    }
  | {
      role: 'client';
      state: ClientState;
      local: Address | null;
      remote: Address | null;
      failure: Failure | null;
      /** How the last connection was closed, and by whom; null before that, and after a failure. */
      ended: { by: 'us' | 'peer'; how: EndKind } | null;
      /** Milliseconds since the epoch; null unless `state` is 'waiting'. */
      retryAt: number | null;
      /** Automatic attempts since the last success. */
      retries: number;
      udp: UdpFacts | null;
      /** The server's certificate that was refused (`failure.code` says why), so that one can look and connect anyway. */
      refusedChain: CertificateInfo[] | null;
      /** Code of what is wrong with the certificate of the open connection, which was accepted all the same. */
      notVerified: string | null;
    };
