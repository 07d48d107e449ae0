/** Looks for text in a capture's files, in a worker: the thread that owns the sockets never searches. */
import { Worker } from 'node:worker_threads';
import { failureOf, type Failure } from '../../../shared/failure.ts';

/** Where a text search looks and for what; `text` as `shared/filter.ts` reads it. */
export type SearchQuery = { kinds: boolean[]; connection: number | null; text: string };
export type SearchSetup = { folder: string; query: SearchQuery };
export type SearchRequest = { run: number; from: number; to: number };
/** `found` rises; all below `scannedTo` was looked at. */
export type SearchAnswer = { run: number; found: Uint32Array; scannedTo: number };

/** A worker that says nothing for so long is stuck in a regular expression. */
const silenceMs = 10_000;

type Source = { folder: string; workers: URL; cleared: number };

export class TextSearch {
  readonly #source: Source;
  readonly #query: SearchQuery;
  readonly #onFound: (found: Uint32Array, scannedTo: number) => void;
  #worker: Worker | null = null;
  #failure: Failure | null = null;
  /** Changes when the log was cleared: answers of an earlier run are of another log. */
  #run = 0;
  #askedTo: number;
  #scannedTo: number;
  #watchdog: NodeJS.Timeout | null = null;

  constructor(source: Source, query: SearchQuery, onFound: (found: Uint32Array, scannedTo: number) => void) {
    this.#source = source;
    this.#query = query;
    this.#onFound = onFound;
    this.#askedTo = this.#scannedTo = source.cleared;
  }

  get failure(): Failure | null {
    return this.#failure;
  }

  /** Looks at the records that are in the files and were not looked at yet. */
  scanTo(sequence: number): void {
    if (this.#failure !== null || sequence <= this.#askedTo) return;
    this.#worker ??= this.#start();
    const request: SearchRequest = { run: this.#run, from: this.#askedTo, to: sequence };
    this.#askedTo = sequence;
    this.#worker.postMessage(request);
    this.#watch();
  }

  restart(from: number): void {
    this.#run++;
    this.#askedTo = this.#scannedTo = from;
    this.#stopWatch();
  }

  close(): void {
    this.#stopWatch();
    void this.#worker?.terminate();
    this.#worker = null;
  }

  #start(): Worker {
    const { folder, workers } = this.#source;
    const workerData: SearchSetup = { folder, query: this.#query };
    const worker = new Worker(new URL('search-worker.js', workers), { workerData });
    worker.on('message', (answer: SearchAnswer) => this.#onAnswer(answer));
    worker.on('error', (error) => this.#fail(failureOf(error)));
    return worker;
  }

  #onAnswer({ run, found, scannedTo }: SearchAnswer): void {
    if (run !== this.#run) return;
    this.#scannedTo = scannedTo;
    if (scannedTo < this.#askedTo) this.#watch();
    else this.#stopWatch();
    this.#onFound(found, scannedTo);
  }

  #watch(): void {
    this.#stopWatch();
    this.#watchdog = setTimeout(() => {
      const message = `The search takes too long at record ${this.#scannedTo}.`;
      this.#fail({ code: 'INVALID_FILTER', message, subject: 'text' });
    }, silenceMs);
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
