import '../encodings/all-codecs.ts';
import { afterEach, describe, expect, test } from 'vitest';
import { FailureError } from '../failure.ts';
import { hexOf, latin1, utf8 } from '../testing/bytes.ts';
import type { FillContext } from './context.ts';
import { escapeText } from './format.ts';
import type { PayloadFunction } from './functions/function.ts';
import { payloadFunctions } from './functions/functions.ts';
import { ofText, textOf } from './functions/value.ts';
import { compile, parse, rewrite, withLineEnd, type Written } from './payload.ts';

const ascii = latin1;
const text = (written: string): Written => ({ mode: 'text', text: written });
const hex = (written: string): Written => ({ mode: 'hex', text: written });

const counts = new Map<string, number>();
const context: Partial<FillContext> = {
  now: () => BigInt(Date.UTC(2026, 10, 20, 14, 2, 11, 4)) * 1_000_000n + 120_000n,
  random: (length) => new Uint8Array(length).fill(7),
  next: (counter, per) => {
    const key = `${per} ${counter}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    return counts.get(key)! - 1;
  },
  hash: (name, bytes, key) => utf8(`${name} ${latin1(bytes)} ${key === null ? '-' : latin1(key)}`),
  local: { host: '10.0.0.7', port: 5000, family: 'IPv4' },
  remote: { host: '::1', port: 502, family: 'IPv6' },
  received: Uint8Array.of(1, 2, 3, 4),
};
const filled = (written: Written): string => ascii(compile(parse(written)).fill(context));
const hexFilled = (written: string): string => hexOf(compile(parse(text(written))).fill(context));
const problemsOf = (written: Written) =>
  parse(written).problems.map(({ code, start, end, nearest }) => [
    code,
    start,
    end,
    ...(nearest ? [nearest] : []),
  ]);

const added: string[] = [];
function add(name: string, part: Partial<PayloadFunction>): void {
  added.push(name);
  payloadFunctions.set(name, {
    ...{
      family: 'text',
      parameters: [],
      isVolatile: false,
      example: `{{${name}}}`,
      make: () => ofText(name),
    },
    ...part,
  });
}
afterEach(() => {
  for (const name of added.splice(0)) payloadFunctions.delete(name);
  counts.clear();
});

describe('braces', () => {
  test('are what they are, one by one, behind a backslash, and as bytes are written', () => {
    expect(filled(text('{"a":{"b":1}} { {'))).toBe('{"a":{"b":1}} { {');
    expect(filled(text('\\{{counter}} \\{'))).toBe('{{counter}} {');
    expect(escapeText(utf8('{{{x}} {'))).toBe('\\{\\{{x}} {');
    expect(filled(text(escapeText(utf8('{{{x}} {'))))).toBe('{{{x}} {');
    expect(rewrite(parse(hex('7B 7B 7B 78')), 'text', null, 'gbk')).toBe('\\{\\{{x');
  });

  test('around lists of bytes are no call', () => {
    expect(filled(hex('{{41, 42}, {0x43}}'))).toBe('ABC');
    expect(filled(hex('{{}}'))).toBe('');
  });

  test('are what they are where the text is taken as it is', () => {
    expect(filled({ mode: 'as-is', text: '{{ name }}' })).toBe('{{ name }}');
  });
});

describe('a call', () => {
  test('that is volatile gives its bytes anew each time, in either notation', () => {
    for (const written of [text('n={{counter}}{{ counter }}\\n'), hex('6e 3d {{counter}} {{counter}} 0a')]) {
      const template = compile(parse(written));
      expect(template.isFixed).toBe(false);
      counts.clear();
      expect(ascii(template.fill(context))).toBe('n=12\n');
      expect(ascii(template.fill(context))).toBe('n=34\n');
    }
  });

  test('that is not gives a fixed message: always the same array', () => {
    add('twice', {
      parameters: [{ name: 'what', kind: 'text' }],
      make: ([what]) => ofText(textOf(what!).repeat(2)),
    });
    const template = compile(parse(text('<{{twice ab}}>')));
    expect(template.isFixed).toBe(true);
    expect(ascii(template.fill())).toBe('<abab>');
    expect(template.fill()).toBe(template.fill());
  });

  test('is marked, and stays as it is written when the notation changes', () => {
    const parsed = parse(text('a\\n{{counter}}b{{#p}}c{{/p}}'));
    expect(parsed.tokens.slice(0, 2)).toEqual([
      { start: 1, end: 3, kind: 'escape' },
      { start: 3, end: 14, kind: 'insert' },
    ]);
    expect(rewrite(parsed, 'hex')).toBe('61 0A {{counter}} 62 {{#p}} 63 {{/p}}');
    expect(rewrite(parse(hex('61 0A {{counter}} 62')), 'text')).toBe('a\\n{{counter}}b');
  });

  test('takes arguments by place, by name, in quotes, and from the left of a pipe', () => {
    expect(
      filled(text("{{pad 'ab' 4 '-'}}|{{'ab' | pad 4 with='-' side=left}}|{{pad what='ab' length=3 | hex}}")),
    ).toBe('ab--|--ab|616220');
    expect(filled(text('{{"a\\"|}}\\x41\\u{2022}" | hex}}'))).toBe('61227C7D7D41E280A2');
  });

  test('with a dollar before it, and by the names of other programs, is the same', () => {
    expect(filled(text('{{$timestamp}} {{timestamp}} {{unixtime}}'))).toBe(
      '1795183331 1795183331 1795183331',
    );
    for (const name of ['uuid', 'guid', '$guid', 'newUuid', '$randomUUID'])
      expect(filled(text(`{{${name}}}`))).toBe('07070707-0707-4707-8707-070707070707');
  });

  test.each([
    ['{{conter}}', [['call-unknown', 2, 8, 'counter']]],
    ['{{counter', [['call-unfinished', 0, 2]]],
    ['a {{}} b', [['call-empty', 4, 6]]],
    ['{{repeat "x}}', [['call-quote-open', 9, 10]]],
    ["{{repeat 'x' y}}", [['value-not-a-number', 13, 14]]],
    ["{{repeat 'x'}}", [['call-missing', 2, 8, 'times']]],
    ["{{repeat 'x' 3 4}}", [['call-too-many', 15, 16]]],
    ["{{repeat 'x' tims=3}}", [['call-unknown-key', 13, 19, 'times']]],
    ['{{timestamp hours}}', [['value-unknown-choice', 12, 17]]],
    ['{{u8 300}}', [['value-out-of-range', 2, 4]]],
    ["{{repeat 'x' 99999999}}", [['value-out-of-range', 13, 21]]],
    ['{{#a}}x', [['part-not-closed', 0, 6]]],
    ['x{{/a}}', [['part-not-open', 1, 7]]],
    [
      '{{#a}}{{/a}}{{#a}}{{/a}}',
      [
        ['part-twice', 12, 18],
        ['part-not-open', 18, 24],
      ],
    ],
    ['{{bdy | crc32}}{{#body}}{{/body}}', [['call-unknown', 2, 5, 'body']]],
    ['{{u8 bdy}}{{#body}}{{/body}}', [['call-unknown-value', 5, 8, 'body']]],
    [
      '{{q}} \\q {{w}}',
      [
        ['call-unknown', 2, 3],
        ['text-unknown-escape', 6, 8],
        ['call-unknown', 11, 12],
      ],
    ],
  ])('that means nothing is refused at its place: %s', (written, problems) => {
    expect(problemsOf(text(written))).toEqual(problems);
    expect(filled(text(written))).toBe('');
  });

  test('cannot make a message without bound', () => {
    const template = compile(parse(text('{{randomBytes 16777216}}'.repeat(5))));
    expect(() => template.fill(context)).toThrow(FailureError);
    expect(problemsOf(text("{{repeat 'x' 16777216}}".repeat(5)))).toEqual([['value-too-long', 92, 115]]);
  });
});

describe('parts with names', () => {
  test('have their length and checksum before them or behind, in any width and order of bytes', () => {
    const written = '{{body | length | u16be}}{{#body}}abc{{/body}}{{body | crc16-modbus | u16le}}';
    expect(hexFilled(written)).toBe('00036162634957');
    expect(filled(text('{{length body}}:{{#body}}{{counter}}{{counter}}{{/body}}'))).toBe('2:12');
  });

  test('may contain the field itself, whose own bytes count as zeros', () => {
    const crc = hexFilled("{{'\\0\\x08ab\\0\\0\\0\\0' | crc32}}");
    expect(hexFilled('{{#all}}{{all | length | u16be}}ab{{all | crc32}}{{/all}}')).toBe(`00086162${crc}`);
  });

  test('may have a length in digits that counts its own digits', () => {
    expect(filled(text("{{#all}}{{all | length}}{{'x' | repeat 98}}{{/all}}"))).toBe(`101${'x'.repeat(98)}`);
  });

  test('of any width have the sizes that they come to, one in another', () => {
    const inner = '{{#y}}{{#b}}zzzzzzzz{{/b}}{{b | sum8 | digits}}{{/y}}{{y | sum16 | digits}}';
    expect(filled(text(`{{z | length}}:{{#z}}${inner}{{/z}}`))).toBe('15:zzzzzzzz2081130');
  });

  test('may stand in one another as deep as one likes, and are looked at once', () => {
    const levels = Array.from(
      { length: 40 },
      (_, at) => `{{#p${at + 1}}}{{p${at} | crc32}}{{p${at} | sum8}}{{/p${at + 1}}}`,
    );
    expect(filled(text(`{{#p0}}a{{/p0}}${levels.join('')}`))).toHaveLength(1 + 40 * 5);
    expect(problemsOf(text(`{{#p}}a{{/p}}${'{{p}}'.repeat(1001)}`))).toEqual([['part-too-many', 5013, 5018]]);
  });

  test('that need each other’s bytes are refused', () => {
    const written = '{{#all}}{{all | crc32}}{{all | sum8}}{{/all}}';
    expect(problemsOf(text(written))).toEqual([['part-circle', 8, 23]]);
    const far = '{{#a}}{{b | crc32}}{{/a}}{{#b}}{{c | crc32}}{{/b}}{{#c}}{{a | crc32}}{{/c}}';
    expect(problemsOf(text(far))).toEqual([['part-circle', 6, 19]]);
  });

  test('keep what was drawn: one value in several places', () => {
    const [first, second] = filled(text('{{uuid as=id}} {{id}}')).split(' ');
    expect(first).toBe(second);
    expect(hexFilled('{{counter as=n}}{{n | u16be}}')).toBe('310001');
  });

  test('are hashed by what the program around has', () => {
    expect(filled(text('{{sha256 body}}{{#body}}abc{{/body}}'))).toBe('sha256 abc -abc');
    expect(filled(text("{{'abc' | hmac sha1 'key'}}"))).toBe('sha1 abc key');
  });
});

describe('what comes from around a message', () => {
  test('is its connection, and what is answered', () => {
    expect(filled(text('{{localAddress}}:{{localPort}} {{remoteAddress}} {{remotePort}}'))).toBe(
      '10.0.0.7:5000 ::1 502',
    );
    expect(hexFilled('{{received | slice 0 2}}{{received | slice -1}}')).toBe('010204');
    expect(() => compile(parse(text('{{received}}'))).fill()).toThrow(
      expect.objectContaining({ code: 'MESSAGE_NOT_MADE' }),
    );
  });

  test('counts per run, per connection, and in one message', () => {
    expect(filled(text('{{counter 10 5 width=4}} {{counter 10 5}} {{counter base=16 start=255}}'))).toBe(
      '0010 15 FF',
    );
    for (let i = 0; i < 2; i++)
      expect(filled(text('{{counter per=message}}{{counter per=message}}'))).toBe('12');
  });

  test('is one value in a message for Packet Sender’s names', () => {
    expect(filled(text('{{COUNTER}}{{COUNTER}}'))).toBe('11');
    expect(filled(text('{{COUNTER}}'))).toBe('2');
    expect(filled(text('{{DATE}} {{UNIXTIME}}'))).toMatch(/^2026-11-20 1795183331$/);
  });
});

test('a line end is behind what is put in, and what has problems stays nothing', () => {
  expect(ascii(compile(withLineEnd(parse(text('{{counter}}')), 'crlf')).fill(context))).toBe('1\r\n');
  expect(compile(withLineEnd(parse(text('\\q')), 'crlf')).fill()).toHaveLength(0);
});
