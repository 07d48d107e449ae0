/** Bytes that grow at their end, in one piece of memory that is used again and again. */
export class GrowingBytes {
  #bytes: Buffer;
  #view: DataView;
  #length = 0;

  /** `size`: bytes that there is room for before it grows. */
  constructor(size: number) {
    this.#bytes = Buffer.allocUnsafeSlow(size);
    this.#view = viewOf(this.#bytes);
  }

  get length(): number {
    return this.#length;
  }

  /** The memory, until it grows. */
  get bytes(): Buffer {
    return this.#bytes;
  }
  get view(): DataView {
    return this.#view;
  }

  /** What is there, until something is added. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  /** Where in the memory there are `length` bytes more, which hold anything: all of them are to be written. */
  room(length: number): number {
    const at = this.#length;
    this.#length = at + length;
    if (this.#length > this.#bytes.length) this.#grow(at);
    return at;
  }

  add(part: Uint8Array | string): void {
    if (typeof part === 'string') return this.#addText(part);
    const at = this.room(part.length);
    this.#bytes.set(part, at);
  }

  #addText(text: string): void {
    // UTF-8 takes at most three bytes for each unit of a string.
    const isSure = this.#length + text.length * 3 <= this.#bytes.length;
    if (isSure) this.#length += this.#bytes.write(text, this.#length);
    else {
      const at = this.room(Buffer.byteLength(text));
      this.#bytes.write(text, at);
    }
  }

  /** With the first `kept` bytes. */
  #grow(kept: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#length, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, kept));
    this.#bytes = larger;
    this.#view = viewOf(larger);
  }
}

const viewOf = ({ buffer, byteOffset, length }: Buffer): DataView => new DataView(buffer, byteOffset, length);
