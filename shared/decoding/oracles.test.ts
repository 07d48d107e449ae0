import { decode as decodeMsgpack, encode as encodeMsgpack } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hexOf, utf8 } from '../testing/bytes.ts';
import type { DecodedNode, DecoderId } from './decoded.ts';
import { candidates, decode, usualBudget } from './decoders.ts';
import { bytesOf } from './testing/sample.ts';
import { samples } from './testing/samples.ts';

const budget = usualBudget(() => false);

/** A value as the library would give it: containers say `{n}` or `[n]`, members have the name of their key. */
function read(node: DecodedNode): unknown {
  const parts = node.children.filter(({ name }) => name !== '');
  const isMember = parts.length === 2 && parts[0]!.name === 'key' && parts[1]!.name === 'value';
  if (isMember) return read(parts[1]!);
  if (/^\{\d*\}$/.test(String(node.value)) && node.children.length > 0)
    return Object.fromEntries(parts.map((part) => [part.name, read(part)]));
  if (/^\[\d*\]$/.test(String(node.value)) && node.children.length > 0) return parts.map(read);
  return node.value;
}

const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    ...[
      fc.constantFrom(null, true, false),
      fc.integer(),
      // Whole numbers that a double has not exactly are shown as they are written.
      fc
        .double({ noDefaultInfinity: true, noNaN: true })
        .filter((value) => !Number.isInteger(value) || Number.isSafeInteger(value)),
    ],
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.array(tie('value'), { maxLength: 6 }),
    fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), tie('value'), {
      maxKeys: 6,
      noNullPrototype: true,
    }),
  ),
})).value;

describe('as the library reads it', () => {
  test('JSON', () => {
    fc.assert(
      fc.property(values, fc.boolean(), (value, isSpaced) => {
        fc.pre(!JSON.stringify(value).includes('__proto__'));
        const text = JSON.stringify(value, null, isSpaced ? 2 : 0);
        const { root, error } = decode('json', utf8(text), budget);
        expect(error).toBeNull();
        expect(read(root.children.find(({ name }) => name === 0)!)).toEqual(JSON.parse(text));
      }),
    );
  });

  test('MessagePack', () => {
    fc.assert(
      fc.property(values, (value) => {
        fc.pre(!JSON.stringify(value).includes('__proto__'));
        const bytes = encodeMsgpack(value);
        const { root, error } = decode('msgpack', bytes, budget);
        expect(error).toBeNull();
        expect(read(root.children[0]!), hexOf(bytes)).toEqual(decodeMsgpack(bytes));
      }),
    );
  });

  test('MessagePack has signed numbers of eight bytes as numbers as far as those are exact', () => {
    for (const value of [-572_224_600_879_856, Number.MIN_SAFE_INTEGER, -(2 ** 33)])
      expect(read(decode('msgpack', encodeMsgpack(value), budget).root.children[0]!)).toBe(value);
  });

  test('JSON is refused where JSON.parse refuses it', () => {
    const texts = [
      '{"a":1,}',
      '[1,]',
      '[1 2]',
      '{"a" 1}',
      '{a:1}',
      "{'a':1}",
      '[01]',
      '[1.]',
      '[+1]',
      '["\\x"]',
      '["\n"]',
    ];
    for (const text of [...texts, '[NaN]', '[tru]', '[truee]', '{"a":}', '[,1]', '{,}', '[1}', '{"a":1]']) {
      expect(() => JSON.parse(text) as unknown, text).toThrow();
      expect(decode('json', utf8(text), budget).error?.code, text).toBe('unexpected');
    }
  });
});

test('tells decoders apart by what the bytes look like', () => {
  // Those with a form of their own are known always, others where they are not too short, and none is taken for another.
  const sure: readonly DecoderId[] = [
    'http',
    'multipart',
    'modbus-tcp',
    'modbus-rtu',
    'mqtt',
    'dns',
    'tls',
    'websocket',
  ];
  const alike: readonly DecoderId[] = ['cbor', 'der'];
  for (const [id, all] of Object.entries(samples) as [DecoderId, (typeof samples)[DecoderId]][]) {
    for (const sample of all) {
      const [first] = candidates(bytesOf(sample), sample.hints);
      const wanted = sure.includes(id) ? [id] : [id, undefined];
      if (!alike.includes(id)) expect(wanted, JSON.stringify(sample)).toContain(first?.id);
    }
  }
});

test('texts of people are taken for nothing', () => {
  for (const text of [
    'hello\r\n',
    'ATZ\r',
    '42\n',
    'temp=21.5\n',
    '$GPGGA,123519*47\r\n',
    'The quick brown fox',
  ])
    expect(candidates(utf8(text)), text).toEqual([]);
});
