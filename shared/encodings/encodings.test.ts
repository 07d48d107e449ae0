import { expect, test } from 'vitest';
import { hexOf } from '../testing/bytes.ts';
import { cutAt } from '../testing/cut-at.ts';
import { codecOf, encodingIds, type EncodingId } from './encodings.ts';
import { TextStream } from './text-stream.ts';

const encoded = (id: EncodingId, text: string): string | null => {
  const bytes = Array.from(text, (character) => codecOf(id).encode(character.codePointAt(0)!));
  return bytes.includes(null) ? null : hexOf(Uint8Array.from(bytes.flatMap((one) => one ?? [])));
};

test.each<[EncodingId, string, string | null]>([
  ['utf-8', 'é温😀', 'c3a9e6b8a9f09f9880'],
  ['utf-16le', 'a温😀', '6100296e3dd800de'],
  ['utf-16be', 'a温😀', '00616e29d83dde00'],
  ['us-ascii', 'a', '61'],
  ['us-ascii', 'é', null],
  ['iso-8859-1', 'é\u0080ÿ', 'e980ff'],
  ['iso-8859-1', '€', null],
  ['windows-1252', '€é', '80e9'],
  ['gbk', '温度=23.5℃', 'cec2b6c83d32332e35a1e6'],
  ['gbk', '😀', null],
  ['gb18030', '温😀ÿ', 'cec29439fc3681308b37'],
  ['big5', '溫度', 'b7c5abd7'],
  ['big5', '十', 'a451'],
  ['shift_jis', '温度ｱ①', '89b79378b18740'],
  ['euc-jp', '温度ｱ', 'b2b9c5d98eb1'],
  ['euc-kr', '온도', 'bfc2b5b5'],
  ['koi8-r', 'Привет', 'f0d2c9d7c5d4'],
  ['ibm437', 'é░π', '82b0e3'],
  ['ibm850', 'éØ', '829d'],
])('%s writes %s as %s', (id, text, bytes) => expect(encoded(id, text)).toBe(bytes));

test.each(encodingIds)('what %s writes it reads as the same, every character that it has', (id) => {
  const codec = codecOf(id);
  let count = 0;
  for (let codePoint = 0; codePoint < 0x30000; codePoint += codePoint < 0x10000 ? 1 : 97) {
    if (codePoint >= 0xd800 && codePoint <= 0xdfff) continue;
    const bytes = codec.encode(codePoint);
    if (bytes === null) continue;
    count++;
    const step = codec.step(Uint8Array.from(bytes), 0);
    if (!step.ok || step.codePoint !== codePoint || step.length !== bytes.length)
      expect([codePoint.toString(16), bytes, step]).toBe('the same');
  }
  expect(count).toBeGreaterThan(127);
});

const multiByte: EncodingId[] = [
  'utf-8',
  'utf-16le',
  'gbk',
  'gb18030',
  'big5',
  'shift_jis',
  'euc-jp',
  'euc-kr',
];
test.each(multiByte)('text in %s is the same wherever a stream of it is cut', (id) => {
  const texts: Partial<Record<EncodingId, string>> = {
    'euc-kr': '온도 23도, 밖은 5도',
    big5: '溫度是 23 度，外面 5 度',
  };
  const text = texts[id] ?? '温度 23 度 a';
  const codec = codecOf(id);
  const bytes = Uint8Array.from(Array.from(text, (one) => codec.encode(one.codePointAt(0)!)!).flat());
  let state = 7;
  const next = (): number => (state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff) >> 8;
  for (let i = 0; i < 3000; i++) {
    const stream = new TextStream(id);
    const parts = cutAt(bytes, Array.from({ length: next() % 8 }, next)).map((part) => stream.push(part));
    if (parts.join('') + stream.finish() !== text) expect([id, parts]).toBe(text);
  }
});

test('what is no character is one sign, and what follows is read', () => {
  for (const [id, bytes, text] of [
    ['utf-8', [0x61, 0xff, 0x62], 'a\ufffdb'],
    ['gbk', [0x61, 0xff, 0x62], 'a\ufffdb'],
    ['us-ascii', [0x61, 0x80], 'a\ufffd'],
    ['shift_jis', [0x82, 0x20, 0x61], '\ufffd a'],
    ['utf-16le', [0x00, 0xdc, 0x61, 0x00, 0x62], '\ufffda\ufffd'],
  ] as const) {
    const stream = new TextStream(id);
    expect([id, stream.push(Uint8Array.from(bytes)) + stream.finish()]).toEqual([id, text]);
  }
});
