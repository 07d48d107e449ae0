/** The last bytes of each direction of streams whose records are looked at one after the other: kept, they need not be read again. */

/** Streams of which they are kept. */
const mostWays = 20_000;
/** They are moved to the front each so many times their length; most streams never need so much. */
const room = 4;
const firstRoom = 64;

/** `isAll`: nothing stands before them. */
type Tail = { run: number; bytes: Uint8Array; length: number; isAll: boolean };

export class StreamTails {
  readonly #most: number;
  readonly #tails = new Map<number, Tail>();
  /** Of records that follow each other. */
  #run = 0;

  /** `most`: bytes of each. */
  constructor(most: number) {
    this.#most = most;
  }

  get isEmpty(): boolean {
    return this.#tails.size === 0;
  }

  /** Records were passed over: of no stream it is known any more. */
  skip(): void {
    this.#run++;
  }

  /** The last bytes, at most so many, to be used until the next record; null where they are not known. */
  of(way: number, most: number): Uint8Array | null {
    const tail = this.#tails.get(way);
    if (tail?.run !== this.#run || (tail.length < most && !tail.isAll)) return null;
    return tail.bytes.subarray(Math.max(0, tail.length - most), tail.length);
  }

  /** `isAll`: nothing stands before these. */
  set(way: number, bytes: Uint8Array, isAll: boolean): void {
    const tail = this.#begin(way);
    tail.isAll = isAll;
    this.#append(tail, bytes);
  }

  /** The last bytes of the next record of a stream, at least as many as are kept or all; null: they are not here. */
  add(way: number, bytes: Uint8Array | null): void {
    if (bytes === null) return void this.#tails.delete(way);
    const known = this.#tails.get(way);
    this.#append(known?.run === this.#run ? known : this.#begin(way), bytes);
  }

  #begin(way: number): Tail {
    if (this.#tails.size >= mostWays) this.#tails.clear();
    const bytes = this.#tails.get(way)?.bytes ?? new Uint8Array(firstRoom);
    const tail = { run: this.#run, bytes, length: 0, isAll: false };
    this.#tails.set(way, tail);
    return tail;
  }

  #append(tail: Tail, given: Uint8Array): void {
    const bytes = given.subarray(-this.#most);
    const needed = tail.length + bytes.length;
    if (needed > tail.bytes.length && tail.bytes.length < this.#most * room) {
      const grown = new Uint8Array(Math.min(this.#most * room, Math.max(needed, tail.bytes.length * 2)));
      grown.set(tail.bytes.subarray(0, tail.length));
      tail.bytes = grown;
    }
    if (needed > tail.bytes.length) {
      const kept = Math.min(tail.length, this.#most);
      tail.bytes.copyWithin(0, tail.length - kept, tail.length);
      tail.length = kept;
    }
    tail.bytes.set(bytes, tail.length);
    tail.length += bytes.length;
  }
}
