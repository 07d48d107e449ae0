import { expect, it } from 'vitest';
import { parseSizeOption } from './size-option.ts';

it('says what a size is where one is wrong, and names the character at fault', () => {
  expect(parseSizeOption('2G')).toBe(2 ** 31);
  for (const wrong of ['', '-1', 'much', '5X', '1e3']) expect(() => parseSizeOption(wrong)).toThrow(/512M/);
  expect(() => parseSizeOption('5\u200b12M')).toThrow(/U\+200B/);
});
