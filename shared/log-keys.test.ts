import { expect, test } from 'vitest';
import { actions, actionOfKey } from './actions.ts';
import { chordBegunBy } from './chords.ts';
import { logActionOf, logKeyOf, logKeys } from './log-keys.ts';
import { press } from './testing/press.ts';

test('each key of the log runs one action that there is, and none is the first of a chord', () => {
  expect(new Set(logKeys.map(({ key }) => key)).size).toBe(logKeys.length);
  for (const { key, name } of logKeys) {
    expect(actions.map((action) => action.name)).toContain(name);
    expect(chordBegunBy(press(key), false, false)).toBeNull();
  }
});

test('a letter goes by its character, in any case, and not with Ctrl, Alt or Cmd', () => {
  expect(logActionOf(press('r'), false)).toBe('reply-to-record');
  expect(logActionOf(press('R'), false)).toBe('reply-to-record');
  expect(logActionOf(press('к', { code: 'KeyR' }), false)).toBe('reply-to-record');
  for (const held of ['ctrlKey', 'altKey', 'metaKey'] as const)
    expect(logActionOf(press('r', { [held]: true }), false)).toBeNull();
  expect(logActionOf(press('c'), false)).toBe('copy-as');
  expect(logActionOf(press('d'), false)).toBe('decode-as');
  expect(logActionOf(press('C', { shiftKey: true }), false)).toBe('copy-rows');
  expect(logActionOf(press('c', { ctrlKey: true }), false)).toBe('copy-payloads');
  expect(logActionOf(press('c', { metaKey: true }), true)).toBe('copy-payloads');
});

test('the sign of the filter may need Shift', () => {
  expect(logActionOf(press('/'), false)).toBe('focus-filter');
  expect(logActionOf(press('/', { shiftKey: true, code: 'Digit7' }), false)).toBe('focus-filter');
  expect(logActionOf(press('/', { ctrlKey: true }), false)).toBeNull();
});

test('only the key that sends elsewhere sends in the log', () => {
  expect(logKeyOf('send-record-again')).toBe('Mod+Enter');
  expect(actionOfKey(press('Enter', { ctrlKey: true }), false)).toBe('send');
  expect(logKeyOf('send')).toBeNull();
});
