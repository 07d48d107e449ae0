import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkFilePlan, FileCutter, type Pieces } from './file-plan.ts';
import { utf8 } from './testing/bytes.ts';

function cut(pieces: Pieces, reads: readonly Uint8Array[], most?: number): string[] {
  const cutter = new FileCutter(pieces, most);
  const found: string[] = [];
  const takeAll = (isEnd: boolean) => {
    for (let piece = cutter.take(isEnd); piece !== null; piece = cutter.take(isEnd))
      found.push(String.fromCharCode(...piece));
  };
  for (const read of reads) {
    cutter.push(read);
    takeAll(false);
  }
  takeAll(true);
  return found;
}

test('a file is cut into pieces, lines, or not at all', () => {
  const reads = [utf8('ab\ncd'), utf8('e\n\nf')];
  expect(cut(null, reads)).toEqual(['ab\ncd', 'e\n\nf']);
  expect(cut(3, reads)).toEqual(['ab\n', 'cde', '\n\nf']);
  expect(cut(4, reads)).toEqual(['ab\nc', 'de\n\n', 'f']);
  expect(cut('line', reads)).toEqual(['ab\n', 'cde\n', '\n', 'f']);
  expect(cut('line', [utf8('abcdefg\nh')], 3)).toEqual(['abc', 'def', 'g\n', 'h']);
});

test('the pieces are the file again, however it was read', () => {
  const plan = fc.constantFrom<Pieces>(null, 'line', 1, 2, 7);
  const reads = fc.array(fc.stringMatching(/^[ab\n]{1,9}$/).map(utf8), { maxLength: 9 });
  fc.assert(
    fc.property(plan, reads, (pieces, all) => {
      const whole = all.map((read) => String.fromCharCode(...read)).join('');
      const found = cut(pieces, all, 8);
      expect(found.join('')).toBe(whole);
      if (pieces !== null) expect(cut(pieces, whole === '' ? [] : [utf8(whole)], 8)).toEqual(found);
    }),
  );
});

test('a plan has pieces of a size that there is, and pauses only between pieces', () => {
  expect(checkFilePlan({ pieces: 1, everyMs: 10 })).toEqual([]);
  expect(checkFilePlan({ pieces: 0, everyMs: 0 })).toMatchObject([{ field: 'pieces' }]);
  expect(checkFilePlan({ pieces: null, everyMs: 10 })).toMatchObject([{ field: 'everyMs' }]);
});
