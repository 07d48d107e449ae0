import { mkdir } from 'node:fs/promises';
import { leastCaptureLimit } from '../../../shared/capture-limit.ts';
import { failed, FailureError, type Failure } from '../../../shared/failure.ts';
import type { RecordInfo } from '../../../shared/contract.ts';
import type { RecordDetail, RecordKind } from '../../../shared/records.ts';
import type { Row, UntimedRow } from '../../../shared/wire/row-window.ts';
import { CapturePlace, usualKeepFreeBytes, type RoomFunction } from './capture-place.ts';
import { CaptureReader } from './capture-reader.ts';
import { CaptureWriter } from './capture-writer.ts';
import { CheckedFiles, markUnsound, type CheckedFrom } from './checked-files.ts';
import { ChecksumWriter } from './checksum-writer.ts';
import { slotsFor, type Page, type Slot } from './checksums.ts';
import { DataStore } from './data-store.ts';
import { decodeDetail, encodeDetail } from './details.ts';
import {
  blockEntries,
  DamageError,
  dataFiles,
  entryBytes,
  fullRecords,
  indexFiles,
  kindNumber,
  kindOf,
  maxRecords,
  segmentBytes,
  type Entries,
  type FileSet,
} from './format.ts';
import { IndexStore } from './index-store.ts';
import { readMeta, writeMeta, type CaptureMeta, type KeptGone } from './meta.ts';
import { OpenFiles, type WriteFunction } from './open-files.ts';
import { OldFiles } from './old-files.ts';
import { newStream, noStream, type Place, type Recorder } from './recorder.ts';
import { clock, type Clock } from '../clock.ts';
import { recover, type Found } from './recovery.ts';
import { beginAt, goneDetail, goneEntry, shortened, type Gone, type LogBegin } from './shortened.ts';

export type CaptureOptions = {
  /** Instead of the system's write(2), to see what a full disk does. */
  write?: WriteFunction;
  /** Instead of the system's statfs(2). */
  room?: RoomFunction;
  /** Bytes of the disk that are left to others, up to a tenth of it; default 256 MiB. */
  keepFreeBytes?: number | undefined;
  /** Instead of the engine's. */
  clock?: Clock;
  /** It is looked at as it lies there: nothing of it is cut off, mended or removed, and nobody records into it. */
  isReadOnly?: boolean;
};

/** What reads a capture, and is told of it. */
export type Follower = {
  /** More records are in the files. */
  written?(): void;
  /** The log begins elsewhere: it was cleared, or that was taken back. */
  rebased?(): void;
  /** The size limit took its oldest records; the others stay what they are. */
  shortened?(): void;
  /** The capture is about to close; resolves when none of its files is read any more. */
  closing?(): Promise<void>;
};

/** What a size limit must leave: records from `sequence` on, and bytes from `place` on that no record names yet. */
export type Needed = { sequence(): number; place(): Place };
const nothingNeeded: Needed = { sequence: () => Infinity, place: () => Infinity };

const openFilesLimit = 16;

/**
 * The append-only records of one endpoint, in a folder of their own. Recording never waits and never fails: bytes that
 * the disk does not take stay in memory, `congested` says so, and `failure` says why.
 */
export class Capture implements Recorder {
  readonly folder: string;
  /** When it was opened. Not closed: its process was killed. Torn: of its last record a part alone was written. */
  readonly found: { wasClosed: boolean; wasTorn: boolean; isMetaDamaged: boolean };
  readonly #clock: Clock;
  readonly #data: DataStore;
  readonly #index: IndexStore;
  readonly #files: OpenFiles;
  readonly #place: CapturePlace;
  readonly #found: Found;
  readonly #more: CaptureMeta['more'];
  #checksums: ChecksumWriter;
  readonly #writer: CaptureWriter;
  readonly #checked: CheckedFiles;
  readonly #reader: CaptureReader;
  readonly #followers = new Set<Follower>();
  readonly #relieved = new Set<() => void>();
  readonly #appended = new Set<() => void>();
  #isTelling = false;
  readonly #oldFiles: OldFiles;
  #begin: LogBegin;
  #beginBeforeClear: LogBegin | null = null;
  #limit = Infinity;
  #needed = nothingNeeded;
  /** The limit needs no file of bytes below. */
  #front: Place = 0;
  #shortening: Promise<unknown> | null = null;
  /** It is to be looked at once more. */
  #isLong = false;
  readonly #openedAt: number;
  #closing: Promise<void> | null = null;
  #metaWork: Promise<void> = Promise.resolve();
  #isDirty = false;
  /** Of the clock, as of the last record; null before the first one of this process. */
  #anchor: number | null = null;

  /**
   * Opens the capture in `folder`, which is created if need be. What a killed process tore is cut off. Throws
   * the system's error when the folder cannot be read or written, CAPTURE_NEWER when a later version wrote it. One
   * process at a time may have it open.
   */
  static async open(folder: string, options: CaptureOptions = {}): Promise<Capture> {
    const files = new OpenFiles(folder, openFilesLimit, ...(options.write ? [options.write] : []));
    try {
      const meta = await readMeta(folder);
      const found = await recover(folder, files, meta, { changes: options.isReadOnly !== true });
      const capture = new Capture(folder, options, files, found, meta);
      if (options.isReadOnly === true) return capture;
      capture.#oldFiles.removeBelow(capture.oldest);
      if (!meta.closed || found.wasTorn)
        capture.recordDetail(noStream, { kind: 'note', note: 'capture-ended-early' });
      return capture;
    } catch (error) {
      await files.close();
      throw error;
    }
  }

  private constructor(
    folder: string,
    options: CaptureOptions,
    files: OpenFiles,
    found: Found,
    meta: CaptureMeta,
  ) {
    const { base, gone, more } = meta;
    this.folder = folder;
    this.found = { wasClosed: meta.closed, wasTorn: found.wasTorn, isMetaDamaged: meta.isDamaged };
    this.#clock = options.clock ?? clock;
    this.#files = files;
    this.#data = new DataStore(found.dataEnd);
    this.#index = new IndexStore(found.length);
    this.#oldFiles = new OldFiles(files, this.#data, this.#index, found, {
      source: this,
      baseIsSaved: () => this.#metaWork,
      isClosing: () => this.#closing !== null,
    });
    // A base that was lost, or is of records that were: the log is what the files hold.
    const oldest = Math.max(this.#oldFiles.firstRecord, Math.min(base, found.length));
    this.#openedAt = found.length;
    this.#found = found;
    this.#more = more;
    this.#place = new CapturePlace(folder, options.keepFreeBytes ?? usualKeepFreeBytes, options.room);
    this.#checksums = new ChecksumWriter(files, found.newest);
    this.#checked = new CheckedFiles(files, found.checkedFrom);
    this.#reader = new CaptureReader(this.#data, this.#index, this.#checked);
    this.#begin = beginAt(oldest);
    if (gone !== null && oldest === base) this.#beginAt(keptBegin(gone));
    this.#writer = new CaptureWriter(this.#data, this.#index, files, () => this.#checksums, this.#place, {
      begin: () => this.#beginFiles(),
      written: () => this.#onWritten(),
      relieved: () => this.#onRelieved(),
      quiet: () => this.#rest(),
      recovered: ({ code }) => this.recordDetail(noStream, { kind: 'note', note: 'capture-failed', code }),
    });
  }

  get length(): number {
    return this.#index.length;
  }

  /** First sequence of the log; what is below was cleared. Where a size limit took records, a note says so in the place of the last of them. */
  get cleared(): number {
    return this.oldest - Number(this.#begin.gone !== null);
  }

  /** The same without that note: the oldest record that there is. */
  get oldest(): number {
    return this.#begin.base;
  }

  /** What a size limit took; null where it took nothing. */
  get gone(): LogBegin['gone'] {
    return this.#begin.gone;
  }

  /** The details of the records that opened what was open where the log begins, which went. */
  get openings(): LogBegin['openings'] {
    return this.#begin.openings;
  }

  /** `host:port` of what was open when the record that opened it went. */
  get openPeers(): ReadonlyMap<number, string> {
    return this.#reader.openPeers;
  }

  /** What a crash could not take any more. */
  get safe(): { records: number; bytes: number } {
    return this.#writer.safe;
  }

  /** Its records. */
  get safeLength(): number {
    return this.#index.written;
  }

  /** Behind the last byte stored. */
  get end(): Place {
    return this.#data.end;
  }

  /** Which files have checksums. */
  get checkedFrom(): CheckedFrom {
    return this.#found.checkedFrom;
  }

  /** Why the disk takes nothing at the moment; null while it does. CAPTURE_FULL when no sequence numbers are left. */
  get failure(): Failure | null {
    return this.#writer.failure ?? (this.length < fullRecords ? null : captureFull());
  }

  /** Takes effect with the next write. */
  keepFree(bytes: number): void {
    this.#place.keepFreeBytes = bytes;
  }

  get congested(): boolean {
    return this.#writer.congested;
  }

  /** Bytes that only memory holds, because the disk has not taken them yet. */
  get waitingBytes(): number {
    return this.#writer.waitingBytes;
  }

  /**
   * Bytes of the disk that the log may take, the oldest records go beyond it; Infinity: no limit. Less than
   * `leastCaptureLimit` is that. `needed` is asked before anything goes.
   */
  limitTo(bytes: number, needed = this.#needed): void {
    this.#limit = Math.max(leastCaptureLimit, bytes);
    this.#needed = needed;
    this.#shorten();
  }

  /** What is needed has changed: what had to be left for it may go. */
  shorten(): void {
    this.#shorten();
  }

  get canUndoClear(): boolean {
    return this.#beginBeforeClear !== null;
  }

  /** Bytes of the files, with what is on its way to them. */
  get diskBytes(): number {
    const { firstPlace, firstRecord } = this.#oldFiles;
    return Math.max(0, this.#data.end - firstPlace) + (this.#index.length - firstRecord) * entryBytes;
  }

  store(bytes: Uint8Array): Place {
    const place = this.#data.store(bytes);
    this.#writer.changed();
    return place;
  }

  append(kind: RecordKind, stream: number, place: Place, length: number, time = this.#clock.now()): number {
    if (this.#clock.anchor !== this.#anchor) this.#noteClock();
    if (place + length > this.#data.end) return this.recordDetail(stream, neverStored(place, length), time);
    const sequence = this.#index.length;
    if (sequence >= maxRecords) throw new FailureError(captureFull());
    const named = stream === newStream ? sequence : stream;
    this.#index.append(time, place, length, named, kindNumber(kind));
    this.#writer.changed();
    if (this.#appended.size > 0) this.#tellAppended();
    return sequence;
  }

  record(kind: RecordKind, stream: number, bytes: Uint8Array, time = this.#clock.now()): number {
    return this.append(kind, stream, this.#data.store(bytes), bytes.length, time);
  }

  recordDetail(stream: number, detail: RecordDetail, time = this.#clock.now()): number {
    return this.record(detail.kind, stream, encodeDetail(detail), time);
  }

  read(place: Place, length: number): Promise<Uint8Array> {
    return this.#reader.read(place, length);
  }

  readNow(place: Place, length: number): Uint8Array | null {
    return this.#data.copy(place, length);
  }

  lend(place: Place, length: number): Uint8Array | null {
    return this.#data.lend(place, length);
  }

  giveBack(bytes: Uint8Array): void {
    this.#data.giveBack(bytes);
  }

  onRelieved(listener: () => void): () => void {
    this.#relieved.add(listener);
    if (!this.congested) setImmediate(() => !this.congested && this.#onRelieved());
    return () => this.#relieved.delete(listener);
  }

  /** Calls in the turn after records were appended, once for all of them. Returns a function that ends it. */
  onAppended(listener: () => void): () => void {
    this.#appended.add(listener);
    return () => this.#appended.delete(listener);
  }

  #tellAppended(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    setImmediate(() => {
      this.#isTelling = false;
      for (const listener of [...this.#appended]) listener();
    });
  }

  /** Resolves when all records so far are in the files; rejects with the system's error. */
  flush(): Promise<void> {
    return this.#writer.flush();
  }

  /** Tells `follower` from now on, until it has closed. */
  follow(follower: Follower): void {
    this.#followers.add(follower);
  }

  /** What rows show of these records, which are there; `row` is the number of the first, `base` where the log begins. */
  rows(sequences: readonly number[], row: number, base: number): Promise<Row[]> {
    // What went while it was asked for is told by the note in its place.
    const there = sequences.map((sequence) =>
      this.gone === null ? sequence : Math.max(this.cleared, sequence),
    );
    return this.#reader.rows(there, row, base);
  }

  /** As `wholeRows` of `CaptureReader`. */
  wholeRows(sequences: readonly number[], row: number, room: Uint8Array): Promise<UntimedRow[] | null> {
    return this.#reader.wholeRows(sequences, row, room);
  }

  /** Blocks `first` to `first + count - 1`, all of one file, as they lie there. Never rejects: a page tells what is wrong with it. */
  pages(set: FileSet, first: number, count: number): Promise<Page[]> {
    return this.#checked.pages(set, first, count);
  }

  /** Of the oldest file that is still there: its first byte. */
  firstByte(set: FileSet): number {
    const { firstPlace, firstRecord } = this.#oldFiles;
    return set === dataFiles ? firstPlace : firstRecord * entryBytes;
  }

  /** The entries of single sequences that there are, in the order asked; see `Entries.isDamaged`. */
  gather(sequences: readonly number[]): Promise<{ entries: Entries }> {
    for (const sequence of sequences) this.#requireRecord(sequence);
    return this.#reader.gather(sequences);
  }

  /** `host:port` of each connection's peer; '' for none, and where the record that opened it is gone. */
  peers(streams: readonly number[]): Promise<string[]> {
    return this.#reader.peers(streams);
  }

  /** Index entries `from` to `from + count - 1`; throws RangeError where there are none. */
  entries(from: number, count: number, room?: Uint8Array): Promise<Entries> {
    this.#requireRecord(from);
    if (count > 0) this.#requireRecord(from + count - 1);
    return this.#reader.entries(from, count, room);
  }

  /** Throws INVALID_ARGUMENT for a sequence that the log does not have. */
  async info(sequence: number): Promise<Omit<RecordInfo, 'before'>> {
    this.#requireRecord(sequence);
    const first = this.#oldFiles.firstRecord;
    const { entries, kind, preview } = await this.#reader.shown(sequence);
    const before = (await this.#reader.gather([Math.max(first, sequence - 1)])).entries;
    const stream = entries.stream(0);
    const hasOpening = stream !== noStream && stream >= Math.max(first, this.oldest) && stream < this.length;
    const opening = hasOpening ? (await this.#reader.gather([stream])).entries : null;
    return {
      sequence,
      time: entries.time(0),
      previousTime: sequence > this.cleared && !before.isDamaged(0) ? before.time(0) : null,
      kind: kindOf(kind),
      connection: stream,
      length: entries.length(0),
      detail: decodeDetail(kindOf(kind), preview),
      opening: await this.opening(stream),
      openingTime: opening === null || opening.isDamaged(0) ? null : opening.time(0),
    };
  }

  /** What the record said that opened this connection, which the limit may have taken since; null where that is not known. */
  async opening(stream: number): Promise<RecordDetail | null> {
    const kept = this.#begin.openings.get(stream);
    if (kept !== undefined) return decodeDetail('opened', kept);
    const from = this.gone === null ? this.#oldFiles.firstRecord : this.oldest;
    return stream >= from && stream < this.length ? this.#reader.detail(stream).catch(() => null) : null;
  }

  /**
   * Bytes `offset` to `offset + length - 1` of a payload, fewer at its end. Throws INVALID_ARGUMENT as `info` does, and
   * what is wrong with bytes that cannot be relied on.
   */
  async payload(sequence: number, offset: number, length: number): Promise<Uint8Array> {
    this.#requireRecord(sequence);
    const { entries, damages } = await this.#reader.gather([sequence]);
    const damage = damages.get(0);
    if (damage !== undefined) throw new DamageError(damage);
    const rest = Math.max(0, Math.min(length, entries.length(0) - offset));
    return this.#reader.read(entries.place(0) + offset, rest);
  }

  /** Empties the log; `undoClear` brings it back until the next `clear`, `purge` or `open`. */
  clear(): void {
    this.#beginBeforeClear = this.#begin;
    this.#setBegin(beginAt(this.length));
  }

  /** For a copy of a log, whose first record tells what a size limit took of that. */
  goOnFrom(gone: Gone, openings: LogBegin['openings']): void {
    this.#setBegin({ base: 1, gone, openings });
  }

  /** Throws TOO_LATE when there is nothing to bring back. */
  undoClear(): void {
    const begin = this.#beginBeforeClear;
    if (begin === null) throw new FailureError({ code: 'TOO_LATE' });
    this.#beginBeforeClear = null;
    this.#setBegin(begin);
  }

  /**
   * Makes the last `clear` final and removes, in the background, the files that no record of the log needs. To be called
   * when no message that was stored before the clear waits to be sent.
   */
  purge(): void {
    this.#beginBeforeClear = null;
    this.#oldFiles.removeBelow(this.oldest);
  }

  /** Writes what waits and closes every file. Idempotent; rejects with the system's error when the disk takes no more. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      await Promise.all([
        ...[...this.#followers].map((follower) => follower.closing?.()),
        this.#shortening,
        this.#oldFiles.removed,
      ]);
      await this.#writer.close();
      // What could not be saved before is saved now, or this one fails.
      await this.#metaWork.catch(() => undefined);
      if (this.#isDirty) await this.#writeMeta(true);
    } finally {
      await this.#files.close();
    }
  }

  /** Between the last record by the old time and the first by the new one. */
  #noteClock(): void {
    const { anchor } = this.#clock;
    const byMs = this.#anchor === null ? 0 : anchor - this.#anchor;
    this.#anchor = anchor;
    if (byMs !== 0) this.recordDetail(noStream, { kind: 'note', note: 'clock-stepped', byMs });
  }

  #requireRecord(sequence: number): void {
    const { firstRecord } = this.#oldFiles;
    const isGone = this.gone !== null && sequence >= 0 && sequence < this.cleared;
    const isThere = sequence >= firstRecord || sequence === this.cleared;
    if (Number.isInteger(sequence) && isThere && !isGone && sequence < this.length) return;
    if (isGone) throw new FailureError({ code: 'RECORD_GONE', subject: '' });
    throw new FailureError({ code: 'INVALID_ARGUMENT', subject: 'sequence' });
  }

  /** Marks the folder as in use before the first write, and opens the files while descriptors are to be had. */
  async #beginFiles(): Promise<void> {
    const written = { data: this.#data.written, index: this.#index.written * entryBytes };
    // A new one may have lost its folder with nothing in it; that of any other is somewhere else.
    if (written.index === 0) await mkdir(this.folder, { mode: 0o700 }).catch(unlessThere);
    for (const set of [dataFiles, indexFiles]) {
      const number = Math.floor(written[set.prefix] / set.fileBytes);
      await this.#files.ensure(set.name(number), written[set.prefix] - number * set.fileBytes);
      await this.#files.ensure(set.sums(number), 0);
    }
    await this.#sealOld();
    await this.#saveMeta();
  }

  /** A capture of before there were checksums gets them from its newest files on, in which it goes on. */
  async #sealOld(): Promise<void> {
    const { checkedFrom } = this.#found;
    if (checkedFrom.data !== Infinity) return;
    const newest = {
      data: await this.#seal(dataFiles, this.#data.written),
      index: await this.#seal(indexFiles, this.#index.written * entryBytes),
    };
    this.#checksums = new ChecksumWriter(this.#files, newest);
    checkedFrom.data = Math.floor(this.#data.written / segmentBytes);
    checkedFrom.index = Math.floor(this.#index.written / blockEntries);
  }

  async #seal(set: FileSet, end: number): Promise<Slot | null> {
    const number = Math.floor(end / set.fileBytes);
    const start = number * set.fileBytes;
    if (end === start) return null;
    const bytes = new Uint8Array(end - start);
    await this.#files.read(set.name(number), bytes, 0);
    // A checksum over a damaged entry would vouch for it.
    if (set === indexFiles && markUnsound(bytes, this.#found.checkedFrom.end))
      await this.#files.writeAll(set.name(number), bytes, 0);
    const slots = slotsFor(set, null, start, bytes);
    await this.#files.writeAll(set.sums(number), slots.bytes, 0);
    return slots.newest;
  }

  #writeMeta(closed: boolean): Promise<void> {
    const { checkedFrom } = this.#found;
    const { base } = this.#begin;
    return writeMeta(this.folder, {
      base,
      closed,
      checkedFrom,
      gone: goneToKeep(this.#begin),
      more: this.#more,
    });
  }

  #saveMeta(): Promise<void> {
    this.#isDirty = true;
    const save = (): Promise<void> => this.#writeMeta(false);
    this.#metaWork = this.#metaWork.then(save, save);
    return this.#metaWork;
  }

  /** The oldest records go, step by step, as soon as the log takes more than it may. */
  #shorten(): void {
    this.#isLong = this.#limit !== Infinity && this.#found.checkedFrom.data !== Infinity;
    if (this.#shortening !== null || !this.#isLong || this.#closing !== null) return;
    const work = async (): Promise<void> => {
      while (this.#isLong && this.#closing === null) {
        this.#isLong = false;
        await this.#shortenOnce();
      }
    };
    // An index that cannot be read now may be the next time.
    const done = (): null => (this.#shortening = null);
    this.#shortening = work().then(done, done);
  }

  async #shortenOnce(): Promise<void> {
    const isCleared = this.#beginBeforeClear !== null;
    const before = this.#beginBeforeClear ?? this.#begin;
    const isWanted = (): boolean =>
      this.#closing === null && before === (this.#beginBeforeClear ?? this.#begin);
    const { safeLength: length, oldest } = this;
    const source = { length, entries: this.entries.bind(this), read: this.read.bind(this) };
    const found = await shortened(source, before, {
      ...{ limit: this.#limit, end: this.#data.end, front: Math.max(this.#front, this.#oldFiles.firstPlace) },
      // The newest stays. What was cleared is apart from what came since.
      below: Math.min(length - 1, this.#needed.sequence(), isCleared ? oldest : Infinity),
      last: isCleared ? oldest : Infinity,
      ...{ openedAt: this.#openedAt, isWanted },
    });
    // Somebody may have asked for it meanwhile.
    const isFree = found !== null && found.begin.base <= this.#needed.sequence();
    if (isFree && isWanted()) this.#takeOldest(found.begin, found.front);
  }

  #takeOldest(begin: LogBegin, front: Place): void {
    this.#front = front;
    if (this.#beginBeforeClear === null) {
      this.#beginAt(begin);
      this.#saveMeta().catch(() => undefined);
      for (const follower of this.#followers) follower.shortened?.();
    } else this.#beginBeforeClear = begin.base < this.oldest ? begin : null;
    this.#oldFiles.removeBelow(begin.base, () => this.#needed.place());
  }

  /** What went is a note in the place of its last record, which is nowhere but in memory. */
  #beginAt(begin: LogBegin): void {
    this.#begin = begin;
    const { base, gone, openings } = begin;
    this.#reader.rememberOpen(openings, gone === null ? 0 : base);
    const detail = gone && encodeDetail(goneDetail(gone)).slice();
    const entry = gone && goneEntry(detail!, gone.time);
    this.#index.pin(entry && { sequence: base - 1, bytes: entry.bytes });
    this.#data.pin(entry && { place: entry.place, bytes: detail! });
  }

  #setBegin(begin: LogBegin): void {
    this.#beginAt(begin);
    // A disk that cannot take this takes no records either, and says so as `failure`; the log is empty meanwhile.
    this.#saveMeta().catch(() => undefined);
    for (const follower of this.#followers) follower.rebased?.();
  }

  #rest(): void {
    this.#data.rest();
    this.#index.rest();
    this.#reader.rest();
    this.#files.rest();
  }

  #onWritten(): void {
    this.#shorten();
    for (const follower of this.#followers) follower.written?.();
  }

  #onRelieved(): void {
    const listeners = [...this.#relieved];
    this.#relieved.clear();
    for (const listener of listeners) listener();
  }
}

const unlessThere = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'EEXIST') throw error;
};

const goneToKeep = ({ base, gone, openings }: LogBegin): CaptureMeta['gone'] =>
  gone && {
    base,
    ...gone,
    openings: [...openings].map(([stream, detail]) => [stream, Buffer.from(detail).toString()]),
  };

const keptBegin = ({ base, records, bytes, time, openings }: KeptGone): LogBegin => ({
  base,
  gone: { records, bytes, time },
  openings: new Map(openings.map(([stream, detail]) => [stream, Buffer.from(detail)])),
});

/** In the place of a record that names bytes which are nowhere, and which the files would wait for in vain. */
const neverStored = (place: Place, length: number): RecordDetail => {
  const file = Math.floor(place / segmentBytes);
  const from = place - file * segmentBytes;
  const [code, name] = ['BYTES_MISSING', dataFiles.name(file)];
  return { kind: 'note', note: 'damaged', code, file: name, from, end: from + length, records: null };
};

const captureFull = (): Failure => ({ ...failed('CAPTURE_FULL'), subject: '' });
