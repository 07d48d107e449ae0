/**
 * The language of filters, as far as its form goes: words, `key:value`, quotes, `/expressions/`, AND, OR, NOT, groups.
 * What a key means stands in the table of operators.
 */
import { mostProblems } from '../problem.ts';

/** How a value is compared: `:` takes each operator's own way, a range is written with it (`10..50`). */
export type Comparison = ':' | '>' | '>=' | '<' | '<=';

/** Something that is looked for, at its place in the text. */
export type FilterValue = {
  readonly start: number;
  readonly end: number;
  /** Without its quotes and their escapes; of an expression what stands between the slashes. */
  readonly text: string;
  /** An expression's flags; null: it is none. */
  readonly flags: string | null;
  readonly isQuoted: boolean;
};

/** `key`: '' for a word that stands alone. One of `values` is enough. */
export type FilterTerm = {
  readonly type: 'term';
  readonly key: string;
  readonly comparison: Comparison;
  readonly values: readonly FilterValue[];
  readonly start: number;
  readonly end: number;
};
export type FilterTree =
  | FilterTerm
  | { readonly type: 'and' | 'or'; readonly parts: readonly FilterTree[] }
  | { readonly type: 'not'; readonly part: FilterTree };

export type FilterFormCode =
  | 'filter-quote-open'
  | 'filter-group-open'
  | 'filter-group-stray'
  | 'filter-group-deep'
  | 'filter-value-missing'
  | 'filter-term-missing'
  | 'filter-too-long';
export type FilterFormProblem = { start: number; end: number; code: FilterFormCode };
/** `tree`: null where nothing is asked for. */
export type ParsedFilter = { ok: true; tree: FilterTree | null } | { ok: false; problem: FilterFormProblem };

/** What a value may go on with behind a blank, by its key: pairs of digits behind `hex:`. */
export type Continuations = (key: string) => RegExp | null;

/** Groups in groups. */
const mostDepth = 50;
const mostTerms = mostProblems;
const keyPattern = /([a-z]+)(:(?:[<>]=?)?|：|[<>]=?)/iuy;
const expressionPattern = /\/((?:[^/\\\n]|\\.)+)\/([dgimsuvy]*)(?=$|[\s,()])/uy;
/** A dash, a dot and a slash are letters of a word. */
const wordPattern = /[^\s"(),]+/uy;
const groupedWordPattern = /[^\s"()]+/uy;

class FormError extends Error {
  readonly problem: FilterFormProblem;

  constructor(code: FilterFormCode, start: number, end: number) {
    super(code);
    this.problem = { code, start, end };
  }
}

/** Linear in the length of `text`, up to 100 terms and 50 groups in each other. */
export function parseFilter(text: string, continuations: Continuations): ParsedFilter {
  try {
    return { ok: true, tree: new Parser(text, continuations).whole() };
  } catch (error) {
    if (error instanceof FormError) return { ok: false, problem: error.problem };
    throw error;
  }
}

class Parser {
  readonly #text: string;
  readonly #continuations: Continuations;
  #at = 0;
  #terms = 0;

  constructor(text: string, continuations: Continuations) {
    this.#text = text;
    this.#continuations = continuations;
  }

  whole(): FilterTree | null {
    this.#blanks();
    if (this.#isAtEnd) return null;
    const tree = this.#or(0);
    if (!this.#isAtEnd) throw new FormError('filter-group-stray', this.#at, this.#at + 1);
    return tree;
  }

  /** Ends before `)` or at the end. */
  #or(depth: number): FilterTree {
    const parts = [this.#and(depth)];
    while (this.#takeWord('OR')) parts.push(this.#and(depth));
    return parts.length === 1 ? parts[0]! : { type: 'or', parts };
  }

  #and(depth: number): FilterTree {
    const parts = [this.#not(depth)];
    for (;;) {
      this.#takeWord('AND');
      if (this.#isAtEnd || this.#next === ')' || this.#isWord('OR')) break;
      parts.push(this.#not(depth));
    }
    return parts.length === 1 ? parts[0]! : { type: 'and', parts };
  }

  #not(depth: number): FilterTree {
    let isNegated = false;
    while (this.#takeWord('NOT') || this.#takeDash()) isNegated = !isNegated;
    const part = this.#atom(depth);
    return isNegated ? { type: 'not', part } : part;
  }

  #atom(depth: number): FilterTree {
    const start = this.#at;
    if (this.#isAtEnd || this.#next === ')' || this.#isWord('OR') || this.#isWord('AND'))
      throw new FormError('filter-term-missing', start, start);
    if (this.#next !== '(') return this.#term();
    if (depth === mostDepth) throw new FormError('filter-group-deep', start, start + 1);
    this.#at++;
    this.#blanks();
    const tree = this.#or(depth + 1);
    if (this.#text[this.#at] !== ')') throw new FormError('filter-group-open', start, start + 1);
    this.#at++;
    this.#blanks();
    return tree;
  }

  #term(): FilterTerm {
    const start = this.#at;
    if (++this.#terms > mostTerms) throw new FormError('filter-too-long', start, this.#text.length);
    const [, name, mark] = this.#match(keyPattern) ?? [];
    const key = name?.toLowerCase() ?? '';
    const comparison = (mark?.replace(/^[:：]/u, '') || ':') as Comparison;
    const values = [this.#value(key)];
    while (key !== '' && this.#next === ',') {
      this.#at++;
      values.push(this.#value(key));
    }
    const end = this.#at;
    this.#blanks();
    return { type: 'term', key, comparison, values, start, end };
  }

  #value(key: string): FilterValue {
    const start = this.#at;
    if (this.#next === '"') return this.#quoted();
    const expression = this.#match(expressionPattern);
    if (expression !== null)
      return { start, end: this.#at, text: expression[1]!, flags: expression[2]!, isQuoted: false };
    const word = this.#match(key === '' ? groupedWordPattern : wordPattern);
    const more = this.#continuations(key);
    while (more !== null && this.#match(more) !== null);
    if (word === null && this.#at === start) throw new FormError('filter-value-missing', start, start);
    const text = this.#text.slice(start, this.#at).trim();
    return { start, end: this.#at, text, flags: null, isQuoted: false };
  }

  /** Inside of quotes only `\"` and `\\` are not what they look like. */
  #quoted(): FilterValue {
    const start = this.#at++;
    let text = '';
    while (this.#next !== '"') {
      if (this.#isAtEnd) throw new FormError('filter-quote-open', start, this.#text.length);
      const isEscape = this.#next === '\\' && /["\\]/u.test(this.#text[this.#at + 1] ?? '');
      if (isEscape) this.#at++;
      text += this.#text[this.#at++];
    }
    this.#at++;
    return { start, end: this.#at, text, flags: null, isQuoted: true };
  }

  get #next(): string {
    return this.#text[this.#at] ?? '';
  }

  get #isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found !== null) this.#at = pattern.lastIndex;
    return found;
  }

  #blanks(): void {
    this.#match(/\s+/uy);
  }

  /** AND, OR and NOT in capitals, between blanks or brackets. */
  #isWord(word: string): boolean {
    const behind = this.#text[this.#at + word.length] ?? ' ';
    return this.#text.startsWith(word, this.#at) && /[\s()]/u.test(behind);
  }

  #takeWord(word: string): boolean {
    if (!this.#isWord(word)) return false;
    this.#at += word.length;
    this.#blanks();
    return true;
  }

  /** A dash before something is NOT; alone it is a word. */
  #takeDash(): boolean {
    if (this.#next !== '-' || /^$|[\s)]/u.test(this.#text[this.#at + 1] ?? '')) return false;
    this.#at++;
    return true;
  }
}
