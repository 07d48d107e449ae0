/** What is asked of the statistics of a log, and what they tell. Times in milliseconds, sizes in bytes. */
import type { DecoderId } from '../decoding/decoded.ts';
import type { Failure } from '../failure.ts';
import type { Reading } from '../frames.ts';
import type { Distribution, Spread } from './histogram.ts';
import type { MatchRule, NumberRule } from './matching.ts';
import type { NumberFacts } from './numbering.ts';
import type { PeriodFacts } from './periods.ts';
import type { Rates } from './rates.ts';
import type { TripCounts } from './round-trips.ts';

export type Direction = 'sent' | 'received';

export type StatisticsPlan = {
  /** Of one connection alone, by the number of its records; null: of all. */
  connection: number | null;
  /** In the language of filters: what counts. */
  filter: string;
  /** What is a message: a record, or a frame that the endpoint's settings cut. */
  reading: Reading;
  match: MatchRule;
  /** The direction of what asks; the other one answers. */
  requests: Direction;
  /** As what messages are decoded for a rule that asks for a field; null: what the first looks like. */
  decoder: DecoderId | null;
  /** Where received datagrams have their numbers; null: nowhere. */
  numbers: NumberRule | null;
};

/** A client asks by sending, a server is asked. */
export const usualPlan = (role: 'listener' | 'client'): StatisticsPlan => ({
  connection: null,
  filter: '',
  reading: 'chunks',
  match: { by: 'next' },
  requests: role === 'client' ? 'sent' : 'received',
  decoder: null,
  numbers: null,
});

export const rateColumns = ['receivedBytes', 'sentBytes', 'receivedRecords', 'sentRecords'] as const;

export type TrafficSum = { records: number; bytes: number };
export type PeerStatistics = {
  /** The number of its records. */
  connection: number;
  /** Its address; '' for none. */
  peer: string;
  first: number;
  last: number;
  received: TrafficSum;
  sent: TrafficSum;
  trips: Spread;
  numbers: NumberFacts | null;
};

export type DirectionStatistics = TrafficSum & {
  sizes: Distribution;
  /** Between messages of the same stream. */
  periods: PeriodFacts;
};

export type Statistics = {
  /** Records that were looked at, of `total`. */
  scanned: number;
  total: number;
  /** Why it goes no further. */
  failure: Failure | null;
  /** Of the first and the last record that counts; null before there is one. */
  first: number | null;
  last: number | null;
  received: DirectionStatistics;
  sent: DirectionStatistics;
  rates: Rates<(typeof rateColumns)[number]>;
  /** Null where nothing is matched. */
  trips: (Distribution & TripCounts) | null;
  numbers: NumberFacts | null;
  /** The most active, most records first. */
  peers: PeerStatistics[];
  /** How many more there are or were, and what they had together; its `connection` and `peer` say nothing. */
  others: { connections: number; sum: PeerStatistics } | null;
};
