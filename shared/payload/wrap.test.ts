import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FailureError } from '../failure.ts';
import { formatHex } from './format.ts';
import { compile, parseMessage, type WrittenMessage } from './payload.ts';
import { noWrap, parseWrap, wrapChecksums, wrapChoices, type Wrap } from './wrap.ts';

const message = (wrap: Partial<Wrap>, part: Partial<WrittenMessage> = {}): WrittenMessage => ({
  ...{ mode: 'text', text: '123456789', lineEnd: 'none' },
  ...part,
  wrap: { ...noWrap, ...wrap },
});
const hex = (written: WrittenMessage): string => formatHex(compile(parseMessage(written)).fill());

describe('what stands around a message', () => {
  const digits = '31 32 33 34 35 36 37 38 39';
  test.each<[Partial<Wrap>, string]>([
    [{}, digits],
    [{ head: '\\x02', tail: '\\x03' }, `02 ${digits} 03`],
    [{ length: 'u16be' }, `00 09 ${digits}`],
    [{ head: '\\x02', length: 'u16le', counts: 'all', tail: '\\r\\n' }, `02 0E 00 ${digits} 0D 0A`],
    // The check values of the catalogue, in the usual order and in the other.
    [{ checksum: 'crc16-modbus' }, `${digits} 37 4B`],
    [{ checksum: 'crc16-modbus', order: 'be' }, `${digits} 4B 37`],
    [{ checksum: 'crc16-ccitt-false' }, `${digits} 29 B1`],
    [{ checksum: 'crc32' }, `${digits} CB F4 39 26`],
    [{ checksum: 'xor' }, `${digits} 31`],
    [{ head: '\\x7E', checksum: 'sum8', covers: 'message', tail: '\\x7E' }, `7E ${digits} DD 7E`],
    [{ head: '\\x7E', checksum: 'sum8', tail: '\\x7E' }, `7E ${digits} 5B 7E`],
    [{ head: '\\x01', length: 'u8', checksum: 'lrc', counts: 'all' }, `01 0C ${digits} 16`],
  ])('%o makes %s', (wrap, bytes) => {
    expect(hex(message(wrap))).toBe(bytes);
  });

  test('is around its line end, in every notation, and around functions', () => {
    expect(hex(message({ length: 'u8' }, { lineEnd: 'crlf', text: 'a' }))).toBe('03 61 0D 0A');
    expect(hex(message({ length: 'u8' }, { mode: 'hex', text: '0a 0b' }))).toBe('02 0A 0B');
    expect(hex(message({ length: 'u8' }, { mode: 'as-is', text: '\\{{' }))).toBe('03 5C 7B 7B');
    const own = '{{body | length | u8}}{{#body}}ab{{/body}}';
    expect(hex(message({ head: '{{u8 7}}', length: 'u8', tail: '!' }, { text: own }))).toBe(
      '07 03 02 61 62 21',
    );
  });

  test('may begin and end with braces, as those of a protocol do', () => {
    expect(hex(message({ head: '{', length: 'u8', tail: '}' }, { text: 'a' }))).toBe('7B 01 61 7D');
    expect(hex(message({ head: '{', checksum: 'xor', tail: '}{' }, { text: 'a' }))).toBe('7B 61 1A 7D 7B');
  });

  test('has no part whose name is that of another', () => {
    const named = (text: string, head = '{{#body}}H{{/body}}') =>
      parseMessage(message({ head, length: 'u8' }, { text })).problems;
    expect(named('a{{#own}}b{{/own}}')).toEqual([]);
    expect(named('a{{#body}}b{{/body}}')).toMatchObject([{ start: 1, end: 10, code: 'part-twice' }]);
    expect(named('a{{#wrapped-message}}b{{/wrapped-message}}')).toMatchObject([{ code: 'part-twice' }]);
    expect(named('a', '{{u8 1 as=wrapped-all}}')).toMatchObject([{ start: 0, end: 0 }]);
  });

  test('is kept from a message with problems, and has problems without a place', () => {
    expect(parseMessage(message({ head: 'x' }, { text: '\\q' })).problems).toMatchObject([
      { start: 0, end: 2 },
    ]);
    expect(parseMessage(message({ head: 'ab\\q' })).problems).toMatchObject([{ start: 0, end: 0 }]);
    expect(parseMessage(message({ head: '{{#wrapped-all}}' })).problems.length).toBeGreaterThan(0);
  });

  test('that cannot be made with a message has no place in it', () => {
    const long = message({ length: 'u8' }, { text: 'a'.repeat(300) });
    const why = { name: 'unreadable', problem: 'value-out-of-range', start: -1 } as const;
    expect(() => hex(long)).toThrow(new FailureError({ code: 'MESSAGE_NOT_MADE', why }));
  });

  test('has no place in the text of the message, which its own functions have', () => {
    const { parts } = parseMessage(message({ length: 'u8' }, { text: 'a{{uuid}}' }));
    const places = parts.flatMap((part) => (part instanceof Uint8Array ? [] : [part.start]));
    expect(places.filter((start) => start >= 0)).toEqual([1]);
  });

  test('never makes another message of any bytes', () => {
    const wraps = fc.record({
      head: fc.constantFrom('', '\\x02', 'ab'),
      length: fc.constantFrom(...wrapChoices.length),
      counts: fc.constantFrom(...wrapChoices.counts),
      checksum: fc.constantFrom(...wrapChoices.checksum),
      order: fc.constantFrom(...wrapChoices.order),
      covers: fc.constantFrom(...wrapChoices.covers),
      tail: fc.constantFrom('', '\\0', '\\r\\n'),
    });
    fc.assert(
      fc.property(wraps, fc.uint8Array({ maxLength: 40 }), (wrap, bytes) => {
        const sent = compile(parseMessage(message(wrap, { mode: 'hex', text: formatHex(bytes) }))).fill();
        const widthOf = (type: string) => Number(/\d+/.exec(type)?.[0] ?? 0) / 8;
        const check = wrap.checksum === 'none' ? 0 : widthOf(wrapChecksums[wrap.checksum]);
        const before = { '': 0, '\\x02': 1, ab: 2 }[wrap.head]! + widthOf(wrap.length);
        const behind = check + { '': 0, '\\0': 1, '\\r\\n': 2 }[wrap.tail]!;
        expect([...sent.subarray(before, sent.length - behind)]).toEqual([...bytes]);
      }),
    );
  });
});

describe('as it is written on the command line', () => {
  test('every part has its name', () => {
    expect(parseWrap('head=\\x02,length=u16be,checksum=crc16-modbus, tail=\\x2C')).toEqual({
      ok: true,
      wrap: { ...noWrap, head: '\\x02', length: 'u16be', checksum: 'crc16-modbus', tail: '\\x2C' },
    });
  });

  test.each([
    ['hed=1', 0, 5, 'head'],
    ['head=1,length=u17be', 14, 19, 'u16be'],
    ['', 0, 0, 'head'],
    ['tail=\\q', 5, 7, undefined],
    ['checksum=md5', 9, 12, 'none'],
  ])('%s is refused at its place', (spec, start, end, choice) => {
    const read = parseWrap(spec);
    expect(read).toMatchObject({ ok: false, start, end });
    if (!read.ok) expect(read.choices[0]).toBe(choice);
  });
});
