/** The table of a filter's keys. */
import { isAnnotated } from '../annotations.ts';
import type { Direction } from '../domain.ts';
import { frameMarks, type FrameMark } from '../framing/framer.ts';
import { isPayload, recordKinds, type RecordKind } from '../records.ts';
import { directionOf } from '../show/directions.ts';
import { parseSize } from '../show/sizes.ts';
import { asTyped } from '../typed.ts';
import { isIn } from './comparing.ts';
import { decodedOperator } from './decoded-operator.ts';
import { messageOperators, text } from './message-operators.ts';
import { ofDay, parseMoment, parseSpan, roundedSpan } from './moments.ts';
import type { FilterOperator, FilterSubject, FilterTest, FilterValueCode, Verdict } from './operator.ts';

/** One that takes words alone. */
const choice = (tests: Record<string, FilterTest>): Pick<FilterOperator, 'choices' | 'read'> => {
  const choices = Object.keys(tests);
  return {
    choices,
    read: ({ text, flags }, comparison) => {
      if (comparison !== ':') return { code: 'filter-no-comparison' };
      const word = text.toLowerCase();
      if (flags === null && Object.hasOwn(tests, word)) return tests[word]!;
      return { code: 'filter-choice', choices };
    },
  };
};

/** A whole tag, in any case. */
const withTag: FilterOperator['read'] = ({ text, flags }, comparison) => {
  if (comparison !== ':') return { code: 'filter-no-comparison' };
  if (flags !== null) return { code: 'filter-no-expression' };
  const wanted = text.toLowerCase();
  return ({ annotation }) => annotation?.tags.some((tag) => tag.toLowerCase() === wanted) ?? false;
};

const isMarked: FilterTest = ({ annotation }) => Boolean(annotation && isAnnotated(annotation));

/** `5`, `10..50`, `>5`, in the unit that `read` knows; it returns null for what is none. */
const range =
  (
    code: FilterValueCode,
    read: (text: string) => number | null,
    passes: (subject: FilterSubject, isWanted: (found: number) => boolean) => Verdict,
  ): FilterOperator['read'] =>
  ({ text, flags }, comparison) => {
    const [first, last, ...more] = flags === null ? asTyped(text).split('..').map(read) : [];
    if (first === undefined || first === null || last === null || more.length > 0) return { code };
    if (last !== undefined && comparison !== ':') return { code };
    const isWanted = isIn(comparison, first, last ?? first);
    return (subject) => passes(subject, isWanted);
  };

const wholeNumber = (written: string): number | null =>
  /^\d{1,15}$/u.test(written) ? Number(written) : null;
const number = (passes: Parameters<typeof range>[2]) => range('filter-not-a-number', wholeNumber, passes);

/** By the clock of this machine: of any day (`14:02`), or of one (`2026-11-30`, `2026-11-30T14:02:05`). */
const atTime: FilterOperator['read'] = ({ text, flags }, comparison) => {
  const [first, last, ...more] = flags === null ? asTyped(text).split('..').map(parseMoment) : [];
  const code = 'filter-not-a-time';
  if (first === undefined || first === null || last === null || more.length > 0) return { code };
  if (last !== undefined && (comparison !== ':' || last.isOfDay !== first.isOfDay)) return { code };
  const [from, to] = [first.from, (last ?? first).to];
  // `>` is behind what was written as a whole, as `<` is before it: a minute has a length.
  const bounds = {
    ':': [from, to],
    '>': [to, Infinity],
    '>=': [from, Infinity],
    '<': [0, from],
    '<=': [0, to],
  };
  const [start, end] = bounds[comparison] as [number, number];
  const passes = (time: number): boolean =>
    start <= end ? time >= start && time < end : time >= start || time < end;
  return ({ time }) => passes(first.isOfDay ? ofDay(time) : time);
};

const ofKind =
  (...kinds: readonly RecordKind[]): FilterTest =>
  ({ kind }) =>
    kinds.includes(kind);
const isOf =
  (direction: Direction): FilterTest =>
  ({ kind }) =>
    directionOf(kind) === direction;
const frameTests: Record<'whole' | 'marked' | 'rest' | FrameMark, FilterTest> = {
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
  ...messageOperators,
  {
    key: 'dir',
    reads: 'index',
    ...choice({
      sent: isOf('sent'),
      received: isOf('received'),
      event: isOf('event'),
      failure: isOf('failure'),
    }),
  },
  {
    key: 'kind',
    reads: 'index',
    ...choice({ data: isData, ...Object.fromEntries(recordKinds.map((kind) => [kind, ofKind(kind)])) }),
  },
  {
    key: 'is',
    reads: 'index',
    asksAnnotation: (text) => text.toLowerCase() === 'marked',
    ...choice({
      data: isData,
      event: (subject) => !isData(subject),
      failed: isOf('failure'),
      marked: isMarked,
    }),
  },
  // Where it is written in a log, the window looks in all of them.
  { key: 'tab', reads: 'index', ...choice({ '*': () => true }) },
  { key: 'tag', reads: 'index', asksAnnotation: () => true, read: withTag },
  {
    key: 'note',
    // An expression takes its time elsewhere than the index is gone through.
    reads: 'content',
    asksAnnotation: () => true,
    read: text(({ annotation }, matcher) => Boolean(annotation?.note) && matcher.text(annotation!.note)),
  },
  { key: 'frame', reads: 'index', ...choice(frameTests) },
  {
    key: 'size',
    reads: 'index',
    read: range(
      'filter-not-a-size',
      parseSize,
      (subject, isWanted) => isData(subject) && isWanted(subject.length),
    ),
  },
  decodedOperator,
  { key: 'time', reads: 'index', read: atTime },
  {
    key: 'delta',
    reads: 'index',
    read: range('filter-not-a-duration', parseSpan, ({ time, previous }, isWanted) => {
      return previous !== null && isWanted(roundedSpan(time - previous));
    }),
  },
  {
    key: 'error',
    reads: 'content',
    read: text(
      (subject, { text: matches }) => isOf('failure')(subject) === true && subject.someSentence(matches),
    ),
  },
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

/** -1 of a Unix socket, which has none. */
function portOf(address: string): number {
  const digits = /^(?:[^/:]*|\[.*\]):(\d{1,5})$/u.exec(address)?.[1];
  return digits === undefined ? -1 : Number(digits);
}
