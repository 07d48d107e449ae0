import { expect, it } from 'vitest';
import { latin1, utf8 } from '../testing/bytes.ts';
import { compare } from './compare.ts';
import { diffBytes } from './diff.ts';
import { joinIslands } from './islands.ts';

const marked = (a: string, b: string) =>
  diffBytes(utf8(a), utf8(b)).hunks.map((hunk) => ({ ...hunk, isIgnored: false }));
/** `=` equal, `<A|B>` differing. */
const shown = (a: string, b: string) =>
  joinIslands(marked(a, b), utf8(a), utf8(b))
    .map(({ isEqual, a: from, aLength, b: fromB, bLength }) =>
      isEqual ? '=' : `<${a.slice(from, from + aLength)}|${b.slice(fromB, fromB + bLength)}>`,
    )
    .join('');

it('makes one difference of two values that have a letter in common', () => {
  expect(shown('id=7f3a9c21;', 'id=b04fe85d;')).toBe('=<7f3a9c21|b04fe85d>=');
});

it('makes one of two insertions, and of two removals, that have the same letters around them', () => {
  expect(shown('{"ok":1}', '{"door":1,"ok":1}')).toBe('=<|door":1,">=');
  expect(shown('{"door":1,"ok":1}', '{"ok":1}')).toBe('=<door":1,"|>=');
});

it('leaves equal bytes alone that are as many as what differs beside them, and more than a few', () => {
  expect(shown('a-b', 'x-y')).toBe('<a|x>=<b|y>');
  expect(shown('aaaa readings bbbb', 'xxxx readings yyyy')).toBe('<aaaa|xxxx>=<bbbb|yyyy>');
  expect(shown('same', 'same')).toBe('=');
});

it('joins neither what is passed over nor one end', () => {
  const hunk = (isEqual: boolean, at: number, length: number, isIgnored = false) => ({
    ...{ isEqual, isIgnored, a: at, aLength: length },
    ...{ b: at, bLength: length },
  });
  const hunks = [
    hunk(false, 0, 4),
    hunk(true, 4, 1),
    hunk(false, 5, 4, true),
    hunk(true, 9, 1),
    hunk(false, 10, 4),
  ];
  const nothing = new Uint8Array(20);
  expect(joinIslands(hunks, nothing, nothing)).toEqual(hunks);
  expect(joinIslands([hunk(true, 0, 1), hunk(false, 1, 4)], nothing, nothing)).toHaveLength(2);
});

it('covers all bytes of both as before, in a comparison, too', () => {
  const [a, b] = [utf8('{"id":"7f3a9c21","n":1}'), utf8('{"id":"b04fe85d","n":1}')];
  const { hunks, differences, bytes } = compare({ a, b, as: null, hints: {}, ignore: [] }, () => 0);
  expect(hunks.map((each) => latin1(a.subarray(each.a, each.a + each.aLength))).join('')).toBe(latin1(a));
  expect([differences, bytes]).toEqual([1, 8]);
});
