import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileFilter, parseFilterText } from './filter.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const filter = (text: string): unknown => {
  const parsed = parseFilterText(text);
  return parsed.ok ? parsed.filter : [parsed.problem.code, parsed.problem.start, parsed.problem.end];
};
const matches = (text: string, payload: Uint8Array | string): boolean => {
  const parsed = parseFilterText(text);
  if (!parsed.ok) throw new Error(parsed.problem.code);
  return compileFilter(parsed.filter).bytes(typeof payload === 'string' ? encode(payload) : payload);
};

test('each kind of filter is known by how it is written', () => {
  expect(filter('')).toEqual({ type: 'all' });
  expect(filter('hello')).toEqual({ type: 'text', text: 'hello' });
  expect(filter('/a.b/i')).toEqual({ type: 'regex', source: 'a.b', flags: 'i' });
  expect(filter('/a/gi')).toEqual({ type: 'regex', source: 'a', flags: 'i' });
  expect(filter('hex:0d 0a')).toEqual({ type: 'hex', bytes: Uint8Array.of(13, 10) });
  expect(filter('HEX:0x0d')).toEqual({ type: 'hex', bytes: Uint8Array.of(13) });
});

test('a path is plain text', () => {
  for (const text of ['/', '//', '/api', '/api/users', '/api/v1'])
    expect(filter(text)).toEqual({ type: 'text', text });
});

test('what cannot be read is refused at its place', () => {
  expect(filter('/(/')).toEqual(['filter-regex', 0, 3]);
  expect(filter('/a/ii')).toEqual(['filter-regex', 0, 5]);
  expect(filter('hex:')).toEqual(['filter-hex-empty', 0, 4]);
  expect(filter('hex:0d zz')).toEqual(['hex-not-hex', 7, 9]);
  expect(filter('hex:123')).toEqual(['hex-odd-digits', 4, 7]);
});

test('text is found in any case, in any script', () => {
  expect(matches('hELLo', 'say Hello')).toBe(true);
  expect(matches('hello', 'help')).toBe(false);
  expect(matches('温度', 'temp 温度 21')).toBe(true);
  expect(matches('ÄPFEL', 'zwei äpfel')).toBe(true);
  expect(matches('привет', 'ПРИВЕТ!')).toBe(true);
  expect(matches('get', Uint8Array.of(0xff, 0x47, 0x45, 0x54, 0xff))).toBe(true);
  expect(matches('abc', 'ab')).toBe(false);
});

test('hex finds exact bytes, wherever they stand', () => {
  const payload = Uint8Array.of(0, 0xff, 0x41, 0xc3, 0x28);
  expect(matches('hex:ff41', payload)).toBe(true);
  expect(matches('hex:ff61', payload)).toBe(false);
  expect(matches('hex:c328', payload)).toBe(true);
});

test('regular expressions search the payload as text, the same each time', () => {
  const parsed = parseFilterText('/^temp=\\d+/gm');
  if (!parsed.ok) throw new Error();
  const matcher = compileFilter(parsed.filter);
  for (let i = 0; i < 3; i++) expect(matcher.bytes(encode('x\ntemp=21'))).toBe(true);
  expect(matcher.bytes(encode('x temp=21'))).toBe(false);
  expect(matcher.text('temp=1')).toBe(true);
});

test('events are found by their sentence, not by bytes', () => {
  const sentence = '127.0.0.1:51122 connected';
  const matcherOf = (text: string) => {
    const parsed = parseFilterText(text);
    if (!parsed.ok) throw new Error();
    return compileFilter(parsed.filter);
  };
  expect(matcherOf('CONNECTED').text(sentence)).toBe(true);
  expect(matcherOf('hex:31').text(sentence)).toBe(false);
  expect(matcherOf('').text(sentence)).toBe(true);
});

test('byte search finds just what a plain search of the text finds', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'A', 'b', 'é', '温'), maxLength: 12 });
  fc.assert(
    fc.property(word, word, (needle, text) => {
      const expected = text.toLowerCase().includes(needle.toLowerCase());
      expect(matches(needle, text)).toBe(expected);
    }),
    { numRuns: 5000 },
  );
  const bytes = fc.uint8Array({ max: 2, maxLength: 20 });
  fc.assert(
    fc.property(fc.uint8Array({ max: 2, minLength: 1, maxLength: 5 }), bytes, (needle, payload) => {
      const hex = [...needle].map((byte) => `0${byte}`).join('');
      expect(matches(`hex:${hex}`, payload)).toBe([...payload].join().includes([...needle].join()));
    }),
    { numRuns: 5000 },
  );
});
