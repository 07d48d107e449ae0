import { afterEach, describe, expect, test } from 'vitest';
import { FailureError } from '../failure.ts';
import { escapeText } from './format.ts';
import { payloadFunctions } from './functions.ts';
import { compile, parse, rewrite, withLineEnd, type Written } from './payload.ts';

const ascii = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
const text = (written: string): Written => ({ mode: 'text', text: written });
const hex = (written: string): Written => ({ mode: 'hex', text: written });
const filled = (written: Written): string => ascii(compile(parse(written)).fill());

afterEach(() => payloadFunctions.clear());

function addFunctions() {
  let count = 0;
  payloadFunctions.set('count', {
    arguments: [],
    isVolatile: true,
    bytes: () => Uint8Array.of(0x30 + ++count),
  });
  payloadFunctions.set('twice', {
    arguments: ['what'],
    isVolatile: false,
    bytes: ([what = '?']) => new TextEncoder().encode(what + what),
  });
}

describe('what has no function', () => {
  test('stays as it is written, braces and all', () => {
    expect(filled(text('{{count}} {{}} {{'))).toBe('{{count}} {{}} {{');
    expect(filled(hex('{{41, 42}}'))).toBe('AB');
    expect(escapeText(compile(parse(text('{{count}}'))).fill())).toBe('{{count}}');
  });

  test('is nothing without a fitting call either', () => {
    addFunctions();
    expect(filled(text('{{counts}} {{count 1}} {{count'))).toBe('{{counts}} {{count 1}} {{count');
    expect(filled(text(`{{twice ${'x'.repeat(300)}}}`))).toHaveLength(310);
  });
});

describe('a function', () => {
  test('that is volatile gives its bytes anew each time, in either notation', () => {
    addFunctions();
    for (const written of [text('n={{count}}{{ count }}\\n'), hex('6e 3d {{count}} {{count}} 0a')]) {
      const template = compile(parse(written));
      expect(template.isFixed).toBe(false);
      const [first, second] = [ascii(template.fill()), ascii(template.fill())];
      expect(first).toMatch(/^n=\d\d\n$/);
      expect(Number(second.slice(2))).toBe(Number(first.slice(2)) + 22);
    }
  });

  test('that is not gives a fixed message: always the same array', () => {
    addFunctions();
    const template = compile(parse(text('<{{twice ab}}>')));
    expect(template.isFixed).toBe(true);
    expect(ascii(template.fill())).toBe('<abab>');
    expect(template.fill()).toBe(template.fill());
  });

  test('is marked, and stays as it is written when the notation changes', () => {
    addFunctions();
    const parsed = parse(text('a\\n{{count}}b'));
    expect(parsed.tokens).toEqual([
      { start: 1, end: 3, kind: 'escape' },
      { start: 3, end: 12, kind: 'insert' },
    ]);
    expect(rewrite(parsed, 'hex')).toBe('61 0A {{count}} 62');
    expect(rewrite(parse(hex('61 0A {{count}} 62')), 'text')).toBe('a\\n{{count}}b');
    expect(rewrite(parse(text('{\\x7Bcount}}')), 'text')).toBe('\\x7B\\x7Bcount}}');
    expect(filled(text(rewrite(parse(text('{\\x7Bcount}}')), 'text')))).toBe('{{count}}');
  });

  test('cannot make a message without bound', () => {
    payloadFunctions.set('long', { arguments: [], isVolatile: true, bytes: () => new Uint8Array(2 ** 20) });
    const template = compile(parse(text('{{long}}'.repeat(17))));
    expect(() => template.fill()).toThrow(FailureError);
  });
});

test('a line end is behind what is put in, and what has problems stays nothing', () => {
  addFunctions();
  expect(ascii(compile(withLineEnd(parse(text('{{count}}')), 'crlf')).fill())).toBe('1\r\n');
  expect(compile(withLineEnd(parse(text('\\q')), 'crlf')).fill()).toHaveLength(0);
});
