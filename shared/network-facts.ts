/** What this machine and its resolver say: about a failure, and in general. */
import type { Address } from './address.ts';
import type { ClientState, EndpointId, ListenerState } from './domain.ts';
import type { Transport } from './settings/settings.ts';

/** `command`: its command line, cut at 300 characters; '' where the system does not tell. */
export type Process = { pid: number; name: string; command: string };
/** Something that was found out about a failure. Words are in `shared/texts/`. */
export type Finding =
  /**
   * Who owns the port or the socket file; `process` is null where the system does not tell (another user's). `endpoint`:
   * which one of this app has it, null where that is not known.
   */
  | {
      kind: 'port-owner';
      address: Address;
      process: Process | null;
      isThisApp: boolean;
      endpoint: EndpointId | null;
    }
  | { kind: 'next-free-port'; port: number }
  /** A Unix socket's file: nobody answers there, somebody does, or it is no socket at all. */
  | { kind: 'path'; path: string; state: 'stale' | 'live' | 'not-a-socket' | 'missing' | 'no-access' }
  /** For a local remote: what listens there on this machine. */
  | { kind: 'listening-here'; addresses: Address[]; process: Process | null }
  | { kind: 'nothing-listens-here'; port: number }
  | { kind: 'other-family'; answered: Address[] }
  | { kind: 'resolves-to'; host: string; addresses: string[]; code: string | null; server: string }
  /** A server’s certificate that was refused is signed by an authority that is kept here; `id`: as settings name it. */
  | { kind: 'known-authority'; id: string; name: string }
  | { kind: 'privileged-port'; lowestPort: number }
  | { kind: 'unknown'; about: 'port-owner' | 'listeners' };
export type Diagnosis = { findings: Finding[] };

export type NameAnswer = {
  /** What was asked: the system's own resolver, or DNS for one type. */
  question: 'system' | 'A' | 'AAAA';
  answers: string[];
  code: string | null;
  durationMs: number;
};
export type OpenSocket = {
  endpoint: EndpointId;
  transport: Transport;
  /** 'listener' or 'udp' for bound sockets, else a connection. Peers of a UDP socket are no sockets. */
  kind: 'listener' | 'connection' | 'udp';
  local: Address | null;
  remote: Address | null;
  /** What the socket itself is connected to, where that has connected to `remote` on its behalf. */
  proxy?: string;
  state: ListenerState | ClientState;
};
export type NetworkFacts = {
  hostName: string;
  interfaces: {
    name: string;
    mac: string;
    internal: boolean;
    addresses: { host: string; family: 'IPv4' | 'IPv6'; netmask: string }[];
  }[];
  nameServers: string[];
  /** At most 1000; `omittedSockets` counts the others. */
  sockets: OpenSocket[];
  omittedSockets: number;
};
