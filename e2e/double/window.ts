import type Electron from 'electron';
import { stageApp } from './app.ts';
import { Emitter, preventable, strict, type EventsOf } from './emitter.ts';
import { Menu } from './menu.ts';
import { createWebContents } from './web-contents.ts';

type WindowEvents = EventsOf<
  Electron.BrowserWindow,
  { close: [Electron.Event]; closed: []; show: []; 'ready-to-show': [] }
>;

const windows = new Set<BrowserWindow>();

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
  readonly #self: BrowserWindow;

  constructor(options: Electron.BrowserWindowConstructorOptions) {
    super();
    const { x = 0, y = 0, width = 800, height = 600 } = options;
    this.#bounds = { x, y, width, height };
    this.#isVisible = options.show ?? true;
    this.webContents = createWebContents(options.webPreferences ?? {});
    this.webContents.once('did-finish-load', () => this.fire('ready-to-show'));
    this.webContents.on('destroyed', () => this.#gone());
    this.#self = strict('BrowserWindow', this);
    windows.add(this.#self);
    stageApp.windows.add(this);
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
    this.#isVisible = true;
    this.fire('show');
    this.focus();
  }

  focus(): void {
    this.#isFocused = true;
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

  minimize(): void {
    this.#isMinimized = true;
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
  }

  isMaximized(): boolean {
    return this.#isMaximized;
  }

  setBounds(bounds: Partial<Electron.Rectangle>): void {
    this.#bounds = { ...this.#bounds, ...bounds };
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
