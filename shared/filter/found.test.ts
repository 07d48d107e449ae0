import { describe, expect, test } from 'vitest';
import { readingIn } from '../encodings/reading.ts';
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
    ['number:u16le:0x6362', 'abcd', 'a<bc>d'],
    ['number:u8:0x62..0x63 d', 'abcd', 'a<bcd>'],
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
    const shown = { preview, encoding: 'utf-8', before: new Uint8Array(0) } as const;
    const more = expressionsIn(shown, finder.expressions);
    expect(finder.inBytes(preview, more)).toEqual([
      { from: 2, to: 4 },
      { from: 5, to: 8 },
      { from: 9, to: 11 },
    ]);
    expect(finder.inBytes(preview)).toEqual([{ from: 10, to: 11 }]);
    expect(expressionsIn(shown, [{ text: '', flags: 'y' }])).not.toContainEqual({ from: 0, to: 1 });
  });

  test('is looked for in the encoding in which bytes are read', () => {
    const gbk = Uint8Array.of(0xc2, 0xb6, 0xc8, 0x3d);
    const reading = readingIn('gbk', Uint8Array.of(0xce));
    expect(finderOf('温度')!.inBytes(gbk, [], reading)).toEqual([{ from: 0, to: 3 }]);
    expect(finderOf('温度')!.inBytes(gbk)).toEqual([]);
    const shown = { preview: gbk, encoding: 'gbk', before: reading.before } as const;
    expect(expressionsIn(shown, [{ text: '度.', flags: '' }])).toEqual([{ from: 1, to: 4 }]);
  });

  test('is nothing where it looks for nothing', () => {
    for (const filter of ['', 'kind:data', '-a', '-/a/', 'hex:', 'peer:a'])
      expect(finderOf(filter)).toBe(null);
  });

  test('has its place in sentences, too', () => {
    expect(finderOf('CONNECTED')!.inSentence('The peer connected')).toEqual([{ from: 9, to: 18 }]);
  });
});
