import { expect, test } from 'vitest';
import { holderOf, messageKeyOf } from './message-keys.ts';
import { press } from './testing/press.ts';

test('a digit sends with Alt, in the app of macOS with ⌘, and not where it is a tab of the browser', () => {
  expect(holderOf('desktop', 'Linux x86_64')).toBe('Alt');
  expect(holderOf('desktop', 'Win32')).toBe('Alt');
  expect(holderOf('desktop', 'MacIntel')).toBe('Mod');
  expect(holderOf('headless', 'Win32')).toBe('Alt');
  expect(holderOf('headless', 'Linux x86_64')).toBeNull();
  expect(holderOf('headless', 'MacIntel')).toBeNull();
});

test('a digit goes by its place, as on a French keyboard', () => {
  expect(messageKeyOf(press('&', { altKey: true, code: 'Digit1' }), 'Alt')).toBe(1);
  expect(messageKeyOf(press('9', { metaKey: true, code: 'Digit9' }), 'Mod')).toBe(9);
  expect(messageKeyOf(press('0', { altKey: true, code: 'Digit0' }), 'Alt')).toBeNull();
  expect(messageKeyOf(press('1', { altKey: true, code: 'Numpad1' }), 'Alt')).toBeNull();
  expect(messageKeyOf(press('1', { altKey: true, shiftKey: true, code: 'Digit1' }), 'Alt')).toBeNull();
  // AltGr.
  expect(messageKeyOf(press('1', { altKey: true, ctrlKey: true, code: 'Digit1' }), 'Alt')).toBeNull();
  expect(messageKeyOf(press('1', { altKey: true, code: 'Digit1' }), 'Mod')).toBeNull();
  expect(messageKeyOf(press('1', { altKey: true, code: 'Digit1' }), null)).toBeNull();
});
