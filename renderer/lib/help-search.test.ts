import { expect, test } from 'vitest';
import { isFound } from './help-search.ts';

test('finds words in any order and case, and everything when nothing is looked for', () => {
  expect(isFound('LF upper', 'An upper-case server', 'with End: LF')).toBe(true);
  expect(isFound('upper udp', 'An upper-case server')).toBe(false);
  expect(isFound('  ', 'anything')).toBe(true);
});
