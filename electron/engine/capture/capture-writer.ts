/** Brings a capture to its files: data first, then the index entries that name them, as much at a time as waits. */
import { failureOf, type Failure } from '../../../shared/failure.ts';
import type { DataStore } from './data-store.ts';
import { dataFile, entryBytes, indexFile } from './format.ts';
import type { IndexStore } from './index-store.ts';
import type { OpenFiles } from './open-files.ts';

/** Longest that a record waits in memory while little happens. */
const restMs = 80;
/** So much waiting is written at once. */
const enoughBytes = 1024 * 1024;
/** Largest single write: memory is free again soon after. */
const writeBytes = 4 * 1024 * 1024;
/** Memory that may wait for the disk before sockets must pause, and when they may go on. */
const highWaterBytes = 64 * 1024 * 1024;
const lowWaterBytes = 24 * 1024 * 1024;
const retryMs = 1000;

export type WriterEvents = {
  /** Before anything is written for the first time. */
  begin(): Promise<void>;
  /** More records are in the files. */
  written(): void;
  relieved(): void;
  /** The disk takes bytes again after `failure`. */
  recovered(failure: Failure): void;
};

export class CaptureWriter {
  readonly #data: DataStore;
  readonly #index: IndexStore;
  readonly #files: OpenFiles;
  readonly #events: WriterEvents;
  #timer: NodeJS.Timeout | null = null;
  #work: Promise<void> | null = null;
  #hasBegun = false;
  #isClosing = false;
  #failure: Failure | null = null;
  #isCongested = false;

  constructor(data: DataStore, index: IndexStore, files: OpenFiles, events: WriterEvents) {
    this.#data = data;
    this.#index = index;
    this.#files = files;
    this.#events = events;
  }

  get failure(): Failure | null {
    return this.#failure;
  }

  get congested(): boolean {
    return this.#isCongested;
  }

  /** To be called after every change of the stores; cheap. */
  changed(): void {
    const waiting = this.#waitingBytes;
    if (waiting >= highWaterBytes) this.#isCongested = true;
    if (this.#work !== null || this.#failure !== null) return;
    if (waiting >= enoughBytes) this.#start();
    else this.#timer ??= setTimeout(() => this.#start(), restMs);
  }

  /** Resolves when all that is stored now is in the files; rejects with the system's error. */
  async flush(): Promise<void> {
    if (this.#work !== null) await this.#work;
    if (this.#waitingBytes === 0 || this.#failure !== null) return this.#throwFailure();
    this.#start();
    await this.#work;
    this.#throwFailure();
  }

  /** One last attempt; after it nothing is written. */
  async close(): Promise<void> {
    this.#isClosing = true;
    if (this.#work !== null) await this.#work;
    this.#stopTimer();
    if (this.#waitingBytes > 0) {
      this.#failure = null;
      this.#start();
      await this.#work;
    }
    this.#stopTimer();
    this.#throwFailure();
  }

  get #waitingBytes(): number {
    return this.#data.end - this.#data.written + (this.#index.length - this.#index.written) * entryBytes;
  }

  #throwFailure(): void {
    if (this.#failure !== null)
      throw Object.assign(new Error(this.#failure.message), { code: this.#failure.code });
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #start(): void {
    this.#stopTimer();
    this.#work ??= this.#writeAll().finally(() => {
      this.#work = null;
      if (this.#failure === null && !this.#isClosing && this.#waitingBytes > 0) this.changed();
    });
  }

  async #writeAll(): Promise<void> {
    const before = this.#failure;
    try {
      if (!this.#hasBegun) await this.#events.begin();
      this.#hasBegun = true;
      do await this.#writeOnce();
      while (this.#waitingBytes >= enoughBytes);
      this.#failure = null;
    } catch (error) {
      this.#failure = failureOf(error);
      // Sockets pause at once: memory is all there is until the disk takes bytes again.
      this.#isCongested = true;
      if (!this.#isClosing) this.#timer = setTimeout(() => this.#start(), retryMs);
      return;
    }
    if (before !== null) this.#events.recovered(before);
    this.#relieve();
  }

  async #writeOnce(): Promise<void> {
    // Entries below `records` name only bytes below `data.end` as it is now.
    const records = this.#index.length;
    const end = this.#data.end;
    while (this.#data.written < end) {
      const { segment, position, bytes } = this.#data.unwritten(writeBytes)!;
      this.#data.confirm(await this.#files.write(dataFile(segment), bytes, position));
      this.#relieve();
    }
    for (let next = this.#index.unwritten(records); next !== null; next = this.#index.unwritten(records)) {
      const { block, position, bytes, count } = next;
      for (let done = 0; done < bytes.length;)
        done += await this.#files.write(indexFile(block), bytes.subarray(done), position + done);
      this.#index.confirm(count);
    }
    this.#events.written();
  }

  #relieve(): void {
    if (!this.#isCongested || this.#failure !== null || this.#waitingBytes > lowWaterBytes) return;
    this.#isCongested = false;
    this.#events.relieved();
  }
}
