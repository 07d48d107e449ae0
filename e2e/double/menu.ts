import type Electron from 'electron';
import { app } from './app.ts';
import { strict } from './emitter.ts';
import type { KeyPress } from './wire.ts';

type Options = Electron.MenuItemConstructorOptions;
type Role = { keys?: string; items?: Options[]; run?: (window: TargetWindow | undefined) => void };

export type TargetWindow = { close(): void; minimize(): void; webContents: { reload(): void } };

const isMac = process.platform === 'darwin';
const isWindows = process.platform === 'win32';
const items = (...names: (NonNullable<Options['role']> | null)[]): Options[] =>
  names.map((role) => (role === null ? { type: 'separator' } : { role }));

/** Every role that there is, by its name in lower case: the keys and the items that it brings, and what it does here. */
const roles: Partial<Record<string, Role>> = {
  about: {},
  close: { keys: 'CommandOrControl+W', run: (window) => window?.close() },
  copy: { keys: 'CommandOrControl+C' },
  cut: { keys: 'CommandOrControl+X' },
  delete: {},
  front: {},
  help: {},
  hide: { keys: 'Command+H' },
  hideothers: { keys: 'Command+Alt+H' },
  minimize: { keys: 'CommandOrControl+M', run: (window) => window?.minimize() },
  paste: { keys: 'CommandOrControl+V' },
  pasteandmatchstyle: { keys: isMac ? 'Cmd+Option+Shift+V' : 'Shift+CommandOrControl+V' },
  quit: { ...(isWindows ? {} : { keys: 'CommandOrControl+Q' }), run: () => app.quit() },
  redo: { keys: isWindows ? 'Control+Y' : 'Shift+CommandOrControl+Z' },
  reload: { keys: 'CmdOrCtrl+R', run: (window) => window?.webContents.reload() },
  resetzoom: { keys: 'CommandOrControl+0' },
  selectall: { keys: 'CommandOrControl+A' },
  services: {},
  toggledevtools: { keys: isMac ? 'Alt+Command+I' : 'Ctrl+Shift+I' },
  togglefullscreen: { keys: isMac ? 'Control+Command+F' : 'F11' },
  undo: { keys: 'CommandOrControl+Z' },
  unhide: {},
  window: {},
  zoom: {},
  zoomin: { keys: 'CommandOrControl+Plus' },
  zoomout: { keys: 'CommandOrControl+-' },
  appmenu: { items: items('about', null, 'services', null, 'hide', 'hideOthers', 'unhide', null, 'quit') },
  editmenu: {
    items: [
      ...items('undo', 'redo', null, 'cut', 'copy', 'paste'),
      ...(isMac ? items('pasteAndMatchStyle', 'delete', 'selectAll') : items('delete', null, 'selectAll')),
    ],
  },
  windowmenu: {
    items: items('minimize', 'zoom', ...(isMac ? ([null, 'front'] as const) : ['close' as const])),
  },
};

const modifiers: Partial<Record<string, keyof Omit<KeyPress, 'key'>>> = {
  command: 'meta',
  cmd: 'meta',
  super: 'meta',
  control: 'ctrl',
  ctrl: 'ctrl',
  commandorcontrol: isMac ? 'meta' : 'ctrl',
  cmdorctrl: isMac ? 'meta' : 'ctrl',
  alt: 'alt',
  option: 'alt',
  shift: 'shift',
};
const namedKeys: Partial<Record<string, string>> = {
  ...Object.fromEntries(['Space', 'Tab', 'Backspace', 'Delete', 'Insert', 'Home', 'End'].map(byLowerCase)),
  ...Object.fromEntries(['PageUp', 'PageDown', 'Enter', 'Escape'].map(byLowerCase)),
  return: 'Enter',
  esc: 'Escape',
  up: 'ArrowUp',
  down: 'ArrowDown',
  left: 'ArrowLeft',
  right: 'ArrowRight',
};

function byLowerCase(name: string): [string, string] {
  return [name.toLowerCase(), name === 'Space' ? ' ' : name];
}

/** Throws for keys that Electron would not understand; there it only writes a line into its log. */
function pressOf(accelerator: string): KeyPress {
  const press = { key: '', ctrl: false, shift: false, alt: false, meta: false };
  for (const token of accelerator.split('+').filter(Boolean)) {
    const name = token.toLowerCase();
    const modifier = modifiers[name];
    if (modifier) press[modifier] = true;
    else if (name === 'plus') Object.assign(press, { key: '+', shift: true });
    else if (/^(?:[!-~]|f\d{1,2})$/.test(name)) press.key = name;
    else press.key = namedKeys[name]?.toLowerCase() ?? '';
  }
  if (press.key === '') throw new TypeError(`No such accelerator: ${accelerator}`);
  return press;
}

class MenuItem implements Pick<
  Electron.MenuItem,
  'accelerator' | 'click' | 'enabled' | 'id' | 'label' | 'visible'
> {
  readonly id: string;
  readonly label: string;
  readonly accelerator: string | null;
  readonly role: string | undefined;
  readonly type: string;
  readonly submenu: Menu | undefined;
  enabled: boolean;
  visible: boolean;
  readonly #options: Options;
  readonly #press: KeyPress | null;

  constructor(options: Options) {
    if (options.label === undefined && options.role === undefined && options.type !== 'separator')
      throw new TypeError('Invalid template for MenuItem: must have at least one of label, role or type');
    this.#options = options;
    this.id = options.id ?? '';
    this.label = options.label ?? '';
    // Electron writes them so, whatever the template says.
    this.role = options.role?.toLowerCase();
    const role = this.role === undefined ? undefined : roles[this.role];
    if (this.role !== undefined && !role) throw new TypeError(`No such role: ${this.role}`);
    this.accelerator = options.accelerator ?? role?.keys ?? null;
    this.#press = this.accelerator === null ? null : pressOf(this.accelerator);
    this.enabled = options.enabled ?? true;
    this.visible = options.visible ?? true;
    const submenu = options.submenu ?? role?.items;
    this.type = options.type ?? (submenu ? 'submenu' : 'normal');
    if (Array.isArray(submenu)) this.submenu = Menu.buildFromTemplate(submenu);
    else if (this.type === 'submenu') throw new Error('Invalid submenu');
  }

  /** A role comes before the template's own `click`, which is then never called. */
  click = (): void => {
    if (!this.enabled) return;
    const window = Menu.targetWindow();
    if (this.role !== undefined) roles[this.role]?.run?.(window);
    // The double's own item and window stand for Electron's, as everywhere here.
    else
      this.#options.click?.(
        this as unknown as Electron.MenuItem,
        window as unknown as Electron.BaseWindow,
        {},
      );
  };

  answers(pressed: KeyPress): boolean {
    const wanted = this.#press;
    if (!wanted || !this.enabled) return false;
    const { ctrl, shift, alt, meta } = pressed;
    return (
      wanted.key === pressed.key.toLowerCase() &&
      wanted.ctrl === ctrl &&
      wanted.shift === shift &&
      wanted.alt === alt &&
      wanted.meta === meta
    );
  }
}

export class Menu {
  static #application: Menu | null = null;
  /** Set by `window.ts`, which knows the windows. */
  static targetWindow: () => TargetWindow | undefined = () => undefined;
  readonly items: MenuItem[];

  private constructor(menuItems: MenuItem[]) {
    this.items = menuItems;
  }

  static buildFromTemplate(template: (Options | Electron.MenuItem)[]): Menu {
    const menu = new Menu(template.map((options) => new MenuItem(options as Options)));
    return strict('Menu', menu);
  }

  static setApplicationMenu(menu: Menu | null): void {
    Menu.#application = menu;
  }

  static getApplicationMenu(): Menu | null {
    return Menu.#application;
  }

  /** Shows nothing: a test puts its own in place and looks at the items. */
  popup(): void {
    if (!Menu.targetWindow()) throw new Error('Cannot open Menu without a BaseWindow present');
  }

  /** Depth first, as Electron's. */
  getMenuItemById(id: string): MenuItem | null {
    for (const item of this.items) {
      const found = item.id === id ? item : item.submenu?.getMenuItemById(id);
      if (found) return found;
    }
    return null;
  }

  /** The last one with these keys, as in Electron's table. */
  itemOf(press: KeyPress): MenuItem | null {
    let found: MenuItem | null = null;
    for (const item of this.items)
      found = (item.answers(press) ? item : item.submenu?.itemOf(press)) ?? found;
    return found;
  }
}
