import { describe, expect, test } from 'vitest';
import { hexOf } from '../testing/bytes.ts';
import { copyAs } from './copy-forms.ts';
import { recognise } from './recognise.ts';

const told = (text: string, mode: 'text' | 'hex' | 'base64' | 'as-is' = 'text') => {
  const found = recognise(text, mode);
  return found === null ? null : `${found.kind} ${found.isSure ? 'taken' : 'offered'} ${hexOf(found.bytes)}`;
};

test.each([
  ['00000000: 4142 0a  AB.', 'dump offered 41420a'],
  ['00000000  41 42 0a  |AB.|\n00000003\n', 'dump offered 41420a'],
  ['0000   41 42 0a   AB.', 'dump offered 41420a'],
  ['const unsigned char data[3] = {\n    0x41, 0x42, 0x0A\n};\n', 'c taken 41420a'],
  ['{0x41, 0x42,}', 'c taken 4142'],
  ['static const uint8_t x[] = { 1, 255, /* end */ 0x0 };', 'c taken 01ff00'],
  ['new Uint8Array([0x41, 10])', 'c taken 410a'],
  ['bytes([65, 10])', 'c taken 410a'],
  ["b'A\\x00\\n'", 'python taken 41000a'],
  ['(\n  b"A\\"" \n  b\'\\101\'\n)', 'python taken 412241'],
  ["bytes.fromhex('41 42')", 'python taken 4142'],
  ['"\\x41\\0\\n" "b"', 'c-string offered 41000a62'],
  ['AT$0D$0A', 'hercules offered 41540d0a'],
  ['$41$42', 'hercules offered 4142'],
  ['hello[0D 0A]', 'sokit offered 68656c6c6f0d0a'],
  ['AT\\0d\\0a', 'packetsender offered 41540d0a'],
  ['ＡＴ＋１', 'full-width offered 41542b31'],
] as const)('in text %j is %s', (text, expected) => expect(told(text)).toBe(expected));

test.each([
  'it costs $10 or $25',
  'list[10] = [41, 42]',
  '{1, 2}',
  '{"a": [1, 2]}',
  'a {b} c',
  '\\x41\\x42\\r\\n',
  '^\\d+\\s*$',
  'C:\\dir\\file',
  '"quoted\\n"',
  "'single'",
  '温度１２',
  '00 01 02 03',
  '1000 2000',
  '',
])('in text %j is text', (text) => expect(told(text)).toBe(null));

describe('among bytes', () => {
  test('what can be read there stays as it is', () => {
    for (const text of ['0x41, 0x42', '\\x41\\x42', '{0x41, 0x42}', '41:42'])
      expect(told(text, 'hex')).toBe(null);
    expect(told('aGVs', 'base64')).toBe(null);
  });

  test('what could not be read there is taken', () => {
    expect(told('uint8_t a[] = {0x41};', 'hex')).toBe('c taken 41');
    expect(told('AT$0D', 'hex')).toBe('hercules taken 41540d');
    expect(told('"\\x41b"', 'hex')).toBe('c-string taken 4162');
    expect(told('00000000: 4142 0a  AB.', 'hex')).toBe('dump taken 41420a');
    expect(told("b'A'", 'base64')).toBe('python taken 41');
    expect(told('nothing of all that', 'hex')).toBe(null);
  });
});

test('text that is taken as it is stays so', () => expect(told('{0x41, 0x42}', 'as-is')).toBe(null));

test('what this program itself copies is read back', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  for (const form of ['c', 'python', 'javascript', 'dump'] as const)
    expect([form, hexOf(recognise(copyAs(form, bytes), 'hex')!.bytes)]).toEqual([form, hexOf(bytes)]);
});
