import { expect, test } from 'vitest';
import { parse } from '../../shared/payload/payload.ts';
import { lineAndColumn, marksIn } from './highlight.ts';

/** What is marked of `text` between two places, and how. */
const marked = (text: string, mode: 'text' | 'hex' = 'text', from = 0, to = text.length) => {
  const { tokens, problems } = parse({ mode, text });
  return marksIn(from, to, tokens, problems).map(({ start, end, look }) => [text.slice(start, end), look]);
};

test('marks escapes and leaves everything else as it is', () => {
  expect(marked('a\\tb\\x7F')).toEqual([
    ['\\t', 'escape'],
    ['\\x7F', 'escape'],
  ]);
});

test('an escaped backslash does not begin the next escape', () => {
  expect(marked('\\\\n')).toEqual([['\\\\', 'escape']]);
});

test('marks each problem at its place', () => {
  expect(marked('ok \\q and\\t\\x4')).toEqual([
    ['\\t', 'escape'],
    ['\\q', 'problem'],
    ['\\x4', 'problem'],
  ]);
});

test('what is no escape to the one who sends it is none to the eye', () => {
  expect(marked('\\u{110000}\\u{41}')).toEqual([
    ['\\u{41}', 'escape'],
    ['\\u{110000}', 'problem'],
  ]);
  expect(marked('\\R')).toEqual([['\\R', 'problem']]);
});

test('hex has no escapes of its own', () => {
  expect(marked('\\x41', 'hex')).toEqual([]);
});

test('marks what is in sight, cut off at its edges, and nothing without extent', () => {
  expect(marked('\\t\\x41\\n', 'text', 3, 6)).toEqual([['x41', 'escape']]);
  expect(marksIn(0, 9, [], [{ start: 3, end: 3, code: 'text-unknown-escape' }])).toEqual([]);
});

test('counts lines and columns from 1', () => {
  expect(lineAndColumn('ab\ncd', 0)).toEqual({ line: 1, column: 1 });
  expect(lineAndColumn('ab\ncd', 4)).toEqual({ line: 2, column: 2 });
});
