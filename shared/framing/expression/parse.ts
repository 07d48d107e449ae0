/** Reads a regular expression on bytes: that of JavaScript without anchors, look-around and references to groups. */
import { FramingError, type FramingProblemCode } from '../problem.ts';
import { literal, setOf, type ByteSet, type Expression } from './tree.ts';

const mostDepth = 50;
export const mostTimes = 1000;
const encoder = new TextEncoder();

const range = (first: string, last: string): number[] => {
  const from = first.charCodeAt(0);
  return Array.from({ length: last.charCodeAt(0) - from + 1 }, (_, at) => from + at);
};
const not = (set: ByteSet): ByteSet => set.map((flag) => 1 - flag);
const digits = setOf(...range('0', '9'));
const letters = setOf(...range('0', '9'), ...range('a', 'z'), ...range('A', 'Z'), 0x5f);
const blanks = setOf(9, 10, 11, 12, 13, 32);
/** A dot is any byte, line ends too: frames are not lines. */
const any = new Uint8Array(256).fill(1);
const classes: Readonly<Record<string, ByteSet>> = {
  d: digits,
  D: not(digits),
  w: letters,
  W: not(letters),
  s: blanks,
  S: not(blanks),
};
const controls: Readonly<Record<string, number>> = { r: 13, n: 10, t: 9, f: 12, v: 11, a: 7, '0': 0 };

/** Characters outside ASCII stand for their UTF-8 bytes. Throws a `FramingError`. Linear in the length. */
export const parseExpression = (text: string): Expression => new Parser(text).whole();

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Expression {
    const expression = this.#either(0);
    if (this.#at < this.#text.length) throw this.#wrong('frame-expression-stray', 1);
    return expression;
  }

  /** Ends before `)` or at the end. */
  #either(depth: number): Expression {
    if (depth > mostDepth) throw this.#wrong('frame-expression-large', 1);
    const parts = [this.#sequence(depth)];
    while (this.#take('|')) parts.push(this.#sequence(depth));
    return parts.length === 1 ? parts[0]! : { type: 'either', parts };
  }

  #sequence(depth: number): Expression {
    const parts: Expression[] = [];
    while (this.#at < this.#text.length && !'|)'.includes(this.#text[this.#at]!))
      parts.push(this.#repeated(this.#atom(depth)));
    return { type: 'sequence', parts };
  }

  #repeated(part: Expression): Expression {
    const [written, plain, least = '', comma, most = ''] =
      this.#match(/([*+?])|\{(\d{1,4})(?:(,)(\d{0,4}))?\}/y) ?? [];
    if (written === undefined) return part;
    // Where it may match early or late, it matches early: both mean the same here.
    this.#take('?');
    if (plain !== undefined)
      return { type: 'repeat', part, least: Number(plain === '+'), most: plain === '?' ? 1 : Infinity };
    const from = Number(least);
    const to = comma === undefined ? from : most === '' ? Infinity : Number(most);
    const isTooMany = from > mostTimes || (to !== Infinity && to > mostTimes);
    if (to < from || isTooMany) {
      this.#at -= written.length;
      throw this.#wrong('frame-expression-large', written.length);
    }
    return { type: 'repeat', part, least: from, most: to };
  }

  #atom(depth: number): Expression {
    if (this.#take('(')) {
      const start = this.#at - 1;
      if (this.#text[this.#at] === '?' && !this.#take('?:')) throw this.#wrong('frame-expression-unknown', 2);
      const expression = this.#either(depth + 1);
      if (this.#take(')')) return expression;
      throw new FramingError('frame-expression-open', start, start + 1);
    }
    if (this.#take('[')) return { type: 'set', set: this.#class() };
    if (this.#take('.')) return { type: 'set', set: any };
    const character = String.fromCodePoint(this.#text.codePointAt(this.#at)!);
    if ('*+?'.includes(character)) throw this.#wrong('frame-expression-stray', 1);
    if ('^$'.includes(character)) throw this.#wrong('frame-expression-unknown', 1);
    if (character === '\\') {
      const found = this.#escape();
      return typeof found === 'number' ? literal([found]) : { type: 'set', set: found };
    }
    this.#at += character.length;
    return literal(encoder.encode(character));
  }

  /** A byte, or any of several. */
  #escape(): number | ByteSet {
    const [hex, byte] = this.#match(/\\x([0-9a-f]{2})/iy) ?? [];
    if (hex !== undefined) return parseInt(byte!, 16);
    const letter = this.#text[this.#at + 1] ?? '';
    const set = classes[letter];
    const control = controls[letter];
    // A digit behind it would make it a number of another base, or of a group.
    const isKnown = set !== undefined || control !== undefined || /^[!-/:-@[-`{-~ ]$/.test(letter);
    if (!isKnown || /^\\0\d/.test(this.#text.slice(this.#at, this.#at + 3)))
      throw this.#wrong('frame-expression-unknown', 2);
    this.#at += 2;
    return set ?? control ?? letter.charCodeAt(0);
  }

  #class(): ByteSet {
    const start = this.#at - 1;
    const isNegated = this.#take('^');
    const set = new Uint8Array(256);
    while (!this.#take(']')) {
      if (this.#at >= this.#text.length) throw new FramingError('frame-expression-open', start, start + 1);
      const from = this.#at;
      const first = this.#member();
      const isRange = typeof first === 'number' && /^-[^\]]/.test(this.#text.slice(this.#at, this.#at + 2));
      if (isRange) this.#at++;
      const last = isRange ? this.#member() : first;
      if (typeof first !== 'number') for (const [byte, flag] of first.entries()) set[byte]! |= flag;
      else if (typeof last === 'number' && last >= first) set.fill(1, first, last + 1);
      else throw new FramingError('frame-expression-stray', from, this.#at);
    }
    if (!set.includes(isNegated ? 0 : 1)) throw new FramingError('frame-expression-stray', start, this.#at);
    return isNegated ? not(set) : set;
  }

  #member(): number | ByteSet {
    if (this.#text[this.#at] === '\\') return this.#escape();
    const codePoint = this.#text.codePointAt(this.#at)!;
    if (codePoint > 0x7f) throw this.#wrong('frame-expression-bytes', codePoint > 0xffff ? 2 : 1);
    this.#at++;
    return codePoint;
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    this.#at += match?.[0].length ?? 0;
    return match;
  }

  #wrong(code: FramingProblemCode, length: number): FramingError {
    return new FramingError(code, this.#at, Math.min(this.#text.length, this.#at + length));
  }
}
