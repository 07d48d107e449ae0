import { expect, test } from 'vitest';
import { parse } from '../../shared/payload/payload.ts';
import { lineAndColumn, segmentsOf } from './highlight.ts';

const marked = (text: string, mode: 'text' | 'hex' = 'text') => {
  const { tokens, problems } = parse({ mode, text });
  return segmentsOf(text, tokens, problems);
};

test('marks escapes and leaves everything else as it is', () => {
  expect(marked('a\\tb\\x7F')).toEqual([
    { text: 'a', look: 'plain' },
    { text: '\\t', look: 'escape' },
    { text: 'b', look: 'plain' },
    { text: '\\x7F', look: 'escape' },
  ]);
});

test('an escaped backslash does not begin the next escape', () => {
  expect(marked('\\\\n').map((each) => each.text)).toEqual(['\\\\', 'n']);
});

test('marks each problem at its place between the escapes, and loses no character', () => {
  const text = 'ok \\q and\\t\\x4';
  const segments = marked(text);
  expect(segments.filter((each) => each.look === 'problem').map((each) => each.text)).toEqual([
    '\\q',
    '\\x4',
  ]);
  expect(segments.filter((each) => each.look === 'escape').map((each) => each.text)).toEqual(['\\t']);
  expect(segments.map((each) => each.text).join('')).toBe(text);
});

test('what is no escape to the one who sends it is none to the eye', () => {
  expect(marked('\\u{110000}\\u{41}').map((each) => each.look)).toEqual(['problem', 'escape']);
  expect(marked('\\R').map((each) => each.look)).toEqual(['problem']);
});

test('hex has no escapes of its own', () => {
  expect(marked('\\x41', 'hex')).toEqual([{ text: '\\x41', look: 'plain' }]);
});

test('counts lines and columns from 1', () => {
  expect(lineAndColumn('ab\ncd', 0)).toEqual({ line: 1, column: 1 });
  expect(lineAndColumn('ab\ncd', 4)).toEqual({ line: 2, column: 2 });
});

test('marks the beginning of a long text, to the end of a line, and is done at once with the rest', () => {
  const line = `${'a\\t'.repeat(20)}\n`;
  const text = line.repeat(20_000);
  const last = { start: text.length - 2, end: text.length, code: 'text-unknown-escape' };
  const segments = segmentsOf(text, parse({ mode: 'text', text }).tokens, [last]);
  const joined = segments.map((each) => each.text).join('');
  expect(text.startsWith(joined)).toBe(true);
  expect(joined).toHaveLength(Math.floor(20_000 / line.length) * line.length);
  expect(segments.some(({ look }) => look === 'problem')).toBe(false);
  expect(segmentsOf('x'.repeat(1_000_000), [], [])).toEqual([{ text: 'x'.repeat(20_000), look: 'plain' }]);
});
