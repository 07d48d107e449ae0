import type { RecordDetail, RecordKind } from '../../../shared/records.ts';

/** Byte offset in a capture's data, exact up to 2^53. */
export type Place = number;
/** Bytes that lie in one piece in a capture. */
export type Extent = { place: Place; length: number };

/** `stream` of a record that belongs to no connection. */
export const noStream = 0xffff_ffff;
/** As `stream`: the record opens a connection, whose number becomes this record's sequence. */
export const newStream = -1;

/**
 * What sockets need of a capture. Bytes are stored once and named by any number of records: an echo is stored when it
 * is received, a message to fifty peers once.
 */
export type Recorder = {
  /** Records so far; the next record's sequence. */
  readonly length: number;
  /** Copies `bytes` (up to 4 GiB - 1 per record) behind all bytes stored so far. Never fails and never waits. */
  store(bytes: Uint8Array): Place;
  /** Appends a record that names stored bytes; returns its sequence. `time`: ms since the epoch, default now. */
  append(kind: RecordKind, stream: number, place: Place, length: number, time?: number): number;
  /** `store` and `append` in one; the fast path of received bytes. */
  record(kind: RecordKind, stream: number, bytes: Uint8Array, time?: number): number;
  /** Appends an event; its detail is stored as UTF-8 JSON. */
  recordDetail(stream: number, detail: RecordDetail, time?: number): number;
  /** A copy of stored bytes, from memory when they are still there. */
  read(place: Place, length: number): Promise<Uint8Array>;
  /** The same without waiting; null when they have left memory. */
  readNow(place: Place, length: number): Uint8Array | null;
  /** The same without a copy: to be looked at until it is given back, and never written to. */
  lend(place: Place, length: number): Uint8Array | null;
  /** What `lend` gave. Whoever never does so costs memory that could be used again. */
  giveBack(bytes: Uint8Array): void;
  /** True while bytes wait for a slow disk: stop reading sockets, and go on when `onRelieved` calls. */
  readonly congested: boolean;
  /** Calls once, when the capture has room again. Returns a function that takes the request back. */
  onRelieved(listener: () => void): () => void;
};
