/** Joins what an exporter yields, so that small records cost no write each. */
export class JoinedWrites {
  readonly #write: (bytes: Uint8Array | string) => Promise<void>;
  readonly #joinedLength: number;
  #parts: (Uint8Array | string)[] = [];
  #length = 0;

  /** `joinedLength`: characters or bytes, about, of one write while there is more. */
  constructor(write: (bytes: Uint8Array | string) => Promise<void>, joinedLength: number) {
    this.#write = write;
    this.#joinedLength = joinedLength;
  }

  /** Resolves when there is room for more. Rejects as `write` does, as `flush`. */
  async add(part: Uint8Array | string): Promise<void> {
    this.#parts.push(part);
    this.#length += part.length;
    if (this.#length >= this.#joinedLength) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#parts.length === 0) return;
    const parts = this.#parts.splice(0);
    this.#length = 0;
    if (parts.length === 1) return this.#write(parts[0]!);
    await this.#write(
      Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part))),
    );
  }
}
