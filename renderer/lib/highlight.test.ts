import { expect, test } from 'vitest';
import { parseMessageText } from '../../shared/payload/message-text.ts';
import { lineAndColumn, segmentsOf } from './highlight.ts';

test('marks escapes and leaves everything else as it is', () => {
  expect(segmentsOf('a\\tb\\x7F', 'text', [])).toEqual([
    { text: 'a', look: 'plain' },
    { text: '\\t', look: 'escape' },
    { text: 'b', look: 'plain' },
    { text: '\\x7F', look: 'escape' },
  ]);
});

test('an escaped backslash does not begin the next escape', () => {
  expect(segmentsOf('\\\\n', 'text', []).map((each) => each.text)).toEqual(['\\\\', 'n']);
});

test('marks each problem at its place, and loses no character', () => {
  const text = 'ok \\q and \\x4';
  const parsed = parseMessageText(text);
  const segments = segmentsOf(text, 'text', parsed.ok ? [] : parsed.problems);
  expect(segments.filter((each) => each.look === 'problem').map((each) => each.text)).toEqual([
    '\\q',
    '\\x4',
  ]);
  expect(segments.map((each) => each.text).join('')).toBe(text);
});

test('hex has no escapes of its own', () => {
  expect(segmentsOf('\\x41', 'hex', [])).toEqual([{ text: '\\x41', look: 'plain' }]);
});

test('counts lines and columns from 1', () => {
  expect(lineAndColumn('ab\ncd', 0)).toEqual({ line: 1, column: 1 });
  expect(lineAndColumn('ab\ncd', 4)).toEqual({ line: 2, column: 2 });
});

test('marks the beginning of a long text, to the end of a line, and is done at once with the rest', () => {
  const line = `${'a\\t'.repeat(20)}\n`;
  const text = line.repeat(20_000);
  const segments = segmentsOf(text, 'text', [
    { start: text.length - 2, end: text.length, code: 'text-unknown-escape' },
  ]);
  const marked = segments.map((each) => each.text).join('');
  expect(text.startsWith(marked)).toBe(true);
  expect(marked).toHaveLength(Math.floor(20_000 / line.length) * line.length);
  expect(segments.some(({ look }) => look === 'problem')).toBe(false);
  expect(segmentsOf('x'.repeat(1_000_000), 'text', [])).toEqual([
    { text: 'x'.repeat(20_000), look: 'plain' },
  ]);
});
