import { describe, expect, it } from 'vitest';
import type { MenuItemConstructorOptions } from 'electron';
import { actions, electronAccelerator } from '../shared/actions.ts';
import { menuTemplate } from './menu.ts';

type Item = MenuItemConstructorOptions;

function itemsOf(platform: NodeJS.Platform, runAction: (name: string) => void = () => undefined): Item[] {
  const inner = (items: Item[]): Item[] =>
    items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? inner(item.submenu) : [])]);
  return inner(menuTemplate({ platform, runAction, openTcpStandard: () => undefined }));
}

describe('the application menu', () => {
  it('has every action of the page once, with its shortcut', () => {
    const found = itemsOf('linux').filter(({ id }) => id !== undefined);
    expect(found.map(({ id }) => id).sort()).toEqual(actions.map(({ name }) => name).sort());
    for (const { name, shortcut } of actions)
      expect(found.find(({ id }) => id === name)?.accelerator).toBe(
        shortcut === null ? undefined : electronAccelerator(shortcut),
      );
  });

  it('runs an action by its name', () => {
    const ran: string[] = [];
    const item = itemsOf('linux', (name) => ran.push(name)).find(({ id }) => id === 'new-server');
    // Electron's arguments are of no use to an action.
    (item?.click as () => void)();
    expect(ran).toEqual(['new-server']);
  });

  it('has the usual way out of each system', () => {
    const roles = (platform: NodeJS.Platform) => itemsOf(platform).flatMap(({ role }) => role ?? []);
    expect(roles('win32')).toContain('quit');
    expect(roles('linux')).toContain('about');
    expect(roles('darwin')).toContain('appMenu');
    expect(roles('darwin')).not.toContain('quit');
  });

  it.each(['linux', 'win32'] as const)(
    'has no keys that close the window, and with it all sockets, on %s: Ctrl+W closes a tab',
    (platform) => {
      const ran: string[] = [];
      const items = itemsOf(platform, (name) => ran.push(name));
      // These roles bring items with keys of their own.
      expect(items.filter(({ role }) => role === 'close' || role === 'windowMenu')).toEqual([]);
      const [closer, ...others] = items.filter(({ accelerator }) => accelerator === 'CommandOrControl+W');
      expect(others).toEqual([]);
      (closer?.click as () => void)();
      expect(ran).toEqual(['close-tab']);
    },
  );

  it('leaves Alt and a letter to the page where the page has a use for them', () => {
    const taken = actions.flatMap(({ shortcut }) => /^Alt\+([A-Z])$/.exec(shortcut ?? '')?.[1] ?? []);
    const mnemonics = itemsOf('linux').flatMap(({ label }) => /&(\w)/.exec(label ?? '')?.[1] ?? []);
    expect(mnemonics.length).toBeGreaterThan(0);
    expect(mnemonics.filter((letter) => taken.includes(letter.toUpperCase()))).toEqual([]);
  });

  it('zooms in with and without Shift', () => {
    const keys = itemsOf('linux').filter(({ role }) => role === 'zoomIn');
    expect(keys.map(({ accelerator }) => accelerator)).toEqual([undefined, 'CommandOrControl+=']);
  });
});
