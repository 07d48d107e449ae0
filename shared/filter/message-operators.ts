/** What a filter can ask of bytes alone, be they in a log or a message by itself. */
import { occursIn, parseBytePattern } from '../payload/matching.ts';
import { parse } from '../payload/payload.ts';
import { isPayload } from '../records.ts';
import type { Comparison, FilterValue } from './language.ts';
import { numberFinder, numberForms, numberOccurs } from './numbers.ts';
import type {
  FilterOperator,
  FilterSubject,
  FilterTest,
  FilterValueProblem,
  SoughtOverEdge,
  Verdict,
} from './operator.ts';
import { readBy, type FilterReading } from './reading.ts';
import { textMatcher, type BytesMatcher, type TextMatcher } from './text-matcher.ts';

/** Text in any case, or an expression. */
export const text =
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

const anywhere = text((subject, matcher) => {
  if (!isPayload(subject.kind)) return subject.someSentence(matcher.text);
  const matches = matcher.in(subject.encoding ?? 'utf-8');
  return after(inPayload(subject, matches), false, () => overEdge(subject, matches.overEdge));
});

const overEdge = (subject: FilterSubject, sought: SoughtOverEdge | null): Verdict =>
  sought !== null && (subject.overEdge?.(sought) ?? false);

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
  const sought = pattern.length > 1 ? { pattern, anyCase: false } : null;
  return (subject) =>
    isPayload(subject.kind) && after(subject.somePiece(occurs), false, () => overEdge(subject, sought));
}

/** `u16le:1000..1100`, `i8<0`: the form of the number, and which one. */
const inBytes: FilterOperator['read'] = (value, comparison) => {
  if (comparison !== ':') return { code: 'filter-no-comparison' };
  const finder = numberFinder(value);
  if (finder === 'form') return { code: 'filter-choice', choices: numberForms };
  if (finder === 'number') return { code: 'filter-not-that-number' };
  const occurs = numberOccurs(finder);
  const sought = finder.length > 1 ? { length: finder.length, occurs } : null;
  return (subject) =>
    isPayload(subject.kind) && after(subject.somePiece(occurs), false, () => overEdge(subject, sought));
};

/** Those that a message by itself can answer. */
export const messageOperators: readonly FilterOperator[] = [
  { key: '', reads: 'content', read: anywhere },
  { key: 'text', reads: 'content', read: anywhere },
  {
    key: 'hex',
    reads: 'content',
    continues: /\s+(?:[0-9a-f０-９ａ-ｆ]{2}|\?\?|？？)+(?=$|[\s),])/iuy,
    read: readHex,
  },
  { key: 'number', reads: 'content', choices: numberForms.map((form) => `${form}:`), read: inBytes },
];

/** As `readBy` says, of a filter that looks at one message. */
export const readMessageFilter = (text: string): FilterReading => readBy(messageOperators, text);
