/** What a written message is made of, whatever its notation. */
import { mostProblems, type Problem } from '../problem.ts';

export type PayloadProblemCode =
  | 'text-unknown-escape'
  | 'text-unfinished-escape'
  | 'text-bad-byte-escape'
  | 'text-bad-unicode-escape'
  | 'text-unicode-too-large'
  | 'text-unicode-surrogate'
  | 'text-lone-surrogate'
  | 'hex-not-hex'
  | 'hex-odd-digits'
  | 'hex-missing-digits'
  | 'hex-stray-separator';

/** What a message is filled with when it is sent. */
export type FillContext = {
  /** What a group of the rule's expression found, by number or name; 0 is the whole match. None: no bytes. */
  group(which: number | string): Uint8Array;
};

/** Bytes that are put in when the message is sent. */
export type Insert = {
  /** As it is written. */
  source: string;
  /** The same for every message: worked out once. */
  isFixed: boolean;
  bytes(context: FillContext): Uint8Array;
};
export type Part = Uint8Array<ArrayBuffer> | Insert;

/** A place in the text that stands for something else, in UTF-16 units. */
export type Token = { start: number; end: number; kind: 'escape' | 'insert' };

export type Parsed = {
  /** Nothing as long as there are problems. */
  parts: readonly Part[];
  /** In their order; at most 100. */
  problems: readonly Problem<PayloadProblemCode>[];
  /** In their order; at most 10,000: to mark more would cost more than it shows. */
  tokens: readonly Token[];
};

const mostTokens = 10_000;

/** Takes the parts of a message in their order. `out` has room for all bytes, and `size` of them are there. */
export class PartsReader {
  readonly out: Uint8Array<ArrayBuffer>;
  size = 0;
  readonly problems: Problem<PayloadProblemCode>[] = [];
  readonly #tokens: Token[] = [];
  readonly #parts: Part[] = [];
  #start = 0;

  constructor(mostBytes: number) {
    this.out = new Uint8Array(mostBytes);
  }

  /** Nobody reads on to list more of them. */
  get isHopeless(): boolean {
    return this.problems.length >= mostProblems;
  }

  token(start: number, end: number, kind: Token['kind']): void {
    if (this.#tokens.length < mostTokens) this.#tokens.push({ start, end, kind });
  }

  insert(insert: Insert): void {
    this.#cut();
    this.#parts.push(insert);
  }

  finish(): Parsed {
    this.#cut();
    const { problems } = this;
    return { parts: problems.length > 0 ? [] : this.#parts, problems, tokens: this.#tokens };
  }

  #cut(): void {
    if (this.size > this.#start) this.#parts.push(this.out.slice(this.#start, this.size));
    this.#start = this.size;
  }
}
