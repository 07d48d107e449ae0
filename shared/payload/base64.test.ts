import '../encodings/all-codecs.ts';
import { expect, test } from 'vitest';
import { hexOf } from '../testing/bytes.ts';
import { fromBase64, readBase64, toBase64 } from './base64.ts';
import { compile, parseMessage } from './payload.ts';

const problems = (text: string) =>
  readBase64(text).problems.map(({ code, start, end }) => [code, start, end]);

test('reads both alphabets, with padding or without, over lines and in full width', () => {
  for (const text of ['+/8=', '-_8', ' + /\n8\t= ', '＋／８＝'])
    expect(hexOf(fromBase64(text)!)).toBe('fbff');
  expect(hexOf(fromBase64('QUI')!)).toBe('4142');
  expect(fromBase64('')).toHaveLength(0);
});

test('refuses at its place what means no bytes', () => {
  expect(problems('QU!!I=')).toEqual([['base64-not-base64', 2, 4]]);
  expect(problems('QUIDQ')).toEqual([['base64-unfinished', 4, 5]]);
  expect(problems('QUI==')).toEqual([['base64-padding', 3, 5]]);
  expect(problems('QQ==QQ==')).toEqual([['base64-padding', 2, 4]]);
  expect(problems('=')).toEqual([['base64-padding', 0, 1]]);
  expect(problems('{{u8 1}}')).toEqual([
    ['base64-not-base64', 0, 2],
    ['base64-not-base64', 6, 8],
  ]);
  expect(readBase64('!a'.repeat(1000)).problems).toHaveLength(100);
});

test('every length is written so that it is read back', () => {
  const bytes = Uint8Array.from({ length: 50_000 }, (_, at) => (at * 7) & 0xff);
  for (const length of [0, 1, 2, 3, 4, 5, 12_288, 12_289, 50_000])
    expect(hexOf(fromBase64(toBase64(bytes.subarray(0, length)))!)).toBe(hexOf(bytes.subarray(0, length)));
});

test('a message in it has the line end behind it, in one byte each', () => {
  const parsed = parseMessage({ mode: 'base64', text: 'AP8=', lineEnd: 'crlf', encoding: 'utf-16le' });
  expect(hexOf(compile(parsed).fill())).toBe('00ff0d0a');
});
