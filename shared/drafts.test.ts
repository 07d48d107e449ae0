import { expect, test } from 'vitest';
import { takeOver } from './drafts.ts';
import { compile, parse, parseMessage, withLineEnd, type LineEnd } from './payload/payload.ts';

test('a draft of an earlier version sends the bytes that it sent, whatever its line end', () => {
  for (const lineEnd of ['none', 'lf', 'cr', 'crlf'] satisfies LineEnd[])
    for (const [mode, text] of [
      ['text', 'a\nb\r\nc\r\n\n\\\\\nd\\n'],
      ['hex', '41\n42'],
    ] as const) {
      const before = compile(withLineEnd(parse({ mode, text }), lineEnd)).fill();
      const { draft, history } = takeOver({ mode, lineEnd, draft: text, history: [text] });
      expect(compile(parseMessage({ mode, text: draft, lineEnd })).fill()).toEqual(before);
      expect(history).toEqual([{ mode, text: draft }]);
    }
});

test('what could not be sent still cannot', () => {
  const { draft } = takeOver({ mode: 'text', lineEnd: 'cr', draft: 'a\\\nb', history: [] });
  expect(draft).toBe('a\\\nb');
});
