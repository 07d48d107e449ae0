import { describe, expect, test } from 'vitest';
import { expressionsIn, finderOf } from './found.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
/** What is marked, in angle brackets. */
function marked(filter: string, text: string): string {
  const bytes = encode(text);
  let shown = '';
  let at = 0;
  for (const { from, to } of finderOf(filter)?.inBytes(bytes) ?? []) {
    const part = (start: number, end: number) => new TextDecoder().decode(bytes.subarray(start, end));
    shown += `${part(at, from)}<${part(from, to)}>`;
    at = to;
  }
  return shown + new TextDecoder().decode(bytes.subarray(at));
}

describe('what a filter found in the bytes that a row shows', () => {
  test.each([
    ['temp', 'Temp=21 TEMP=22', '<Temp>=21 <TEMP>=22'],
    ['text:äPFEL', 'zwei Äpfel', 'zwei <Äpfel>'],
    ['a b', 'xaxb', 'x<a>x<b>'],
    ['ab bc', 'abc', '<abc>'],
    ['a OR (b c)', 'abc', '<abc>'],
    ['hex:62 ??', 'abc', 'a<bc>'],
    ['"温度"', '室内温度21', '室内<温度>21'],
    ['-a b kind:data', 'aab', 'aa<b>'],
    ['aa', 'aaaaa', '<aaaa>a'],
  ])('%s in %s', (filter, text, shown) => {
    expect(marked(filter, text)).toBe(shown);
  });

  test('of expressions is told by itself, for who bounds its time', () => {
    const finder = finderOf('/\\d+/ text:/T./i b')!;
    expect(finder.expressions).toEqual([
      { text: '\\d+', flags: '' },
      { text: 'T.', flags: 'i' },
    ]);
    const preview = encode('ä12 tü 3b');
    const more = expressionsIn(preview, finder.expressions);
    expect(finder.inBytes(preview, more)).toEqual([
      { from: 2, to: 4 },
      { from: 5, to: 8 },
      { from: 9, to: 11 },
    ]);
    expect(finder.inBytes(preview)).toEqual([{ from: 10, to: 11 }]);
    expect(expressionsIn(preview, [{ text: '', flags: 'y' }])).not.toContainEqual({ from: 0, to: 1 });
  });

  test('is nothing where it looks for nothing', () => {
    for (const filter of ['', 'kind:data', '-a', '-/a/', 'hex:', 'peer:a'])
      expect(finderOf(filter)).toBe(null);
  });

  test('has its place in sentences, too', () => {
    expect(finderOf('CONNECTED')!.inSentence('The peer connected')).toEqual([{ from: 9, to: 18 }]);
  });
});
