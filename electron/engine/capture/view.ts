import { open } from 'node:fs/promises';
import type { Filter, ViewSummary } from '../../../shared/contract.ts';
import type { Failure } from '../../../shared/failure.ts';
import { directionOf } from '../../../shared/directions.ts';
import { parseFilterText } from '../../../shared/filter.ts';
import { formatLogLine } from '../../../shared/log-line.ts';
import { recordKinds } from '../../../shared/records.ts';
import { encodeRows } from '../../../shared/row-window.ts';
import type { CaptureReader } from './capture-reader.ts';
import type { Capture } from './capture.ts';
import { decodeDetail } from './details.ts';
import { kindOf, type Entries } from './format.ts';
import { SequenceList } from './sequence-list.ts';
import { TextSearch } from './text-search.ts';

/** Entries looked at before others get a turn: about a millisecond. */
const sliceEntries = 65_536;
/** Rows read at a time while saving. */
const savedRows = 256;
/** Longest part of a payload that a saved line shows; the line says when it is cut, and its length is there whole. */
const savedPayloadBytes = 1024 * 1024;

/** Which entries pass by their index alone: direction, kind, connection. */
type Columns = { kinds: boolean[]; connection: number | null };

/**
 * The records of a capture that pass a filter, as rows 0 to `length - 1`; it grows with the capture. Without a filter a
 * row is a sequence less the log's base, and nothing is kept.
 */
export class View {
  readonly #capture: Capture;
  readonly #reader: CaptureReader;
  readonly #onClosed: () => void;
  readonly #columns: Columns;
  readonly #isWhole: boolean;
  readonly #search: TextSearch | null;
  readonly #failure: Failure | null;
  #matches = new SequenceList();
  /** Sequences below were looked at. */
  #scannedTo: number;
  #isScanning = false;
  #isClosed = false;

  /** For `Capture.openView`. */
  constructor(capture: Capture, reader: CaptureReader, filter: Filter, onClosed: () => void) {
    this.#capture = capture;
    this.#reader = reader;
    this.#onClosed = onClosed;
    this.#scannedTo = capture.cleared;
    const { directions, connection, text } = filter;
    const kinds = recordKinds.map(
      (kind) => directions.length === 0 || directions.includes(directionOf(kind)),
    );
    this.#columns = { kinds, connection };
    const parsed = parseFilterText(text);
    this.#failure = parsed.ok ? null : invalidFilter(parsed.problem.message || text);
    this.#isWhole = text === '' && connection === null && !kinds.includes(false);
    const isText = parsed.ok && parsed.filter.type !== 'all';
    this.#search = isText
      ? new TextSearch(capture, { ...this.#columns, text }, (found, scannedTo) => {
          this.#matches.push(found);
          this.#scannedTo = scannedTo;
        })
      : null;
    this.grow();
  }

  /** How many rows there are. */
  get length(): number {
    return this.#isWhole ? this.#capture.length - this.#capture.cleared : this.#matches.length;
  }

  get summary(): Omit<ViewSummary, 'id'> {
    const base = this.#capture.cleared;
    const total = this.#capture.length - base;
    const scanned = this.#isWhole ? total : Math.max(0, this.#scannedTo - base);
    return { rows: this.length, scanned, total, failure: this.#failure ?? this.#search?.failure ?? null };
  }

  /** Rows `from` to `from + count - 1`, as far as they exist, packed by `encodeRows`. */
  async rows(from: number, count: number): Promise<Uint8Array> {
    return encodeRows(await this.#reader.rows(this.#sequences(from, count), from, this.#capture.cleared));
  }

  /** Row of `sequence`, or of the nearest later record; `length` when there is none. */
  rowOf(sequence: number): number {
    if (!this.#isWhole) return this.#matches.indexOf(sequence);
    return Math.min(this.length, Math.max(0, sequence - this.#capture.cleared));
  }

  /** Writes all rows that exist now as lines of text; returns the bytes written. Throws the system's error. */
  async saveText(path: string): Promise<number> {
    const file = await open(path, 'w', 0o600);
    try {
      let bytes = 0;
      for (let row = 0, rows = this.length; row < rows && !this.#isClosed; row += savedRows)
        bytes += (await file.write(await this.#lines(row, Math.min(savedRows, rows - row)))).bytesWritten;
      return bytes;
    } finally {
      await file.close();
    }
  }

  /** The capture has more records. */
  grow(): void {
    if (this.#isWhole || this.#failure !== null || this.#isClosed) return;
    if (this.#search !== null) this.#search.scanTo(this.#capture.safeLength);
    else if (!this.#isScanning) void this.#scan();
  }

  /** The log begins elsewhere: everything is looked at again. */
  rebase(): void {
    this.#matches = new SequenceList();
    this.#scannedTo = this.#capture.cleared;
    this.#search?.restart(this.#scannedTo);
    this.grow();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#search?.close();
    this.#onClosed();
  }

  #sequences(from: number, count: number): number[] {
    const end = Math.min(from + count, this.length);
    const base = this.#capture.cleared;
    const sequences: number[] = [];
    for (let row = from; row < end; row++) sequences.push(this.#isWhole ? base + row : this.#matches.at(row));
    return sequences;
  }

  async #scan(): Promise<void> {
    this.#isScanning = true;
    try {
      while (!this.#isClosed && this.#scannedTo < this.#capture.length) {
        const from = this.#scannedTo;
        const matches = this.#matches;
        const count = Math.min(sliceEntries - (from % sliceEntries), this.#capture.length - from);
        const entries = await this.#capture.entries(from, count);
        // The log was cleared meanwhile: these entries are of the one before.
        if (this.#matches !== matches) continue;
        matches.push(passing(entries, this.#columns));
        this.#scannedTo = from + count;
      }
    } catch {
      // The files went away under a log that was cleared or closed; a later change scans what there is then.
    } finally {
      this.#isScanning = false;
    }
  }

  async #lines(from: number, count: number): Promise<string> {
    const rows = await this.#reader.rows(this.#sequences(from, count), from, this.#capture.cleared);
    let lines = '';
    for (const { sequence, time, kind, peer, length, preview } of rows) {
      const isPayload = kind === 'sent' || kind === 'received';
      const payload =
        isPayload && preview.length < length
          ? await this.#capture.payload(sequence, 0, Math.min(length, savedPayloadBytes))
          : preview;
      const detail = isPayload ? null : decodeDetail(kind, preview);
      lines += `${formatLogLine({ time, kind, peer, length, payload, detail })}\n`;
    }
    return lines;
  }
}

function invalidFilter(message: string): Failure {
  return { code: 'INVALID_FILTER', message, subject: 'text' };
}

function passing(entries: Entries, { kinds, connection }: Columns): Uint32Array {
  const found = new Uint32Array(entries.count);
  let count = 0;
  for (let i = 0; i < entries.count; i++) {
    if (connection !== null && entries.stream(i) !== connection) continue;
    if (kinds[entries.kind(i)] ?? kinds[recordKinds.indexOf(kindOf(entries.kind(i)))])
      found[count++] = entries.from + i;
  }
  return found.subarray(0, count);
}
