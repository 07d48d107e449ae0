import { expect, test } from 'vitest';
import {
  actionOfKey,
  actions,
  electronAccelerator,
  formatShortcut,
  shortcutOf,
  type KeyPress,
} from './actions.ts';

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

test('names and shortcuts are given once', () => {
  const shortcuts = actions.flatMap(({ shortcut }) => shortcut ?? []);
  expect(new Set(shortcuts).size).toBe(shortcuts.length);
  expect(new Set(actions.map(({ name }) => name)).size).toBe(actions.length);
});

test('no shortcut is one that browsers keep for themselves or that types a character', () => {
  for (const { shortcut } of actions) {
    if (shortcut === null) continue;
    expect(shortcut).not.toMatch(/^Mod\+(Shift\+)?([NTWQ]|Tab|PageUp|PageDown|F4)$/);
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
