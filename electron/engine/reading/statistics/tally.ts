/** What is added up of the records of a log, with bounded memory: in all, and for the most active connections. */
import { Histogram } from '../../../../shared/statistics/histogram.ts';
import { bitsOf } from '../../../../shared/statistics/matching.ts';
import {
  addNumbers,
  noNumbers,
  Numbering,
  type NumberFacts,
} from '../../../../shared/statistics/numbering.ts';
import { Periods } from '../../../../shared/statistics/periods.ts';
import { RateRing } from '../../../../shared/statistics/rates.ts';
import { RoundTrips } from '../../../../shared/statistics/round-trips.ts';
import {
  rateColumns,
  type Direction,
  type DirectionStatistics,
  type PeerStatistics,
  type Statistics,
  type StatisticsPlan,
} from '../../../../shared/statistics/statistics.ts';

/** Connections that are told of, and that are kept: when there are more, the least active ones become others. */
const mostTold = 64;
const mostKept = 256;

/** Columns of the rates, by direction. */
const columns = {
  received: [rateColumns.indexOf('receivedBytes'), rateColumns.indexOf('receivedRecords')],
  sent: [rateColumns.indexOf('sentBytes'), rateColumns.indexOf('sentRecords')],
} as const;

class Sum {
  records = 0;
  bytes = 0;
  /** Of its last message; -1 before it: a field that may be null, too, would be made anew for each record. */
  last = -1;
}

class Peer {
  readonly connection: number;
  readonly received = new Sum();
  readonly sent = new Sum();
  readonly trips = new Histogram();
  numbering: Numbering | null = null;
  numbers: NumberFacts | null = null;
  first = Infinity;
  last = 0;

  constructor(connection: number) {
    this.connection = connection;
  }

  get records(): number {
    return this.received.records + this.sent.records;
  }

  get numberFacts(): NumberFacts | null {
    return this.numbering?.facts ?? this.numbers;
  }

  merge(other: Peer): void {
    for (const direction of ['received', 'sent'] as const) {
      this[direction].records += other[direction].records;
      this[direction].bytes += other[direction].bytes;
    }
    this.trips.merge(other.trips);
    const numbers = other.numberFacts;
    if (numbers !== null) this.numbers = addNumbers(this.numbers ?? noNumbers, numbers);
    this.first = Math.min(this.first, other.first);
    this.last = Math.max(this.last, other.last);
  }

  told(peer: string): PeerStatistics {
    const { connection, first, last, trips, numberFacts: numbers } = this;
    const sums = { received: sumOf(this.received), sent: sumOf(this.sent) };
    return { connection, peer, first, last, ...sums, trips: trips.spread, numbers };
  }
}

const sumOf = ({ records, bytes }: Sum): { records: number; bytes: number } => ({ records, bytes });

class Side extends Sum {
  readonly sizes = new Histogram();
  readonly periods = new Periods();

  get told(): DirectionStatistics {
    return { ...sumOf(this), sizes: this.sizes.distribution(24, 1), periods: this.periods.facts };
  }
}

/** What a message has that is matched; a key is null where it has none. */
export type Found = { key: string | null; number: number | null };

export class Tally {
  readonly #plan: StatisticsPlan;
  readonly #sides = { received: new Side(), sent: new Side() };
  readonly #rates = new RateRing(rateColumns);
  readonly #trips: RoundTrips | null;
  readonly #times = new Histogram();
  readonly #peers = new Map<number, Peer>();
  readonly #others = new Peer(0);
  #dropped = 0;
  #first: number | null = null;
  #last: number | null = null;
  /** The peer of the message before: mostly that of the next one, too. */
  #here: Peer | null = null;

  constructor(plan: StatisticsPlan) {
    this.#plan = plan;
    const { by } = plan.match;
    this.#trips =
      by === 'none' ? null : new RoundTrips(by === 'next' ? 'next' : by === 'frame' ? 'order' : 'key');
  }

  /** One message: a payload of a record, or a frame whose end the record `sequence` has. */
  add(
    direction: Direction,
    stream: number,
    time: number,
    length: number,
    sequence: number,
    found: Found | null = null,
  ): void {
    const side = this.#sides[direction];
    side.records++;
    side.bytes += length;
    side.sizes.add(length);
    this.#rates.add(time, columns[direction], length, 1);
    this.#first ??= time;
    this.#last = time;
    const peer = this.#here?.connection === stream ? this.#here : this.#use(stream);
    const own = peer[direction];
    own.records++;
    own.bytes += length;
    peer.first = Math.min(peer.first, time);
    peer.last = Math.max(peer.last, time);
    if (own.last >= 0) side.periods.add(time - own.last, time, sequence);
    own.last = time;
    if (this.#trips !== null) this.#match(this.#trips, direction, stream, time, peer, found);
    const number = found?.number ?? null;
    if (number !== null) (peer.numbering ??= new Numbering(bitsOf(this.#plan.numbers!))).add(number);
  }

  /** Null: all streams. */
  end(stream: number | null): void {
    this.#trips?.end(stream);
  }

  #match(
    trips: RoundTrips,
    direction: Direction,
    stream: number,
    time: number,
    peer: Peer,
    found: Found | null,
  ): void {
    const isKeyed = this.#plan.match.by === 'decoded' || this.#plan.match.by === 'pattern';
    const key = isKeyed ? (found?.key ?? null) : '';
    if (key === null) return;
    if (direction === this.#plan.requests) return trips.ask(stream, time, key);
    const took = trips.answer(stream, time, key);
    if (took === null) return;
    this.#times.add(took);
    peer.trips.add(took);
  }

  #use(stream: number): Peer {
    let peer = this.#peers.get(stream);
    if (peer === undefined) {
      if (this.#peers.size >= mostKept) this.#drop();
      peer = new Peer(stream);
      this.#peers.set(stream, peer);
    }
    this.#here = peer;
    return peer;
  }

  /** All but the most active. */
  #drop(): void {
    for (const peer of this.#byActivity().slice(mostKept / 2)) {
      this.#others.merge(peer);
      this.#dropped++;
      this.#peers.delete(peer.connection);
    }
  }

  #byActivity(): Peer[] {
    return [...this.#peers.values()].sort((one, other) => other.records - one.records);
  }

  /** `labels`: the addresses of peers by their connections. */
  async told(
    labels: (connections: readonly number[]) => Promise<string[]>,
  ): Promise<Omit<Statistics, 'scanned' | 'total' | 'failure'>> {
    const peers = this.#byActivity();
    const listed = peers.slice(0, mostTold);
    const rest = new Peer(0);
    rest.merge(this.#others);
    for (const peer of peers.slice(mostTold)) rest.merge(peer);
    const sum = new Peer(0);
    for (const peer of peers) sum.merge(peer);
    sum.merge(this.#others);
    const others = peers.length - listed.length + this.#dropped;
    const trips =
      this.#trips === null ? null : { ...this.#times.distribution(), ...this.#trips.counts(this.#last ?? 0) };
    const told = {
      ...{ first: this.#first, last: this.#last, trips },
      ...{ received: this.#sides.received.told, sent: this.#sides.sent.told, rates: this.#rates.rates },
      numbers: this.#plan.numbers === null ? null : (sum.numbers ?? noNumbers),
      others: others === 0 ? null : { connections: others, sum: rest.told('') },
    };
    const counted = listed.map((peer) => peer.told(''));
    const addresses = await labels(listed.map(({ connection }) => connection));
    return { ...told, peers: counted.map((peer, at) => ({ ...peer, peer: addresses[at] ?? '' })) };
  }
}
