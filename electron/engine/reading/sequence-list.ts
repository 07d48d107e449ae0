/** Sequences in rising order, four bytes each, in pieces that never move: millions of matches grow without copying. */

const pieceLength = 65_536;

export class SequenceList {
  readonly #pieces: Uint32Array[] = [];
  /** Of the first piece, so many were taken away. */
  #gone = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** `found` rises and begins above everything in the list. */
  push(found: Uint32Array): void {
    for (let done = 0; done < found.length;) {
      const at = (this.#gone + this.#length) % pieceLength;
      if (at === 0) this.#pieces.push(new Uint32Array(pieceLength));
      const part = found.subarray(done, done + pieceLength - at);
      this.#pieces.at(-1)!.set(part, at);
      this.#length += part.length;
      done += part.length;
    }
  }

  at(index: number): number {
    const at = this.#gone + index;
    return this.#pieces[Math.floor(at / pieceLength)]![at % pieceLength]!;
  }

  /** Takes all below `sequence` away; returns how many those were. */
  dropBelow(sequence: number): number {
    const count = this.indexOf(sequence);
    this.#length -= count;
    this.#pieces.splice(0, Math.floor((this.#gone + count) / pieceLength));
    this.#gone = (this.#gone + count) % pieceLength;
    return count;
  }

  /** Index of `sequence` or of the next higher one; `length` when there is none. */
  indexOf(sequence: number): number {
    let low = 0;
    for (let high = this.#length; low < high;) {
      const middle = Math.floor((low + high) / 2);
      if (this.at(middle) < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
