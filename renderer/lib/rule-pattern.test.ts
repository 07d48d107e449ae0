import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultListener, checkSettings } from '../../shared/settings/endpoint.ts';
import type { Rule, RuleMatch } from '../../shared/settings/settings.ts';
import { convertPattern } from './rule-pattern.ts';

const ways: RuleMatch[] = ['exact', 'contains', 'starts', 'ends', 'regex', 'hex', 'filter'];

function isTaken(match: RuleMatch, pattern: string): boolean {
  const rule: Rule = {
    match,
    pattern,
    reply: { mode: 'text', text: '' },
    delayMs: 0,
    then: 'stay',
    enabled: true,
    note: '',
  };
  const settings = defaultListener();
  return checkSettings({ ...settings, reply: { ...settings.reply, rules: [rule] } }).length === 0;
}

test('text becomes the bytes that it means, and bytes the text', () => {
  expect(convertPattern('hé\\r\\n', 'contains', 'hex')).toBe('68 C3 A9 0D 0A');
  expect(convertPattern('68 65 00', 'hex', 'starts')).toBe('he\\0');
});

test('text becomes an expression that matches it, and signs lose their meaning there', () => {
  expect(convertPattern('a.b(c)?\\r\\n', 'exact', 'regex')).toBe('a\\.b\\(c\\)\\?\\r\\n');
  expect(convertPattern('1.5', 'contains', 'ends')).toBe('1.5');
});

test('a pattern with wildcards stays as it looks', () => {
  expect(convertPattern('02 ?? 03', 'hex', 'contains')).toBe('02 ?? 03');
});

test('a filter looks for the same: text in quotes, what has escapes as bytes, an expression between slashes', () => {
  expect(convertPattern('say "hi"', 'contains', 'filter')).toBe('"say \\"hi\\""');
  expect(convertPattern('hi\\r\\n', 'ends', 'filter')).toBe('hex:68 69 0D 0A');
  expect(convertPattern('02 ?? 03', 'hex', 'filter')).toBe('hex:02 ?? 03');
  expect(convertPattern('a/b|[^/]', 'regex', 'filter')).toBe('/a\\/b|[^\\/]/u');
});

test('whatever was taken before is taken after', () => {
  const way = fc.constantFrom(...ways);
  const pattern = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.stringMatching(/^[\\dwx.?(){}u0-9a-f ]{1,12}$/),
    fc.constantFrom('(?<name>.+) \\d+', '\\x41', '\\u{1F600}', '02 ?? 03', '\\p{L}+', '[^/]'),
  );
  fc.assert(
    fc.property(way, way, pattern, (from, to, written) => {
      fc.pre(isTaken(from, written));
      expect(isTaken(to, convertPattern(written, from, to))).toBe(true);
    }),
  );
});
