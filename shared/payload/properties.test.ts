/** What holds for every message, tried on many that chance makes. */
import '../encodings/all-codecs.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodingIds } from '../encodings/encodings.ts';
import { FailureError } from '../failure.ts';
import { hexOf, utf8 } from '../testing/bytes.ts';
import { Chance } from '../testing/random.ts';
import { toBase64 } from './base64.ts';
import type { FillContext } from './context.ts';
import { escapeText, formatHex, formatHexGroups } from './format.ts';
import { payloadFunctions } from './functions/functions.ts';
import { compile, notations, parse, parseMessage, rewrite, type Notation, type Written } from './payload.ts';

const sent = (written: Written): string => hexOf(compile(parse(written)).fill());

const characters = [
  'a',
  '0',
  '7',
  '{',
  '{{',
  '}}',
  '\\',
  '\r',
  '\n',
  '\0',
  '$',
  '"',
  'é',
  '温',
  '😀',
  '\u200b',
];
function someText(chance: Chance): string {
  return Array.from({ length: chance.below(30) }, () => chance.of(characters)).join('');
}

describe('what is written for some bytes means just these', () => {
  const writers: Readonly<Record<Exclude<Notation, 'as-is'>, readonly ((bytes: Uint8Array) => string)[]>> = {
    text: [escapeText],
    hex: [formatHex, formatHexGroups, (bytes) => formatHex(bytes).replaceAll(' ', '').toLowerCase()],
    base64: [
      toBase64,
      (bytes) => toBase64(bytes).replaceAll('=', ''),
      (bytes) => toBase64(bytes).replace(/.{4}/g, '$&\n'),
    ],
  };

  test.each(Object.entries(writers))('as %s', (mode, writes) => {
    const chance = new Chance(1);
    for (let round = 0; round < 2000; round++) {
      const bytes = round % 2 === 0 ? chance.bytes(chance.below(40)) : utf8(someText(chance));
      for (const write of writes)
        expect(sent({ mode: mode as Notation, text: write(bytes) })).toBe(hexOf(bytes));
    }
  });

  test('as text as it is, where it is well-formed', () => {
    const chance = new Chance(2);
    for (let round = 0; round < 2000; round++) {
      const text = someText(chance);
      expect(sent({ mode: 'as-is', text })).toBe(hexOf(utf8(text)));
    }
  });

  test('from each notation in each other, in every encoding', () => {
    const chance = new Chance(3);
    for (const encoding of encodingIds)
      for (let round = 0; round < 100; round++) {
        const bytes = chance.bytes(chance.below(24));
        const text = rewrite(parse({ mode: 'hex', text: formatHex(bytes) }), 'text', null, encoding);
        expect([encoding, sent({ mode: 'text', text, encoding })]).toEqual([encoding, hexOf(bytes)]);
        const hex = rewrite(parse({ mode: 'text', text, encoding }), 'hex');
        expect(sent({ mode: 'hex', text: hex })).toBe(hexOf(bytes));
      }
  });
});

test('what a letter behind a backslash means is a character, in the encoding of the text', () => {
  for (const encoding of encodingIds)
    for (const [escape, character] of [
      ...[
        ['\\r', '\r'],
        ['\\n', '\n'],
        ['\\t', '\t'],
        ['\\0', '\0'],
        ['\\e', '\x1b'],
        ['\\\\', '\\'],
        ['\\{', '{'],
      ],
    ] as const)
      expect([encoding, escape, sent({ mode: 'text', text: `a${escape}`, encoding })]).toEqual([
        ...[encoding, escape, sent({ mode: 'as-is', text: `a${character}`, encoding })],
      ]);
});

describe('hex', () => {
  /** By words and their pieces, where the reader goes from character to character. Null: refused. */
  function secondReading(text: string): number[] | null {
    const bytes: number[] = [];
    for (const word of text.split(/[ \t\r\n,{}]+/))
      for (const piece of word.split(/(?<=[0-9a-f])[:-]/i))
        for (let rest = piece; rest !== '';) {
          const [whole, digits] = /^(?:0x|\\x)?([0-9a-f]+)/i.exec(rest) ?? [];
          // Of the prefixes only 0x may be written in capitals.
          if (whole === undefined || whole.startsWith('\\X')) return null;
          if (digits!.length > 1 && digits!.length % 2 === 1) return null;
          for (const pair of digits!.match(/..?/g)!) bytes.push(parseInt(pair, 16));
          rest = rest.slice(whole.length);
        }
    return bytes;
  }

  test('is accepted and refused as the rule says, by a second reading of it', () => {
    const chance = new Chance(4);
    const pieces = [
      ...['0', '1', '9', 'a', 'F', '41', '0D', 'ff', '004142', '123', 'abcde'],
      ...['0x', '0X', '\\x', '\\X', 'x', ' ', ' ', ' ', '  ', '\t', '\n', '\r\n', ',', ', '],
      ...[':', ':', '-', '{', '}', 'g', '\\', '+', '_', '.', '0x41', '\\x42', ' 0x', 'é'],
    ];
    let taken = 0;
    for (let round = 0; round < 100_000; round++) {
      const text = Array.from({ length: 1 + chance.below(6) }, () => chance.of(pieces))
        .join('')
        .replaceAll('{{', '{');
      const parsed = parse({ mode: 'hex', text });
      const read = parsed.problems.length > 0 ? null : [...compile(parsed).fill()];
      const wanted = secondReading(text);
      // The text is told with what came of it; an assertion for each would take most of the time.
      if (JSON.stringify(read) !== JSON.stringify(wanted)) expect([text, read]).toEqual([text, wanted]);
      for (const { start, end } of parsed.problems)
        if (!(start >= 0 && start < end && end <= text.length)) expect([text, start, end]).toBe('at a place');
      if (read !== null) taken++;
    }
    expect(taken).toBeGreaterThan(20_000);
    expect(taken).toBeLessThan(80_000);
  });
});

describe('a template that was changed at random', () => {
  /** Of functions, in one message. */
  let steps = 0;
  const originals = new Map(payloadFunctions);
  beforeAll(() => {
    for (const [name, one] of originals)
      payloadFunctions.set(name, { ...one, make: (args, context) => (steps++, one.make(args, context)) });
  });
  afterAll(() => originals.forEach((one, name) => payloadFunctions.set(name, one)));

  const mostBytes = 256 * 1024;
  /** Parts that ask for each other are settled in a few rounds; no message here has more than some ten calls. */
  const mostSteps = 2000;
  const context: Partial<FillContext> = {
    now: () => 0n,
    random: (length) => new Uint8Array(length),
    next: () => 0,
    hash: () => new Uint8Array(16),
    search: () => null,
    received: Uint8Array.of(1, 2, 3),
    mostBytes,
  };

  test('ends in bytes or in an error at a place, in a bounded number of steps', () => {
    const chance = new Chance(5);
    const seeds = [
      ...[...originals.values()].map(({ example }) => example),
      '{{#a}}x{{#b}}y{{/b}}{{length a | u16le}}{{/a}}{{a | crc32 | u32le}}',
      '{{length b}}{{#b}}{{length a}}{{/b}}{{#a}}{{b | sum8}}{{/a}}',
      "n={{counter start=5 as=n}}{{n | pad 4 '0' left}}\\r\\n{{'a|\\x41' | hex}}",
      '{{repeat "ab" 3 | upper | base64}}',
      "{{pack '>HBI' 1 2 3}} {{uuid as=id}} {{id | hex}} {{'x' | repeat 1000 | sha256 | base64}}",
    ];
    const bits = [
      '{{',
      '}}',
      '{{#',
      '{{/',
      '|',
      '=',
      "'",
      '"',
      '\\',
      ' ',
      '0',
      '9',
      '-',
      'a',
      'as=a',
      '$',
      '温',
      '\n',
    ];
    const mutated = (): string => {
      let text = chance.of(seeds);
      for (let changes = chance.below(4); changes >= 0; changes--) {
        const at = chance.below(text.length + 1);
        const end = Math.min(text.length, at + chance.below(5));
        const put = [chance.of(bits), '', text.slice(at, end).repeat(2), chance.of(seeds)][chance.below(4)]!;
        text = text.slice(0, at) + put + text.slice(end);
      }
      return text.slice(0, 400);
    };
    let made = 0;
    for (let round = 0; round < 50_000; round++) {
      const text = mutated();
      steps = 0;
      const parsed = parseMessage({ mode: chance.of(notations), text, lineEnd: 'none' });
      if (parsed.problems.length === 0) {
        try {
          const { length } = compile(parsed).fill(context);
          made++;
          if (length > mostBytes) expect([text, length]).toBe('within its bounds');
        } catch (error) {
          if (!(error instanceof FailureError)) throw new Error(text, { cause: error });
        }
      }
      for (const { start, end } of parsed.problems)
        if (!(start >= 0 && start <= end && end <= text.length))
          expect([text, start, end]).toBe('at a place');
      if (steps > mostSteps) expect([text, steps]).toBe('within its bounds');
    }
    expect(made).toBeGreaterThan(5000);
  });
});
