import { afterAll, describe, expect, test, vi } from 'vitest';
import { fromUtf8, hexOf, utf8 } from '../../testing/bytes.ts';
import { crcChecks } from '../../testing/crc-checks.ts';
import { bareContext, type FillContext } from '../context.ts';
import { compile, parse } from '../payload.ts';
import { crcCatalogue } from './crc-catalogue.ts';
import { crcOf } from './crc.ts';
import { formatDate } from './date-format.ts';
import { payloadFunctions } from './functions.ts';
import { fromBase64, toBase64 } from '../base64.ts';

const context: FillContext = {
  ...bareContext,
  now: () => 0n,
  random: (length) => new Uint8Array(length),
  next: () => 0,
  hash: (name) => utf8(name),
  local: { host: '127.0.0.1', port: 1, family: 'IPv4' },
  remote: { host: '127.0.0.1', port: 2, family: 'IPv4' },
  received: utf8('id=42'),
  value: (name) => utf8(`of ${name}`),
  search: (expression, text) => expression.exec(text),
  file: (path) => utf8(`in ${path}`),
  variable: (name) => `of ${name}`,
};
const made = (text: string): Uint8Array => compile(parse({ mode: 'text', text })).fill(context);
const hex = (call: string): string => hexOf(made(`{{${call}}}`));
const said = (call: string): string => fromUtf8(made(`{{${call}}}`));
const refused = (call: string): string[] =>
  parse({ mode: 'text', text: `{{${call}}}` }).problems.map(({ code }) => code);

test.each(Object.entries(crcChecks))('%s gives the check value of the catalogue', (name, check) => {
  expect(crcOf(utf8('123456789'), crcCatalogue.get(name)!)).toBe(check);
  expect(BigInt(`0x${hex(`'123456789' | ${name}`)}`)).toBe(check);
});

test('no CRC is without its check value', () => {
  expect([...crcCatalogue.keys()].sort()).toEqual(Object.keys(crcChecks).sort());
});

test('a CRC of the person’s own parameters is the one that has them', () => {
  const own = "'123456789' | crc 16 0x8005 init=0xFFFF refin=true refout=true";
  expect(hex(own)).toBe('4b37');
});

test.each([...payloadFunctions])('the example of %s works', (name, { example }) => {
  const text =
    example.includes('body |') || example.includes('body}')
      ? `${example.split('{{#')[0]}{{#body}}abc{{/body}}`
      : example;
  expect([name, parse({ mode: 'text', text }).problems]).toEqual([name, []]);
  expect(made(text).length).toBeGreaterThan(0);
});

test('what was received is put in whole, or what an expression finds in it', () => {
  expect(said('received')).toBe('id=42');
  expect(said("received match='[0-9]'")).toBe('4');
  expect(said("received match='(?<all>[0-9]+)' group=all | reverse")).toBe('24');
  expect(refused("received match='['")).toEqual(['value-bad-expression']);
});

describe('numbers', () => {
  test.each([
    ['u8 255', 'ff'],
    ['i8 -1', 'ff'],
    ['u16be 0x1234', '1234'],
    ['u16le 0x1234', '3412'],
    ['u24be 0x010203', '010203'],
    ['i32le -2', 'feffffff'],
    ['u64be 18446744073709551615', 'ffffffffffffffff'],
    ['f32le 1.5', '0000c03f'],
    ['f64be -0.1', 'bfb999999999999a'],
    ['f16be 1', '3c00'],
    ['f16be 65504', '7bff'],
    ['f16be 0.00006103515625', '0400'],
    ['f16be 5.960464477539063e-8', '0001'],
    ['uleb128 624485', 'e58e26'],
    ['sleb128 -123456', 'c0bb78'],
    ['varint 300', 'ac02'],
    ['varint -1', 'ffffffffffffffffff01'],
    ['zigzag -3', '05'],
    ['mqtt-varint 268435455', 'ffffff7f'],
    ["pack '>HBI' 1 2 3", '00010200000003'],
    ["pack '<hb?3sxd' -2 -1 1 'ab' 1", 'feffff0161620000000000000000f03f'],
    ["'12' | u8", '0c'],
  ])('%s is %s', (call, bytes) => expect(hex(call)).toBe(bytes));

  test.each([
    ['u8 256', 'value-out-of-range'],
    ['u8 -1', 'value-out-of-range'],
    ['i8 128', 'value-out-of-range'],
    ["u8 'x'", 'value-not-a-number'],
    ['mqtt-varint 268435456', 'value-out-of-range'],
    ["pack '>HB' 1", 'value-missing'],
    ["pack '>H' 1 2", 'value-bad-format'],
    ["pack '@H' 1", 'value-bad-format'],
  ])('%s is refused: %s', (call, code) => expect(refused(call)).toEqual([code]));

  test('half-precision numbers round to the nearest one, ties to even, as the hardware does', () => {
    const single = new Float32Array(1);
    for (let bits = 0; bits < 0x7c00; bits += 7) {
      const half =
        bits < 0x400 ? (bits / 1024) * 2 ** -14 : (1 + (bits & 0x3ff) / 1024) * 2 ** ((bits >> 10) - 15);
      single[0] = half;
      expect([half, hex(`f16be '${half}'`)]).toEqual([half, bits.toString(16).padStart(4, '0')]);
    }
  });
});

describe('text', () => {
  test.each([
    ["'Hi' | hex", '4869'],
    ["'>>>???' | base64", 'Pj4+Pz8/'],
    ["'>>>???' | base64url", 'Pj4-Pz8_'],
    ["unbase64 'SGk'", 'Hi'],
    ["unhex '48 69'", 'Hi'],
    ["'a b/é' | url", 'a%20b%2F%C3%A9'],
    ["'a\"\\n' | quoted", '"a\\"\\n"'],
    ["'ab' | repeat 3 | upper", 'ABABAB'],
    ["'abcdef' | slice 1 -2", 'bcd'],
    ["'7' | pad 3 '0' left", '007'],
    ['digits 255 width=4 base=16', '00FF'],
    ["'x' | lrc | hex", '88'],
    ["'abcde' | fletcher16 | hex", 'C8F0'],
    ["'abcdef' | fletcher32 | hex", '56502D2A'],
    ["'Wikipedia' | adler32 | hex", '11E60398'],
    ["'abc' | xor | hex", '60'],
    ["'abc' | length", '3'],
  ])('%s is %s', (call, text) => expect(said(call)).toBe(text));

  test('Base64 goes there and back for any bytes', () => {
    for (let length = 0; length < 70; length++) {
      const bytes = Uint8Array.from({ length }, (_, at) => (at * 73 + length) & 0xff);
      const text = toBase64(bytes);
      expect(text).toMatch(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/);
      expect(fromBase64(text)).toEqual(bytes);
      expect(fromBase64(text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''))).toEqual(bytes);
    }
    expect(refused("unbase64 'abcde'")).toEqual(['value-not-base64']);
  });
});

describe('a time', () => {
  const now = BigInt(Date.UTC(2026, 0, 5, 0, 7, 9, 4)) * 1_000_000n + 5_006n;

  test.each([
    ['yyyy-MM-dd HH:mm:ss.SSS', '2026-01-05 00:07:09.004'],
    ["yy.M.d H:m:s h 'o''clock' a", "26.1.5 0:7:9 12 o'clock AM"],
    ['EEE EEEE MMM MMMM', 'Mon Monday Jan January'],
    ['SSSSSSSSS', '004005006'],
    ["XXX X xxx Z 'Z'", 'Z Z +00:00 +0000 Z'],
  ])('written as %s', (format, text) => expect(formatDate(now, format, true)).toBe(text));

  test('of a letter that is none is refused', () => {
    for (const format of ['bb', "'open", 'yyyy-Q']) expect(formatDate(now, format, true)).toBe(null);
  });

  test('is local, where nothing else is asked for', () => {
    vi.stubEnv('TZ', 'Asia/Kolkata');
    expect(formatDate(now, 'HH:mm XXX', false)).toBe('05:37 +05:30');
  });
  afterAll(() => vi.unstubAllEnvs());
});

test('chance is fair to the last number, and follows what it is given', () => {
  let next = 0;
  const random = (length: number): Uint8Array => new Uint8Array(length).fill(next++ & 0xff);
  const template = compile(parse({ mode: 'text', text: '{{randomInt 1 6}}' }));
  const counts = new Map<string, number>();
  for (let i = 0; i < 252; i++) {
    const text = fromUtf8(template.fill({ ...context, random }));
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  expect([...counts.values()]).toEqual([42, 42, 42, 42, 42, 42]);
});
