import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wholeLength } from '../../../shared/payload/utf8.ts';
import { asctime, upperCase } from './text-answers.ts';

const upper = (text: string): string => Buffer.from(upperCase(Buffer.from(text))).toString();

describe('upper case', () => {
  test('is that of Unicode, for letters of any script', () => {
    expect(upper('hello, grüße, ñandú, привет, ŉ 😀\r\n\0')).toBe(
      'HELLO, GRÜSSE, ÑANDÚ, ПРИВЕТ, ʼN 😀\r\n\0',
    );
  });

  test('of any text is what JavaScript says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(upper(text)).toBe(text.toUpperCase());
      }),
    );
  });

  test('leaves malformed bytes where they are', () => {
    const bytes = Buffer.concat([Buffer.from('a'), Buffer.of(0xff, 0xc3), Buffer.from('zé')]);
    const expected = Buffer.concat([Buffer.from('A'), Buffer.of(0xff, 0xc3), Buffer.from('ZÉ')]);
    expect(Buffer.from(upperCase(bytes))).toEqual(expected);
  });
});

describe('what a chunk cuts', () => {
  test.each([
    ['nothing', [0x61], 0],
    ['two bytes of three', [0x61, 0xe2, 0x82], 2],
    ['one byte of two', [0xc3], 1],
    ['three bytes of four', [0xf0, 0x9f, 0x98], 3],
    ['nothing of a whole character', [0xe2, 0x82, 0xac], 0],
    ['nothing where no character can come of it', [0xe0, 0x80], 0],
    ['nothing of continuation bytes alone', [0x82, 0x82, 0x82], 0],
    ['nothing of no bytes', [], 0],
  ] as const)('is %s', (_, bytes, length) => {
    expect(bytes.length - wholeLength(Uint8Array.from(bytes))).toBe(length);
  });
});

describe('the time', () => {
  test('is written as asctime does', () => {
    expect(asctime(new Date(2026, 10, 20, 14, 2, 11))).toBe('Fri Nov 20 14:02:11 2026');
    expect(asctime(new Date(2026, 1, 1, 0, 5, 9))).toBe('Sun Feb  1 00:05:09 2026');
  });
});
