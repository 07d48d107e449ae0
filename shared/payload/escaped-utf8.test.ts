import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeEscaped, encodeEscaped } from './escaped-utf8.ts';

describe('bytes as a string and back', () => {
  test('lose nothing, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(encodeEscaped(decodeEscaped(bytes))).toEqual(bytes);
      }),
    );
  });

  test('lose nothing where text and malformed bytes stand side by side', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme' }).map((text) => new TextEncoder().encode(text)),
      fc.uint8Array({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const bytes = Uint8Array.from(pieces.flatMap((part) => [...part]));
        expect(encodeEscaped(decodeEscaped(bytes))).toEqual(bytes);
      }),
    );
  });

  test('are ordinary text where they are UTF-8, a byte order mark too', () => {
    expect(decodeEscaped(new TextEncoder().encode('\ufeffgrüße 😀'))).toBe('\ufeffgrüße 😀');
  });

  test('keep characters whole and mark each malformed byte', () => {
    expect(decodeEscaped(Uint8Array.of(0xff, 0xf0, 0x9f, 0x98, 0x80, 0xe2, 0x82))).toBe(
      '\udcff😀\udce2\udc82',
    );
  });

  test('write U+FFFD for half a pair that stands for no byte', () => {
    expect([...encodeEscaped('\ud800a')]).toEqual([0xef, 0xbf, 0xbd, 0x61]);
  });

  test('take long malformed messages', () => {
    const bytes = new Uint8Array(300_000).fill(0xc3);
    const again = encodeEscaped(decodeEscaped(bytes));
    expect([again.length, again.every((byte) => byte === 0xc3)]).toEqual([300_000, true]);
  });
});
