/** The few threads that search for all views of an engine, each view in its turn. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { AnnotatedRecord } from '../../../shared/annotations.ts';
import { failed, failureOf, type Failure } from '../../../shared/failure.ts';
import type { MessageDecoding } from '../../../shared/decoding/choice.ts';
import type { EncodingId } from '../../../shared/encodings/encodings.ts';
import type { ShownEncodings } from '../../../shared/encodings/shown.ts';
import type { Expression } from '../../../shared/filter/found.ts';
import type { PeerNames } from '../../../shared/peer-names.ts';
import type { CheckedFrom } from '../capture/checked-files.ts';

/** Where a text search looks and for what; `text` as `shared/filter/filter.ts` reads it, in sentences of `language`. */
export type SearchQuery = {
  connection: number | null;
  text: string;
  language: string;
  encodings: ShownEncodings;
  peerNames: PeerNames | null;
  decoding?: MessageDecoding | undefined;
  /** Where the log begins. */
  base: number;
};
/** Gets one answer, of a part that may be short of `to`. */
export type SearchRequest = {
  folder: string;
  checkedFrom: CheckedFrom;
  /** Of connections whose opening the size limit took. */
  openPeers: ReadonlyMap<number, string>;
  query: SearchQuery;
  /** What was said of these records, where the query asks for it. */
  annotations: readonly AnnotatedRecord[];
  from: number;
  to: number;
};
/** Where an expression matches in these bytes, which are of a record and those behind it; as `expressionPlaces`. */
export type ExpressionRequest = {
  expression: Expression;
  encoding: EncodingId;
  bytes: Uint8Array;
  sequence: number;
  from: number;
  before: number;
  most: number;
};
export type PoolRequest = SearchRequest | ExpressionRequest;
/** `found` rises, of an expression in turn with lengths; all below `scannedTo` was looked at. */
export type SearchAnswer = { found: Uint32Array; scannedTo: number; failure: Failure | null };

export type SearchPoolOptions = {
  /**
   * Default: as many as there are processors, up to 4, where threads can wait behind the sockets' one, and else half of
   * them: searches that are stuck leave the others to the sockets.
   */
  threads?: number;
  /** A thread that says nothing for so long is stuck in a regular expression; default 10 s. */
  silenceMs?: number;
};
/** What the worker says: once that it is there, then an answer to each request. */
export type SearchMessage = 'ready' | SearchAnswer;

/** Linux gives each thread a priority of its own, setpriority(2): one that searches has a lower one. */
export const threadsGiveWay = process.platform === 'linux';
const processors = availableParallelism();
const usualThreads = Math.min(4, threadsGiveWay ? processors : Math.ceil(processors / 2));
const usualSilenceMs = 10_000;
/** While others wait, a search may be silent for so long. */
const silenceBeforeOthersMs = 2_000;
/** A thread whose request was taken back may end it: a new thread takes as long to begin. */
const graceMs = 150;
/** Silence is counted in so many parts: this thread may itself stand still, and hears an answer after one of them. */
const silenceParts = 8;

type Task = { request: PoolRequest; answered: (answer: SearchAnswer) => void };
type Thread = {
  worker: Worker;
  isReady: boolean;
  task: Task | null;
  watch: NodeJS.Timeout | null;
  /** Its request was taken back: called when it is done with it. */
  onFree: (() => void) | null;
};

/**
 * Requests wait in a queue, of each view as many as there may be threads, and each gets one answer: who wants more asks
 * again, behind the others. A thread that is silent too long is ended, with its request, and another one takes its place.
 */
export class SearchPool {
  readonly #worker: URL;
  /** How many requests it can be at, at once. */
  readonly mostThreads: number;
  readonly #silenceMs: number;
  readonly #threads = new Set<Thread>();
  readonly #endings = new Set<Promise<unknown>>();
  #queue: Task[] = [];
  #isClosed = false;

  /** `workers`: folder of the bundled worker threads, ending in a slash. */
  constructor(workers: URL, { threads = usualThreads, silenceMs = usualSilenceMs }: SearchPoolOptions = {}) {
    this.#worker = new URL('search-worker.js', workers);
    this.mostThreads = threads;
    this.#silenceMs = silenceMs;
  }

  /** How many threads there are. */
  get threads(): number {
    return this.#threads.size;
  }

  /** Calls `answered` once, later. Returns a function that takes the request back: a thread that is at it is soon free. */
  ask(request: PoolRequest, answered: (answer: SearchAnswer) => void): () => void {
    const task = { request, answered };
    if (!this.#isClosed) this.#queue.push(task);
    this.#next();
    return () => this.#cancel(task);
  }

  /** Ends all threads, and answers no request any more; resolves when they and their descriptors are gone. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#queue = [];
    for (const thread of this.#threads) this.#end(thread);
    await this.settled();
  }

  /** Resolves when all that was taken back or ended is over: it holds no file any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#endings);
  }

  #cancel(task: Task): void {
    task.answered = () => undefined;
    this.#queue = this.#queue.filter((waiting) => waiting !== task);
    for (const thread of this.#threads) if (thread.task === task) this.#leave(thread);
  }

  /** Nobody waits for its answer any more. */
  #leave(thread: Thread): void {
    if (thread.onFree !== null) return;
    this.#endsWith(new Promise<void>((free) => (thread.onFree = free)));
    clearTimeout(thread.watch!);
    thread.watch = setTimeout(() => this.#fail(thread, searchEnded), graceMs);
  }

  #endsWith(ending: Promise<unknown>): void {
    const all = ending.finally(() => this.#endings.delete(all));
    this.#endings.add(all);
  }

  #next(): void {
    for (const thread of this.#threads) {
      if (!thread.isReady || thread.task !== null) continue;
      const task = this.#queue.shift();
      if (task === undefined) return;
      thread.task = task;
      thread.worker.postMessage(task.request);
      this.#watch(thread, task, 0);
    }
    const starting = [...this.#threads].filter(({ isReady }) => !isReady).length;
    const missing = Math.min(this.#queue.length - starting, this.mostThreads - this.#threads.size);
    for (let n = 0; n < missing; n++) this.#start();
  }

  #start(): void {
    let worker: Worker;
    try {
      worker = new Worker(this.#worker);
    } catch (error) {
      // The system has no thread left, say: one request is told so, and the others still try.
      return this.#answerFailed(this.#queue.shift(), failureOf(error));
    }
    const thread: Thread = { worker, isReady: false, task: null, watch: null, onFree: null };
    this.#threads.add(thread);
    worker.on('message', (message: SearchMessage) => this.#onMessage(thread, message));
    worker.on('error', (error) => this.#fail(thread, failureOf(error)));
    worker.on('exit', () => this.#fail(thread, searchEnded));
  }

  #onMessage(thread: Thread, message: SearchMessage): void {
    if (!this.#threads.has(thread)) return;
    const { task } = thread;
    this.#rest(thread);
    thread.isReady = true;
    if (message !== 'ready') task?.answered(message);
    this.#next();
  }

  #watch(thread: Thread, task: Task, pastMs: number): void {
    const partMs = Math.min(silenceBeforeOthersMs, this.#silenceMs) / silenceParts;
    thread.watch = setTimeout(() => {
      const past = pastMs + partMs;
      const most = this.#queue.length > 0 ? silenceBeforeOthersMs : this.#silenceMs;
      if (past < Math.min(most, this.#silenceMs)) this.#watch(thread, task, past);
      else this.#fail(thread, tooSlow(recordOf(task.request)));
    }, partMs);
  }

  /** One that could not even begin takes a request with it: else it would be tried for ever. */
  #fail(thread: Thread, failure: Failure): void {
    if (!this.#threads.has(thread)) return;
    const task = thread.isReady ? thread.task : this.#queue.shift();
    this.#end(thread);
    this.#answerFailed(task, failure);
    this.#next();
  }

  /** Later, as every answer: a thread may be refused while the request is made. */
  #answerFailed(task: Task | null | undefined, failure: Failure): void {
    queueMicrotask(() =>
      task?.answered({ found: new Uint32Array(0), scannedTo: recordOf(task.request), failure }),
    );
  }

  #end(thread: Thread): void {
    this.#threads.delete(thread);
    this.#rest(thread);
    this.#endsWith(thread.worker.terminate());
  }

  #rest(thread: Thread): void {
    if (thread.watch !== null) clearTimeout(thread.watch);
    thread.onFree?.();
    thread.watch = thread.task = thread.onFree = null;
  }
}

const recordOf = (request: PoolRequest): number =>
  'expression' in request ? request.sequence : request.from;

const searchEnded: Failure = { ...failed('SEARCH_ENDED'), subject: 'text' };

const tooSlow = (sequence: number): Failure => ({
  ...failed('FILTER_TOO_SLOW', { name: 'search-slow-at', sequence }),
  subject: 'text',
});
