import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeMessage } from '../../shared/codec.ts';
import { requireHonestSizes } from './message-sizes.ts';

const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, false),
    fc.integer(),
    fc.double({ noNaN: true }),
    fc.string({ maxLength: 300 }),
    fc.uint8Array({ maxLength: 70_000, size: 'medium' }),
    fc.date({ noInvalidDate: true }),
    fc.array(tie('any'), { maxLength: 20 }),
    fc.dictionary(fc.string(), tie('any'), { maxKeys: 20 }),
  ),
})).any;

describe('the sizes of a message', () => {
  it('are honest in all that our own codec writes', () => {
    fc.assert(fc.property(value, (message) => requireHonestSizes(encodeMessage(message))));
    requireHonestSizes(encodeMessage('x'.repeat(70_000)));
    requireHonestSizes(encodeMessage(new Uint8Array(1_000_000)));
    requireHonestSizes(encodeMessage(Array.from({ length: 70_000 }, () => 1)));
  });

  it('are not when a message was cut anywhere', () => {
    const message = encodeMessage({
      m: 'send',
      a: [1, 2.5, 'three', new Uint8Array(300), { b: [null, true] }],
    });
    for (let end = 0; end < message.length; end++)
      expect(() => requireHonestSizes(message.subarray(0, end))).toThrow(RangeError);
  });

  it('never cost more than a look at each byte, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          requireHonestSizes(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });

  it('are refused when headers claim what is not there', () => {
    const headers = Uint8Array.from({ length: 5000 }, (_, i) => [0xdd, 0x01, 0, 0, 0][i % 5]!);
    expect(() => requireHonestSizes(headers)).toThrow(RangeError);
  });
});
