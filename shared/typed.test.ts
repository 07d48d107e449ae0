import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseHost, parseKeptHost, parsePort, splitHostPort } from './address.ts';
import { checkSettings, defaultClient } from './settings/endpoint.ts';
import { readFilter } from './filter/filter.ts';
import { parseBytePattern } from './payload/matching.ts';
import { compile, parse, writtenBytes } from './payload/payload.ts';
import { explainProblem } from './texts/index.ts';
import { asTyped, parseNumber, strangerIn } from './typed.ts';

/** As an input method in its full-width mode writes ASCII. */
const wide = (text: string): string =>
  text
    .replace(/[!-~]/g, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0))
    .replaceAll(' ', '\u3000');

const ascii = fc.string({ unit: 'binary-ascii' });
const anyText = fc.string({ unit: 'binary' });
/** Two braces begin a call, which full-width ones do not. */
const hexText = fc
  .string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF ,:-x\\{}\tg') })
  .filter((text) => !text.includes('{{'));
const parseHex = (text: string) => parse({ mode: 'hex', text });
const hostText = fc.string({ unit: fc.constantFrom(...'0123456789.:abcdef-_[]% xz/') });

test('ASCII is what it is, and full-width forms are the ASCII that they look like', () => {
  fc.assert(
    fc.property(ascii, (text) => {
      expect(asTyped(text)).toBe(text);
    }),
  );
  fc.assert(
    fc.property(ascii, (text) => {
      const trimmed = text.replaceAll(/^\s+|\s+$/g, '');
      expect(asTyped(wide(trimmed))).toBe(trimmed);
    }),
  );
});

test('a text keeps its length, so that places stay true, and is not changed twice', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const typed = asTyped(text);
      expect(typed).toHaveLength(text.length);
      expect(asTyped(typed)).toBe(typed);
    }),
  );
});

test('hosts, ports, numbers and hex mean the same in full-width forms', () => {
  fc.assert(
    fc.property(hostText, (text) => {
      const [plain, typed] = [parseHost(text), parseHost(wide(text))];
      expect(typed.ok).toBe(plain.ok);
      if (plain.ok) expect(typed).toEqual(plain);
      else if (!typed.ok) expect(typed.problem).toMatchObject(plain.problem);
    }),
  );
  fc.assert(
    fc.property(fc.integer({ min: -10, max: 70_000 }), (port) => {
      expect(parsePort(wide(String(port))).ok).toBe(parsePort(String(port)).ok);
      expect(parseNumber(wide(String(port)))).toBe(port);
    }),
  );
  fc.assert(
    fc.property(hexText, (text) => {
      const [plain, typed] = [parseHex(text), parseHex(wide(text))];
      expect(compile(typed).fill()).toEqual(compile(plain).fill());
      expect(typed.problems).toMatchObject(plain.problems);
    }),
  );
});

test('what Chinese input methods and copied pages give is taken where it has one meaning', () => {
  expect(splitHostPort('127.0.0.1：9100')).toEqual({ host: '127.0.0.1', port: 9100 });
  expect(splitHostPort('１２７。０。０。１：９１００')).toEqual({ host: '127.0.0.1', port: 9100 });
  expect(splitHostPort('［：：１］：80')).toEqual({ host: '::1', port: 80 });
  expect(parseHost('\ufeff\u200bexample\u3002com\u00a0\u200e')).toEqual({
    ok: true,
    host: 'example.com',
    kind: 'name',
  });
  expect(parsePort('\u00a0９１００\u200b')).toEqual({ ok: true, port: 9100 });
  expect(writtenBytes({ mode: 'hex', text: '41，42、０ｘ43\u00a044\u201145' })).toEqual(
    Uint8Array.of(0x41, 0x42, 0x43, 0x44, 0x45),
  );
  expect(parseBytePattern('02 ？？ 03')).toEqual([2, null, 3]);
  for (const text of ['hex：0d　0a', 'hex：０ｄ　０ａ', 'conn：９']) expect(readFilter(text).ok).toBe(true);
  expect(parseNumber('１．５')).toBe(1.5);
});

test('what could mean several things is refused, and its character is named', () => {
  const named = (parsed: { ok: boolean; problem?: Parameters<typeof explainProblem>[0] }) =>
    parsed.problem && explainProblem(parsed.problem);
  expect(named(parseHost('127.0\u200b.0.1'))).toContain('Here stands U+200B ZERO WIDTH SPACE.');
  expect(named(parseHost('exam\u00adple.com'))).toContain('U+00AD SOFT HYPHEN');
  expect(named(parseHost('a\u00a0b'))).toBe('A host has no blanks. Here stands U+00A0 NO-BREAK SPACE.');
  expect(named(parseHost('“localhost”'))).toContain('“U+201C LEFT DOUBLE QUOTATION MARK');
  expect(named(parseHost('a；b'))).toContain('；U+FF1B');
  expect(named(parsePort('90\u200b00'))).toContain('U+200B ZERO WIDTH SPACE');
  expect(named(parsePort('７００００'))).toBe('A port is a number from 0 to 65535.');
  expect(parseHex('4\u200b1')).toMatchObject({
    problems: [{ code: 'hex-not-hex', start: 1, end: 2, character: 'U+200B ZERO WIDTH SPACE' }],
  });
  expect(parseHex('“41”')).toMatchObject({
    problems: [
      { start: 0, end: 1 },
      { start: 3, end: 4 },
    ],
  });
  expect(parseNumber('1\u200b5')).toBeNaN();
});

test('characters are named by number and name, and by themselves where that can be seen', () => {
  expect(strangerIn('plain text, nothing else')).toBeNull();
  expect(strangerIn('９１００')).toBeNull();
  expect(strangerIn('a\u200fb')).toBe('U+200F RIGHT-TO-LEFT MARK');
  expect(strangerIn('a\u001bb')).toBe('U+001B ESC');
  expect(strangerIn('aéb')).toBe('éU+00E9');
  expect(strangerIn('a\ud800b')).toBe('U+D800');
  expect(strangerIn('a\u0301')).toBe('U+0301');
});

test('settings hold what goes to the system, and nothing that it would read otherwise', () => {
  const check = (host: string) =>
    checkSettings({ ...defaultClient(), host }).map(({ field, code }) => [field, code]);
  expect(check('127.0.0.1')).toEqual([]);
  expect(check('１２７.0.0.1')).toEqual([['host', 'host-character']]);
  expect(check(' localhost')).toEqual([['host', 'host-space']]);
  expect(check('[::1]')).toEqual([['host', 'host-brackets']]);
  fc.assert(
    fc.property(anyText, (text) => {
      const parsed = parseHost(text);
      if (parsed.ok) expect(parseKeptHost(parsed.host)).toEqual(parsed);
    }),
  );
});

test('a text that is sent is never changed', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('：', '９', '\u00a0', '\u200b', '\ufeff', '“'),
      (text, more) => {
        const written = `${more}${text.replaceAll('\\', '')}${more}`;
        expect(writtenBytes({ mode: 'text', text: written })).toEqual(new TextEncoder().encode(written));
      },
    ),
  );
});
