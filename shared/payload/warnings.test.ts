import { expect, test } from 'vitest';
import { notations, parseMessage, type WrittenMessage } from './payload.ts';
import { warningsOf } from './warnings.ts';

const warned = (text: string, more: Partial<WrittenMessage> = {}) => {
  const message: WrittenMessage = { mode: 'text', text, lineEnd: 'none', ...more };
  return warningsOf(message, parseMessage(message)).map(({ code, start, end }) => [code, start, end]);
};

test('blanks at the end of a line and of the message are told, once', () => {
  expect(warned('a  \nb ')).toEqual([['warn-trailing-blanks', 1, 3]]);
  expect(warned('a b\t')).toEqual([['warn-trailing-blanks', 3, 4]]);
  expect(warned('a b\n c')).toEqual([]);
  expect(warned('41 ', { mode: 'hex' })).toEqual([]);
});

test('line ends of two kinds are told, whether typed, escaped or chosen', () => {
  expect(warned('a\\r\\nb\\nc')).toEqual([['warn-mixed-line-ends', 6, 8]]);
  expect(warned('a\r\nb\nc')).toEqual([['warn-mixed-line-ends', 4, 5]]);
  expect(warned('a\nb', { lineEnd: 'crlf' })).toEqual([]);
  expect(warned('a\\nb', { lineEnd: 'crlf' })).toEqual([['warn-mixed-line-ends', 4, 4]]);
  expect(warned('a\\\\nb\\r\\n', { lineEnd: 'crlf' })).toEqual([]);
  expect(warned('a\\nb\n', { mode: 'as-is', lineEnd: 'cr' })).toEqual([]);
});

test('a line end behind bytes that are no text is told, behind written text not', () => {
  expect(warned('00 ff', { mode: 'hex', lineEnd: 'lf' })).toEqual([['warn-line-end-behind-bytes', 5, 5]]);
  expect(warned('AP8=', { mode: 'base64', lineEnd: 'crlf' })).toEqual([['warn-line-end-behind-bytes', 4, 4]]);
  expect(warned('41 54', { mode: 'hex', lineEnd: 'cr' })).toEqual([]);
  expect(warned('00 ff', { mode: 'hex' })).toEqual([]);
});

test('characters that look like ASCII are told, those that are usual in a text of East Asia not', () => {
  expect(warned('a\u00a0b “c” １')).toEqual([
    ['warn-no-break-space', 1, 2],
    ['warn-quotes', 4, 5],
    ['warn-full-width', 8, 9],
  ]);
  expect(warned('他说：“好”！')).toEqual([]);
  expect(warned('温度１２')).toEqual([['warn-full-width', 2, 3]]);
});

test('what stands in braces is nothing that is looked at, and what cannot be sent has no warnings', () => {
  expect(warned("{{'“ '}}{{pad 'a ' 4}}")).toEqual([]);
  expect(warned('“\\q')).toEqual([]);
  for (const mode of notations) expect(warned('', { mode, lineEnd: 'lf' })).toEqual([]);
});

test('a long message takes no more steps for its blanks than it has characters', () => {
  // Looked for from each of its blanks, a run of them would be gone through a million million times.
  expect(warned(`${' '.repeat(1_000_000)}a`)).toEqual([]);
});
