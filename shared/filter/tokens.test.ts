import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { readFilter } from './filter.ts';
import {
  asksAllTabs,
  filterText,
  hasValue,
  takeTokens,
  toggleValue,
  tokenKeys,
  tokenText,
  withTerm,
  writtenValue,
  type FilterToken,
} from './tokens.ts';

const taken = (text: string): [string[], string] => {
  const { tokens, rest } = takeTokens(text);
  return [tokens.map(tokenText), rest];
};

describe('tokens of a filter', () => {
  test.each([
    ['kind:data ', ['kind:data'], ''],
    ['kind:data,opened hello', ['kind:data,opened'], 'hello'],
    ['hello dir:sent -peer:10.0.0.7 x', ['dir:sent', '-peer:10.0.0.7'], 'hello x'],
    ['peer:"plc 7" ', ['peer:"plc 7"'], ''],
    ['KIND:data conn:5..9 a', ['kind:data', 'conn:5..9'], 'a'],
    ['tag:slow,"two words" is:marked -tag:odd x', ['tag:slow,"two words"', 'is:marked', '-tag:odd'], 'x'],
  ] as const)('%s: %j and the rest “%s”', (text, tokens, rest) => {
    expect(taken(text)).toEqual([tokens, rest]);
  });

  test.each([
    'kind:data',
    'kind:data OR x',
    '(kind:data ) x',
    'peer:/10\\./ x',
    'conn:>5 x',
    'NOT kind:data x',
    'a AND kind:data x',
    'kind:nothing x',
    'hex: kind:data ',
    'size kind',
  ])('%s is left as it is written', (text) => {
    expect(taken(text)).toEqual([[], text]);
  });

  test('and the rest are one filter again, which lets the same pass', () => {
    const { tokens, rest } = takeTokens('dir:sent,received hello ');
    expect(filterText(tokens, rest)).toBe('dir:sent,received hello');
    expect(filterText(tokens, 'a OR b')).toBe('dir:sent,received (a OR b)');
    expect(filterText([], 'a OR b')).toBe('a OR b');
    expect(filterText(tokens, '')).toBe('dir:sent,received');
  });

  test('hold any value, and can be read', () => {
    fc.assert(
      fc.property(fc.constantFrom(...tokenKeys), fc.string({ minLength: 1 }), (key, value) => {
        const token: FilterToken = { key: 'peer', values: [value, key], isNegated: true };
        const text = `${tokenText(token)} `;
        expect(readFilter(text).ok).toBe(true);
        expect(takeTokens(text)).toEqual({ tokens: [token], rest: '' });
      }),
    );
  });

  test('are added to and taken from by one choice each', () => {
    let tokens: FilterToken[] = toggleValue([], 'kind', 'data');
    tokens = toggleValue(tokens, 'dir', 'sent');
    tokens = toggleValue(tokens, 'kind', 'opened');
    expect(tokens.map(tokenText)).toEqual(['kind:data,opened', 'dir:sent']);
    expect(hasValue(tokens, 'kind', 'opened')).toBe(true);
    tokens = toggleValue(tokens, 'kind', 'data');
    tokens = toggleValue(tokens, 'dir', 'sent');
    expect(tokens.map(tokenText)).toEqual(['kind:opened']);
    const negated: FilterToken = { key: 'kind', values: ['note'], isNegated: true };
    expect(toggleValue([negated], 'kind', 'note').map(tokenText)).toEqual(['-kind:note', 'kind:note']);
  });
});

test('a term narrows what is looked for already, as a whole', () => {
  expect(withTerm('', 'conn:3')).toBe('conn:3');
  expect(withTerm(' ping ', 'conn:3')).toBe('ping conn:3');
  expect(withTerm('ping OR pong', 'conn:3')).toBe('(ping OR pong) conn:3');
  expect(withTerm('hex:0d 0a', '-hex:ff')).toBe('hex:0d 0a -hex:ff');
});

test('the same term once more changes nothing', () => {
  expect(withTerm('conn:3', 'conn:3')).toBe('conn:3');
  expect(withTerm('ping conn:3', 'conn:3')).toBe('ping conn:3');
});

test('any address can be written as a value', () => {
  expect(writtenValue('127.0.0.1:51122')).toBe('127.0.0.1:51122');
  expect(writtenValue('[::1]:80')).toBe('[::1]:80');
  for (const value of ['/tmp/s', 'a b', 'say "hi"', 'C:\\x y']) {
    expect(writtenValue(value)).toMatch(/^".*"$/);
    expect(readFilter(`peer:${writtenValue(value)}`).ok).toBe(true);
  }
});

test('what asks for all tabs is taken out of the filter that they are asked for', () => {
  expect(asksAllTabs('tab:* error:refused')).toBe('error:refused');
  expect(asksAllTabs('ping TAB:*')).toBe('ping');
  expect(asksAllTabs('tab:*')).toBe('');
  for (const text of ['tab:', 'tab:*x', 'xtab:*', 'a "tab:*"']) expect(asksAllTabs(text)).toBeNull();
});
