import { expect, test } from 'vitest';
import { mostPreviewed } from './contract.ts';
import { isQuicklyRead, longText, readMessage, shownOf } from './message-reading.ts';
import { parse, type WrittenMessage } from './payload/payload.ts';
import { noWrap } from './payload/wrap.ts';

const text = (text: string, more: Partial<WrittenMessage> = {}): WrittenMessage => ({
  ...{ mode: 'text', text, lineEnd: 'none' },
  ...more,
});

test('tells the length of a long message and its first bytes alone', () => {
  const { fixed, isEmpty } = readMessage(text('x'.repeat(1_000_000), { lineEnd: 'crlf' }));
  expect(fixed?.length).toBe(1_000_002);
  expect(fixed?.bytes).toEqual(new Uint8Array(mostPreviewed).fill(0x78));
  // What is behind them does not cross to the page either.
  expect(fixed?.bytes.buffer.byteLength).toBe(mostPreviewed);
  expect(isEmpty).toBe(false);
});

test('what is made as it is sent is shown as it is written, as far as there is room', () => {
  const { fixed, hex, asksReceived } = readMessage(text(`AB{{counter}}${'x'.repeat(1_000_000)}`));
  expect([fixed, asksReceived]).toEqual([null, false]);
  expect(hex).toMatch(/^41 42 ?\{\{counter\}\} ?78 78/);
  expect(hex.length).toBeLessThan(400);
});

test('the parts of fixed calls have their places among the first bytes', () => {
  const { fixed } = shownOf(parse({ mode: 'text', text: 'a{{u16be 5}}b' }).parts);
  expect(fixed).toEqual({
    length: 4,
    bytes: Uint8Array.of(0x61, 0, 5, 0x62),
    parts: [{ from: 1, to: 12, start: 1, end: 3, changes: false }],
  });
});

test('around nothing there is no message, and a head that cannot be read is a problem of it', () => {
  const wrap = { ...noWrap, head: '\\x02' };
  expect(readMessage(text('', { wrap }))).toMatchObject({ isEmpty: true, problems: [] });
  const { problems } = readMessage(text('a', { wrap: { ...noWrap, head: '\\x' } }));
  expect(problems.map(({ code }) => code)).toEqual(['text-bad-byte-escape']);
});

test('warns with what it reads', () => {
  expect(readMessage(text('a ')).warnings.map(({ code }) => code)).toEqual(['warn-trailing-blanks']);
});

test('neither a long text nor one with many calls is read between two keys', () => {
  expect(isQuicklyRead(text('x'.repeat(longText)))).toBe(true);
  expect(isQuicklyRead(text('x'.repeat(longText + 1)))).toBe(false);
  const heavy = '{{repeat "x" 1000000 | crc32}}';
  expect(isQuicklyRead(text(heavy))).toBe(true);
  expect(isQuicklyRead(text(heavy.repeat(100)))).toBe(false);
  expect(isQuicklyRead(text(heavy.repeat(100), { mode: 'as-is' }))).toBe(true);
});
