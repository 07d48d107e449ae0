/** The bytes of one stream in one direction as one space of addresses, whatever records they came in. */
import { kindNumber, type Entries } from '../capture/format.ts';
import { scan, type Scanned } from '../capture/scan.ts';

/** Twelve bytes each: exact up to so many records; beyond, each stands for twice as many as before. */
const mostMarks = 2 ** 18;
const firstMarks = 16;

/** Bytes `within` to `within + length - 1` of a record's payload. */
export type Piece = { sequence: number; within: number; length: number };
/** One payload, and how many bytes of the stream are before it. */
type Payload = { sequence: number; before: number; length: number };

/**
 * Grows with what its owner's scan visits (`add`), and needs 3 MiB at most. Records of which nothing is known any more
 * take no room in the space.
 */
export class StreamIndex {
  readonly #capture: Scanned;
  readonly #stream: number;
  readonly #kind: number;
  readonly #most: number;
  #scannedTo = 0;
  #records = 0;
  #bytes = 0;
  /** A mark for every so many payloads: its sequence, and the bytes before it. */
  #every = 1;
  #marks = 0;
  #sequences = new Uint32Array(firstMarks);
  #before = new Float64Array(firstMarks);

  /** `most`: marks that are kept, an even number; default 262,144. */
  constructor(capture: Scanned, stream: number, direction: 'sent' | 'received', most = mostMarks) {
    this.#capture = capture;
    this.#stream = stream;
    this.#kind = kindNumber(direction);
    this.#most = most;
  }

  /** Of all payloads so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Sequence of the first payload; null before there is one. */
  get first(): number | null {
    return this.#marks === 0 ? null : this.#sequences[0]!;
  }

  /** The next entries of the capture; those that were added before are passed over. */
  add(entries: Entries): void {
    for (let i = Math.max(0, this.#scannedTo - entries.from); i < entries.count; i++) {
      if (entries.stream(i) !== this.#stream || entries.kind(i) !== this.#kind) continue;
      if (this.#records % this.#every === 0) this.#mark(entries.from + i);
      this.#records++;
      this.#bytes += entries.length(i);
    }
    this.#scannedTo = Math.max(this.#scannedTo, entries.from + entries.count);
  }

  /** The parts of payloads that hold bytes `from` to `to - 1`, in order, as far as they have come. Rejects as `scan`. */
  async *pieces(from: number, to: number): AsyncGenerator<Piece> {
    for (let mark = this.#markBefore(from); mark < this.#marks && this.#before[mark]! < to; mark++)
      for (const { sequence, before, length } of await this.#payloadsOf(mark)) {
        const start = Math.max(from, before);
        const end = Math.min(to, before + length);
        if (start < end) yield { sequence, within: start - before, length: end - start };
      }
  }

  /** What one mark stands for. */
  async #payloadsOf(mark: number): Promise<Payload[]> {
    const isLast = mark + 1 === this.#marks;
    let before = this.#before[mark]!;
    const sequence = this.#sequences[mark]!;
    if (this.#every === 1) {
      const end = isLast ? this.#bytes : this.#before[mark + 1]!;
      return [{ sequence, before, length: end - before }];
    }
    const payloads: Payload[] = [];
    const to = isLast ? this.#scannedTo : this.#sequences[mark + 1]!;
    await scan(this.#capture, { from: sequence, to }, (entries) => {
      for (let i = 0; i < entries.count; i++) {
        if (entries.stream(i) !== this.#stream || entries.kind(i) !== this.#kind) continue;
        payloads.push({ sequence: entries.from + i, before, length: entries.length(i) });
        before += entries.length(i);
      }
    });
    return payloads;
  }

  /** The last mark with no more than `offset` bytes before it; 0 when there is none. */
  #markBefore(offset: number): number {
    let low = 0;
    for (let high = this.#marks; low < high;) {
      const middle = Math.floor((low + high) / 2);
      if (this.#before[middle]! <= offset) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  #mark(sequence: number): void {
    if (this.#marks === this.#most) this.#thin();
    else if (this.#marks === this.#sequences.length) this.#double();
    this.#sequences[this.#marks] = sequence;
    this.#before[this.#marks++] = this.#bytes;
  }

  #double(): void {
    const length = Math.min(this.#most, this.#sequences.length * 2);
    const [sequences, before] = [this.#sequences, this.#before];
    this.#sequences = new Uint32Array(length);
    this.#sequences.set(sequences);
    this.#before = new Float64Array(length);
    this.#before.set(before);
  }

  /** Every second mark goes. */
  #thin(): void {
    this.#every *= 2;
    this.#marks /= 2;
    for (let mark = 0; mark < this.#marks; mark++) {
      this.#sequences[mark] = this.#sequences[mark * 2]!;
      this.#before[mark] = this.#before[mark * 2]!;
    }
  }
}
