/** The form of what stands in double braces: `{{name args | filter args}}`, `{{#name}}` and `{{/name}}`. */

/** A place in the text, in UTF-16 units. */
export type Range = { start: number; end: number };
/** A word or what stands in quotes. `key`: of `key=value`, '' for one by its place. */
export type Argument = Range & { text: string; isQuoted: boolean; key: string };
/** `name` is what is called; it can be a value by itself where it begins a pipe. */
export type Call = { name: Argument; args: readonly Argument[] };
export type CallCode =
  'call-unfinished' | 'call-empty' | 'call-too-long' | 'call-quote-open' | 'call-bad-escape' | 'call-stray';
/** What a person wrote at one place. `end` is behind its braces. */
export type Written =
  | { kind: 'pipe'; calls: readonly Call[]; end: number }
  | { kind: 'open' | 'close'; name: string; end: number }
  | { kind: 'problem'; code: CallCode; start: number; end: number };

/** Characters of one: more nobody writes by hand, and none may be looked for to the end of a long text. */
const longestCall = 16_384;
const mostPieces = 1_000;

const blanks = /\s*/uy;
const wordPattern = /(?:(?!\}\})[^\s|"'])+/uy;
const keyPattern = /([a-z][\w-]*)=/iuy;
const markPattern = /\{\{\s*([#/])\s*([a-z_][\w-]*)\s*\}\}/iuy;
/** In quotes; what else a backslash begins is refused. */
const quotedEscapes: Readonly<Record<string, string>> = {
  ...{ n: '\n', r: '\r', t: '\t', '0': '\0', '\\': '\\', '"': '"', "'": "'" },
};

/** Reads what begins with `{{` at `at`, in time that is bounded by the longest call. */
export function readCall(text: string, at: number): Written {
  markPattern.lastIndex = at;
  const mark = markPattern.exec(text);
  if (mark) return { kind: mark[1] === '#' ? 'open' : 'close', name: mark[2]!, end: at + mark[0].length };
  return new CallReader(text, at).whole();
}

class CallReader {
  readonly #text: string;
  readonly #from: number;
  #at: number;

  constructor(text: string, at: number) {
    this.#text = text.slice(0, at + longestCall);
    this.#from = at;
    this.#at = at + 2;
  }

  whole(): Written {
    const calls: Call[] = [];
    let pieces: Argument[] = [];
    for (let count = 0; ; count++) {
      this.#skip(blanks);
      const char = this.#text[this.#at];
      if (char === undefined || count > mostPieces) return this.#unfinished();
      const isEnd = this.#text.startsWith('}}', this.#at);
      if (isEnd || char === '|') {
        const [name, ...args] = pieces;
        if (name === undefined) return this.#problem('call-empty', this.#at, this.#at + (isEnd ? 2 : 1));
        calls.push({ name, args });
        pieces = [];
        this.#at += isEnd ? 2 : 1;
        if (isEnd) return { kind: 'pipe', calls, end: this.#at };
        continue;
      }
      const piece = this.#argument();
      if ('code' in piece) return piece;
      pieces.push(piece);
    }
  }

  #argument(): Argument | Extract<Written, { kind: 'problem' }> {
    const start = this.#at;
    const key = this.#match(keyPattern)?.[1] ?? '';
    const quote = this.#text[this.#at];
    if (quote === '"' || quote === "'") return this.#quoted(start, key, quote);
    const word = this.#match(wordPattern)?.[0] ?? '';
    if (word === '' && key === '') return this.#problem('call-stray', start, start + 1);
    return { start, end: this.#at, text: word, isQuoted: false, key };
  }

  #quoted(start: number, key: string, quote: string): Argument | Extract<Written, { kind: 'problem' }> {
    let text = '';
    for (this.#at++; this.#at < this.#text.length; this.#at++) {
      const char = this.#text[this.#at]!;
      if (char === quote) {
        this.#at++;
        return { start, end: this.#at, text, isQuoted: true, key };
      }
      if (char !== '\\') {
        text += char;
        continue;
      }
      const escape = this.#escape();
      if (escape === null)
        return this.#problem('call-bad-escape', this.#at, Math.min(this.#at + 2, this.#text.length));
      text += escape;
    }
    return this.#problem('call-quote-open', start, start + 1);
  }

  /** Leaves `at` on its last character. */
  #escape(): string | null {
    const letter = this.#text[this.#at + 1] ?? '';
    const known = Object.hasOwn(quotedEscapes, letter) ? quotedEscapes[letter] : undefined;
    if (known !== undefined) {
      this.#at++;
      return known;
    }
    const hex = /^x([0-9a-f]{2})|^u\{([0-9a-f]{1,6})\}/i.exec(this.#text.slice(this.#at + 1, this.#at + 11));
    const codePoint = parseInt(hex?.[1] ?? hex?.[2] ?? '', 16);
    // A byte above 7F is no character: `hex` makes bytes.
    if (hex === null || !(codePoint <= (hex[1] ? 0x7f : 0x10ffff))) return null;
    if (codePoint >= 0xd800 && codePoint <= 0xdfff) return null;
    this.#at += hex[0].length;
    return String.fromCodePoint(codePoint);
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    this.#at += found?.[0].length ?? 0;
    return found;
  }

  #skip(pattern: RegExp): void {
    this.#match(pattern);
  }

  #unfinished(): Written {
    const isLong = this.#text.length === this.#from + longestCall;
    return this.#problem(isLong ? 'call-too-long' : 'call-unfinished', this.#from, this.#from + 2);
  }

  #problem(code: CallCode, start: number, end: number): Extract<Written, { kind: 'problem' }> {
    return { kind: 'problem', code, start, end };
  }
}
