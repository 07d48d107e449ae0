/** Looks for text in a capture's files, in a worker: the thread that owns the sockets never searches. */
import { Worker } from 'node:worker_threads';
import { failureOf, type Failure } from '../../../shared/failure.ts';
import type { CheckedFrom } from './checked-files.ts';

/** Where a text search looks and for what; `text` as `shared/filter.ts` reads it. */
export type SearchQuery = { kinds: boolean[]; connection: number | null; text: string };
export type SearchSetup = { folder: string; query: SearchQuery; checkedFrom: CheckedFrom };
export type SearchRequest = { run: number; from: number; to: number };
/** `found` rises; all below `scannedTo` was looked at. */
export type SearchAnswer = { run: number; found: Uint32Array; scannedTo: number; failure: Failure | null };

/** A worker that says nothing for so long is stuck in a regular expression. */
export const usualSilenceMs = 10_000;

type Source = {
  folder: string;
  workers: URL;
  cleared: number;
  searchSilenceMs: number;
  checkedFrom: CheckedFrom;
};

export class TextSearch {
  readonly #source: Source;
  readonly #query: SearchQuery;
  readonly #onFound: (found: Uint32Array, scannedTo: number) => void;
  #worker: Worker | null = null;
  #failure: Failure | null = null;
  /** Changes when the log was cleared: answers of an earlier run are of another log. */
  #run = 0;
  #wantedTo: number;
  /** The worker has one request at a time: what a stuck one is asked does not pile up. */
  #askedTo: number;
  #scannedTo: number;
  #watchdog: NodeJS.Timeout | null = null;
  #ending: Promise<unknown> = Promise.resolve();

  constructor(source: Source, query: SearchQuery, onFound: (found: Uint32Array, scannedTo: number) => void) {
    this.#source = source;
    this.#query = query;
    this.#onFound = onFound;
    this.#wantedTo = this.#askedTo = this.#scannedTo = source.cleared;
  }

  get failure(): Failure | null {
    return this.#failure;
  }

  /** Looks at the records that are in the files and were not looked at yet. */
  scanTo(sequence: number): void {
    if (this.#failure !== null) return;
    this.#wantedTo = sequence;
    if (this.#scannedTo === this.#askedTo) this.#ask();
  }

  restart(from: number): void {
    this.#run++;
    this.#wantedTo = this.#askedTo = this.#scannedTo = from;
    this.#stopWatch();
  }

  close(): void {
    this.#stopWatch();
    if (this.#worker !== null) this.#ending = this.#worker.terminate();
    this.#worker = null;
  }

  /** Resolves when, after `close`, the worker and its descriptors are gone. */
  async ended(): Promise<void> {
    await this.#ending;
  }

  #ask(): void {
    if (this.#wantedTo <= this.#askedTo) return;
    this.#worker ??= this.#start();
    const request: SearchRequest = { run: this.#run, from: this.#askedTo, to: this.#wantedTo };
    this.#askedTo = this.#wantedTo;
    this.#worker.postMessage(request);
    this.#watch();
  }

  #start(): Worker {
    const { folder, workers, checkedFrom } = this.#source;
    const workerData: SearchSetup = { folder, query: this.#query, checkedFrom };
    const worker = new Worker(new URL('search-worker.js', workers), { workerData });
    worker.on('message', (answer: SearchAnswer) => this.#onAnswer(answer));
    worker.on('error', (error) => this.#fail(failureOf(error)));
    return worker;
  }

  #onAnswer({ run, found, scannedTo, failure }: SearchAnswer): void {
    if (run !== this.#run || this.#worker === null) return;
    if (failure !== null) return this.#fail(failure);
    this.#scannedTo = scannedTo;
    if (scannedTo < this.#askedTo) this.#watch();
    else this.#stopWatch();
    this.#onFound(found, scannedTo);
    if (scannedTo === this.#askedTo) this.#ask();
  }

  #watch(): void {
    this.#stopWatch();
    this.#watchdog = setTimeout(() => {
      const message = `The search takes too long at record ${this.#scannedTo}.`;
      this.#fail({ code: 'FILTER_TOO_SLOW', message, subject: 'text' });
    }, this.#source.searchSilenceMs);
  }

  #stopWatch(): void {
    if (this.#watchdog !== null) clearTimeout(this.#watchdog);
    this.#watchdog = null;
  }

  #fail(failure: Failure): void {
    this.#failure = failure;
    this.close();
  }
}
