/** One address that a UDP socket has heard from or sent to. */
import type { Address } from '../../../shared/address.ts';
import type { ConnectionId, EndKind } from '../../../shared/domain.ts';
import type { ConnectionInfo } from '../../../shared/contract.ts';
import { newStream, type Recorder } from '../capture/recorder.ts';
import { monotonic } from '../clock.ts';
import { nextConnectionId } from '../net/connection-id.ts';
import type { Handler } from '../net/handler.ts';
import { LastPayloadNote } from '../net/last-payload.ts';
import { addressOf } from '../net/address.ts';
import { longestTo } from './wire-address.ts';

export class Peer {
  readonly id: ConnectionId = nextConnectionId();
  readonly origin: 'accepted' | 'initiated';
  /** As the socket tells it: an IPv4 peer of a dual-stack socket is a mapped address here. */
  readonly wireHost: string;
  readonly port: number;
  readonly remote: Address;
  readonly local: Address;
  /** Bytes that one datagram to it can carry. */
  readonly longest: number;
  readonly openedAt: number;
  /** The same as of `monotonic`. */
  readonly since = monotonic();
  /** Not for the list of peers to drop: the client's own remote. */
  readonly isFixed: boolean;
  handler: Handler | null = null;
  /** Number of the record that opened it. */
  stream = 0;
  lastSeenAt: number;
  receivedBytes = 0;
  sentBytes = 0;
  queuedBytes = 0;
  endedAt: number | null = null;
  readonly last = new LastPayloadNote();
  /** Neighbours in the order of being seen; for `PeerTable` alone. */
  older: Peer | null = null;
  newer: Peer | null = null;

  constructor(about: Pick<Peer, 'origin' | 'wireHost' | 'port' | 'local' | 'openedAt' | 'isFixed'>) {
    this.origin = about.origin;
    this.wireHost = about.wireHost;
    this.port = about.port;
    this.local = about.local;
    this.openedAt = this.lastSeenAt = about.openedAt;
    this.isFixed = about.isFixed;
    this.remote = addressOf(about.wireHost, about.port);
    this.longest = longestTo(about.wireHost);
  }

  /** `carried`: known before the log was cleared. */
  recordOpened(recorder: Recorder, carried: boolean): void {
    const { origin, local, remote } = this;
    const detail = { kind: 'opened', socket: 'datagram', origin, local, remote, carried } as const;
    this.stream = recorder.recordDetail(newStream, detail);
  }

  recordEnd(recorder: Recorder, how: EndKind, unsentBytes: number): void {
    const { receivedBytes, sentBytes, since } = this;
    const counters = { receivedBytes, sentBytes, unsentBytes, durationMs: monotonic() - since };
    recorder.recordDetail(this.stream, { kind: 'closed', by: 'us', how, ...counters });
  }

  /** Both ways. */
  get bytes(): number {
    return this.receivedBytes + this.sentBytes;
  }

  get lastSequence(): number {
    return this.last.sequence;
  }

  info(isReading: boolean): ConnectionInfo {
    return {
      id: this.id,
      connection: this.stream,
      origin: this.origin,
      state: this.endedAt === null ? 'open' : 'closed',
      local: this.local,
      remote: this.remote,
      openedAt: this.openedAt,
      endedAt: this.endedAt,
      receivedBytes: this.receivedBytes,
      sentBytes: this.sentBytes,
      queuedBytes: this.queuedBytes,
      // A datagram socket knows nothing of its peers' reading.
      notReadingSince: null,
      isReading,
      lastSeenAt: this.lastSeenAt,
      tls: null,
      failure: null,
      last: this.last.info,
    };
  }
}
