import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeText } from './format.ts';
import { asIsOf, compile, parse, parseMessage, withLineEnd, type LineEnd } from './payload.ts';

const read = (text: string) => parse({ mode: 'text', text });
const bytesOf = (text: string): number[] => {
  expect(problemsOf(text)).toEqual([]);
  return [...compile(read(text)).fill()];
};
const problemsOf = (text: string): unknown =>
  read(text).problems.map(({ start, end, code }) => [start, end, code]);
const utf8 = (text: string): number[] => [...new TextEncoder().encode(text)];

test('text without escapes is sent as UTF-8, line breaks as they are written', () => {
  for (const text of ['', 'hello', '温度 ±1', '😀', 'a\nb\r\nc\rd', '\ufeffx', '\0'])
    expect(bytesOf(text)).toEqual(utf8(text));
});

test('each escape is its byte or character', () => {
  expect(bytesOf(String.raw`\r\n\t\0\\`)).toEqual([13, 10, 9, 0, 92]);
  expect(bytesOf(String.raw`\x41\xff\x0D\xaB`)).toEqual([0x41, 0xff, 0x0d, 0xab]);
  expect(bytesOf(String.raw`\u{41}\u{e9}\u{6E29}\u{1F600}\u{10FFFF}\u{000041}`)).toEqual(
    utf8('Aé温😀\u{10ffff}A'),
  );
  expect(bytesOf(String.raw`\\x41`)).toEqual(utf8(String.raw`\x41`));
  expect(bytesOf(String.raw`\x411`)).toEqual([0x41, 0x31]);
});

test('what is no escape is refused at its place', () => {
  expect(problemsOf(String.raw`ab\q`)).toEqual([[2, 4, 'text-unknown-escape']]);
  expect(problemsOf('a\\😀')).toEqual([[1, 4, 'text-unknown-escape']]);
  expect(problemsOf('ab\\')).toEqual([[2, 3, 'text-unfinished-escape']]);
  expect(problemsOf(String.raw`\x4`)).toEqual([[0, 3, 'text-bad-byte-escape']]);
  expect(problemsOf(String.raw`\xg1`)).toEqual([[0, 2, 'text-bad-byte-escape']]);
  expect(problemsOf(String.raw`\u0041`)).toEqual([[0, 2, 'text-bad-unicode-escape']]);
  expect(problemsOf(String.raw`\u{}`)).toEqual([[0, 4, 'text-bad-unicode-escape']]);
  expect(problemsOf(String.raw`\u{41`)).toEqual([[0, 5, 'text-bad-unicode-escape']]);
  expect(problemsOf(String.raw`\u{4g}`)).toEqual([[0, 4, 'text-bad-unicode-escape']]);
  expect(problemsOf(String.raw`\u{110000}`)).toEqual([[0, 10, 'text-unicode-too-large']]);
  expect(problemsOf(String.raw`\u{FFFFFFFFFFFF}`)).toEqual([[0, 16, 'text-unicode-too-large']]);
  expect(problemsOf(String.raw`\u{D800}`)).toEqual([[0, 8, 'text-unicode-surrogate']]);
  expect(problemsOf('a\ud83d')).toEqual([[1, 2, 'text-lone-surrogate']]);
  expect(problemsOf('\ude00\ud83d')).toEqual([
    [0, 1, 'text-lone-surrogate'],
    [1, 2, 'text-lone-surrogate'],
  ]);
});

test('every mistake of a message is listed, up to a hundred', () => {
  expect(problemsOf(String.raw`\q ok \x`)).toEqual([
    [0, 2, 'text-unknown-escape'],
    [6, 8, 'text-bad-byte-escape'],
  ]);
  expect(problemsOf('\\q'.repeat(1000))).toHaveLength(100);
});

test('any bytes survive being escaped and parsed', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      expect(bytesOf(escapeText(bytes))).toEqual([...bytes]);
    }),
    { numRuns: 2000 },
  );
});

test('any text survives being escaped and parsed, and nothing in it stays invisible', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const escaped = escapeText(new TextEncoder().encode(text));
      expect(bytesOf(escaped)).toEqual(utf8(text));
      expect(escaped).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u);
    }),
  );
});

test('escaping keeps what can be read', () => {
  const bytes = Uint8Array.from([...utf8('temp=21\t温度\\\r\n\x1b[2J\u202e'), 0xe6, 0xb8, 0]);
  expect(escapeText(bytes)).toBe(String.raw`temp=21\t温度\\\r\n\x1B[2J\u{202E}\xE6\xB8\0`);
});

test('parsing never throws, and either gives bytes or places inside the text', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('\\', 'x', 'u', '{', '}', '4', 'D', '\ud83d', '\ude00', 'r')),
      (pieces) => {
        const text = pieces.join('');
        const { parts, problems, tokens } = read(text);
        if (problems.length > 0) expect(parts).toEqual([]);
        for (const { start, end } of [...problems, ...tokens]) {
          expect(start).toBeLessThan(end);
          expect(end).toBeLessThanOrEqual(text.length);
        }
      },
    ),
    { numRuns: 2000 },
  );
});

test('a line end is added behind the message whatever it ends with', () => {
  const ends: Record<LineEnd, number[]> = { none: [], lf: [10], cr: [13], crlf: [13, 10] };
  for (const lineEnd of ['none', 'lf', 'cr', 'crlf'] as const)
    expect([...compile(withLineEnd(read('A\\r'), lineEnd)).fill()]).toEqual([0x41, 13, ...ends[lineEnd]]);
});

test('ten million characters and a million escapes are parsed whole', () => {
  expect(compile(read('温度abc\\xFF\n'.repeat(1_000_000))).fill()).toHaveLength(11_000_000);
});

test('a typed line break is the chosen line end; what was pasted with a carriage return stays', () => {
  const sent = (text: string, lineEnd: LineEnd) =>
    String.fromCharCode(...compile(parseMessage({ mode: 'text', text, lineEnd })).fill());
  for (const [lineEnd, end] of [
    ['lf', '\n'],
    ['cr', '\r'],
    ['crlf', '\r\n'],
  ] as const) {
    expect(sent('a\n\nb', lineEnd)).toBe(`a${end}${end}b${end}`);
    expect(sent('a\r\nb\rc\\n', lineEnd)).toBe(`a\r\nb\rc\n${end}`);
  }
  expect(sent('a\nb\r\n', 'none')).toBe('a\nb\r\n');
});

test('as it is, a backslash is a backslash and braces are braces, and line breaks are typed ones', () => {
  const text = 'C:\\new\\q {{x}} \\\n温';
  for (const [lineEnd, end] of [
    ['none', '\n'],
    ['crlf', '\r\n'],
  ] as const) {
    const parsed = parse({ mode: 'as-is', text }, null, lineEnd);
    expect([parsed.problems, parsed.tokens]).toEqual([[], []]);
    expect([...compile(parsed).fill()]).toEqual(utf8(text.replace('\n', end)));
  }
  expect(parse({ mode: 'as-is', text: 'a\ud800' }).problems).toMatchObject([{ start: 1, end: 2 }]);
});

test('bytes are written as they are where just these are sent for them, whatever the line end', () => {
  const ends: LineEnd[] = ['none', 'lf', 'cr', 'crlf'];
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(...ends), (bytes, lineEnd) => {
      const text = asIsOf(bytes, lineEnd);
      if (text === null) return;
      expect(compile(parse({ mode: 'as-is', text }, null, lineEnd)).fill()).toEqual(bytes);
    }),
  );
  expect(asIsOf(Uint8Array.of(65, 10), 'lf')).toBe('A\n');
  expect(asIsOf(Uint8Array.of(65, 10), 'crlf')).toBe(null);
  expect(asIsOf(Uint8Array.of(255), 'lf')).toBe(null);
});
