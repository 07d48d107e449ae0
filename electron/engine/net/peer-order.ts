/** The order and the part of a list of peers that pages ask for, made once and kept up, not sorted anew for each pull. */
import { formatAddress, type Address } from '../../../shared/address.ts';
import type { ConnectionInfo, ConnectionKey, ConnectionOrder } from '../../../shared/contract.ts';
import type { ConnectionId } from '../../../shared/domain.ts';
import { monotonic } from '../clock.ts';

/** What orders and finds a peer. */
export type OrderedPeer = {
  /** Rises from each peer to the next one that opens. */
  readonly id: ConnectionId;
  readonly remote: Address | null;
  /** What its records carry as their connection. */
  readonly stream: number;
  /** Both ways. */
  readonly bytes: number;
  /** Number of the record of its last payload; -1 before the first. */
  readonly lastSequence: number;
};

/** `nameOf`: what a person calls an address, '' for nothing; another function means that names have changed. */
export type PeerQuery = { order: ConnectionOrder; find: string; nameOf: (address: Address) => string };

/** Ended ones stand behind the open ones; `open` and `ended`: how many the query finds. */
export type PeerWindow = { open: number; ended: number; rows: ConnectionInfo[] };

export type PeerSource<P> = {
  /** Those that are open, in the order in which they opened. */
  readonly open: Iterable<P>;
  get(id: ConnectionId): P | undefined;
  /** Changes when a peer opens or ends. */
  readonly membership: number;
};

/** Orders that are kept up: each page on its own list, and one more while somebody types. */
const mostOrders = 4;
/** Traffic moves rows at most so often: more can neither be read nor clicked, and sorting 10,000 of them takes 2 ms. */
const sortPauseMs = 1000;

type Made<P> = PeerQuery & {
  peers: P[];
  /** The newest peer that was looked at. */
  lastId: ConnectionId;
  membership: number;
  sortedAt: number;
};

export class PeerOrder<P extends OrderedPeer> {
  readonly #source: PeerSource<P>;
  readonly #now: () => number;
  /** The last one was used last. */
  #made: Made<P>[] = [];
  /** How often a list was sorted, for tests. */
  sorts = 0;

  constructor(source: PeerSource<P>, now = monotonic) {
    this.#source = source;
    this.#now = now;
  }

  /** For tests: lists that are kept up. */
  get kept(): number {
    return this.#made.length;
  }

  /** Rows `from` to `from + count - 1` of the open peers that the query finds, and how many those are. */
  window(query: PeerQuery, from: number, count: number): { peers: P[]; total: number } {
    const { peers } = this.#of(query);
    const total = peers.length;
    // Without a sort: the order of opening, from its other end.
    if (query.order === 'newest') {
      const end = Math.max(0, total - from);
      return { peers: peers.slice(Math.max(0, end - count), end).reverse(), total };
    }
    return { peers: peers.slice(from, from + count), total };
  }

  #of(query: PeerQuery): Made<P> {
    const at = this.#made.findIndex((made) => isSameQuery(made, query));
    const made: Made<P> =
      at < 0
        ? { ...query, peers: [], lastId: 0, membership: -1, sortedAt: -Infinity }
        : this.#made.splice(at, 1)[0]!;
    this.#made.push(made);
    if (this.#made.length > mostOrders) this.#made.shift();
    if (made.membership !== this.#source.membership) this.#take(made);
    const by = comparators[made.order];
    if (by !== null && this.#now() - made.sortedAt >= sortPauseMs) {
      made.peers.sort(by);
      made.sortedAt = this.#now();
      this.sorts++;
    }
    return made;
  }

  /** Those that ended leave; new ones go to the end, until traffic is sorted again. */
  #take(made: Made<P>): void {
    const kept = made.peers.filter(({ id }) => this.#source.get(id) !== undefined);
    for (const peer of this.#source.open) {
      if (peer.id <= made.lastId) continue;
      made.lastId = peer.id;
      if (isFound(peer, made)) kept.push(peer);
    }
    made.peers = kept;
    made.membership = this.#source.membership;
  }
}

/** Equal ones keep the order in which they opened. */
const comparators: Record<ConnectionOrder, ((a: OrderedPeer, b: OrderedPeer) => number) | null> = {
  oldest: null,
  newest: null,
  bytes: (a, b) => b.bytes - a.bytes || a.id - b.id,
  activity: (a, b) => b.lastSequence - a.lastSequence || a.id - b.id,
};

function isSameQuery<P>(made: Made<P>, { order, find, nameOf }: PeerQuery): boolean {
  // The two orders of opening are one list.
  const isSame = made.order === order || (comparators[made.order] === null && comparators[order] === null);
  return isSame && made.find === find && (find === '' || made.nameOf === nameOf);
}

/** Open ones as `order` has them, then of `ended`, the last one first, those that the query finds. */
export function windowOf<P extends OrderedPeer>(
  order: PeerOrder<P>,
  infoOf: (peer: P) => ConnectionInfo,
  ended: readonly ConnectionInfo[],
  query: PeerQuery,
  from: number,
  count: number,
): PeerWindow {
  const { peers, total } = order.window(query, from, count);
  const found = ended.filter((info) => isFound(info, query));
  const skipped = Math.max(0, from - total);
  const rows = [...peers.map(infoOf), ...found.slice(skipped, skipped + count - peers.length)];
  return { open: total, ended: found.length, rows };
}

/** The open or the ended one that a key means; null where it is not listed any more. */
export function infoOfKey<P extends OrderedPeer>(
  source: PeerSource<P>,
  infoOf: (peer: P) => ConnectionInfo,
  ended: readonly ConnectionInfo[],
  key: ConnectionKey,
): ConnectionInfo | null {
  const open = 'id' in key ? source.get(key.id) : ofStream(source.open, key.connection);
  if (open !== undefined) return infoOf(open);
  return (
    ended.find((each) => ('id' in key ? each.id === key.id : each.connection === key.connection)) ?? null
  );
}

function ofStream<P extends OrderedPeer>(peers: Iterable<P>, stream: number): P | undefined {
  for (const peer of peers) if (peer.stream === stream) return peer;
  return undefined;
}

/** Part of the address or of the name, whatever the case. */
function isFound({ remote }: Pick<ConnectionInfo, 'remote'>, { find, nameOf }: PeerQuery): boolean {
  if (find === '') return true;
  if (remote === null) return false;
  const wanted = find.toLowerCase();
  return (
    formatAddress(remote).toLowerCase().includes(wanted) || nameOf(remote).toLowerCase().includes(wanted)
  );
}
