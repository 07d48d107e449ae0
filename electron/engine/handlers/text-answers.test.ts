import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
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

  test('is in the encoding of the text, and leaves a letter whose capital that lacks', () => {
    const inGbk = Buffer.from('cec261b6c862', 'hex');
    expect(Buffer.from(upperCase(inGbk, 'gbk')).toString('hex')).toBe('cec241b6c842');
    expect(Buffer.from(upperCase(Buffer.from('c0c1', 'hex'), 'koi8-r')).toString('hex')).toBe('e0e1');
    expect(Buffer.from(upperCase(Buffer.from('\xe9\xffa', 'latin1'), 'iso-8859-1')).toString('latin1')).toBe(
      'É\xffA',
    );
  });

  test('leaves malformed bytes where they are', () => {
    const bytes = Buffer.concat([Buffer.from('a'), Buffer.of(0xff, 0xc3), Buffer.from('zé')]);
    const expected = Buffer.concat([Buffer.from('A'), Buffer.of(0xff, 0xc3), Buffer.from('ZÉ')]);
    expect(Buffer.from(upperCase(bytes))).toEqual(expected);
  });
});

describe('the time', () => {
  test('is written as asctime does', () => {
    expect(asctime(new Date(2026, 10, 20, 14, 2, 11))).toBe('Fri Nov 20 14:02:11 2026');
    expect(asctime(new Date(2026, 1, 1, 0, 5, 9))).toBe('Sun Feb  1 00:05:09 2026');
  });
});
