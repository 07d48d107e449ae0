import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { textMatcher } from '../../../shared/filter/text-matcher.ts';
import { occursIn } from '../../../shared/payload/matching.ts';
import { neededBytes } from './needed-bytes.ts';

const shown = (filter: string): string[] | null =>
  neededBytes(filter)?.map(
    ({ bytes, anyCase }) => `${Buffer.from(bytes).toString('latin1')}${anyCase ? ' in any case' : ''}`,
  ) ?? null;

describe('what a filter needs of a payload', () => {
  test.each([
    ['nowhere', ['nowhere in any case']],
    ['text:"a b",c', ['a b in any case', 'c in any case']],
    ['one three OR two', ['three in any case', 'two in any case']],
    ['dir:sent -x hex:0041??42434400', ['BCD\0']],
    ['/no+where\\d/', ['where']],
    ['/ab?cde*f/', ['cd']],
    ['/(x|y)+long[|)]ers\\.\\n/i', ['ers.\n in any case']],
    ['/^GET (?!x)\\/a{2}b/', ['GET ']],
    ['/\\bthere\\b/iu', ['there in any case']],
    ['日本', ['\u00e6\u009c\u00ac in any case']],
  ])('is known of %s', (filter, needed) => {
    expect(shown(filter)).toEqual(needed);
  });

  test.each([
    ...['', 'dir:sent', '-x', '-(-x)', 'x OR dir:sent', 'äpfel', '日', 'decoded:x', 'number:u8:1', 'hex:??'],
    ...[
      '/a|b/',
      '/(abc)/',
      '/\\x41\\x42/',
      '/[abc]+/',
      '/a{/',
      '/\\u0041/u',
      '/ks/iu',
      '/[[ab]c]d/v',
      '/a*/',
    ],
    'text:1,2,3,4,5,6,7,8,9',
  ])('is not known of %s', (filter) => {
    expect(shown(filter)).toBeNull();
  });

  it('is in each text that an expression matches', () => {
    const atom = fc.constantFrom(
      ...['a', 'k', 's', '\\.', '.', '\\d', '[ab]', '(a|bc)', '(?:kb)', '\\n', 'é', '^', '\\b'],
    );
    const times = fc.constantFrom(...['', '', '', '+', '*', '?', '{2}', '{1,}', '+?']);
    const expression = fc
      .array(fc.tuple(atom, times), { minLength: 1, maxLength: 6 })
      .map((parts) => parts.map(([one, often]) => (/^(?:\^|\\b)$/u.test(one) ? one : one + often)).join(''));
    const text = fc
      .array(fc.constantFrom(...'abcksKS.1\néÉ\u212a\u017f'), { maxLength: 12 })
      .map((all) => all.join(''));
    fc.assert(
      fc.property(expression, fc.constantFrom('', 'i', 'u', 'iu', 'im'), text, (source, flags, value) => {
        const needles = neededBytes(`/${source}/${flags}`);
        if (needles === null || !textMatcher(source, flags).text(value)) return;
        const payload = new TextEncoder().encode(value);
        expect(needles.some(({ bytes, anyCase }) => occursIn(bytes, anyCase)(payload))).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});
