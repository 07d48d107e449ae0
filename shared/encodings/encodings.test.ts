import { expect, test } from 'vitest';
import { hexOf } from '../testing/bytes.ts';
import { cutAt } from '../testing/cut-at.ts';
import { joinBytes } from '../payload/join.ts';
import { encodeText } from './codec.ts';
import { decodeText } from './decode.ts';
import { codecOf, encodingIds, type EncodingId } from './encodings.ts';
import { isTorn, readingIn, stepIn } from './reading.ts';
import { highHalves } from './single-byte-tables.ts';
import { beginningAt, tornLength } from './torn.ts';

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
  const split = random();
  for (let i = 0; i < 20_000; i++) {
    const parts = cutAt(bytes, Array.from({ length: split() % 8 }, split));
    if (readAlone(id, parts) !== text) expect([id, parts]).toBe(text);
  }
});

/** Numbers that are the same in every run. */
function random(): () => number {
  let state = 7;
  return () => (state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff) >> 8;
}

/** Each part by itself, with no more than what stood before it to tell how much of a character that left. */
function readAlone(id: EncodingId, parts: readonly Uint8Array[]): string {
  let before = new Uint8Array(0);
  let text = '';
  for (const part of parts) {
    const torn = tornLength(before, 0, id);
    const reading = readingIn(id, before.subarray(before.length - torn), true);
    for (let at = 0; at < part.length;) {
      const step = stepIn(part, at, reading);
      at += step.length;
      if (!isTorn(step, at, part.length, reading))
        text += step.ok ? String.fromCodePoint(step.codePoint) : '\ufffd';
    }
    before = joinBytes([before, part]);
  }
  return text;
}

test.each(encodingIds)('a whole text in %s is read at once as it is character by character', (id) => {
  const next = random();
  for (let i = 0; i < 300; i++) {
    const bytes = Uint8Array.from({ length: next() % 400 }, () => next() % (i % 3 === 0 ? 128 : 256));
    // A mark of byte order is a character like any other here.
    if (decodeText(bytes, id) !== stepped(id, bytes)) expect([id, bytes]).toBe(stepped(id, bytes));
  }
});

function stepped(id: EncodingId, bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const step = codecOf(id).step(bytes, at);
    text += step.ok ? String.fromCodePoint(step.codePoint) : '\ufffd';
    at += step.length;
  }
  return text;
}

test('where a character begins is told from what stands before it', () => {
  const text = '一二三四，五六七八。'.repeat(400);
  for (const id of ['gbk', 'gb18030', 'shift_jis', 'utf-8', 'utf-16be'] as const) {
    const bytes = encodeText(`a${text}b\n${text}`, codecOf(id))!;
    const wide = id === 'utf-8' ? 3 : 2;
    const start = id === 'utf-16be' ? 6 : `ab\n`.length;
    const begins = (at: number) => (at - start) % wide === 0;
    const half = bytes.length / 2;
    for (let at = Math.ceil(half) + 8; at < half + 40; at++) {
      const from = at - 2000;
      const place = from + beginningAt(bytes.subarray(from, at + 8), at - from, from, id);
      if (!begins(place) || place < at || place > at + wide) expect([id, at, place]).toBe('a beginning');
    }
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
    expect([id, decodeText(Uint8Array.from(bytes), id)]).toEqual([id, text]);
  }
});

/** CRC-32 of 80 to FF, two bytes for each character: of the Encoding Standard's indexes, of IBM's of Unicode's tables. */
const written: [keyof typeof highHalves, string][] = [
  ['windows-1252', 'dbc14ea8'],
  ['koi8-r', 'ef01e4cd'],
  ['ibm437', 'a23f31c9'],
  ['ibm850', 'eacaea75'],
  ['iso-8859-2', '0866fab4'],
  ['iso-8859-3', 'ed8ad1be'],
  ['iso-8859-4', '5301d690'],
  ['iso-8859-5', 'c830e751'],
  ['iso-8859-6', 'd028457a'],
  ['iso-8859-7', 'a9a00df9'],
  ['iso-8859-8', '6aa77630'],
  ['iso-8859-10', '11ab43bc'],
  ['iso-8859-13', 'cfcb815e'],
  ['iso-8859-14', '3e7b3c6b'],
  ['iso-8859-15', 'fba84f74'],
  ['iso-8859-16', 'e9fc2ca9'],
  ['windows-874', '902c69f6'],
  ['windows-1250', 'f6123a48'],
  ['windows-1251', 'bdc93764'],
  ['windows-1253', '5acb9184'],
  ['windows-1254', '5141411d'],
  ['windows-1255', '3682d01a'],
  ['windows-1256', '19a5298e'],
  ['windows-1257', '6961de30'],
  ['windows-1258', '08e1c808'],
  ['koi8-u', '6ab0ae99'],
  ['ibm866', '30441b36'],
  ['macintosh', '1fbd02b4'],
  ['x-mac-cyrillic', '4fea82f7'],
  ['armscii-8', '1eb88d79'],
  ['georgian-academy', 'b60383d6'],
  ['georgian-ps', 'b74a8361'],
  ['hp-roman8', 'f579b299'],
  ['ibm720', 'fbd6a268'],
  ['ibm737', 'b103c3e6'],
  ['ibm775', 'a82fa148'],
  ['ibm852', '8e83693f'],
  ['ibm855', '4b737c23'],
  ['ibm856', 'ea792305'],
  ['ibm857', '56f58a61'],
  ['ibm858', '4b4c129d'],
  ['ibm860', '19ff6fff'],
  ['ibm861', '9143f5ed'],
  ['ibm862', '465f760d'],
  ['ibm863', 'a86c73e8'],
  ['ibm864', '1b8ce459'],
  ['ibm865', '77909755'],
  ['ibm869', '2849c7c9'],
  ['ibm922', 'eaba2875'],
  ['ibm1046', '253e61bd'],
  ['ibm1124', 'c137043c'],
  ['ibm1125', '84e1aeb5'],
  ['ibm1129', 'c073b41c'],
  ['ibm1161', '1fc2a871'],
  ['ibm1162', '902c69f6'],
  ['ibm1163', '4a92c792'],
  ['koi8-ru', 'fab85cdf'],
  ['koi8-t', '22da593b'],
  ['kz-1048', '8bef34ce'],
  ['mac-centeurope', 'cdc6fdf9'],
  ['mac-croatian', '9d2210f6'],
  ['mac-greek', '2df14197'],
  ['mac-iceland', '9b37d769'],
  ['mac-romanian', '9b238e25'],
  ['mac-turkish', '61c34301'],
  ['mik', '9a4a8ac0'],
  ['ptcp154', '2336f2a5'],
];
test.each(written)('%s has the characters of its standard', (id, sum) => {
  const codec = codecOf(id);
  const bytes = Array.from({ length: 128 }, (_, index) => codec.step(Uint8Array.of(0x80 + index), 0)).flatMap(
    (step) => (step.ok ? [step.codePoint >> 8, step.codePoint & 0xff] : [0xff, 0xfd]),
  );
  expect(crc32Of(bytes)).toBe(sum);
});

/** Of all single bytes and pairs, three bytes each; a browser's tables have the same sums. Of Big5 without Hong Kong's. */
test.each<[EncodingId, string]>([
  ['gbk', 'ecd9d346'],
  ['gb18030', '2d0edd09'],
  ['big5', 'ec7d8c1d'],
  ['shift_jis', '8dea34d2'],
  ['euc-jp', 'c5231279'],
  ['euc-kr', '6951125d'],
])('%s is read as browsers read it', (id, sum) => {
  const codec = codecOf(id);
  const read = (...bytes: number[]): number[] => {
    const step = codec.step(Uint8Array.from(bytes), 0);
    const codePoint = step.ok && step.length === bytes.length ? step.codePoint : 0xfffd;
    return [codePoint >> 16, (codePoint >> 8) & 0xff, codePoint & 0xff];
  };
  const seconds = Array.from({ length: 256 }, (_, second) => second);
  const firsts = seconds.slice(0x80);
  expect(
    crc32Of(firsts.flatMap((first) => [...read(first), ...seconds.flatMap((second) => read(first, second))])),
  ).toBe(sum);
});

test('what Windows writes is read and written on every platform', () => {
  expect(encoded('euc-kr', '뷁힣€')).toBe('94eec652a2e6');
  expect(encoded('big5', '€碁')).toBe('a3e1f9d6');
  expect(encoded('gbk', '〾⿰䶮')).toBe('a989a98afe9f');
});

test('four bytes of GB18030 are read by their number, and no others', () => {
  const read = (...bytes: number[]) => decodeText(Uint8Array.from(bytes), 'gb18030');
  expect(read(0x90, 0x30, 0x81, 0x30)).toBe('\u{10000}');
  expect(read(0xe3, 0x32, 0x9a, 0x35)).toBe('\u{10ffff}');
  expect(read(0xe3, 0x32, 0x9a, 0x36)).toMatch('\ufffd');
  expect(read(0x84, 0x31, 0xa5, 0x30)).toMatch('\ufffd');
  expect(read(0x90, 0x30, 0x20, 0x30)).toBe('\ufffd0 0');
});

test('every table is of a standard', () => {
  expect(written.map(([id]) => id)).toEqual(Object.keys(highHalves));
});

test('where Node has other characters than browsers, those of the standard are read', () => {
  const read = (id: EncodingId, ...bytes: number[]) => decodeText(Uint8Array.from(bytes), id);
  expect(read('iso-8859-16', 0xa1, 0xba)).toBe('Ąș');
  expect(read('koi8-u', 0xae, 0xbe)).toBe('ўЎ');
  expect(read('windows-1255', 0xca)).toBe('\u05ba');
  expect(read('windows-1253', 0xaa)).toBe('\ufffd');
  expect(read('windows-874', 0xdb)).toBe('\ufffd');
});

function crc32Of(bytes: readonly number[]): string {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (~crc >>> 0).toString(16).padStart(8, '0');
}
