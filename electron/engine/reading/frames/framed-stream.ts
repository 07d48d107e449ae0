/** One stream of a capture in one direction, and in which records its frames begin. */
import { Framer, type Framing } from '../../../../shared/framing/framer.ts';
import type { FoundFrame } from './frame-table.ts';

type Begun = { sequence: number; before: number };

export class FramedStream {
  readonly #framer: Framer;
  readonly #keeps: number;
  /** The newest records, as many as an end can lie behind. `before`: of the stream. */
  readonly #records: Begun[] = [];
  /** Where the frame that has begun does; null before its first byte. */
  #first: { sequence: number; within: number } | null = null;
  #last = 0;
  #lastTime = 0;
  /** Behind the bytes that have come, those too that are being pushed. */
  #end = 0;
  readonly #found: (frame: Omit<FoundFrame, 'stream' | 'direction'>) => void;

  constructor(
    stream: number,
    direction: FoundFrame['direction'],
    framing: Framing,
    /** `time`: of the record with which its end was known. */
    found: (frame: FoundFrame, time: number) => void,
  ) {
    // A record has a byte at least.
    this.#keeps = (framing.late ?? 0) + 2;
    this.#found = (frame) => found({ stream, direction, ...frame }, this.#lastTime);
    this.#framer = new Framer(framing, (start, end, mark) => {
      this.#found({ offset: start, length: end - start, mark, why: null, ...this.#place() });
      this.#first = this.#placeOf(end);
    });
  }

  get due(): number {
    return this.#framer.due;
  }

  /** Bytes of the frame that has begun. */
  get begun(): number {
    return this.#framer.position - this.#framer.start;
  }

  /** The next bytes of the record `sequence`, which may come in several pieces. */
  push(sequence: number, bytes: Uint8Array, time: number): void {
    this.#framer.elapse(time);
    this.#end += bytes.length;
    if (this.#last !== sequence || this.#records.length === 0) {
      this.#records.push({ sequence, before: this.#framer.position });
      if (this.#records.length > this.#keeps) this.#records.shift();
    }
    this.#last = sequence;
    this.#lastTime = time;
    this.#first ??= { sequence, within: this.#framer.position - this.#records.at(-1)!.before };
    this.#framer.push(bytes, time);
  }

  elapse(time: number): void {
    this.#framer.elapse(time);
  }

  finish(): void {
    const rest = this.#framer.finish();
    if (rest === null) return;
    const { start, end, why } = rest;
    this.#found({ offset: start, length: end - start, mark: null, why, ...this.#place() });
  }

  #place(): Pick<FoundFrame, 'sequence' | 'within' | 'last'> {
    return { ...this.#first!, last: this.#last };
  }

  /** Null where no byte has come that could begin it: in the next record, or the next piece of this one. */
  #placeOf(offset: number): { sequence: number; within: number } | null {
    if (offset === this.#end) return null;
    const record = this.#records.findLast(({ before }) => before <= offset)!;
    return { sequence: record.sequence, within: offset - record.before };
  }
}
