/** Cuts pieces of a file into lines. */
import { ImportError } from './problem.ts';

/** Longer than any record of ours in hex. */
const mostLineBytes = 64 * 2 ** 20;

export class Lines {
  readonly #onLine: (line: string, offset: number) => void;
  #parts: Buffer[] = [];
  #held = 0;
  #offset = 0;

  constructor(onLine: (line: string, offset: number) => void) {
    this.#onLine = onLine;
  }

  take(piece: Buffer): void {
    let from = 0;
    for (;;) {
      const feed = piece.indexOf(0x0a, from);
      if (feed < 0) break;
      this.#line(piece.subarray(from, feed), 1);
      from = feed + 1;
    }
    const rest = piece.subarray(from);
    if (rest.length === 0) return;
    this.#held += rest.length;
    if (this.#held > mostLineBytes) throw new ImportError('packet-too-long', this.#offset);
    this.#parts.push(Buffer.from(rest));
  }

  end(): void {
    if (this.#held > 0) this.#line(Buffer.alloc(0), 0);
  }

  #line(last: Buffer, ending: number): void {
    const bytes = this.#parts.length === 0 ? last : Buffer.concat([...this.#parts, last]);
    const offset = this.#offset;
    this.#parts = [];
    this.#held = 0;
    this.#offset += bytes.length + ending;
    this.#onLine(bytes.toString('utf8').replace(/\r$/, ''), offset);
  }
}
