import type { MessageDecoding } from '../../../shared/decoding/choice.ts';
import { allUtf8, type ShownEncodings } from '../../../shared/encodings/shown.ts';
import type { Row, UntimedRow } from '../../../shared/wire/row-window.ts';
import { readFilter, type Filter } from '../../../shared/filter/filter.ts';
import type { ReadFilter } from '../../../shared/filter/reading.ts';
import { failureOf, type Failure } from '../../../shared/failure.ts';
import type { FilterSubject, FilterTest } from '../../../shared/filter/operator.ts';
import type { PeerNames } from '../../../shared/peer-names.ts';
import { language as hostLanguage, type Texts } from '../../../shared/texts/index.ts';
import { wordsIn } from '../../../shared/texts/languages.ts';
import type { Said } from '../capture/annotations.ts';
import type { Capture } from '../capture/capture.ts';
import { blockEntries, kindOf, type Entries } from '../capture/format.ts';
import { noStream } from '../capture/recorder.ts';
import { scan } from '../capture/scan.ts';
import { unread } from './filter-subject.ts';
import { columnsOf, type Select } from './index-columns.ts';
import { LiveRows } from './live-rows.ts';
import type { PlacedRows } from './row-source.ts';
import type { SearchPool } from './search-pool.ts';
import { SequenceList } from './sequence-list.ts';
import { withTorn } from './torn-characters.ts';
import { TextSearch } from './text-search.ts';

type IndexFacts = FilterSubject & typeof unread;

/** Rows that are read at once where each has to be looked for. */
const scatteredRows = 256;

/** What a filter lets pass. */
export type Wanted = {
  connection: number | null;
  /** What the text says where the index is enough for it; null where it says nothing, or records have to be read. */
  passes: ((facts: IndexFacts) => boolean) | null;
  /** The same of whole blocks; null where the text asks for more than columns. */
  columns: Select | null;
  /** For those who read records; '' where nothing has to be read. */
  text: string;
  /** In which sentences events are searched and saved. */
  language: string;
  /** What bytes are read in. */
  encodings: ShownEncodings;
  /** As what `decoded:` reads them. */
  decoding: MessageDecoding | undefined;
  /** For who is looked for by a name. */
  peerNames: PeerNames | null;
  /** Null where the text does not ask for what was said. */
  said: Said | null;
  /** Everything passes. */
  isWhole: boolean;
  /** For who looks by itself; null where it cannot be read. */
  filter: ReadFilter | null;
  /** The filter cannot be read. */
  failure: Failure | null;
};

/** `said`: null where a person says nothing of records. */
export function wantedOf(given: Filter, names: PeerNames | null, said: Said | null = null): Wanted {
  const { connection, text, language = hostLanguage, encodings = allUtf8, decoding } = given;
  const read = readFilter(text);
  const nothing = { connection, language, encodings, decoding, passes: null, columns: null };
  if (!read.ok) {
    const failure = { code: 'INVALID_FILTER', message: read.problem.message || text, subject: 'text' };
    return { ...nothing, peerNames: null, said: null, text, isWhole: false, filter: null, failure };
  }
  const { filter } = read;
  const { reads, test, asksAnnotation } = filter;
  const isSearched = reads === 'content';
  return {
    ...nothing,
    passes: reads === 'index' ? byIndex(test) : null,
    columns: isSearched ? null : columnsOf(text),
    text: isSearched ? text : '',
    peerNames: isSearched ? names : null,
    said: asksAnnotation ? said : null,
    isWhole: reads === 'nothing' && connection === null,
    filter,
    failure: null,
  };
}

/** Nothing is read: what it would be asked for never is. */
const byIndex =
  (test: FilterTest): Wanted['passes'] =>
  (facts) =>
    test(facts) === true;

/** The records of a capture from one on that pass a filter, found by and by. Nothing is kept where all of them do. */
export class Matches extends LiveRows implements PlacedRows {
  /** Where the log begins. */
  base: number;
  /** The first record that is looked at: before it can stand the note on what the size limit took, which passes every filter. */
  #oldest: number;
  readonly #capture: Capture;
  readonly #wanted: Wanted;
  readonly #found = new SequenceList();
  readonly #search: TextSearch | null;
  #scanFailure: Failure | null = null;
  #scannedTo: number;
  #isScanning = false;

  constructor(capture: Capture, searches: SearchPool, wanted: Wanted) {
    super();
    this.#capture = capture;
    this.#wanted = wanted;
    this.base = capture.cleared;
    this.#oldest = capture.oldest;
    this.#scannedTo = Math.min(capture.length, Math.max(this.#oldest, firstOf(wanted.connection)));
    const { connection, text, language, encodings, decoding, peerNames, said, failure } = wanted;
    const query = { connection, text, language, encodings, decoding, peerNames, base: this.#oldest };
    this.#search =
      text === '' || failure !== null
        ? null
        : new TextSearch({ source: capture, searches, query, said }, this.#scannedTo, (found, scannedTo) =>
            this.#add(found, scannedTo),
          );
    this.grow();
  }

  /** For the sentences of events. */
  get words(): Texts {
    return wordsIn(this.#wanted.language);
  }

  /** What bytes are read in. */
  get encodings(): ShownEncodings {
    return this.#wanted.encodings;
  }

  get length(): number {
    return this.#wanted.isWhole ? this.#capture.length - this.base : this.#notes + this.#found.length;
  }

  /** Of what went, before what is found. */
  get #notes(): number {
    return this.#oldest - this.base;
  }

  /** All records below were looked at. */
  get scannedTo(): number {
    return this.#wanted.isWhole ? this.#capture.length : this.#scannedTo;
  }

  /** A record is whole. */
  get begun(): number {
    return 0;
  }

  /** Why no more is found. */
  get failure(): Failure | null {
    return this.#wanted.failure ?? this.#search?.failure ?? this.#scanFailure;
  }

  /** Text is looked for in the files alone, what else there is in memory, too. */
  get reachable(): number {
    return this.#search === null ? this.#capture.length : this.#capture.safeLength;
  }

  /** Row of `sequence`, or of the nearest later record; `length` when there is none. */
  rowOf(sequence: number): number {
    if (!this.#wanted.isWhole)
      return sequence < this.#oldest ? 0 : this.#notes + this.#found.indexOf(sequence);
    return Math.min(this.length, Math.max(0, sequence - this.base));
  }

  sequenceAt(row: number): number {
    if (this.#wanted.isWhole || row < this.#notes) return this.base + row;
    return this.#found.at(row - this.#notes);
  }

  rowFrom(sequence: number): number {
    return this.rowOf(sequence);
  }

  hasRows(rows: PlacedRows, from: number, count: number): Promise<boolean[]> {
    const has = Array.from({ length: count }, (_, at) => {
      const sequence = rows.sequenceAt(from + at);
      const row = this.rowOf(sequence);
      return row < this.length && this.sequenceAt(row) === sequence;
    });
    return Promise.resolve(has);
  }

  shorten(): number {
    const { base, oldest } = { base: this.base, oldest: this.#oldest };
    this.base = this.#capture.cleared;
    this.#oldest = this.#capture.oldest;
    this.#scannedTo = Math.max(this.#scannedTo, this.#oldest);
    this.#search?.shorten(this.#oldest);
    if (this.#wanted.isWhole) return this.base - base;
    return oldest - base + this.#found.dropBelow(this.#oldest) - this.#notes;
  }

  /** The capture has more records. */
  grow(): void {
    if (this.#wanted.isWhole || this.#wanted.failure !== null || !this.isRead) return;
    if (this.#search !== null) this.#search.scanTo(this.#capture.safeLength);
    else if (!this.#isScanning) void this.#scan();
  }

  /** As `RowSource` says. Without a filter the record before a row is that of the row before it. */
  async rows(from: number, count: number): Promise<Row[]> {
    if (this.#wanted.isWhole) return this.#read(this.#sequences(from, count), from);
    // With the row before them: times count from the record that is shown, not from one that the filter hides.
    const first = Math.max(0, from - 1);
    const read = await this.#read(this.#sequences(first, count + from - first), first);
    const shown = read.map((row, at) => ({ ...row, previousTime: read[at - 1]?.time ?? row.time }));
    return shown.slice(from - first);
  }

  async wholeRows(from: number, count: number, room: Uint8Array): Promise<UntimedRow[]> {
    const rows = await this.#capture.wholeRows(this.#sequences(from, count), from, room);
    if (rows === null) return this.rows(from, Math.min(count, scatteredRows));
    return withTorn(this.#capture, rows, this.#wanted.encodings, this.base);
  }

  async #read(sequences: readonly number[], row: number): Promise<Row[]> {
    const rows = await this.#capture.rows(sequences, row, this.base);
    return withTorn(this.#capture, rows, this.#wanted.encodings, this.base);
  }

  #sequences(from: number, count: number): number[] {
    const sequences: number[] = [];
    for (let row = from, end = Math.min(from + count, this.length); row < end; row++)
      sequences.push(this.sequenceAt(row));
    return sequences;
  }

  payload({ sequence }: UntimedRow, at: number, most: number): Promise<Uint8Array> {
    return this.#capture.payload(sequence, at, most);
  }

  framingOf(): null {
    return null;
  }

  protected stop(): void {
    this.#search?.close();
    this.tell();
  }

  async #scan(): Promise<void> {
    this.#isScanning = true;
    this.#scanFailure = null;
    try {
      let previous = await timeBefore(this.#capture, this.#scannedTo, this.#oldest);
      await scan(this.#capture, { from: this.#scannedTo }, (entries) => {
        if (!this.isRead) return false;
        this.#add(passing(entries, this.#wanted, previous), entries.from + entries.count);
        previous = entries.time(entries.count - 1);
      });
    } catch (error) {
      // The log may have been cleared and its files removed; else the next change tries again.
      this.#scanFailure = failureOf(error);
      this.tell();
    }
    this.#isScanning = false;
  }

  #add(found: Uint32Array, scannedTo: number): void {
    // Of records that went while they were looked at.
    this.#found.push(found.subarray(found.findIndex((sequence) => sequence >= this.#oldest) >>> 0));
    this.#scannedTo = Math.max(this.#scannedTo, scannedTo);
    this.tell();
  }
}

type Facts = { -readonly [Key in keyof IndexFacts]: IndexFacts[Key] };

const connectionOf = (stream: number): number | null => (stream === noStream ? null : stream);

/** A stream's number is the sequence of the record that opened it: none of its records stands before that. */
const firstOf = (connection: number | null): number =>
  connection === null || connection === noStream ? 0 : connection;

/** Of the record before, in the log. */
async function timeBefore(capture: Capture, sequence: number, base: number): Promise<number | null> {
  if (sequence <= base) return null;
  return (await capture.entries(sequence - 1, 1)).time(0);
}

/** Of one slice at a time. */
const passingRows = new Uint32Array(blockEntries);

/** Null where a record is damaged: it passes whatever its columns hold. */
function passingColumns(entries: Entries, connection: number | null, columns: Select): Uint32Array | null {
  let count = 0;
  for (let i = 0; i < entries.count; i++) {
    if (entries.isDamaged(i)) return null;
    if (connection === null || entries.stream(i) === connection) passingRows[count++] = i;
  }
  const found = passingRows.slice(0, columns(entries, passingRows, count));
  for (let at = 0; at < found.length; at++) found[at]! += entries.from;
  return found;
}

/** `before`: the time of the record before them. One object is looked at for all: a filter keeps nothing of it. */
function passing(
  entries: Entries,
  { connection, passes, columns, said }: Wanted,
  before: number | null,
): Uint32Array {
  const byColumns = columns && passingColumns(entries, connection, columns);
  if (byColumns !== null) return byColumns;
  const found = new Uint32Array(entries.count);
  let count = 0;
  let previous = before;
  const facts = {
    ...unread,
    kind: 'note',
    connection: null,
    length: 0,
    time: 0,
    previous,
    frame: null,
    annotation: null,
  } as Facts;
  for (let i = 0; i < entries.count; i++) {
    if (entries.isDamaged(i)) {
      // Nobody knows whether it would pass; its row says why.
      found[count++] = entries.from + i;
      continue;
    }
    const time = entries.time(i);
    facts.previous = previous;
    previous = time;
    if (connection !== null && entries.stream(i) !== connection) continue;
    facts.kind = kindOf(entries.kind(i));
    facts.connection = connectionOf(entries.stream(i));
    facts.length = entries.length(i);
    facts.time = time;
    if (said !== null) facts.annotation = said.of(entries.from + i);
    if (passes === null || passes(facts)) found[count++] = entries.from + i;
  }
  return found.subarray(0, count);
}
