/** What a handler can do about one peer of a UDP socket. */
import type { EndKind } from '../../../shared/domain.ts';
import type { RecordDetail } from '../../../shared/records.ts';
import type { Recorder } from '../capture/recorder.ts';
import type { PeerPort } from '../net/handler.ts';
import type { Outbox } from './outbox.ts';
import type { PeerTable } from './peer-table.ts';
import type { Peer } from './peer.ts';

export type OwnPeers = {
  readonly recorder: Recorder;
  readonly table: PeerTable;
  /** Undefined while no socket is bound. */
  outbox(): Outbox | undefined;
  end(peer: Peer, how: EndKind): void;
  note(peer: Peer, detail: RecordDetail): void;
};

/** A peer that has ended is neither answered nor noted. */
export const peerPort = (peer: Peer, { recorder, table, outbox, end, note }: OwnPeers): PeerPort => ({
  recorder,
  kind: 'datagram',
  about: () => ({ connection: peer.stream, local: peer.local, remote: peer.remote }),
  takesReplies: () => peer.endedAt === null,
  reply: (place, length) => {
    if (peer.endedAt === null) outbox()?.reply(peer, place, length);
  },
  toOthers: (place, length) => {
    const count = table.size - Number(peer.endedAt === null);
    outbox()?.replyToAll(othersThan(peer, table.open), count, place, length);
  },
  end: (how) => end(peer, how),
  note: (detail) => {
    if (peer.endedAt === null) note(peer, detail);
  },
});

function* othersThan(peer: Peer, all: Iterable<Peer>): Generator<Peer> {
  for (const other of all) if (other !== peer) yield other;
}
