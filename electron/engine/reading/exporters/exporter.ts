/** What turns records into the bytes of a file or of an output. An exporter is a file here and an entry in `exporters.ts`. */
import type { Address } from '../../../../shared/address.ts';
import type { Annotation } from '../../../../shared/annotations.ts';
import type { Decoded } from '../../../../shared/decoding/decoded.ts';
import type { TextReading } from '../../../../shared/encodings/reading.ts';
import type { FrameMark, RestWhy } from '../../../../shared/framing/framer.ts';
import type { RecordDetail, RecordKind } from '../../../../shared/records.ts';
import type { LineTimes, LogLineForm } from '../../../../shared/show/line-form.ts';
import type { Transport } from '../../../../shared/settings/transports.ts';
import type { Texts } from '../../../../shared/texts/index.ts';
import type { GrowingBytes } from './growing-bytes.ts';

/** The ends of a connection; null where the system does not tell. */
export type Ends = { local: Address | null; remote: Address | null };
export const unknownEnds: Ends = { local: null, remote: null };

/** One record as the exporters get it. */
export type Entry = {
  sequence: number;
  /** Milliseconds since the epoch, with microseconds. */
  time: number;
  kind: RecordKind;
  /** The URL of the endpoint, with the real port. */
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
  /** Of a payload: as what text it is read; default UTF-8. */
  reading?: TextReading;
  /** Of a payload that is a frame, or what is left of a stream, and no chunk. */
  frame?: FrameFacts;
  /** Of a payload that is decoded: what it says. Asked once the payload was read. */
  decoded?: () => DecodedEntry;
  /** What a person said of it; left out: nothing. */
  annotation?: Annotation;
};

/** `goesOn`: where it ends too early, its rest is elsewhere. */
export type DecodedEntry = Pick<Decoded, 'as' | 'summary' | 'error'> & { goesOn: boolean };

/** `offset`: in its stream. `why`: of what is left, which is no frame. `payload`: what it says. */
export type FrameFacts = {
  offset: number;
  mark: FrameMark | null;
  why: RestWhy | null;
  payload: () => Uint8Array;
};

/**
 * Writes one record. `payload` yields its bytes in pieces of whole hex lines, each of which can be used until the next
 * one, as can what it yields; it throws `DamageError` at the first byte that cannot be relied on.
 */
export type WriteRecord = (
  entry: Entry,
  payload: AsyncIterable<Uint8Array>,
) => AsyncIterable<Uint8Array | string>;

/** Writes a record whose whole payload is in memory. */
export type WriteNow = (into: GrowingBytes, entry: Entry, payload: Uint8Array) => void;

/**
 * Writes the records of one file, in their order. `head` and `foot` stand around them, whether there are any or not. `now`:
 * the same as `record` for payloads of 1 byte to 256 KiB, since to wait for each takes longer than to write it; default: `record`.
 * `foot` is asked for behind the last record. `isFull`: there is room for no more, so that none is read.
 */
export type RecordWriter = {
  readonly head?: Uint8Array | string;
  readonly record: WriteRecord;
  readonly now?: WriteNow;
  readonly foot?: Uint8Array | string;
  readonly isFull?: boolean;
};

/** How lines of a file are written, where its format has a choice; left out: bytes as they look, times in UTC. */
export type LineForm = { bytes: LogLineForm; times: LineTimes };

/** `isLive`: somebody watches while records come, and is told of events beside them; else a file that is kept. */
export type LineOptions = {
  isLive: boolean;
  showsPeer: boolean;
  /** For the sentences of events; default: the host's. */
  words?: Texts;
  form?: LineForm;
};
/** `transport`: of the endpoint whose records they are. `head`: what the file says of itself (`head.ts`); default: nothing. */
export type ExportOptions = LineOptions & {
  transport: Transport;
  head?: readonly string[];
  /** Payloads come with what they say. */
  isDecoded?: boolean;
};

export type Exporter = {
  /** Of a file's name, without the dot. */
  readonly extension: string;
  /** While somebody watches: told beside what is written, written with the rest, or both where no person can read that. */
  readonly liveEvents: 'told' | 'written' | 'both';
  /** Whether records of this kind have a place in it. */
  takes(kind: RecordKind): boolean;
  write(options: ExportOptions): RecordWriter;
};
