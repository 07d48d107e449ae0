import fc from 'fast-check';
import { expect, test } from 'vitest';
import { valueGroups, valuesIn, type ValueGroup, type ValueId } from './groups.ts';

const of = (group: ValueGroup, ...bytes: number[]): Partial<Record<ValueId, string | [string, string]>> =>
  Object.fromEntries(
    valuesIn(group, Uint8Array.from(bytes)).map(({ id, little, big }) => [
      id,
      big === null ? little : [little, big],
    ]),
  );

test('integers of 24 and 48 bits have both orders and their sign', () => {
  expect(of('sizes', 0xff, 0x00, 0x80, 0x01, 0x02, 0x03)).toEqual({
    u24: ['8388863', '16711808'],
    i24: ['-8388353', '-65408'],
    u48: ['3307149983999', '280377612632579'],
    i48: ['3307149983999', '-1097364078077'],
    f16: ['0.00001519918441772461', 'NaN'],
  });
});

test('halves are read as IEEE 754 has them', () => {
  const half = (word: number) => of('sizes', word >> 8, word & 255).f16?.[1];
  expect([0x3c00, 0xc000, 0x7bff, 0x0001, 0x3555, 0x7c00, 0xfc00, 0x8000].map(half)).toEqual([
    '1',
    '-2',
    '65504',
    '5.960464477539063e-8',
    '0.333251953125',
    'Infinity',
    '-Infinity',
    '-0',
  ]);
});

test('swapped words are those of a device that sends the low word first', () => {
  expect(of('swapped', 0x00, 0x00, 0x41, 0xac)['f32-swapped']?.[1]).toBe('21.5');
  expect(of('swapped', 0, 1, 0, 0)['u32-swapped']?.[1]).toBe('1');
  expect(of('swapped', 0, 0, 1, 0)['u32-swapped']?.[0]).toBe('1');
});

test('numbers of variable length end where they say so', () => {
  expect(of('variable', 0xe5, 0x8e, 0x26, 0xff)).toEqual({
    leb128: '624485',
    zigzag: '-312243',
    mqtt: '624485',
  });
  expect(of('variable', 1)).toMatchObject({ zigzag: '-1', leb128: '1' });
  const most = [...Array.from({ length: 9 }, () => 0xff), 1];
  expect(of('variable', ...most)).toEqual({ leb128: String(2n ** 64n - 1n), zigzag: String(-(2n ** 63n)) });
  expect(of('variable', ...most.slice(0, 9), 2)).toEqual({});
  expect(of('variable', 0xff, 0xff)).toEqual({});
});

test('decimal digits are read as far as they are some', () => {
  expect(of('variable', 0x20, 0x26, 0x11, 0x3a).bcd).toBe('202611');
  expect(of('variable', 0xa0).bcd).toBeUndefined();
});

test('times are those of Unix, where they are in a year of four digits', () => {
  const seconds = 1_795_183_331;
  const bytes = [...new Uint8Array(Uint32Array.of(seconds).buffer)];
  expect(of('times', ...bytes)['unix-s']?.[0]).toBe('2026-11-20T14:02:11Z');
  const ms = new DataView(new ArrayBuffer(8));
  ms.setBigUint64(0, BigInt(seconds) * 1000n + 118n);
  const both = of('times', ...new Uint8Array(ms.buffer));
  expect(both['unix-ms']?.[1]).toBe('2026-11-20T14:02:11.118Z');
  expect(both['unix-ms']?.[0]).toBe('');
});

test('addresses and GUIDs are written as they are usual', () => {
  const guid = [0x12, 0x3e, 0x45, 0x67, 0xe8, 0x9b, 0x12, 0xd3, 0xa4, 0x56, 0x42, 0x66, 0x14, 0x17, 0x40, 0];
  expect(of('addresses', ...guid)).toEqual({
    ipv4: '18.62.69.103',
    mac: '12:3e:45:67:e8:9b',
    ipv6: '123e:4567:e89b:12d3:a456:4266:1417:4000',
    guid: ['67453e12-9be8-d312-a456-426614174000', '123e4567-e89b-12d3-a456-426614174000'],
  });
  const ipv6 = (text: string) =>
    of(
      'addresses',
      ...text.split(':').flatMap((field) => [parseInt(field, 16) >> 8, parseInt(field, 16) & 255]),
    ).ipv6;
  expect(ipv6('2001:db8:0:0:1:0:0:1')).toBe('2001:db8::1:0:0:1');
  expect(ipv6('0:0:0:0:0:0:0:1')).toBe('::1');
  expect(ipv6('fe80:0:0:0:0:0:0:0')).toBe('fe80::');
  expect(ipv6('0:0:0:0:0:0:0:0')).toBe('::');
  expect(ipv6('1:0:3:4:5:6:7:8')).toBe('1:0:3:4:5:6:7:8');
  expect(ipv6('1:2:3:0:0:0:0:10')).toBe('1:2:3::10');
});

test('whatever the bytes are, a row has no more bytes than there are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
      for (const group of valueGroups)
        for (const row of valuesIn(group, bytes)) {
          expect(row.bytes).toBeLessThanOrEqual(bytes.length);
          expect(row.little + (row.big ?? '')).not.toBe('');
        }
    }),
  );
});
