import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeMessage, encodeMessage } from './codec.ts';

test('plain messages survive, byte fields as bytes', () => {
  const message = {
    t: 'q',
    m: 'send',
    a: ['id', [1, 2], Uint8Array.of(0, 255), null, true, 'ünï', 1.5, 2 ** 40, -1],
  };
  expect(decodeMessage(encodeMessage(message))).toEqual(message);
});

test('any value of plain data survives', () => {
  const value = fc
    .jsonValue({ noUnicodeString: false })
    .filter((each) => !JSON.stringify(each).includes('__proto__'));
  fc.assert(
    fc.property(value, (each) => {
      expect(decodeMessage(encodeMessage(each))).toEqual(JSON.parse(JSON.stringify(each)));
    }),
  );
});

test('malformed bytes throw and never hang', () => {
  expect(() => decodeMessage(Uint8Array.of(0xc1))).toThrow();
  expect(() => decodeMessage(Uint8Array.of(0xdd, 0xff, 0xff, 0xff, 0xff))).toThrow();
  expect(() => decodeMessage(Uint8Array.of())).toThrow();
});
