/** Finds where a filter's expressions match in the bytes that rows show, without stopping the window. */
import type { Expression, FoundRange, ShownBytes } from '../../shared/filter/found.ts';

export type MarkQuestion = {
  number: number;
  expressions: readonly Expression[];
  shown: readonly ShownBytes[];
};
export type MarkAnswer = { number: number; found: FoundRange[][] };

/** For the rows of one request. What takes longer is marked no more: the log shows its rows all the same. */
const deadlineMs = 3000;
/** Requests that wait: a person has scrolled on from older ones. */
const mostWaiting = 8;

/** `T`: a row with its first bytes. */
export class ExpressionMarker<T extends ShownBytes> {
  readonly #expressions: readonly Expression[];
  readonly #tell: (rows: readonly T[], found: FoundRange[][]) => void;
  #worker: Worker | null = null;
  #waiting: (readonly T[])[] = [];
  #asked: readonly T[] | null = null;
  #number = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(expressions: readonly Expression[], tell: (rows: readonly T[], found: FoundRange[][]) => void) {
    this.#expressions = expressions;
    this.#tell = tell;
  }

  /** Tells of these rows once, later, or never. */
  mark(rows: readonly T[]): void {
    if (this.#isClosed || rows.length === 0) return;
    this.#waiting = [...this.#waiting, rows].slice(-mostWaiting);
    this.#next();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#worker?.terminate();
    this.#worker = null;
    this.#waiting = [];
  }

  #next(): void {
    const rows = this.#asked === null ? this.#waiting.shift() : undefined;
    if (rows === undefined) return;
    this.#asked = rows;
    this.#worker ??= this.#start();
    const question: MarkQuestion = {
      number: ++this.#number,
      expressions: this.#expressions,
      shown: rows.map(({ preview, encoding, before }) => ({ preview, encoding, before })),
    };
    this.#worker.postMessage(question);
    this.#timer = setTimeout(() => this.close(), deadlineMs);
  }

  #start(): Worker {
    const worker = new Worker(new URL('./expression-worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<MarkAnswer>) => {
      clearTimeout(this.#timer);
      const rows = this.#asked;
      this.#asked = null;
      if (rows !== null && data.number === this.#number) this.#tell(rows, data.found);
      this.#next();
    };
    return worker;
  }
}
