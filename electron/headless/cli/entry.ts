/** One record as the formats get it. */
import type { Address } from '../../../shared/address.ts';
import type { RecordDetail, RecordKind } from '../../../shared/records.ts';

/** The ends of a connection; null where the system does not tell. */
export type Ends = { local: Address | null; remote: Address | null };

export type Entry = {
  sequence: number;
  /** Milliseconds since the epoch, with microseconds. */
  time: number;
  kind: RecordKind;
  /** The URL of the run, with the real port. */
  endpoint: string;
  /** Sequence of the record that opened the connection; null for records of the endpoint itself. */
  connection: number | null;
  ends: Ends;
  /** `host:port` of the peer, '' where there is none. */
  peer: string;
  /** Of the payload; 0 for events. */
  length: number;
  /** Null for payloads. */
  detail: RecordDetail | null;
};

/** Writes one record. `payload` yields its bytes in pieces, each of which can be used until the next one. */
export type Formatter = (
  entry: Entry,
  payload: AsyncIterable<Uint8Array>,
) => AsyncIterable<Uint8Array | string>;
