import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isCostly, matchesWhere, occursIn, parseBytePattern, type BytePattern } from './matching.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What the pattern means, in as many steps as it takes. */
function plainly(pattern: BytePattern, bytes: Uint8Array): boolean {
  const wanted = Array.from(pattern);
  for (let start = 0; start + wanted.length <= bytes.length; start++)
    if (wanted.every((byte, at) => byte === null || byte === bytes[start + at])) return true;
  return false;
}

/** Counts how often a byte is read. */
function counted(bytes: Uint8Array): { bytes: Uint8Array; reads: () => number } {
  let reads = 0;
  const get = (target: Uint8Array, key: string | symbol): unknown => {
    if (typeof key === 'string' && /^\d+$/.test(key)) reads++;
    return Reflect.get(target, key, target);
  };
  return { bytes: new Proxy(bytes, { get }), reads: () => reads };
}

describe('a pattern', () => {
  test('is hex with ?? for any byte, joined as one likes', () => {
    for (const text of ['02 ?? 03', '02??03', '02:??:03', '02, ??, 03', '0x02 ？？ 03'])
      expect(parseBytePattern(text)).toEqual([2, null, 3]);
    for (const text of ['', '02 ? 03', 'zz', '02 ??-x', '{{uuid}}', '02 {{counter}} ??'])
      expect(parseBytePattern(text)).toBeNull();
  });

  test('occurs just where a plain comparison finds it, wildcards before, in and behind it', () => {
    const byte = fc.constantFrom(0, 1, 65, 97);
    const pattern = fc.oneof(
      fc.array(fc.option(byte), { maxLength: 6 }),
      fc.array(fc.option(byte, { freq: 1 }), { minLength: 30, maxLength: 70 }),
    );
    const placed = fc.tuple(pattern, fc.array(byte, { maxLength: 40 }), fc.array(byte), byte);
    fc.assert(
      fc.property(placed, fc.boolean(), ([wanted, before, behind, any], isPlanted) => {
        const planted = isPlanted ? wanted.map((each) => each ?? any) : [];
        const bytes = Uint8Array.from([...before, ...planted, ...behind]);
        expect(occursIn(wanted)(bytes)).toBe(plainly(wanted, bytes));
      }),
      { numRuns: 5000 },
    );
  });

  test('may be found in any case', () => {
    expect(occursIn([0x47, null, 0x54], true)(utf8('a get'))).toBe(true);
    expect(occursIn([0x47, null, 0x54])(utf8('a get'))).toBe(false);
  });

  test('of nothing but wildcards asks for room alone', () => {
    expect([2, 3, 4].map((length) => occursIn([null, null, null])(new Uint8Array(length)))).toEqual([
      false,
      true,
      true,
    ]);
    expect(occursIn([])(new Uint8Array())).toBe(true);
  });
});

describe('however it is made, a message takes one look at each of its bytes', () => {
  const zeros = new Uint8Array(1024 * 1024);
  const length = zeros.length;
  test.each([
    ['?? 00 again and again, and a byte that is not there', [...Array(500).fill([null, 0]).flat(), 1]],
    ['zeros and a byte that is not there', [...Array(1000).fill(0), 1]],
    [
      'a wildcard among zeros, and a byte that is not there',
      [...Array(40).fill(0), null, ...Array(40).fill(0), 1],
    ],
  ])('%s', (_, pattern: (number | null)[]) => {
    const { bytes, reads } = counted(zeros);
    expect(occursIn(pattern)(bytes)).toBe(false);
    expect(reads()).toBeLessThanOrEqual(length);
  });

  test('but for a very long pattern with wildcards, which says so and is found all the same', () => {
    const long = [...Array(2048).fill(0), null, 1];
    expect([isCostly(long), isCostly(long.slice(2)), isCostly(Array(5000).fill(0))]).toEqual([
      true,
      false,
      false,
    ]);
    expect(occursIn(long)(Uint8Array.of(7, ...Array(2049).fill(0), 1))).toBe(true);
    expect(occursIn(long)(new Uint8Array(3000))).toBe(false);
  });
});

test('bytes are found at the beginning, at the end, or are all there is', () => {
  const found = (way: 'exact' | 'starts' | 'ends', pattern: string, message: string): boolean =>
    matchesWhere[way](utf8(pattern))(utf8(message));
  expect([found('exact', 'ab', 'ab'), found('exact', 'ab', 'abc')]).toEqual([true, false]);
  expect([found('starts', 'ab', 'abc'), found('starts', 'ab', 'a')]).toEqual([true, false]);
  expect([found('ends', 'bc', 'abc'), found('ends', 'abc', 'bc')]).toEqual([true, false]);
});
