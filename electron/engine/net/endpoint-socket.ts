/** What an endpoint needs of its sockets, whatever the transport. */
import type { Address } from '../../../shared/address.ts';
import type { ClientSettings, ListenerSettings } from '../../../shared/settings/settings.ts';
import type { ConnectionInfo, ConnectionKey } from '../../../shared/contract.ts';
import type { ConnectionId, EndKind, EndpointStatus, Target } from '../../../shared/domain.ts';
import type { Place } from '../capture/recorder.ts';
import type { ManyCounts, ManyPlan } from '../../../shared/many.ts';
import type { Fate } from './fate.ts';
import type { PeerQuery, PeerWindow } from './peer-order.ts';

/** Stored bytes, and who gets them. */
export type Sending = { target: Target; place: Place; length: number };

/** Connections, or the peers of a UDP socket. */
export type PeerList = {
  readonly receivedBytes: number;
  readonly sentBytes: number;
  /** Not yet handed to the kernel. */
  readonly queuedBytes: number;
  /** Changes whenever the list or anything in it changed. */
  readonly version: number;
  readonly openCount: number;
  readonly listedCount: number;
  /** True while messages queued before the log was cleared have still to be read back: keep their bytes. */
  readonly needsCleared: boolean;
  /** The lowest place of what has still to be sent; Infinity: nothing has. Looks at all of it. */
  readonly lowestQueued: Place;
  /** Of streams: nothing more may be queued. Datagrams are refused by `send`. */
  readonly isFull?: boolean;
  /** The open one that opened first. */
  readonly firstOpen: ConnectionId | null;
  list(from: number, count: number): ConnectionInfo[];
  /** The rows that a query finds, ended ones behind the open ones, and how many of each it finds. */
  window(query: PeerQuery, from: number, count: number): PeerWindow;
  /** Null where it is not listed any more. */
  find(key: ConnectionKey): ConnectionInfo | null;
  /** Takes ended ones off the list. */
  forgetEnded(): void;
  /** Each of the targets by itself, where it still takes a message. */
  takers(target: Target): Target[];
  /** Of datagrams: throws what `send` would for any of these, or for want of room for all of them. */
  check?(sendings: readonly Sending[]): void;
  /**
   * Queues stored bytes for each target that still takes some; returns how many those are. `fate` is told what became of
   * them.
   */
  send(target: Target, place: Place, length: number, fate?: Fate): number;
  /** What waits for these targets, or for all of the socket where it has one queue. */
  waitingFor(target: Target): { bytes: number; messages: number };
  /** Of datagrams: so many were answered with a failure. */
  readonly givenBack?: number;
  end(target: Target, how: EndKind): void;
  setReading(target: Target, reading: boolean): void;
  /** Of streams: the log is about to be cleared, so what was sent of a message under way is told. */
  beforeClear?(): void;
};

type EndpointSocket = {
  readonly connections: PeerList;
  /** Bound sockets and connections. */
  readonly openSockets: number;
  /** Datagrams that the kernel dropped; 0 for streams, null where it does not tell. */
  readonly lost: number | null;
  /** Ends everything, by force after a quarter of a second; resolves when no socket is open. Safe at any time. */
  stop(): Promise<void>;
  /** After the log was cleared: says again what is open. */
  carry(): void;
};

export type ListenerSocket = EndpointSocket & {
  readonly status: Extract<EndpointStatus, { role: 'listener' }>;
  /** `expected`: codes about which the caller does something, and which are no failures to record. */
  start(settings: ListenerSettings, expected?: readonly string[]): Promise<Address>;
  /** Settings that a running socket can take over. */
  change(settings: ListenerSettings): void;
};

/** Many connections of one client. */
export type ManyConnections = {
  readonly counts: ManyCounts;
  /** All are begun that will be, and none is connecting. */
  readonly isSettled: boolean;
  /** Somebody ended them. */
  readonly isStopped: boolean;
  /** Resolves when none is left, and no more are begun. */
  readonly ended: Promise<void>;
  /** No more are begun, attempts are given up, and what is open ends as `how` says. */
  end(how: EndKind, deadlineMs?: number): void;
};
/** `opened`: one of them can be talked to. */
export type ManyEvents = { opened(id: ConnectionId): void };

export type ClientSocket = EndpointSocket & {
  readonly status: Extract<EndpointStatus, { role: 'client' }>;
  connect(settings: ClientSettings): void;
  /**
   * Of streams: begins as many as `plan` says, each by itself, and none of them again. Throws as `connect`, and
   * INVALID_ARGUMENT for more than the process may have.
   */
  connectMany?(settings: ClientSettings, plan: ManyPlan, events: ManyEvents): ManyConnections;
  /** Resolves when it may connect again: at once for 'finish', which leaves a connection open. */
  disconnect(how: EndKind): Promise<void>;
  change(settings: ClientSettings): void;
};
