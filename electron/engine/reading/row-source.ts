import type { ShownEncodings } from '../../../shared/encodings/shown.ts';
import type { Failure } from '../../../shared/failure.ts';
import type { Framing } from '../../../shared/framing/framer.ts';
import type { RecordKind } from '../../../shared/records.ts';
import type { Texts } from '../../../shared/texts/index.ts';
import type { Row, UntimedRow } from '../../../shared/wire/row-window.ts';

/** One reading of a capture as rows that pass a filter: its records, or the frames that its streams are cut into. */
export type RowSource = {
  /** Where the log began. */
  readonly base: number;
  readonly length: number;
  /** All records below were looked at. */
  readonly scannedTo: number;
  /** Bytes that were looked at and that are no row yet. */
  readonly begun: number;
  /** Why no more is found. */
  readonly failure: Failure | null;
  /** Where the disk takes no more: all records below can be looked at. */
  readonly reachable: number;
  /** For the sentences of events. */
  readonly words: Texts;
  /** What bytes are read in. */
  readonly encodings: ShownEncodings;
  /** Rows `from` to `from + count - 1`, as far as they exist; times count from the row before. */
  rows(from: number, count: number): Promise<Row[]>;
  /**
   * The same for who takes all of them: as many as can be read at once, one at least if there are any, and payloads of up to
   * 256 KiB as a whole in the place of their first bytes, which may lie in `room`, of `wholeRoomBytes`. Missing: rows are made
   * one by one.
   */
  wholeRows?(from: number, count: number, room: Uint8Array): Promise<UntimedRow[]>;
  /** Row of byte `within` of a record, or of the nearest later record; `length` when there is none. */
  rowOf(sequence: number, within: number): number | Promise<number>;
  /** Bytes `at` to `at + most - 1` of what was sent or received in a row, fewer at its end. */
  payload(row: UntimedRow, at: number, most: number): Promise<Uint8Array>;
  /** What cuts the frames of a kind; null where rows are records. */
  framingOf(kind: RecordKind): Framing | null;
  /** The capture has more records. */
  grow(): void;
  /** Resolves when more was looked at, when that failed, and when `signal` is aborted. */
  changed(signal: AbortSignal): Promise<void>;
  /** For one more reader, who closes it, too. */
  keep(): RowSource;
  /** Once by each reader. */
  close(): void;
};

/** Rows whose places in the capture are known without reading them. */
export type PlacedRows = RowSource & {
  /** The record in which a row ended. */
  sequenceAt(row: number): number;
  /** The first row that ended in `sequence` or behind it, as far as that is told without reading; `length` for none. */
  rowFrom(sequence: number): number;
  /** The size limit took the oldest records: rows of those go. Returns by how much the numbers of the others fall. */
  shorten(): number;
  /** Of rows `from` to `from + count - 1` of another reading of the same kind, which of them are rows of this one. */
  hasRows(rows: PlacedRows, from: number, count: number): Promise<boolean[]>;
};
