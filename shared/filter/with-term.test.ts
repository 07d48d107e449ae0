import { expect, test } from 'vitest';
import { readFilter } from './filter.ts';
import { filterValue, withTerm } from './with-term.ts';

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
  expect(filterValue('127.0.0.1:51122')).toBe('127.0.0.1:51122');
  expect(filterValue('[::1]:80')).toBe('[::1]:80');
  for (const value of ['/tmp/s', 'a b', 'say "hi"', 'C:\\x y']) {
    expect(filterValue(value)).toMatch(/^".*"$/);
    expect(readFilter(`peer:${filterValue(value)}`).ok).toBe(true);
  }
});
