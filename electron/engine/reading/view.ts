import { type Filter, parseFilterText } from '../../../shared/filter/filter.ts';
import type { ViewSummary } from '../../../shared/contract.ts';
import { FailureError, failureOf, type Failure } from '../../../shared/failure.ts';
import { directionOf } from '../../../shared/show/directions.ts';
import { formatLogLine } from '../../../shared/show/log-line.ts';
import { recordKinds, type RecordKind, isPayload } from '../../../shared/records.ts';
import { language as hostLanguage } from '../../../shared/texts/index.ts';
import { wordsIn } from '../../../shared/texts/languages.ts';
import { encodeRows } from '../../../shared/wire/row-window.ts';
import type { Capture } from '../capture/capture.ts';
import { damagedPreview, decodeDetail } from '../capture/details.ts';
import { DamageError, noteNumber, type Entries } from '../capture/format.ts';
import { scan } from '../capture/scan.ts';
import { openChosen } from '../disk/private-file.ts';
import type { SearchPool } from './search-pool.ts';
import { SequenceList } from './sequence-list.ts';
import { TextSearch } from './text-search.ts';

/** Rows read, and about so many characters written, at a time while saving. */
const savedRows = 256;
const savedLength = 1024 * 1024;
/** Longest part of a payload that a saved line shows; the line says when it is cut, and its length is there whole. */
const savedPayloadBytes = 1024 * 1024;

/** Which entries pass by their index alone: direction, kind, connection. */
type Columns = { kinds: boolean[]; connection: number | null };
/** The rows of one moment; `matches` is null where a row is a sequence less `base`. A clear does not change them. */
type Rows = { base: number; length: number; matches: SequenceList | null };

/**
 * The records of a capture that pass a filter, as rows 0 to `length - 1`; it grows with the capture. Without a filter a
 * row is a sequence less the log's base, and nothing is kept.
 */
export class View {
  readonly #capture: Capture;
  readonly #onClosed: () => void;
  readonly #columns: Columns;
  readonly #isWhole: boolean;
  readonly #language: string;
  readonly #search: TextSearch | null;
  readonly #failure: Failure | null;
  #scanFailure: Failure | null = null;
  #matches = new SequenceList();
  /** Sequences below were looked at. */
  #scannedTo: number;
  #isScanning = false;
  #isClosed = false;

  /** For `Views.open`. */
  constructor(capture: Capture, searches: SearchPool, filter: Filter, onClosed: () => void) {
    this.#capture = capture;
    this.#onClosed = onClosed;
    this.#scannedTo = capture.cleared;
    const { directions, connection, text, language = hostLanguage } = filter;
    this.#language = language;
    const kinds = recordKinds.map(
      (kind) =>
        (directions.length === 0 || directions.includes(directionOf(kind))) &&
        (filter.kinds.length === 0 || filter.kinds.includes(kind)),
    );
    this.#columns = { kinds, connection };
    const parsed = parseFilterText(text);
    this.#failure = parsed.ok ? null : invalidFilter(parsed.problem.message || text);
    this.#isWhole = text === '' && connection === null && !kinds.includes(false);
    const isText = parsed.ok && parsed.filter.type !== 'all';
    this.#search = isText
      ? new TextSearch(capture, searches, { ...this.#columns, text, language }, (found, scannedTo) => {
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
    const failure = this.#failure ?? this.#search?.failure ?? this.#scanFailure;
    return { rows: this.length, scanned, total, failure };
  }

  /** Rows `from` to `from + count - 1`, as far as they exist, packed by `encodeRows`. */
  async rows(from: number, count: number): Promise<Uint8Array> {
    const rows = this.#rows();
    if (rows.matches === null)
      return encodeRows(await this.#capture.rows(sequencesOf(rows, from, count), from, rows.base));
    // With the row before them: times count from the record that is shown, not from one that the filter hides.
    const first = Math.max(0, from - 1);
    const read = await this.#capture.rows(sequencesOf(rows, first, count + from - first), first, rows.base);
    const shown = read.map((row, at) => ({ ...row, previousTime: read[at - 1]?.time ?? row.time }));
    return encodeRows(shown.slice(from - first));
  }

  /** Row of `sequence`, or of the nearest later record; `length` when there is none. */
  rowOf(sequence: number): number {
    if (!this.#isWhole) return this.#matches.indexOf(sequence);
    return Math.min(this.length, Math.max(0, sequence - this.#capture.cleared));
  }

  /**
   * Writes all rows that exist now as lines of text that their owner alone can read (`openChosen`), whatever is cleared meanwhile; returns the bytes written. Throws
   * the system's error, and CANCELLED when the view is closed before the end.
   */
  async saveText(path: string): Promise<number> {
    const rows = this.#rows();
    const file = await openChosen(path);
    try {
      let bytes = 0;
      for (let row = 0; row < rows.length; row += savedRows)
        for await (const lines of this.#lines(rows, row)) {
          if (this.#isClosed) throw cancelled();
          const encoded = Buffer.from(lines);
          await file.appendFile(encoded);
          bytes += encoded.length;
        }
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

  #rows(): Rows {
    const matches = this.#isWhole ? null : this.#matches;
    return { base: this.#capture.cleared, length: this.length, matches };
  }

  async #scan(): Promise<void> {
    this.#isScanning = true;
    this.#scanFailure = null;
    const matches = this.#matches;
    try {
      await scan(this.#capture, { from: this.#scannedTo }, (entries) => {
        // Cleared meanwhile: these entries are of the log before.
        if (this.#isClosed || this.#matches !== matches) return false;
        matches.push(passing(entries, this.#columns));
        this.#scannedTo = entries.from + entries.count;
      });
    } catch (error) {
      // The log that was looked at may have been cleared and its files removed; else the next change tries again.
      if (this.#matches === matches) this.#scanFailure = failureOf(error);
    }
    this.#isScanning = false;
    if (!this.#isClosed && this.#matches !== matches) void this.#scan();
  }

  /** As much of a payload as a line shows; where it cannot be relied on, what its row would say instead. */
  async #longer(
    sequence: number,
    kind: RecordKind,
    length: number,
  ): Promise<{ kind: RecordKind; payload: Uint8Array }> {
    try {
      return { kind, payload: await this.#capture.payload(sequence, 0, Math.min(length, savedPayloadBytes)) };
    } catch (error) {
      if (!(error instanceof DamageError)) throw error;
      return { kind: 'note', payload: damagedPreview(error.damage, false) };
    }
  }

  /** The lines of `savedRows` rows, in pieces that fit into memory whatever the payloads are. */
  async *#lines(all: Rows, first: number): AsyncGenerator<string> {
    const rows = await this.#capture.rows(sequencesOf(all, first, savedRows), first, all.base);
    const words = wordsIn(this.#language);
    let lines = '';
    for (const { sequence, time, kind, peer, length, preview } of rows) {
      const isCut = isPayload(kind) && preview.length < length;
      const shown = isCut ? await this.#longer(sequence, kind, length) : { kind, payload: preview };
      const detail = decodeDetail(shown.kind, shown.payload);
      lines += `${formatLogLine({ time, peer, length, ...shown, detail }, 'auto', words)}\n`;
      if (lines.length < savedLength) continue;
      yield lines;
      lines = '';
    }
    yield lines;
  }
}

function sequencesOf({ base, length, matches }: Rows, from: number, count: number): number[] {
  const sequences: number[] = [];
  for (let row = from, end = Math.min(from + count, length); row < end; row++)
    sequences.push(matches === null ? base + row : matches.at(row));
  return sequences;
}

function cancelled(): FailureError {
  return new FailureError({ code: 'CANCELLED' });
}

function invalidFilter(message: string): Failure {
  return { code: 'INVALID_FILTER', message, subject: 'text' };
}

function passing(entries: Entries, { kinds, connection }: Columns): Uint32Array {
  const found = new Uint32Array(entries.count);
  let count = 0;
  for (let i = 0; i < entries.count; i++) {
    if (entries.isDamaged(i)) {
      // Nobody knows whether it would pass; its row says why.
      found[count++] = entries.from + i;
      continue;
    }
    if (connection !== null && entries.stream(i) !== connection) continue;
    if (kinds[entries.kind(i)] ?? kinds[noteNumber]) found[count++] = entries.from + i;
  }
  return found.subarray(0, count);
}
