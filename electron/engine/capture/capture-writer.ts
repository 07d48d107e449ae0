/**
 * Brings a capture to its files: data, then their checksums, then the index entries that name them, then theirs, as much
 * at a time as waits. Only then, and when it is where its path says, it counts as written.
 */
import { FailureError, type Failure } from '../../../shared/failure.ts';
import { monotonic } from '../clock.ts';
import type { CapturePlace } from './capture-place.ts';
import type { ChecksumWriter } from './checksum-writer.ts';
import type { DataStore } from './data-store.ts';
import { dataFiles, entryBytes, fullRecords, indexFiles, type FileSet } from './format.ts';
import type { IndexStore } from './index-store.ts';
import type { OpenFiles } from './open-files.ts';
import type { Place } from './recorder.ts';

/** Longest that a record waits in memory while little happens. */
const restMs = 80;
/** So much waiting is written at once: each write brings five small ones along, which cost more than a tenth at a quarter of it. */
const enoughBytes = 4 * 1024 * 1024;
/** Largest single write: memory is free again soon after. */
const writeBytes = 4 * 1024 * 1024;
/** Or as much as the disk takes in this time: what a write brings along waits its turn behind all that the thread does. */
const writeMs = 32;
/** Shorter writes tell how long a call takes, not how fast the disk is. */
const measuredBytes = 256 * 1024;
/** The same of index entries: a killed process leaves so much without a checksum, and no more. */
const writeIndexBytes = 8 * indexFiles.checkBytes;
/** What waits is lost when the process is killed: no more than the disk takes in this time may wait. */
const mostWaitingMs = 300;
/** Memory that may wait for the disk before sockets must pause, whatever its speed. */
const leastHighWaterBytes = 8 * 1024 * 1024;
/** What a process that is killed loses at most, beside what comes before its sockets pause. */
export const mostWaitingBytes = 64 * 1024 * 1024;
/** Weight of the newest write in the disk's speed. */
const newestWeight = 0.2;
const retryMs = 1000;
/** How often a capture that writes nothing looks whether its files are still there. */
const watchMs = 1000;
/** So long without a record is a quiet time, in which memory and descriptors are given back. */
const quietMs = 2000;

export type WriterEvents = {
  /** Before anything is written for the first time. */
  begin(): Promise<void>;
  /** More records are in the files. */
  written(): void;
  relieved(): void;
  /** The disk takes bytes again after `failure`. */
  recovered(failure: Failure): void;
  /** All is in the files, and nothing came for a while. */
  quiet(): void;
};

/** Somebody waits until so much is in the files. */
type Flush = { records: number; end: Place; resolve: () => void; reject: (error: Error) => void };

export class CaptureWriter {
  readonly #data: DataStore;
  readonly #index: IndexStore;
  readonly #files: OpenFiles;
  readonly #checksums: () => ChecksumWriter;
  readonly #place: CapturePlace;
  readonly #events: WriterEvents;
  #timer: NodeJS.Timeout | null = null;
  #quietTimer: NodeJS.Timeout | null = null;
  #watchTimer: NodeJS.Timeout | null = null;
  #work: Promise<void> | null = null;
  #flushes: Flush[] = [];
  #hasBegun = false;
  #isClosing = false;
  #failure: Failure | null = null;
  #isCongested = false;
  /** 0: not known yet. */
  #bytesPerMs = 0;
  #highWaterBytes = mostWaitingBytes;

  /** `checksums` are there when `events.begin` has resolved. */
  constructor(
    data: DataStore,
    index: IndexStore,
    files: OpenFiles,
    checksums: () => ChecksumWriter,
    place: CapturePlace,
    events: WriterEvents,
  ) {
    this.#data = data;
    this.#index = index;
    this.#files = files;
    this.#checksums = checksums;
    this.#place = place;
    this.#events = events;
  }

  get failure(): Failure | null {
    if (this.#failure === null) return null;
    return { ...this.#failure, safe: this.safe };
  }

  /** What is in the files. */
  get safe(): { records: number; bytes: number } {
    return { records: this.#index.written, bytes: this.#data.written };
  }

  get congested(): boolean {
    return this.#isCongested;
  }

  /** To be called after every change of the stores; cheap. */
  changed(): void {
    const waiting = this.waitingBytes;
    if (waiting >= this.#highWaterBytes || this.#index.length >= fullRecords) this.#isCongested = true;
    if (this.#work !== null || this.#failure !== null || this.#isClosing) return;
    if (waiting >= enoughBytes) this.#start();
    else this.#timer ??= setTimeout(() => this.#start(), restMs);
  }

  /** Resolves when all that is stored now is in the files, whatever comes meanwhile; rejects with the system's error. */
  flush(): Promise<void> {
    if (this.waitingBytes === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#flushes.push({ records: this.#index.length, end: this.#data.end, resolve, reject });
      this.#start();
    });
  }

  /** One last attempt; after it nothing is written. */
  async close(): Promise<void> {
    this.#isClosing = true;
    if (this.#watchTimer !== null) clearTimeout(this.#watchTimer);
    if (this.#work !== null) await this.#work;
    // The attempt may end a failure, which is one more record to write.
    while (this.waitingBytes > 0) {
      this.#start();
      await this.#work;
      if (this.#failure !== null) break;
    }
    this.#stopTimer();
    this.#throwFailure();
  }

  /** Not yet in the files: in memory alone. */
  get waitingBytes(): number {
    return this.#data.end - this.#data.written + (this.#index.length - this.#index.written) * entryBytes;
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw new FailureError(this.#failure);
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#quietTimer !== null) clearTimeout(this.#quietTimer);
    this.#timer = this.#quietTimer = null;
  }

  #start(): void {
    this.#stopTimer();
    this.#work ??= this.#writeAll().finally(() => {
      this.#work = null;
      if (this.#failure !== null || this.#isClosing) return;
      if (this.#flushes.length > 0) this.#start();
      else if (this.waitingBytes > 0) this.changed();
      else this.#quietTimer = setTimeout(() => this.#onQuiet(), quietMs).unref();
    });
  }

  #onQuiet(): void {
    this.#quietTimer = null;
    if (this.waitingBytes === 0) this.#events.quiet();
  }

  async #writeAll(): Promise<void> {
    const before = this.#failure;
    try {
      if (!this.#hasBegun) await this.#events.begin();
      if (!this.#hasBegun) this.#watch();
      this.#hasBegun = true;
      // Whoever took the files away may have put others in their place.
      if (before !== null) await this.#requireFiles();
      do await this.#writeOnce();
      while (this.waitingBytes >= enoughBytes);
      this.#failure = null;
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (before !== null) this.#events.recovered(before);
    this.#relieve();
  }

  #fail(error: unknown): void {
    this.#stopTimer();
    this.#failure = this.#place.failureOf(error).failure;
    // The next attempt opens what lies in the folder then.
    this.#files.rest();
    for (const { reject } of this.#flushes.splice(0)) reject(new FailureError(this.#failure));
    // Sockets pause at once: memory is all there is until the disk takes bytes again.
    this.#isCongested = true;
    if (!this.#isClosing) this.#timer = setTimeout(() => this.#start(), retryMs);
  }

  /** Between two writes nobody else would notice that the files are gone. One look at a time: a dead network's may hang. */
  #watch(): void {
    this.#watchTimer = setTimeout(() => {
      void this.#look().then(() => this.#isClosing || this.#watch());
    }, watchMs).unref();
  }

  async #look(): Promise<void> {
    if (!this.#isIdle) return;
    try {
      await this.#place.requireFile(indexFiles, this.#index.written * entryBytes);
    } catch (error) {
      // A write that began meanwhile finds out by itself.
      if (this.#isIdle) this.#fail(error);
    }
  }

  get #isIdle(): boolean {
    return this.#work === null && this.#failure === null && !this.#isClosing;
  }

  async #writeOnce(): Promise<void> {
    const end = this.#data.end;
    while (this.#data.written < end) {
      const { segment, position, bytes } = this.#data.unwritten(this.#mostAtOnce)!;
      const startedAt = monotonic();
      const written = await this.#write(dataFiles, segment, position, bytes);
      this.#measure(written, monotonic() - startedAt);
      this.#data.confirm(written);
      this.#relieve();
      // After each piece: else a process killed while a slow disk takes all that waits would lose all of it.
      await this.#writeIndex();
    }
    await this.#writeIndex();
    this.#settleFlushes();
    this.#events.written();
  }

  /** Whole pieces, so that what is written begins on the border of a page. */
  get #mostAtOnce(): number {
    return writeBytes * Math.max(1, Math.floor((this.#bytesPerMs * writeMs) / writeBytes));
  }

  /** Writes the entries whose bytes are in the files, and no other. */
  async #writeIndex(): Promise<void> {
    const records = this.#index.lengthWithin(this.#data.written);
    for (let next = this.#index.unwritten(records); next !== null; next = this.#index.unwritten(records)) {
      const { block, position, bytes } = next;
      for (let done = 0; done < bytes.length;) {
        const part = bytes.subarray(done, done + writeIndexBytes);
        done += await this.#write(indexFiles, block, position + done, part, part.length);
        this.#index.confirm(part.length / entryBytes);
      }
    }
  }

  /** Resolves to the bytes written, at least `least`, which are in their place and have their checksums. */
  async #write(set: FileSet, file: number, position: number, bytes: Uint8Array, least = 1): Promise<number> {
    // What waits when all ends is little, and would be lost.
    if (!this.#isClosing) await this.#place.requireRoom(bytes.length);
    const place = file * set.fileBytes + position;
    let done = this.#files.write(set.name(file), bytes, position);
    // This thread sums up while the disk writes; most writes take all of it.
    const whole = this.#checksums().sum(set, place, bytes);
    let written = 0;
    while ((written += await done) < least)
      done = this.#files.write(set.name(file), bytes.subarray(written), position + written);
    const sums =
      written === bytes.length ? whole : this.#checksums().sum(set, place, bytes.subarray(0, written));
    // Both are over before one's failure is told: nothing is under way any more when it is tried again.
    const beside = [this.#checksums().write(set, sums), this.#place.requireFile(set, place + written)];
    await Promise.allSettled(beside);
    await Promise.all(beside);
    this.#checksums().confirm(set, sums);
    return written;
  }

  async #requireFiles(): Promise<void> {
    await this.#place.requireFile(dataFiles, this.#data.written);
    await this.#place.requireFile(indexFiles, this.#index.written * entryBytes);
  }

  #settleFlushes(): void {
    const isDone = ({ records, end }: Flush): boolean =>
      this.#index.written >= records && this.#data.written >= end;
    const done = this.#flushes.filter(isDone);
    this.#flushes = this.#flushes.filter((flush) => !isDone(flush));
    for (const { resolve } of done) resolve();
  }

  /** Learns the disk's speed. */
  #measure(bytes: number, ms: number): void {
    if (bytes < measuredBytes) return;
    const speed = bytes / Math.max(ms, 0.1);
    const before = this.#bytesPerMs || speed;
    this.#bytesPerMs = before + (speed - before) * newestWeight;
    const room = this.#bytesPerMs * mostWaitingMs;
    this.#highWaterBytes = Math.min(mostWaitingBytes, Math.max(leastHighWaterBytes, room));
  }

  #relieve(): void {
    if (!this.#isCongested || this.#failure !== null || this.waitingBytes > this.#highWaterBytes / 2) return;
    if (this.#index.length >= fullRecords) return;
    this.#isCongested = false;
    this.#events.relieved();
  }
}
