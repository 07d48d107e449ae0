/** Bytes as text, text as bytes, and what lies around them. */
import { fromBase64, toBase64 } from '../base64.ts';
import { escapeText, formatHex } from '../format.ts';
import { joinBytes } from '../join.ts';
import type { Functions, Parameter, PayloadFunction } from './function.ts';
import { integerOf, bytesOf, countOf, ofBytes, ofText, textOf, ValueError, type Value } from './value.ts';

/** Most bytes that one call makes. */
export const mostMadeBytes = 16 * 1024 * 1024;

const what: Parameter = { name: 'what', kind: 'value' };
const filter = (example: string, make: (value: Value) => Value): PayloadFunction => ({
  family: 'text',
  parameters: [what],
  example,
  make: ([value]) => make(value!),
});

function base64Bytes(text: string): Uint8Array {
  const bytes = fromBase64(text);
  if (bytes === null) throw new ValueError('value-not-base64');
  return bytes;
}

function hexBytes(text: string): Uint8Array {
  const clean = text.replaceAll(/[\s:,-]|0x/gi, '');
  if (!/^(?:[0-9a-f]{2})*$/i.test(clean)) throw new ValueError('value-not-hex');
  return Uint8Array.from(clean.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** RFC 3986 2.3: what is not unreserved is escaped. */
const urlOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => {
    const char = String.fromCharCode(byte);
    return /[A-Za-z0-9\-._~]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');

function repeated(bytes: Uint8Array, times: number): Uint8Array {
  if (bytes.length * times > mostMadeBytes) throw new ValueError('value-too-long');
  const out = new Uint8Array(bytes.length * times);
  if (bytes.length === 1) return out.fill(bytes[0]!);
  // Doubled each time: a short pattern would else be copied millions of times.
  out.set(bytes.subarray(0, out.length));
  for (let size = bytes.length; size > 0 && size < out.length; size *= 2) out.copyWithin(size, 0, size);
  return out;
}

function filledUp(bytes: Uint8Array, length: number, fill: Uint8Array, isLeft: boolean): Uint8Array {
  if (bytes.length >= length) return bytes;
  if (fill.length === 0) throw new ValueError('value-missing');
  const gap = repeated(fill, Math.ceil((length - bytes.length) / fill.length)).subarray(
    0,
    length - bytes.length,
  );
  return joinBytes(isLeft ? [gap, bytes] : [bytes, gap]);
}

/** Behind the last byte for a negative place, as in Python. */
const placeIn = (bytes: Uint8Array, value: Value): number => {
  const place = Number(integerOf(value));
  return Math.min(bytes.length, Math.max(0, place < 0 ? bytes.length + place : place));
};

export const textFunctions: Functions = {
  hex: filter("{{'Hi' | hex}}", (value) => ofText(formatHex(bytesOf(value)).replaceAll(' ', ''))),
  unhex: filter("{{unhex '48 69'}}", (value) => ofBytes(hexBytes(textOf(value)))),
  base64: filter("{{'user:secret' | base64}}", (value) => ofText(toBase64(bytesOf(value)))),
  base64url: filter("{{'{}' | base64url}}", (value) =>
    ofText(toBase64(bytesOf(value)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')),
  ),
  unbase64: filter("{{unbase64 'SGk='}}", (value) => ofBytes(base64Bytes(textOf(value)))),
  url: filter("{{'a b&c' | url}}", (value) => ofText(urlOf(bytesOf(value)))),
  quoted: filter('{{\'say "hi"\' | quoted}}', (value) => ofText(JSON.stringify(textOf(value)))),
  escaped: filter("{{'a' | escaped}}", (value) => ofText(escapeText(bytesOf(value)))),
  upper: filter("{{'abc' | upper}}", (value) => ofText(textOf(value).toUpperCase())),
  lower: filter("{{'ABC' | lower}}", (value) => ofText(textOf(value).toLowerCase())),
  reverse: filter('{{u32be 1 | reverse}}', (value) => ofBytes(bytesOf(value).toReversed())),
  slice: {
    family: 'text',
    parameters: [
      what,
      { name: 'from', kind: 'integer', initial: '0' },
      { name: 'to', kind: 'integer', initial: String(Number.MAX_SAFE_INTEGER) },
    ],
    example: "{{'abcdef' | slice 1 3}}",
    make: ([value, from, to]) => {
      const bytes = bytesOf(value!);
      return ofBytes(bytes.subarray(placeIn(bytes, from!), placeIn(bytes, to!)));
    },
  },
  repeat: {
    family: 'text',
    parameters: [what, { name: 'times', kind: 'integer', least: 0, most: mostMadeBytes }],
    example: "{{'ab' | repeat 3}}",
    make: ([value, times]) => ofBytes(repeated(bytesOf(value!), countOf(times!, mostMadeBytes))),
  },
  pad: {
    family: 'text',
    parameters: [
      what,
      { name: 'length', kind: 'integer', least: 0, most: mostMadeBytes },
      { name: 'with', kind: 'value', initial: '" "' },
      { name: 'side', kind: 'choice', choices: ['right', 'left'], initial: 'right' },
    ],
    example: "{{'abc' | pad 8}}",
    make: ([value, length, fill, side]) =>
      ofBytes(
        filledUp(bytesOf(value!), countOf(length!, mostMadeBytes), bytesOf(fill!), textOf(side!) === 'left'),
      ),
  },
};
