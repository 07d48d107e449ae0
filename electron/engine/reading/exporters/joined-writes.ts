import { GrowingBytes } from './growing-bytes.ts';

const firstBytes = 4096;

/** Joins what an exporter yields, so that small records cost no write each. While one write goes on, the next is filled. */
export class JoinedWrites {
  readonly #write: (bytes: Uint8Array) => Promise<void>;
  readonly #joinedLength: number;
  #waiting = new GrowingBytes(firstBytes);
  #other: GrowingBytes | null = null;
  #writing: Promise<void> = Promise.resolve();

  /** `joinedLength`: bytes, about, of one write while there is more. `write`: uses them until it resolves. */
  constructor(write: (bytes: Uint8Array) => Promise<void>, joinedLength: number) {
    this.#write = write;
    this.#joinedLength = joinedLength;
  }

  /** For who adds without waiting: `next` before more, when it is full. */
  get waiting(): GrowingBytes {
    return this.#waiting;
  }
  get isFull(): boolean {
    return this.#waiting.length >= this.#joinedLength;
  }

  /** Resolves when there is room for more. Rejects as `write` does, maybe of what was added before, as `flush`. */
  async add(part: Uint8Array | string): Promise<void> {
    this.#waiting.add(part);
    if (this.isFull) await this.next();
  }

  /** Begins to write what waits, when what came before it is written. */
  async next(): Promise<void> {
    await this.#writing;
    if (this.#waiting.length === 0) return;
    const full = this.#waiting;
    this.#waiting = this.#other ?? new GrowingBytes(firstBytes);
    this.#other = full;
    this.#writing = this.#write(full.written).finally(() => full.clear());
    // Whoever adds more is told.
    this.#writing.catch(() => undefined);
  }

  async flush(): Promise<void> {
    await this.next();
    await this.#writing;
  }

  /** Resolves when no write goes on, whatever became of it. */
  async settled(): Promise<void> {
    await this.#writing.catch(() => undefined);
  }
}
