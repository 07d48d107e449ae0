import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage } from '../../shared/wire/codec.ts';
import { checkSizes } from './message-sizes.ts';

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
    fc.assert(fc.property(value, (message) => checkSizes(encodeMessage(message))));
    checkSizes(encodeMessage('x'.repeat(70_000)));
    checkSizes(encodeMessage(new Uint8Array(1_000_000)));
    checkSizes(encodeMessage(Array.from({ length: 70_000 }, () => 1)));
  });

  it('are those of the largest messages of the contract', () => {
    const peers = Array.from({ length: 100_000 }, (_, i) => i);
    checkSizes(
      encodeMessage({ t: 'q', i: 'x'.repeat(21), m: 'setReading', a: ['e0123456789ab', peers, true] }),
    );
    const ids = Array.from({ length: 1000 }, (_, i) => `e${String(i).padStart(12, '0')}`);
    const each = <T>(value: T) => Object.fromEntries(ids.map((id) => [id, value]));
    const layout = {
      openTabs: ids,
      panes: each([1, 2, 3]),
      hints: each('own-client'),
    };
    checkSizes(encodeMessage({ t: 'q', i: '1', m: 'saveLayout', a: [layout] }));
  });

  const repeated = (first: number[], times: number, byte: number) =>
    Uint8Array.from([...first, ...Array<number>(times).fill(byte)]);

  it.each([
    ['lists in lists', repeated([], 17, 0x91).with(16, 0x90)],
    ['more empty lists than objects are allowed', repeated([0xdd, 0, 0, 0x20, 0x01], 0x2001, 0x90)],
    ['more empty objects than are allowed', repeated([0xdd, 0, 0, 0x20, 0x01], 0x2001, 0x80)],
    ['more values than are allowed', repeated([0xdd, 0, 2, 0, 1], 0x20001, 0)],
    ['an object with thousands of keys', repeated([0xde, 0x10, 0], 0x2000, 0)],
    [
      'many objects with many keys',
      encodeMessage(Array(20).fill(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, i])))),
    ],
  ])('are refused for %s', (_name, message) => {
    expect(() => decodeMessage(message)).not.toThrow();
    expect(() => checkSizes(message)).toThrow(RangeError);
  });

  it('are not when a message was cut anywhere', () => {
    const message = encodeMessage({
      m: 'send',
      a: [1, 2.5, 'three', new Uint8Array(300), { b: [null, true] }],
    });
    for (let end = 0; end < message.length; end++)
      expect(() => checkSizes(message.subarray(0, end))).toThrow(RangeError);
  });

  it('never cost more than a look at each byte, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          checkSizes(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });

  it('are refused when headers claim what is not there', () => {
    const headers = Uint8Array.from({ length: 5000 }, (_, i) => [0xdd, 0x01, 0, 0, 0][i % 5]!);
    expect(() => checkSizes(headers)).toThrow(RangeError);
  });
});
