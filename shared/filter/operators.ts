/** The table of a filter's keys: what each takes, and what of a record it looks at. */
import type { Direction } from '../domain.ts';
import type { RowFrame } from '../frames.ts';
import { frameMarks, type FrameMark } from '../framing/framer.ts';
import type { EncodingId } from '../encodings/encodings.ts';
import { occursIn, parseBytePattern } from '../payload/matching.ts';
import type { PayloadProblemCode } from '../payload/parts.ts';
import { parse } from '../payload/payload.ts';
import { isPayload, recordKinds, type RecordKind } from '../records.ts';
import { directionOf } from '../show/directions.ts';
import { asTyped } from '../typed.ts';
import type { Comparison, FilterValue } from './language.ts';
import { textMatcher, type BytesMatcher, type TextMatcher } from './text-matcher.ts';

/** A promise only where something has to be read first. */
export type Verdict = boolean | Promise<boolean>;

/** A record, as a filter sees it. What costs a reading is a function, called only when something asks for it. */
export type FilterSubject = {
  readonly kind: RecordKind;
  /** The number of its connection; null: it belongs to none. */
  readonly connection: number | null;
  /** What is said of a frame; null: it is a record. */
  readonly frame: Pick<RowFrame, 'mark' | 'why'> | null;
  /** What its bytes are read in; default UTF-8. */
  readonly encoding?: EncodingId;
  /**
   * Of what was sent or received: whether a piece of its bytes passes. A long payload comes in pieces that overlap.
   * `isWhole`: the first begins with a character, be it one that the payload before began.
   */
  somePiece(passes: (bytes: Uint8Array) => boolean, isWhole?: boolean): Verdict;
  /** Of everything else: whether what the log says of it passes, in any form. */
  someSentence(passes: (sentence: string) => boolean): Verdict;
  /** Whether the other end passes, by its address and by what a person calls it ('' for no name); false where there is none. */
  somePeer(passes: (address: string, name: string) => boolean): Verdict;
};

export type FilterTest = (subject: FilterSubject) => Verdict;
export type FilterValueCode =
  | 'filter-expression'
  | 'filter-hex-empty'
  | 'filter-no-comparison'
  | 'filter-no-expression'
  | 'filter-not-a-number'
  | 'filter-choice'
  | PayloadProblemCode;
/** `choices`: what may stand there instead. `message`: what the expression's own reader says. Places are of the value. */
export type FilterValueProblem = {
  code: FilterValueCode;
  choices?: readonly string[];
  message?: string;
  start?: number;
  end?: number;
};

export type FilterOperator = {
  /** '' is a word that stands alone. */
  readonly key: string;
  /** 'index': kind and connection alone, which cost no reading. */
  readonly reads: 'index' | 'content';
  /** What a value goes on with behind blanks. */
  readonly continues?: RegExp;
  /** A test for one value, or what is wrong with it. */
  read(value: FilterValue, comparison: Comparison): FilterTest | FilterValueProblem;
};

/** One that takes words alone. */
const choice =
  (tests: Record<string, FilterTest>): FilterOperator['read'] =>
  ({ text, flags }, comparison) => {
    if (comparison !== ':') return { code: 'filter-no-comparison' };
    const word = text.toLowerCase();
    if (flags === null && Object.hasOwn(tests, word)) return tests[word]!;
    return { code: 'filter-choice', choices: Object.keys(tests) };
  };

/** `5`, `10..50`, `>5`: whole numbers. */
const number =
  (
    passes: (subject: FilterSubject, isWanted: (found: number) => boolean) => Verdict,
  ): FilterOperator['read'] =>
  ({ text, flags }, comparison) => {
    const [, first, last] = (flags === null && /^(\d{1,15})(?:\.\.(\d{1,15}))?$/u.exec(asTyped(text))) || [];
    if (first === undefined || (last !== undefined && comparison !== ':'))
      return { code: 'filter-not-a-number' };
    const [from, to] = boundsOf(comparison, Number(first), Number(last ?? first));
    return (subject) => passes(subject, (found) => found >= from && found <= to);
  };

function boundsOf(comparison: Comparison, first: number, last: number): [number, number] {
  switch (comparison) {
    case ':':
      return [first, last];
    case '>':
      return [first + 1, Infinity];
    case '>=':
      return [first, Infinity];
    case '<':
      return [0, first - 1];
    case '<=':
      return [0, first];
  }
}

/** Text in any case, or an expression. */
const text =
  (passes: (subject: FilterSubject, matcher: TextMatcher) => Verdict): FilterOperator['read'] =>
  (value, comparison) => {
    if (comparison !== ':') return { code: 'filter-no-comparison' };
    try {
      const matcher = textMatcher(value.text, value.flags);
      return (subject) => passes(subject, matcher);
    } catch (error) {
      return { code: 'filter-expression', message: error instanceof Error ? error.message : String(error) };
    }
  };

const anywhere = text((subject, matcher) =>
  isPayload(subject.kind)
    ? inPayload(subject, matcher.in(subject.encoding ?? 'utf-8'))
    : subject.someSentence(matcher.text),
);

/** What costs most, the text and what stands before it, is asked last and seldom. */
function inPayload(subject: FilterSubject, { certain, may, occurs }: BytesMatcher): Verdict {
  const inText = (): Verdict => subject.somePiece(occurs, true);
  const ifPossible = (): Verdict => (may === null ? inText() : after(subject.somePiece(may), true, inText));
  return certain === null ? ifPossible() : after(subject.somePiece(certain), false, ifPossible);
}

/** Asks further where the first answer is `goesOn`. */
function after(verdict: Verdict, goesOn: boolean, further: () => Verdict): Verdict {
  const next = (passes: boolean): Verdict => (passes === goesOn ? further() : passes);
  return typeof verdict === 'boolean' ? next(verdict) : verdict.then(next);
}

function readHex(
  { text: written, flags }: FilterValue,
  comparison: Comparison,
): FilterTest | FilterValueProblem {
  if (comparison !== ':') return { code: 'filter-no-comparison' };
  if (flags !== null) return { code: 'filter-no-expression' };
  const pattern = parseBytePattern(written);
  if (pattern === null) {
    const [problem] = parse({ mode: 'hex', text: written.replaceAll('??', '00') }).problems;
    return problem ?? { code: 'filter-hex-empty' };
  }
  const occurs = occursIn(pattern);
  return (subject) => isPayload(subject.kind) && subject.somePiece(occurs);
}

const ofKind =
  (...kinds: readonly RecordKind[]): FilterTest =>
  ({ kind }) =>
    kinds.includes(kind);
const isOf =
  (direction: Direction): FilterTest =>
  ({ kind }) =>
    directionOf(kind) === direction;
/** What `frame:` can ask for. */
export const frameChoices = ['whole', 'marked', 'rest', ...frameMarks] as const;
const frameTests: Record<(typeof frameChoices)[number], FilterTest> = {
  whole: ({ frame }) => frame !== null && frame.mark === null && frame.why === null,
  marked: ({ frame }) => frame !== null && frame.mark !== null,
  rest: ({ frame }) => frame !== null && frame.why !== null,
  ...(Object.fromEntries(
    frameMarks.map((mark): [FrameMark, FilterTest] => [mark, ({ frame }) => frame?.mark === mark]),
  ) as Record<FrameMark, FilterTest>),
};
const isData = ({ kind }: FilterSubject): boolean => isPayload(kind);

/** What a filter can ask for. A new key is an entry here, and its words. */
export const filterOperators: readonly FilterOperator[] = [
  { key: '', reads: 'content', read: anywhere },
  { key: 'text', reads: 'content', read: anywhere },
  {
    key: 'hex',
    reads: 'content',
    continues: /\s+(?:[0-9a-f０-９ａ-ｆ]{2}|\?\?|？？)+(?=$|[\s),])/iuy,
    read: readHex,
  },
  {
    key: 'dir',
    reads: 'index',
    read: choice({
      sent: isOf('sent'),
      received: isOf('received'),
      event: isOf('event'),
      failure: isOf('failure'),
    }),
  },
  {
    key: 'kind',
    reads: 'index',
    read: choice({ data: isData, ...Object.fromEntries(recordKinds.map((kind) => [kind, ofKind(kind)])) }),
  },
  {
    key: 'is',
    reads: 'index',
    read: choice({ data: isData, event: (subject) => !isData(subject), failed: isOf('failure') }),
  },
  { key: 'frame', reads: 'index', read: choice(frameTests) },
  {
    key: 'conn',
    reads: 'index',
    read: number(({ connection }, isWanted) => connection !== null && isWanted(connection)),
  },
  {
    key: 'peer',
    reads: 'content',
    read: text((subject, { text: matches }) =>
      subject.somePeer((address, name) => matches(address) || (name !== '' && matches(name))),
    ),
  },
  {
    key: 'port',
    reads: 'content',
    read: number((subject, isWanted) => subject.somePeer((address) => isWanted(portOf(address)))),
  },
];

/** Those that a message by itself can answer. */
export const messageOperators = filterOperators.filter(({ key }) => ['', 'text', 'hex'].includes(key));

/** -1 of a Unix socket, which has none. */
function portOf(address: string): number {
  const digits = /^(?:[^/:]*|\[.*\]):(\d{1,5})$/u.exec(address)?.[1];
  return digits === undefined ? -1 : Number(digits);
}
