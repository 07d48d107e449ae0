/** Files of captured traffic that pages read and hand over, piece by piece. */
import type { ImportedCapture } from '../../../shared/importing/captured.ts';
import type { Engine } from '../engine.ts';
import { invalid } from '../schemas/validate.ts';
import { nextNumber } from './numbers.ts';

/** Of one page at the same time. */
const mostImports = 4;

type Import = { pieces: Pieces; cancel: AbortController; ended: Promise<ImportedCapture> };

/** Those of one page: they end with it. */
export class CaptureImports {
  readonly #engine: Engine;
  readonly #imports = new Map<number, Import>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Begins, and returns its number. Throws INVALID_ARGUMENT while too many are under way. */
  begin(name: string, size: number): number {
    if (this.#imports.size >= mostImports) throw invalid('import', { name: 'at-most', most: mostImports });
    const number = nextNumber();
    const pieces = new Pieces();
    const cancel = new AbortController();
    const ended = this.#engine.captures.import({ bytes: pieces, name, total: size }, cancel);
    // Whoever hands over the next piece hears of it.
    ended.catch(() => undefined).finally(() => pieces.stop());
    this.#imports.set(number, { pieces, cancel, ended });
    return number;
  }

  /** Null when more may come; what became of it where it is over, and behind the last piece always. */
  async push(number: number, bytes: Uint8Array, isLast: boolean): Promise<ImportedCapture | null> {
    const known = this.#imports.get(number);
    if (known === undefined) throw invalid('import');
    const { pieces, ended } = known;
    const goesOn = await pieces.push(Buffer.from(bytes), isLast);
    if (goesOn && !isLast) return null;
    try {
      return await ended;
    } finally {
      this.#imports.delete(number);
    }
  }

  /** Nothing of it stays. */
  cancel(number: number): void {
    const known = this.#imports.get(number);
    known?.cancel.abort();
    known?.pieces.stop();
    this.#imports.delete(number);
  }

  close(): void {
    for (const number of [...this.#imports.keys()]) this.cancel(number);
  }
}

/** One piece at a time: the next one is asked for when the last was taken. */
class Pieces {
  #waiting: Buffer[] = [];
  #isOver = false;
  #wake: () => void = () => undefined;
  #taken: () => void = () => undefined;

  /** Resolves when it was taken; false where nobody takes any more. */
  async push(piece: Buffer, isLast: boolean): Promise<boolean> {
    if (this.#isOver) return false;
    this.#waiting.push(piece);
    const taken = new Promise<void>((resolve) => (this.#taken = resolve));
    if (isLast) this.#isOver = true;
    this.#wake();
    if (!isLast) await taken;
    return !this.#isOver;
  }

  stop(): void {
    this.#isOver = true;
    this.#wake();
    this.#taken();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (;;) {
      const piece = this.#waiting.shift();
      if (piece !== undefined) {
        yield piece;
        this.#taken();
      } else if (this.#isOver) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
