import { expect, it } from 'vitest';
import { parseSize } from './size-option.ts';

it('reads sizes as people write them, and refuses what is none', () => {
  expect(['0', '4096', '500M', '1.5G', '2 GiB', '10kb'].map(parseSize)).toEqual([
    0,
    4096,
    500 * 2 ** 20,
    1.5 * 2 ** 30,
    2 ** 31,
    10_240,
  ]);
  for (const wrong of ['', '-1', 'much', '5X', '1e3']) expect(() => parseSize(wrong)).toThrow(/512M/);
});
