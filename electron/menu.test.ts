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
});
