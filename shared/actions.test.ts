import { expect, test } from 'vitest';
import {
  actionOfKey,
  actionOfText,
  actions,
  electronAccelerator,
  formatShortcut,
  shortcutOf,
} from './actions.ts';
import { press } from './testing/press.ts';

test('names and shortcuts are given once', () => {
  const shortcuts = actions.flatMap(({ shortcut }) => shortcut ?? []);
  expect(new Set(shortcuts).size).toBe(shortcuts.length);
  expect(new Set(actions.map(({ name }) => name)).size).toBe(actions.length);
});

test('no shortcut is one that browsers, IBus or KDE keep for themselves or that types a character', () => {
  for (const { shortcut } of actions) {
    if (shortcut === null) continue;
    expect(shortcut).not.toMatch(/^Mod\+(Shift\+)?([NTWQ]|Tab|PageUp|PageDown|F4)$/);
    expect(shortcut).not.toMatch(/^Mod\+(Shift\+U|(Shift\+)?F([7-9]|1[0-2])|[HM])$|Alt\+Shift/);
    expect(shortcut).not.toMatch(/Mod\+Alt|^(Shift\+)?.$/);
    expect(shortcut).toMatch(/^(Mod\+)?(Alt\+)?(Shift\+)?([A-Z,]|F\d+|Enter|PageUp|PageDown)$/);
  }
});

test('shortcuts are shown as the platform writes them', () => {
  expect(formatShortcut('Mod+K', false)).toBe('Ctrl K');
  expect(formatShortcut('Mod+K', true)).toBe('⌘K');
  expect(formatShortcut('Mod+Shift+F9', false)).toBe('Ctrl Shift F9');
  expect(formatShortcut('Mod+Shift+F9', true)).toBe('⇧⌘F9');
  expect(formatShortcut('Mod+Enter', false)).toBe('Ctrl ⏎');
  expect(formatShortcut('Alt+PageDown', false)).toBe('Alt Page Down');
  expect(electronAccelerator('Mod+,')).toBe('CommandOrControl+,');
});

test('a pressed shortcut names its action on each platform', () => {
  expect(actionOfKey(press('k', { ctrlKey: true }), false)).toBe('command-palette');
  expect(actionOfKey(press('k', { metaKey: true }), true)).toBe('command-palette');
  expect(actionOfKey(press('k', { ctrlKey: true }), true)).toBeNull();
  expect(actionOfKey(press('k', { ctrlKey: true, altKey: true }), false)).toBeNull();
  expect(actionOfKey(press('k', { ctrlKey: true, metaKey: true }), false)).toBeNull();
  expect(actionOfKey(press('S', { ctrlKey: true, shiftKey: true }), false)).toBe('new-server');
  expect(actionOfKey(press('Enter', { ctrlKey: true }), false)).toBe('send');
  expect(actionOfKey(press('F8'), false)).toBe('start-listening');
  expect(actionOfKey(press('F8', { shiftKey: true }), false)).toBe('stop-listening');
  expect(actionOfKey(press('k'), false)).toBeNull();
});

test('with Alt the key counts, because macOS makes another character of it', () => {
  expect(actionOfKey(press('∑', { altKey: true, code: 'KeyW' }), true)).toBe('close-tab');
  expect(actionOfKey(press('w', { altKey: true, code: 'KeyW' }), false)).toBe('close-tab');
});

test('an action knows its shortcut', () => {
  expect(shortcutOf('send')).toBe('Mod+Enter');
  expect(shortcutOf('remove-endpoint')).toBeNull();
});

test('a letter goes by its character, and by its place where the layout has no Latin letters', () => {
  const held = { ctrlKey: true } as const;
  expect(actionOfKey(press('K', { ...held, code: 'KeyK' }), false)).toBe('command-palette');
  for (const key of ['л', 'Л', 'ន', 'κ'])
    expect(actionOfKey(press(key, { ...held, code: 'KeyK' }), false)).toBe('command-palette');
  // AZERTY, Dvorak: their own places.
  expect(actionOfKey(press('q', { ...held, shiftKey: true, code: 'KeyA' }), false)).toBeNull();
  expect(actionOfKey(press(',', { altKey: true, code: 'KeyW' }), false)).toBeNull();
  expect(actionOfKey(press('Process', { ...held, code: 'KeyK' }), false)).toBeNull();
});

test('macOS types characters with Alt in a text, and takes shortcuts with it elsewhere', () => {
  const held = { altKey: true, code: 'KeyE' } as const;
  expect(actionOfKey(press('Dead', held), true)).toBe('focus-endpoints');
  expect(actionOfKey(press('Dead', held), true, true)).toBeNull();
  expect(actionOfKey(press('€', held), true, true)).toBeNull();
  expect(actionOfKey(press('@', { altKey: true, code: 'KeyL' }), true)).toBeNull();
  expect(actionOfKey(press('PageDown', { altKey: true }), true, true)).toBe('next-tab');
  expect(actionOfKey(press('e', held), false, true)).toBe('focus-endpoints');
});

test('the keys of the clipboard mean what the log has selected, with Caps Lock too', () => {
  for (const key of ['a', 'A', 'ф'])
    expect(actionOfText(press(key, { ctrlKey: true, code: 'KeyA' }), false)).toBe('select-all-rows');
  expect(actionOfText(press('C', { metaKey: true, code: 'KeyC' }), true)).toBe('copy-payloads');
  expect(actionOfText(press('c', { ctrlKey: true, shiftKey: true }), false)).toBeNull();
  expect(actionOfText(press('c', { ctrlKey: true, altKey: true }), false)).toBeNull();
});
