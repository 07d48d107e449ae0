import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { notations, type WrittenMessage } from '../payload/payload.ts';
import { noWrap } from '../payload/wrap.ts';
import { defaultClient, defaultListener } from '../settings/endpoint.ts';
import { transportNames } from '../settings/transports.ts';
import { utf8 } from '../testing/bytes.ts';
import type { BroughtMessage, Json } from './brought.ts';
import { exportMessages } from './exporters.ts';
import { readImport } from './importers.ts';

const line = fc
  .string({ unit: 'grapheme', maxLength: 20 })
  .map((text) => text.replaceAll(/[\p{C}\p{Z}]+/gu, '_'));
const written: fc.Arbitrary<WrittenMessage> = fc.record(
  {
    mode: fc.constantFrom(...notations),
    text: fc.string({ unit: 'binary' }),
    lineEnd: fc.constantFrom('none', 'lf', 'cr', 'crlf'),
    encoding: fc.constantFrom('utf-8', 'gbk', 'utf-16le'),
    wrap: fc.record({
      ...{
        head: fc.string(),
        length: fc.constantFrom('none', 'u8', 'u32le'),
        counts: fc.constant('all' as const),
      },
      ...{ checksum: fc.constant('crc16-modbus' as const), order: fc.constant('be' as const) },
      ...{ covers: fc.constant('message' as const), tail: fc.constant(noWrap.tail) },
    }),
  },
  { requiredKeys: ['mode', 'text', 'lineEnd'] },
);
const unknownFields = fc.dictionary(
  fc.string({ maxLength: 8 }).map((name) => `x${name}`),
  fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as Json),
  { maxKeys: 2 },
);
const message: fc.Arbitrary<BroughtMessage> = fc.record({
  name: line,
  note: fc.string({ unit: 'binary', maxLength: 50 }),
  folder: line,
  key: fc.constantFrom(null, 1, 9),
  written,
  target: fc.oneof(
    fc.constantFrom(null, 'all' as const),
    fc.record({
      transport: fc.constantFrom(null, ...transportNames),
      host: fc.string({ maxLength: 20 }),
      port: fc.nat(65_535),
    }),
  ),
  repeatMs: fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 1_000_000 })),
  packetSender: fc.dictionary(fc.constantFrom('fromport', 'name'), fc.string()),
  extra: unknownFields,
});
const endpoint = fc.oneof(
  fc.nat(65_535).map((port) => ({ ...defaultListener(), port, name: 'a server' })),
  fc.boolean().map((verify) => ({ ...defaultClient(), tls: { ...defaultClient().tls, verify } })),
);
const file = (value: unknown) => readImport(utf8(JSON.stringify(value)), { as: 'socketscope' });

describe('Socketscope’s own JSON', () => {
  it('comes in as it went out, fields of later versions too', () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 4 }),
        fc.array(endpoint, { maxLength: 2 }),
        (messages, endpoints) => {
          const { text, refused } = exportMessages('socketscope', { messages, endpoints });
          expect(refused).toEqual([]);
          const brought = readImport(utf8(text));
          expect(brought.format).toBe('socketscope');
          expect(brought.isReadable).toBe(messages.length + endpoints.length > 0);
          expect(brought.messages).toEqual(messages);
          expect(brought.endpoints).toEqual(endpoints);
          const codes = brought.refused.map(({ code }) => code);
          expect(codes.filter((code) => !['field-unknown', 'nothing-found'].includes(code))).toEqual([]);
        },
      ),
    );
  });

  it('of a later version is read as far as it is known, and what is not known is kept', () => {
    const kept = { name: 'a', written: { mode: 'text', text: 'x', lineEnd: 'none' }, later: { a: [1] } };
    const brought = file({ format: 'socketscope', version: 2, messages: [kept], endpoints: [] });
    expect(brought.refused.map(({ code }) => code)).toEqual(['own-version']);
    const again = JSON.parse(exportMessages('socketscope', brought).text) as { messages: unknown[] };
    expect(again.messages).toEqual([kept]);
  });

  it('tells each field that cannot be used, and brings the rest', () => {
    const written = { mode: 'text', text: 'x' };
    const { messages, endpoints, refused } = file({
      format: 'socketscope',
      version: 1,
      messages: [
        { name: 1, written, key: 10, target: { host: 'a', port: 99_999 }, repeatMs: -1 },
        { name: 'b', written: { ...written, wrap: { length: 'u9' } } },
        { name: 'c' },
        { written, __proto__x: 1 },
        7,
      ],
      endpoints: [
        { role: 'client', transport: 'tcp', host: 'a b' },
        { role: 'listener', port: 'x' },
        { role: 'listener', port: 1, tls: { newer: true } },
        null,
      ],
    });
    expect(messages.map(({ name }) => name)).toEqual(['', '']);
    expect(endpoints.map(({ port }) => port)).toEqual([1]);
    expect(refused.map(({ code, what, problem }) => [code, what, problem])).toEqual([
      ['field-value', 'name', null],
      ['field-value', 'key', null],
      ['field-value', 'target', null],
      ['field-value', 'repeatMs', null],
      ['field-value', 'written', null],
      ['message-empty', '', null],
      ['field-unknown', '__proto__x', null],
      ['json-not-object', '', null],
      ['settings', 'host', 'host-space'],
      ['field-value', 'port', null],
      ['field-unknown', 'tls.newer', null],
    ]);
  });

  it('cannot change what objects are', () => {
    const text =
      '{"format":"socketscope","version":1,"messages":[{"written":{"mode":"text","text":""},"__proto__":{"x":1}}]}';
    const [message] = readImport(utf8(text)).messages;
    expect(Object.keys(message!.extra)).toEqual(['__proto__']);
    expect((message!.extra as { x?: number }).x).toBeUndefined();
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  it.each([
    ['{"format":"socketscope"', 'json-unfinished'],
    ['{"format":"socketscope","version":01}', 'json-unexpected'],
    ['{"format":"socketscope","version":1e999}', 'json-number'],
    ['{"format":"socketscope","version":"1"}', 'own-version'],
    ['{"format":"socketscope","version":1,"a":"\\x"}', 'json-string'],
    [`{"format":"socketscope","version":1,"a":${'['.repeat(5000)}`, 'json-deep'],
    ['{"format":"socketscope","version":1} x', 'json-unexpected'],
  ])('that is none is refused at its place: %.40s', (text, code) => {
    expect(readImport(utf8(text))).toMatchObject({ isReadable: false, refused: [{ code, line: 1 }] });
  });
});
