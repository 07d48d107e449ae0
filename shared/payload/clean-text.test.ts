import { expect, test } from 'vitest';
import { isCleanText } from './clean-text.ts';

const encoder = new TextEncoder();

test('text with tabs and line ends is clean, in any script', () => {
  for (const text of ['', 'GET / HTTP/1.1\r\n\r\n', 'a\tb', '温度=23.5℃\n'])
    expect(isCleanText(encoder.encode(text))).toBe(true);
});

test('what is no UTF-8, or has other controls or characters that hide, is not', () => {
  expect(isCleanText(Uint8Array.of(0x04, 0xae, 0x00))).toBe(false);
  expect(isCleanText(Uint8Array.of(0xe5, 0xba))).toBe(false);
  for (const text of ['a\0', '\x1b[31m', 'a\u200bb']) expect(isCleanText(encoder.encode(text))).toBe(false);
});
