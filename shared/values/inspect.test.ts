import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inspectValues } from './inspect.ts';

test('the bytes of the picture have the values of the picture', () => {
  const values = inspectValues(Uint8Array.of(0xe8, 0xae, 0xbe, 0xe5, 0xa4, 0x87, 0x2d, 0x37));
  expect(values).toMatchObject({ u8: '232', i8: '-24', bits: '1110 1000' });
  expect(values.u16).toEqual({ little: '44776', big: '59566' });
  expect(values.u32).toEqual({ little: '3854479080', big: '3903766245' });
  expect(values.f32!.big).toMatch(/^-6\.60\d*e\+24$/);
  expect(values.u64!.big).toBe(0xe8aebee5a4872d37n.toString());
  expect(values.i64!.big).toBe(BigInt.asIntN(64, 0xe8aebee5a4872d37n).toString());
  expect(values.character).toEqual({ text: '设', codePoint: 'U+8BBE', bytes: 3 });
});

test('values that need more bytes than are left are missing', () => {
  const values = inspectValues(Uint8Array.of(1, 2, 3, 4), 1);
  expect(values).toMatchObject({
    u8: '2',
    u16: { little: '770', big: '515' },
    u32: null,
    f32: null,
    u64: null,
    f64: null,
  });
  const nothing = inspectValues(Uint8Array.of(1), 1);
  expect(Object.values(nothing).every((value) => value === null)).toBe(true);
});

test('bytes that are no character have none, and controls have their names', () => {
  expect(inspectValues(Uint8Array.of(0xae)).character).toBeNull();
  expect(inspectValues(Uint8Array.of(0xe6, 0xb8)).character).toBeNull();
  expect(inspectValues(Uint8Array.of(13)).character).toEqual({ text: 'CR', codePoint: 'U+000D', bytes: 1 });
  expect(inspectValues(Uint8Array.of(0xf0, 0x9f, 0x98, 0x80)).character?.text).toBe('😀');
});

test('a view into a larger buffer is read at its own place', () => {
  const bytes = Uint8Array.of(9, 9, 1, 0, 9).subarray(2, 4);
  expect(inspectValues(bytes).u16).toEqual({ little: '1', big: '256' });
});

test('the text of a 32-bit float names that float and is as short as can be', () => {
  const data = new DataView(new ArrayBuffer(4));
  const textOf = (value: number): string => {
    data.setFloat32(0, value);
    return inspectValues(new Uint8Array(data.buffer)).f32!.big;
  };
  expect([0.1, 3.14, 1, -0, 16_777_216, NaN, -Infinity].map(textOf)).toEqual([
    '0.1',
    '3.14',
    '1',
    '-0',
    '16777216',
    'NaN',
    '-Infinity',
  ]);
  fc.assert(
    fc.property(fc.float({ noNaN: true }), (value) => {
      expect(Object.is(Math.fround(Number(textOf(value))), value)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test('both byte orders agree when the bytes are turned around', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), (bytes) => {
      const values = inspectValues(bytes);
      const turned = inspectValues(bytes.slice().reverse());
      for (const key of ['u64', 'i64', 'f64'] as const) expect(values[key]!.big).toBe(turned[key]!.little);
    }),
  );
});
