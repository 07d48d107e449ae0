import type Electron from 'electron';
import { stageApp } from './app.ts';
import { Emitter, preventable, strict, type EventsOf } from './emitter.ts';
import { Menu } from './menu.ts';
import { isWayland } from './stage.ts';
import { createWebContents } from './web-contents.ts';

type WindowEvents = EventsOf<
  Electron.BrowserWindow,
  {
    close: [Electron.Event];
    closed: [];
    show: [];
    'ready-to-show': [];
    'query-session-end': [Electron.WindowSessionEndEvent];
    'session-end': [Electron.WindowSessionEndEvent];
  }
>;

const windows = new Set<BrowserWindow>();

/** On Wayland a window has a size and does not know where it is. */
const atPlace = (bounds: Electron.Rectangle): Electron.Rectangle =>
  isWayland ? { ...bounds, x: 0, y: 0 } : bounds;

export class BrowserWindow
  extends Emitter<WindowEvents>
  implements
    Pick<
      Electron.BrowserWindow,
      | 'close'
      | 'focus'
      | 'getNormalBounds'
      | 'isDestroyed'
      | 'isMaximized'
      | 'isMinimized'
      | 'isVisible'
      | 'loadURL'
      | 'maximize'
      | 'minimize'
      | 'restore'
      | 'setBounds'
      | 'show'
    >
{
  readonly webContents: ReturnType<typeof createWebContents>;
  #bounds: Electron.Rectangle;
  #isVisible: boolean;
  #isMaximized = false;
  #isMinimized = false;
  #isDestroyed = false;
  #isFocused = false;
  #hasLayout = false;
  #wasReady = false;
  readonly icon: Electron.BrowserWindowConstructorOptions['icon'];
  readonly #self: BrowserWindow;

  constructor(options: Electron.BrowserWindowConstructorOptions) {
    super();
    const { x = 0, y = 0, width = 800, height = 600 } = options;
    this.#bounds = atPlace({ x, y, width, height });
    this.icon = options.icon;
    this.#isVisible = options.show ?? true;
    this.webContents = createWebContents(options.webPreferences ?? {});
    this.webContents.once('did-finish-load', () => {
      this.#hasLayout = true;
      this.#tellReady();
    });
    this.webContents.on('destroyed', () => this.#gone());
    this.#self = strict('BrowserWindow', this);
    windows.add(this.#self);
    stageApp.windows.add(this);
    stageApp.fire('browser-window-created', preventable({}), this.#self as unknown as Electron.BrowserWindow);
    return this.#self;
  }

  static getAllWindows(): BrowserWindow[] {
    return [...windows];
  }

  static getFocusedWindow(): BrowserWindow | null {
    return [...windows].find((window) => window.isFocused()) ?? null;
  }

  loadURL(address: string): Promise<void> {
    return this.webContents.loadURL(address);
  }

  show(): void {
    if (!this.#isVisible) this.#appear();
    this.focus();
  }

  #appear(): void {
    this.#isVisible = true;
    // A new window gets the focus, whatever the system.
    this.#isFocused = true;
    this.fire('show');
    this.#tellReady();
  }

  /** On Wayland nothing is drawn for a window that nobody can see. */
  #tellReady(): void {
    if (this.#wasReady || !this.#hasLayout || (isWayland && !this.#isVisible)) return;
    this.#wasReady = true;
    this.fire('ready-to-show');
  }

  /** Wayland lets no window take the focus by itself. */
  focus(): void {
    if (!isWayland) this.#isFocused = true;
    void this.webContents.focus();
  }

  isFocused(): boolean {
    return this.#isFocused;
  }

  isVisible(): boolean {
    return this.#isVisible;
  }

  isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  /** Wayland tells nobody that a window is minimized. */
  minimize(): void {
    this.#isMinimized = !isWayland;
    this.#isFocused = false;
  }

  restore(): void {
    this.#isMinimized = false;
  }

  isMinimized(): boolean {
    return this.#isMinimized;
  }

  maximize(): void {
    this.#isMaximized = true;
    if (!this.#isVisible) this.#appear();
  }

  isMaximized(): boolean {
    return this.#isMaximized;
  }

  setBounds(bounds: Partial<Electron.Rectangle>): void {
    this.#bounds = atPlace({ ...this.#bounds, ...bounds });
  }

  getNormalBounds(): Electron.Rectangle {
    return this.#bounds;
  }

  close(): void {
    void this.closeForQuit();
  }

  /** False when a listener prevented it. */
  async closeForQuit(): Promise<boolean> {
    const event = preventable({});
    this.fire('close', event);
    if (event.defaultPrevented) return false;
    await this.webContents.closePage();
    return true;
  }

  #gone(): void {
    this.#isDestroyed = true;
    windows.delete(this.#self);
    this.fire('closed');
    stageApp.windowClosed(this);
  }
}

Menu.targetWindow = () => BrowserWindow.getFocusedWindow() ?? [...windows][0];
