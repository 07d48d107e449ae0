import { expect, test } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatShortCount,
  formatSize,
  formatTypedSize,
  parseSize,
} from './sizes.ts';

test('counts have groups of three digits', () => {
  expect([0, 999, 1000, 12_431, 1_000_000].map(formatCount)).toEqual([
    '0',
    '999',
    '1,000',
    '12,431',
    '1,000,000',
  ]);
});

test('short counts have three digits that count', () => {
  expect([0, 999, 1000, 12_431, 999_499, 999_500, 1_020_000, 2e18].map(formatShortCount)).toEqual([
    '0',
    '999',
    '1.00k',
    '12.4k',
    '999k',
    '1.00M',
    '1.02M',
    '2000P',
  ]);
});

test('sizes are exact under a thousand bytes and decimal above', () => {
  expect([0, 43, 999, 1000, 65_536, 3_412_003, 999_949, 999_950, 1.2e9].map(formatBytes)).toEqual([
    '0 B',
    '43 B',
    '999 B',
    '1.00 KB',
    '65.5 KB',
    '3.41 MB',
    '1.00 MB',
    '1.00 MB',
    '1.20 GB',
  ]);
  expect([99_940, 99_960].map(formatBytes)).toEqual(['99.9 KB', '100 KB']);
  expect([16, 65_536].map(formatSize)).toEqual(['16', '65.5 KB']);
});

test('sizes are read as people write them, in units of 1024, and nothing else is taken for one', () => {
  expect(['0', '4096', '500M', '1.5G', '2 GiB', '10kb', '５１２Ｍ'].map(parseSize)).toEqual([
    0,
    4096,
    500 * 2 ** 20,
    1.5 * 2 ** 30,
    2 ** 31,
    10_240,
    2 ** 29,
  ]);
  for (const wrong of ['', '-1', 'much', '5X', '1e3', '1,5G', '99999T']) expect(parseSize(wrong)).toBeNull();
});

test('a size to edit is exact and reads back as itself', () => {
  const sizes = [0, 1000, 10_240, 2 ** 28, 1.5 * 2 ** 30, 2 ** 31, 2 ** 50, Number.MAX_SAFE_INTEGER];
  const texts = sizes.map(formatTypedSize);
  expect(texts).toEqual([
    '0 B',
    '1000 B',
    '10 KiB',
    '256 MiB',
    '1536 MiB',
    '2 GiB',
    '1024 TiB',
    '9007199254740991 B',
  ]);
  expect(texts.map(parseSize)).toEqual(sizes);
});
