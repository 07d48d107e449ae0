import './all-codecs.ts';
import { joinBytes } from '../payload/join.ts';
import type { Codec } from './codec.ts';
import { codecOf, type EncodingId } from './encodings.ts';

/** Text of a stream, chunk by chunk: a character that a chunk cuts waits for its other bytes, and is told with them. */
export class TextStream {
  readonly #codec: Codec;
  #rest: Uint8Array = new Uint8Array();

  constructor(id: EncodingId) {
    this.#codec = codecOf(id);
  }

  /** What is no character is U+FFFD, once for each run that the encoding takes together. */
  push(bytes: Uint8Array): string {
    return this.#read(this.#rest.length === 0 ? bytes : joinBytes([this.#rest, bytes]), false);
  }

  finish(): string {
    return this.#read(this.#rest, true);
  }

  #read(bytes: Uint8Array, isLast: boolean): string {
    const out: string[] = [];
    let at = 0;
    while (at < bytes.length) {
      const step = this.#codec.step(bytes, at);
      if (!step.ok && step.cut && !isLast) break;
      out.push(step.ok ? String.fromCodePoint(step.codePoint) : '\ufffd');
      at += step.length;
    }
    this.#rest = bytes.slice(at);
    return out.join('');
  }
}
