import fc from 'fast-check';
import { expect, test } from 'vitest';
import { copyAs } from './copy-forms.ts';
import { parseHexDump } from './hex-dump.ts';

const read = (text: string): string | null => {
  const bytes = parseHexDump(text);
  return bytes && String.fromCharCode(...bytes);
};

test.each([
  [
    'xxd',
    '00000000: 4865 6c6c 6f20 776f 726c 642c 2061 6263  Hello world, abc\n00000010: 640a                                     d.',
  ],
  [
    'xxd -u -g1',
    '00000000: 48 65 6C 6C 6F 20 77 6F 72 6C 64 2C 20 61 62 63  Hello world, abc\n00000010: 64 0A                                            d.',
  ],
  [
    'hexdump -C',
    '00000000  48 65 6c 6c 6f 20 77 6f  72 6c 64 2c 20 61 62 63  |Hello world, abc|\n00000010  64 0a                                             |d.|\n00000012\n',
  ],
  [
    'Wireshark',
    '0000   48 65 6c 6c 6f 20 77 6f 72 6c 64 2c 20 61 62 63   Hello world, abc\r\n0010   64 0a                                             d·',
  ],
  [
    'od -A x -t x1z',
    '000000 48 65 6c 6c 6f 20 77 6f 72 6c 64 2c 20 61 62 63  >Hello world, abc<\n000010 64 0a                                            >d.<\n000012',
  ],
  [
    'tcpdump -X',
    '\t0x0000:  4865 6c6c 6f20 776f 726c 642c 2061 6263  Hello.world,.abc\n'.replace('.world,.', ' world, ') +
      '\t0x0010:  640a                                     d.',
  ],
])('reads what %s writes', (_, text) => {
  expect(read(text)).toBe('Hello world, abcd\n');
});

test('reads one without a text column by its offsets, and one that begins anywhere', () => {
  expect(read('00001230: 4142\n00001232: 43')).toBe('ABC');
  expect(read('0000   41 42 43 44\n0004   45')).toBe('ABCDE');
});

test('fills in the lines that hexdump leaves out', () => {
  const zeros = '00 '.repeat(8).trim();
  const line = `${zeros}  ${zeros}  |${'.'.repeat(16)}|`;
  expect(parseHexDump(`00000000  ${line}\n*\n00000040  41  |A|\n00000041`)).toEqual(
    Uint8Array.from({ length: 65 }, (_, i) => (i === 64 ? 0x41 : 0)),
  );
});

test('is not misled by a text that looks like hex', () => {
  expect(read('00000000: 6162 2063 6420                           ab cd ')).toBe('ab cd ');
  expect(read('00000000: 6162 2063 6420                           ab cd')).toBe('ab cd ');
});

test.each([
  '',
  '41 42 43',
  '0000 41 42',
  '0000: 41 42',
  '0000 0001\n0002 0003\n0004 0005',
  '0102 0304\n0102 0304',
  '00000000: 4142  XY',
  '00000000: 4142  AB\n00000010: 43  C',
  '0000000 6548 6c6c\n0000004 0a6f\n0000006',
  '00000000: 4142  AB\nand words',
  '*\n00000010: 41  A',
  '00000000: 4142  AB\n*',
])('takes %j for what it is', (text) => {
  expect(parseHexDump(text)).toBe(null);
});

test('a dump that was copied here comes back as its bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 100 }), (bytes) => {
      expect(parseHexDump(copyAs('dump', bytes))).toEqual(bytes);
    }),
  );
});
