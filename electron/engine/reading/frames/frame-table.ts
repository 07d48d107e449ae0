/** The rows of a reading by frames, in the order in which they ended, 36 bytes each. */
import type { FrameRef } from '../../../../shared/frames.ts';
import { frameMarks, restWhys, type FrameMark, type RestWhy } from '../../../../shared/framing/framer.ts';

export type FoundFrame = FrameRef & {
  stream: number;
  direction: 'sent' | 'received';
  /** In its stream, from the first byte that was looked at. */
  offset: number;
  mark: FrameMark | null;
  /** Of what is left at the end of a stream, which is no frame. */
  why: RestWhy | null;
};

/** A frame, or the sequence of a record that stands for itself: an event, and what is not cut. */
export type FoundRow = FoundFrame | number;

/** The record that it begins in. */
export const firstOf = (row: FoundRow): number => (typeof row === 'number' ? row : row.sequence);

const blockRows = 16_384;
const wordsPerRow = 7;
const marks: readonly (FrameMark | null)[] = [null, ...frameMarks];
const whys: readonly (RestWhy | null)[] = [null, ...restWhys];
const recordFlag = 1 << 16;

type Block = { words: Uint32Array; offsets: Float64Array };

/** Grows in blocks, so that nothing is copied while sockets wait. */
export class FrameTable {
  readonly #blocks: Block[] = [];
  /** Rows of the first block that were taken away. */
  #gone = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** `known`: it was found when all records before this one had been looked at; never less than that of the row before. */
  add(row: FoundRow, known: number): void {
    const at = (this.#gone + this.#length) % blockRows;
    if (at === 0)
      this.#blocks.push({
        words: new Uint32Array(blockRows * wordsPerRow),
        offsets: new Float64Array(blockRows),
      });
    this.#length++;
    const { words, offsets } = this.#blocks.at(-1)!;
    if (typeof row === 'number') return words.set([row, 0, row, 0, 0, recordFlag, known], at * wordsPerRow);
    const { stream, direction, offset, length, mark, why, sequence, within, last } = row;
    const flags = Number(direction === 'received') | (marks.indexOf(mark) << 1) | (whys.indexOf(why) << 8);
    words.set([sequence, within, last, stream, length, flags, known], at * wordsPerRow);
    offsets[at] = offset;
  }

  /** Undefined behind the last one. */
  at(index: number): FoundRow | undefined {
    if (!(index >= 0 && index < this.#length)) return undefined;
    const { words, offsets } = this.#blocks[Math.floor((this.#gone + index) / blockRows)]!;
    const at = (this.#gone + index) % blockRows;
    const word = (n: number): number => words[at * wordsPerRow + n]!;
    const flags = word(5);
    if ((flags & recordFlag) !== 0) return word(0);
    return {
      stream: word(3),
      direction: (flags & 1) === 1 ? 'received' : 'sent',
      offset: offsets[at]!,
      length: word(4),
      mark: marks[(flags >> 1) & 0x7f]!,
      why: whys[flags >> 8]!,
      sequence: word(0),
      within: word(1),
      last: word(2),
    };
  }

  /** The first row that may lie in `sequence`, or behind it; `length` when there is none. */
  firstFrom(sequence: number): number {
    let low = 0;
    for (let high = this.#length; low < high;) {
      const middle = Math.floor((low + high) / 2);
      if (this.#known(middle) <= sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Takes the first rows away, as long as they begin before `sequence`; returns how many those were. */
  dropBelow(sequence: number): number {
    const isBelow = (row: FoundRow | undefined): boolean =>
      row !== undefined && (typeof row === 'number' ? row : row.sequence) < sequence;
    // All that were found before the record begin before it.
    let count = this.firstFrom(sequence - 1);
    while (isBelow(this.at(count))) count++;
    this.#length -= count;
    this.#blocks.splice(0, Math.floor((this.#gone + count) / blockRows));
    this.#gone = (this.#gone + count) % blockRows;
    return count;
  }

  #known(index: number): number {
    const at = this.#gone + index;
    return this.#blocks[Math.floor(at / blockRows)]!.words[(at % blockRows) * wordsPerRow + 6]!;
  }
}
