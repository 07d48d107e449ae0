import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeUtf8At, encodeUtf8At, wholeLength } from './utf8.ts';

function decodeAll(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const step = decodeUtf8At(bytes, at);
    text += step.ok ? String.fromCodePoint(step.codePoint) : '\ufffd';
    at += step.length;
  }
  return text;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Bytes at which the rules change, so that random sequences are nearly right. */
const telling = fc.constantFrom(
  ...[
    0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed,
    0xee, 0xef,
  ],
  ...[0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff],
);

test('malformed bytes become as many replacement characters as in the platform decoder', () => {
  fc.assert(
    fc.property(fc.array(telling, { maxLength: 12 }), (values) => {
      const bytes = Uint8Array.from(values);
      expect(decodeAll(bytes)).toBe(decoder.decode(bytes));
    }),
    { numRuns: 5000 },
  );
});

test('every pair of bytes decodes as in the platform decoder', () => {
  for (let pair = 0; pair < 0x10000; pair++) {
    const bytes = Uint8Array.of(pair >> 8, pair & 0xff);
    if (decodeAll(bytes) !== decoder.decode(bytes)) expect.fail(`differs for ${pair.toString(16)}`);
  }
});

test('every character is written and read back with the bytes of the platform encoder', () => {
  const encoder = new TextEncoder();
  const out = new Uint8Array(4);
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint += codePoint < 0x3000 ? 1 : 97) {
    if (codePoint >= 0xd800 && codePoint <= 0xdfff) continue;
    const length = encodeUtf8At(out, 0, codePoint);
    const expected = encoder.encode(String.fromCodePoint(codePoint));
    if (expected.length !== length || expected.some((byte, i) => byte !== out[i]))
      expect.fail(`U+${codePoint.toString(16)}`);
    expect(decodeUtf8At(out, 0)).toEqual({ ok: true, codePoint, length });
  }
});

test('a sequence that the end cuts off is told apart from a wrong one', () => {
  expect(decodeUtf8At(Uint8Array.of(0xe6, 0xb8), 0)).toEqual({ ok: false, length: 2, cut: true });
  expect(decodeUtf8At(Uint8Array.of(0xe6, 0xb8, 0x41), 0)).toEqual({ ok: false, length: 2, cut: false });
  expect(decodeUtf8At(Uint8Array.of(0xc0), 0)).toEqual({ ok: false, length: 1, cut: false });
  expect(() => decodeUtf8At(Uint8Array.of(), 0)).toThrow(RangeError);
});

describe('what the end cuts off', () => {
  test.each([
    ['nothing', [0x61], 0],
    ['two bytes of three', [0x61, 0xe2, 0x82], 2],
    ['one byte of two', [0xc3], 1],
    ['three bytes of four', [0xf0, 0x9f, 0x98], 3],
    ['nothing of a whole character', [0xe2, 0x82, 0xac], 0],
    ['nothing where no character can come of it', [0xe0, 0x80], 0],
    ['nothing of continuation bytes alone', [0x82, 0x82, 0x82], 0],
    ['nothing of no bytes', [], 0],
  ] as const)('is %s', (_, bytes, length) => {
    expect(bytes.length - wholeLength(Uint8Array.from(bytes))).toBe(length);
  });
});
