import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultListener, checkSettings } from '../../shared/settings/endpoint.ts';
import type { Rule, RuleMatch } from '../../shared/settings/settings.ts';
import { firstAnswer, compileRules } from '../../shared/payload/rules.ts';
import { convertPattern, convertReply, groupsIn } from './rule-pattern.ts';

const ways: RuleMatch[] = ['exact', 'contains', 'starts', 'ends', 'regex', 'hex', 'filter'];

const ruleOf = (match: RuleMatch, pattern: string): Rule => ({
  match,
  pattern,
  reply: { mode: 'text', text: '' },
  delayMs: 0,
  then: 'stay',
  enabled: true,
  note: '',
});

function isTaken(match: RuleMatch, pattern: string): boolean {
  const settings = defaultListener();
  const rules = [ruleOf(match, pattern)];
  return checkSettings({ ...settings, reply: { ...settings.reply, rules } }).length === 0;
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
    fc.constantFrom('{{ ', '\\{{uuid}}', '{{uuid}}', "{{'a'}}{{{", '\\\\{{'),
    fc.constantFrom('(?<name>.+) \\d+', '\\x41', '\\u{1F600}', '02 ?? 03', '\\p{L}+', '[^/]'),
  );
  fc.assert(
    fc.property(way, way, pattern, (from, to, written) => {
      fc.pre(isTaken(from, written));
      expect(isTaken(to, convertPattern(written, from, to))).toBe(true);
    }),
  );
});

test('an expression made of bytes finds them, whatever they are', () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 12 });
  const tricky = fc.constantFrom(Uint8Array.of(0, 0x31), Uint8Array.of(0xff), Uint8Array.of(0x24, 0x31));
  fc.assert(
    fc.property(fc.oneof(bytes, tricky), fc.constantFrom<RuleMatch>('hex', 'contains'), (message, way) => {
      const hex = [...message].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
      const written = way === 'hex' ? hex : [...hex.split(' ')].map((pair) => `\\x${pair}`).join('');
      const expression = convertPattern(written, way, 'regex');
      const isFound = firstAnswer(compileRules([ruleOf('regex', expression)], false), message) !== null;
      expect({ expression, isFound }).toEqual({ expression, isFound: true });
    }),
  );
});

test('a reply means the same bytes when its rule begins to match by an expression, or ends to', () => {
  const none = null;
  const expression = groupsIn({ match: 'regex', pattern: '(a)(?<n>b)' });
  const text = (written: string) => ({ mode: 'text', text: written }) as const;
  expect(convertReply(text('$1 $<n> $& US$$\\n'), none, expression)).toEqual(
    text('\\$1 \\$<n> \\$& US\\$\\$\\n'),
  );
  expect(convertReply(text('US$$ \\$1'), expression, none)).toEqual(text('US$ $1'));
  for (const same of [text('costs $ 5, \\q'), { mode: 'hex', text: '24 31' } as const])
    expect(convertReply(same, none, expression)).toBe(same);
  // Nothing is named yet: who goes on to write a group means it.
  const named = text('Hello $1');
  expect(convertReply(named, none, groupsIn({ match: 'regex', pattern: 'a' }))).toBe(named);
});
