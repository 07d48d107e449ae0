import { expect, test } from 'vitest';
import { encodeText } from './codec.ts';
import { codecOf, type EncodingId } from './encodings.ts';
import { guessedBytes, looksLike } from './guess.ts';

test.each<[EncodingId | null, EncodingId, string]>([
  ['gbk', 'gbk', '温度=23.5℃\r\n'],
  ['gbk', 'gbk', '服务器已经启动，等待连接。'],
  ['gbk', 'gbk', '你好，世界'],
  ['gb18030', 'gb18030', '温度传感器 😀 正常'],
  ['big5', 'big5', '溫度感測器已經啟動，等待連線。'],
  ['shift_jis', 'shift_jis', '温度センサーは正常です'],
  ['shift_jis', 'shift_jis', 'エラー: 接続できません'],
  ['euc-jp', 'euc-jp', '温度センサーは正常です'],
  ['euc-kr', 'euc-kr', '온도 센서가 정상입니다. 연결을 기다리는 중'],
  ['koi8-r', 'koi8-r', 'Температура в норме\r\n'],
  ['windows-1251', 'windows-1251', 'Температура в норме\r\n'],
  ['windows-1252', 'windows-1252', 'Température élevée à la chaîne 3\r\n'],
  ['utf-16le', 'utf-16le', 'temp=21\r\n'],
  ['utf-16be', 'utf-16be', '温度=21\r\n'],
  [null, 'utf-8', '温度=23.5℃'],
  [null, 'us-ascii', 'temp=21\r\n'],
  [null, 'gbk', '温'],
])('it offers %s for a text in %s: %s', (guess, id, text) => {
  expect(looksLike(encodeText(text, codecOf(id))!)).toBe(guess);
});

test('a text may begin and end within a character', () => {
  const bytes = encodeText('服务器已经启动，等待连接。', codecOf('gbk'))!;
  expect(looksLike(bytes.subarray(0, 11))).toBe('gbk');
  const utf8 = encodeText('服务器已经启动', codecOf('utf-8'))!;
  expect(looksLike(utf8.subarray(1, 14))).toBe(null);
});

test('bytes that are no text are taken for none', () => {
  for (const hex of [
    '00010000000601030000000a',
    'ff00ff00ff00',
    '16030100c8010000c40303',
    '',
    '80',
    '8081828384858687',
  ])
    expect(looksLike(Uint8Array.from(bytesIn(hex)))).toBe(null);
});

const bytesIn = (hex: string): number[] => (hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));

test('no bytes make it look at more than the first few thousand', () => {
  const long = new Uint8Array(10_000_000).fill(0xb0);
  expect(looksLike(long)).toBe(looksLike(long.subarray(0, guessedBytes)));
});
