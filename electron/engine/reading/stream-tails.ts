/** The last bytes of each direction of streams whose records are looked at one after the other: kept, they need not be read again. */

/** Streams of which they are kept. */
const mostWays = 1000;
/** They are moved to the front each so many times their length. */
const room = 4;

type Tail = { run: number; bytes: Uint8Array; length: number };

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

  /** To be used until the next record; null where it is not known. */
  of(way: number): Uint8Array | null {
    const tail = this.#tails.get(way);
    if (tail?.run !== this.#run) return null;
    return tail.bytes.subarray(Math.max(0, tail.length - this.#most), tail.length);
  }

  set(way: number, bytes: Uint8Array): void {
    if (this.#tails.size >= mostWays) this.#tails.clear();
    const tail = this.#tails.get(way) ?? { run: 0, bytes: new Uint8Array(this.#most * room), length: 0 };
    tail.run = this.#run;
    tail.bytes.set(bytes.subarray(-this.#most));
    tail.length = Math.min(bytes.length, this.#most);
    this.#tails.set(way, tail);
  }

  /** The last bytes of the next record of a stream, at least as many as are kept or all; null: they are not here. */
  add(way: number, bytes: Uint8Array | null): void {
    const tail = this.#tails.get(way);
    if (tail?.run !== this.#run) return;
    if (bytes === null) return void this.#tails.delete(way);
    if (tail.length + bytes.length > tail.bytes.length) {
      const kept = Math.min(tail.length, this.#most);
      tail.bytes.copyWithin(0, tail.length - kept, tail.length);
      tail.length = kept;
    }
    tail.bytes.set(bytes, tail.length);
    tail.length += bytes.length;
  }
}
