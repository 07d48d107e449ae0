import { expect, test } from 'vitest';
import { chordBegunBy, chordOf, endOfChord } from './chords.ts';
import { press } from './testing/press.ts';

test('two keys in a row name an action, and any other second key none', () => {
  expect(chordBegunBy(press('n', { altKey: true }), false, true)).toBe('Alt+N');
  expect(endOfChord('Alt+N', press('s'), false)).toBe('new-server');
  expect(endOfChord('Alt+N', press('x'), false)).toBeNull();
  expect(endOfChord('G', press('l'), false)).toBe('focus-log');
  expect(chordOf('new-client')?.second).toBe('C');
});

test('where a text is written a letter is a letter, as Alt and a letter are on macOS', () => {
  expect(chordBegunBy(press('g'), false, false)).toBe('G');
  expect(chordBegunBy(press('g'), false, true)).toBeNull();
  expect(chordBegunBy(press('Dead', { altKey: true, code: 'KeyN' }), true, true)).toBeNull();
});
