import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatHex } from './format.ts';
import { compile, parse } from './payload.ts';

const read = (text: string) => parse({ mode: 'hex', text });
const bytesOf = (text: string): number[] => {
  expect(problemsOf(text)).toEqual([]);
  return [...compile(read(text)).fill()];
};
const problemsOf = (text: string): unknown =>
  read(text).problems.map(({ start, end, code }) => [start, end, code]);

test('each notation that people bring along is read', () => {
  const hel = [0x68, 0x65, 0x6c];
  for (const text of [
    '68656c',
    '68 65 6C',
    '68:65:6c',
    '68-65-6c',
    '0x68 0x65 0X6C',
    '\\x68\\x65\\x6c',
    '0x68656c',
  ])
    expect(bytesOf(text)).toEqual(hel);
  expect(bytesOf('{0x41, 0x42}')).toEqual([0x41, 0x42]);
  expect(bytesOf('{0x41,\n\t0x42,\r\n}')).toEqual([0x41, 0x42]);
  expect(bytesOf('00:c3:\n    aa:bb')).toEqual([0, 0xc3, 0xaa, 0xbb]);
  expect(bytesOf('\\x41\\x42')).toEqual([0x41, 0x42]);
  expect(bytesOf(' \r\n')).toEqual([]);
});

test('a lone digit is one byte', () => {
  expect(bytesOf('0 1 2 3')).toEqual([0, 1, 2, 3]);
  expect(bytesOf('41 4')).toEqual([0x41, 4]);
  expect(bytesOf('0x4,a:b')).toEqual([4, 10, 11]);
  expect(bytesOf('\\x1\\x2')).toEqual([1, 2]);
  expect(bytesOf('0')).toEqual([0]);
});

test('a longer token with an odd number of digits is refused at its place', () => {
  expect(problemsOf('41 123 42')).toEqual([[3, 6, 'hex-odd-digits']]);
  expect(problemsOf('0x123')).toEqual([[0, 5, 'hex-odd-digits']]);
  expect(problemsOf('12345,678')).toEqual([
    [0, 5, 'hex-odd-digits'],
    [6, 9, 'hex-odd-digits'],
  ]);
});

test('anything else is refused at its place', () => {
  expect(problemsOf('41 zz 42')).toEqual([[3, 5, 'hex-not-hex']]);
  expect(problemsOf('41h')).toEqual([[2, 3, 'hex-not-hex']]);
  expect(problemsOf('0x')).toEqual([[0, 2, 'hex-missing-digits']]);
  expect(problemsOf('\\x 41')).toEqual([[0, 2, 'hex-missing-digits']]);
  expect(problemsOf('\\41')).toEqual([[0, 1, 'hex-not-hex']]);
  expect(problemsOf('00x41')).toEqual([[2, 3, 'hex-not-hex']]);
  expect(problemsOf('-1')).toEqual([[0, 1, 'hex-stray-separator']]);
  expect(problemsOf('41 - 42')).toEqual([[3, 4, 'hex-stray-separator']]);
  expect(problemsOf('41::42')).toEqual([[3, 4, 'hex-stray-separator']]);
  expect(problemsOf('“”')).toEqual([[0, 2, 'hex-not-hex']]);
  expect(problemsOf('zz0x41')).toEqual([[0, 2, 'hex-not-hex']]);
  expect(problemsOf('+'.repeat(5) + ' ' + 'g '.repeat(1000))).toHaveLength(100);
});

test('bytes written in any of the notations are read back', () => {
  const notation = fc.constantFrom<(pairs: string[]) => string>(
    (pairs) => pairs.join(''),
    (pairs) => pairs.join(' '),
    (pairs) => pairs.join(':'),
    (pairs) => pairs.join('-').toUpperCase(),
    (pairs) => pairs.map((pair) => `0x${pair}`).join(' '),
    (pairs) => `{${pairs.map((pair) => `0x${pair}`).join(', ')}}`,
    (pairs) => pairs.map((pair) => `\\x${pair}`).join(''),
    (pairs) => pairs.map((pair) => pair.replace(/^0/, '')).join(' '),
  );
  fc.assert(
    fc.property(fc.uint8Array(), notation, (bytes, write) => {
      const pairs = [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));
      expect(bytesOf(write(pairs))).toEqual([...bytes]);
    }),
  );
});

test('what is accepted has one reading: tokens of one digit or whole pairs, in order', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...'0019afxX\\ ,:-{}\n'), { maxLength: 14 }), (characters) => {
      const text = characters.join('');
      const parsed = read(text);
      const tokens = text
        .replaceAll(/\\x/g, ' ')
        .replaceAll(/(^|[^0-9a-f])0x/gi, '$1 ')
        .split(/[\s,:{}-]+/);
      const words = tokens.filter((token) => token !== '');
      if (parsed.problems.length > 0) {
        for (const { start, end } of parsed.problems)
          expect([start < end, end <= text.length]).toEqual([true, true]);
        return;
      }
      expect(words.every((word) => /^([0-9a-f]|([0-9a-f]{2})+)$/i.test(word))).toBe(true);
      const expected = words.flatMap((word) => word.match(/../g) ?? [word]).map((pair) => parseInt(pair, 16));
      expect(bytesOf(text)).toEqual(expected);
    }),
    { numRuns: 20_000 },
  );
});

test('ten million characters are read whole', () => {
  expect(compile(read('0d 0A '.repeat(1_700_000))).fill()).toHaveLength(3_400_000);
  expect(compile(read('ab'.repeat(5_000_000))).fill()).toHaveLength(5_000_000);
});

test('hex is written in pairs, and says when it goes on', () => {
  expect(formatHex(Uint8Array.of(0, 0x7f, 0xab))).toBe('00 7F AB');
  expect(formatHex(Uint8Array.of(0, 0x7f, 0xab), 2)).toBe('00 7F …');
  expect(formatHex(Uint8Array.of(0, 0x7f), 2)).toBe('00 7F');
  expect(formatHex(Uint8Array.of())).toBe('');
});

test('written hex is read back', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => void expect(bytesOf(formatHex(bytes))).toEqual([...bytes])),
  );
});
