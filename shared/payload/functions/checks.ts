/** Lengths, checksums and hashes over other parts of the message. */
import { hashNames, type HashName } from '../context.ts';
import { crcAliases, crcCatalogue, type CrcModel } from './crc-catalogue.ts';
import { crcOf } from './crc.ts';
import type { Functions, Parameter, PayloadFunction } from './function.ts';
import { bytesOf, countOf, integerOf, ofBytes, ofNumber, textOf, ValueError, type Value } from './value.ts';

const what: Parameter = { name: 'what', kind: 'value' };

const check = (
  example: string,
  width: number,
  make: (bytes: Uint8Array) => bigint | number,
): PayloadFunction => ({
  family: 'check',
  parameters: [what],
  example,
  make: ([value]) => ofNumber(make(bytesOf(value!)), width),
});

const ofModel = (name: string, model: CrcModel): PayloadFunction =>
  check(`{{body | ${name}}}`, Math.ceil(model.width / 8), (bytes) => crcOf(bytes, model));

const crcs: Functions = Object.fromEntries(
  [...crcCatalogue].map(([name, model]) => [name, ofModel(name, model)] as const),
);
const knownCrcs: Functions = Object.fromEntries(
  Object.entries(crcAliases).map(
    ([alias, name]) => [alias, ofModel(alias, crcCatalogue.get(name)!)] as const,
  ),
);

const mostCrcBits = 128;
const bits = (name: string, initial: string): Parameter => ({ name, kind: 'integer', initial, least: 0 });
const isTrue = (value: Value): boolean => textOf(value) === 'true';
const flag = (name: string): Parameter => ({
  name,
  kind: 'choice',
  choices: ['false', 'true'],
  initial: 'false',
});

/** Of the person's own parameters. */
function ownCrc([value, width, ...numbers]: readonly Value[]): Value {
  const size = countOf(width!, mostCrcBits, 1);
  const [poly, init, refin, refout, xorout] = numbers as [Value, Value, Value, Value, Value];
  const within = (number: Value): bigint => {
    const given = integerOf(number);
    if (given < 0n || given >> BigInt(size) > 0n) throw new ValueError('value-out-of-range');
    return given;
  };
  const model = {
    width: size,
    ...{ poly: within(poly), init: within(init), xorOut: within(xorout) },
    ...{ reflectIn: isTrue(refin), reflectOut: isTrue(refout) },
  };
  return ofNumber(crcOf(bytesOf(value!), model), Math.ceil(size / 8));
}

function sum(bytes: Uint8Array): number {
  let total = 0;
  for (const byte of bytes) total += byte;
  return total;
}

function xor(bytes: Uint8Array): number {
  let total = 0;
  for (const byte of bytes) total ^= byte;
  return total;
}

/** RFC 1950 8.2: two sums modulo the largest prime below 2^16. */
function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return b * 65_536 + a;
}

/** Over bytes, or over words of two with the lower byte first, of which the last may be half. */
function fletcher(bytes: Uint8Array, isWide: boolean): number {
  const [modulus, step] = isWide ? [65_535, 2] : [255, 1];
  let [a, b] = [0, 0];
  for (let at = 0; at < bytes.length; at += step) {
    a = (a + bytes[at]! + (isWide ? (bytes[at + 1] ?? 0) * 256 : 0)) % modulus;
    b = (b + a) % modulus;
  }
  return b * (modulus + 1) + a;
}

const hash = (name: HashName): PayloadFunction => ({
  family: 'check',
  parameters: [what],
  asksHost: true,
  example: `{{body | ${name} | hex | lower}}`,
  make: ([value], context) => ofBytes(context.hash(name, bytesOf(value!), null)),
});

export const checks: Functions = {
  length: {
    family: 'check',
    parameters: [
      { name: 'what', kind: 'size' },
      { name: 'plus', kind: 'integer', initial: '0' },
    ],
    example: '{{body | length | u16be}}{{#body}}…{{/body}}',
    make: ([size, plus]) => ofNumber(integerOf(size!) + integerOf(plus!)),
  },
  ...crcs,
  ...knownCrcs,
  crc: {
    family: 'check',
    parameters: [
      what,
      { name: 'width', kind: 'integer', least: 1, most: mostCrcBits },
      { name: 'poly', kind: 'integer', least: 0 },
      bits('init', '0'),
      flag('refin'),
      flag('refout'),
      bits('xorout', '0'),
    ],
    example: '{{body | crc 16 0x8005 init=0xFFFF refin=true refout=true | u16le}}',
    make: ownCrc,
  },
  sum8: check('{{body | sum8}}', 1, (bytes) => sum(bytes) % 0x100),
  sum16: check('{{body | sum16}}', 2, (bytes) => sum(bytes) % 0x1_0000),
  sum32: check('{{body | sum32}}', 4, (bytes) => sum(bytes) % 0x1_0000_0000),
  xor: check('{{body | xor}}', 1, xor),
  bcc: check('{{body | bcc}}', 1, xor),
  // Modbus over Serial Line 6.2.1: the two's complement of the sum.
  lrc: check('{{body | lrc}}', 1, (bytes) => -sum(bytes) & 0xff),
  fletcher16: check('{{body | fletcher16}}', 2, (bytes) => fletcher(bytes, false)),
  fletcher32: check('{{body | fletcher32}}', 4, (bytes) => fletcher(bytes, true)),
  adler32: check('{{body | adler32}}', 4, adler32),
  ...Object.fromEntries(hashNames.map((name) => [name, hash(name)])),
  hmac: {
    family: 'check',
    parameters: [
      what,
      { name: 'algorithm', kind: 'choice', choices: hashNames },
      { name: 'key', kind: 'value' },
    ],
    asksHost: true,
    example: "{{body | hmac sha256 'secret' | hex}}",
    make: ([value, name, key], context) =>
      ofBytes(context.hash(textOf(name!) as HashName, bytesOf(value!), bytesOf(key!))),
  },
};
