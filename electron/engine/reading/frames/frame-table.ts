/** Frames in the order in which they ended, 32 bytes each. */
import { frameMarks, type FrameMark, type RestWhy } from '../../../../shared/framing/framer.ts';

export type FoundFrame = {
  stream: number;
  direction: 'sent' | 'received';
  /** In its stream, from the first byte that was looked at. */
  offset: number;
  length: number;
  mark: FrameMark | null;
  /** Of what is left at the end of a stream, which is no frame. */
  why: RestWhy | null;
  /** The record in which it begins, and from which byte on. */
  first: number;
  within: number;
  /** The record with which its end was known. */
  last: number;
};

const blockFrames = 16_384;
const wordsPerFrame = 6;
const rests: readonly RestWhy[] = ['no-end', 'incomplete'];
const marks: readonly (FrameMark | null)[] = [null, ...frameMarks];
const whys: readonly (RestWhy | null)[] = [null, ...rests];

type Block = { words: Uint32Array; offsets: Float64Array };

/** Grows in blocks, so that nothing is copied while sockets wait. */
export class FrameTable {
  readonly #blocks: Block[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add({ stream, direction, offset, length, mark, why, first, within, last }: FoundFrame): void {
    const at = this.#length % blockFrames;
    if (at === 0)
      this.#blocks.push({
        words: new Uint32Array(blockFrames * wordsPerFrame),
        offsets: new Float64Array(blockFrames),
      });
    const { words, offsets } = this.#blocks.at(-1)!;
    const flags = Number(direction === 'received') | (marks.indexOf(mark) << 1) | (whys.indexOf(why) << 8);
    words.set([first, within, last, stream, length, flags], at * wordsPerFrame);
    offsets[at] = offset;
    this.#length++;
  }

  /** Undefined behind the last one. */
  at(index: number): FoundFrame | undefined {
    if (!(index >= 0 && index < this.#length)) return undefined;
    const { words, offsets } = this.#blocks[Math.floor(index / blockFrames)]!;
    const at = index % blockFrames;
    const word = (n: number): number => words[at * wordsPerFrame + n]!;
    const flags = word(5);
    return {
      stream: word(3),
      direction: (flags & 1) === 1 ? 'received' : 'sent',
      offset: offsets[at]!,
      length: word(4),
      mark: marks[(flags >> 1) & 0x7f]!,
      why: whys[flags >> 8]!,
      first: word(0),
      within: word(1),
      last: word(2),
    };
  }
}
