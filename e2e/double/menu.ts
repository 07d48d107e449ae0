import type Electron from 'electron';
import { app } from './app.ts';
import { strict } from './emitter.ts';
import type { KeyPress } from './wire.ts';

/** What a role does here, and the keys that Electron gives it. Roles that only touch the screen do nothing. */
const roles: Record<string, { accelerator: string; run: (window: TargetWindow | undefined) => void }> = {
  quit: { accelerator: 'CommandOrControl+Q', run: () => app.quit() },
  close: { accelerator: 'CommandOrControl+W', run: (window) => window?.close() },
  reload: { accelerator: 'CommandOrControl+R', run: (window) => window?.webContents.reload() },
};

export type TargetWindow = { close(): void; webContents: { reload(): void } };

class MenuItem implements Pick<
  Electron.MenuItem,
  'accelerator' | 'click' | 'enabled' | 'id' | 'label' | 'visible'
> {
  readonly id: string;
  readonly label: string;
  readonly accelerator: string | null;
  readonly role: string | undefined;
  readonly submenu: Menu | undefined;
  enabled: boolean;
  visible: boolean;
  readonly #options: Electron.MenuItemConstructorOptions;

  constructor(options: Electron.MenuItemConstructorOptions) {
    this.#options = options;
    this.id = options.id ?? '';
    this.label = options.label ?? '';
    this.role = options.role;
    this.accelerator = options.accelerator ?? roles[options.role ?? '']?.accelerator ?? null;
    this.enabled = options.enabled ?? true;
    this.visible = options.visible ?? true;
    if (Array.isArray(options.submenu)) this.submenu = Menu.buildFromTemplate(options.submenu);
  }

  click = (): void => {
    if (!this.enabled) return;
    const window = Menu.targetWindow();
    if (this.role) roles[this.role]?.run(window);
    // The double's own item and window stand for Electron's, as everywhere here.
    else
      this.#options.click?.(
        this as unknown as Electron.MenuItem,
        window as unknown as Electron.BaseWindow,
        {},
      );
  };
}

export class Menu {
  static #application: Menu | null = null;
  /** Set by `window.ts`, which knows the windows. */
  static targetWindow: () => TargetWindow | undefined = () => undefined;
  readonly items: MenuItem[];

  private constructor(items: MenuItem[]) {
    this.items = items;
  }

  static buildFromTemplate(template: (Electron.MenuItemConstructorOptions | Electron.MenuItem)[]): Menu {
    const menu = new Menu(
      template.map((options) => new MenuItem(options as Electron.MenuItemConstructorOptions)),
    );
    return strict('Menu', menu);
  }

  static setApplicationMenu(menu: Menu | null): void {
    Menu.#application = menu;
  }

  static getApplicationMenu(): Menu | null {
    return Menu.#application;
  }

  /** Depth first, as Electron's. */
  getMenuItemById(id: string): MenuItem | null {
    for (const item of this.items) {
      const found = item.id === id ? item : item.submenu?.getMenuItemById(id);
      if (found) return found;
    }
    return null;
  }

  itemOf(press: KeyPress): MenuItem | null {
    for (const item of this.items) {
      const found = isAccelerator(item, press) ? item : item.submenu?.itemOf(press);
      if (found) return found;
    }
    return null;
  }
}

function isAccelerator({ accelerator, enabled }: MenuItem, press: KeyPress): boolean {
  if (!accelerator || !enabled) return false;
  const modifiers = accelerator.split('+');
  const key = modifiers.pop()!;
  const primary = process.platform === 'darwin' ? press.meta : press.ctrl;
  return (
    key.toLowerCase() === press.key.toLowerCase() &&
    modifiers.includes('CommandOrControl') === primary &&
    modifiers.includes('Shift') === press.shift &&
    modifiers.includes('Alt') === press.alt
  );
}
