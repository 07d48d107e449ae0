import type Electron from 'electron';
import { readFileSync } from 'node:fs';
import type { CDPSession, Page, Route } from '@playwright/test';
import { app, stageApp } from './app.ts';
import { decode, encode } from './codec.ts';
import { Emitter, preventable, strict, type EventsOf } from './emitter.ts';
import { Menu } from './menu.ts';
import { type DoublePort } from './ports.ts';
import { permissionHandlers } from './services.ts';
import { settings } from './settings.ts';
import { fromBrowser, newPage, privileges, schemes, theBrowser, toBrowser } from './stage.ts';
import { isolatedWorld, type PermissionAsk, type ToMain, type ToPage } from './wire.ts';

type IpcEvents = Record<string, [Electron.IpcMainEvent, ...unknown[]]>;
const doubleIpcMain: Pick<Electron.IpcMain, never> & Emitter<IpcEvents> = new Emitter<IpcEvents>();
export const ipcMain = strict('ipcMain', doubleIpcMain);

type ContentsEvents = EventsOf<
  Electron.WebContents,
  {
    'will-navigate': [Electron.Event<Electron.WebContentsWillNavigateEventParams>];
    'will-frame-navigate': [Electron.Event<Electron.WebContentsWillFrameNavigateEventParams>];
    'will-redirect': [Electron.Event<Electron.WebContentsWillRedirectEventParams>];
    'will-attach-webview': [Electron.Event, Electron.WebPreferences, Record<string, string>];
    'render-process-gone': [Electron.Event, Electron.RenderProcessGoneDetails];
    'did-finish-load': [];
    'did-fail-load': [Electron.Event, number, string, string, boolean, number, number];
    'context-menu': [Electron.Event, Electron.ContextMenuParams];
    destroyed: [];
  }
>;

/** Permissions whose name Chromium's debugger knows differently, or the same. */
const permissions = {
  geolocation: 'geolocation',
  notifications: 'notifications',
  'clipboard-sanitized-write': 'clipboard-write',
  'clipboard-read': 'clipboard-read',
} as const;

const networkErrors: Partial<Record<string, number>> = {
  ERR_FAILED: -2,
  ERR_ABORTED: -3,
  ERR_BLOCKED_BY_CLIENT: -20,
};
const abortedCode = -3;

const pageEndMs = 10_000;

/** A page that closes under its load ends it, too, and Playwright has a sentence for that. */
function failureIn(text: string): { code: number; description: string } {
  const description = /net::(ERR_\w+)/.exec(text)?.[1] ?? 'ERR_ABORTED';
  return { code: networkErrors[description] ?? -2, description };
}

function loadError(error: unknown, url: string): Error {
  const { code: errno, description: code } = failureIn(String(error));
  return Object.assign(new Error(`${code} (${errno}) loading '${url}'`), { code, errno, url });
}

let lastId = 0;
let lastPort = 0;

class DoubleWebContents
  extends Emitter<ContentsEvents>
  implements
    Pick<
      Electron.WebContents,
      | 'executeJavaScript'
      | 'forcefullyCrashRenderer'
      | 'getURL'
      | 'id'
      | 'isCrashed'
      | 'isDestroyed'
      | 'loadURL'
      | 'reload'
      | 'setWindowOpenHandler'
    >
{
  readonly id = ++lastId;
  readonly #preload: string;
  readonly #ports = new Map<number, DoublePort>();
  #page!: Page;
  #debugger!: CDPSession;
  #preloadContext: number | undefined;
  #opened: Promise<void>;
  #openHandler: Parameters<Electron.WebContents['setWindowOpenHandler']>[0] | undefined;
  #address = '';
  /** While Chromium shows its own page in its place. */
  #failedAddress: string | null = null;
  #isLoadedByMain = false;
  #isCrashed = false;
  #isDestroyed = false;
  /** What others hold of this object; events must carry the same. */
  self!: Electron.WebContents;

  constructor({ preload, contextIsolation, sandbox, nodeIntegration }: Electron.WebPreferences) {
    super();
    if (!stageApp.isSandboxed || !contextIsolation || !sandbox || nodeIntegration || !preload)
      throw new Error('The double has only sandboxed, context-isolated windows with a preload');
    this.#preload = readFileSync(preload, 'utf8');
    this.#opened = this.#open();
  }

  /** Rejects as Electron does: with the name and number of the network's error. */
  async loadURL(address: string): Promise<void> {
    // Playwright gives a crashed page up, so another one takes its place.
    if (this.#isCrashed) this.#opened = this.#open();
    await this.#opened;
    this.#address = address;
    this.#isLoadedByMain = true;
    try {
      await this.#page.goto(toBrowser(address));
    } catch (error) {
      throw loadError(error, address);
    } finally {
      this.#isLoadedByMain = false;
    }
  }

  /** It stays the same object with the same id, a crash or not. */
  reload(): void {
    // What comes of it is told by events.
    this.loadURL(this.#address).catch(() => undefined);
  }

  getURL(): string {
    return this.#failedAddress ?? fromBrowser(this.#page.url());
  }

  isCrashed(): boolean {
    return this.#isCrashed;
  }

  isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  async executeJavaScript(code: string): Promise<unknown> {
    await this.#opened;
    return this.#page.evaluate(code);
  }

  forcefullyCrashRenderer(): void {
    // The debugger's answer dies with the page.
    void this.#debugger.send('Page.crash').catch(() => undefined);
  }

  setWindowOpenHandler(handler: Parameters<Electron.WebContents['setWindowOpenHandler']>[0]): void {
    this.#openHandler = handler;
  }

  async focus(): Promise<void> {
    await this.#opened;
    await this.#page.bringToFront();
  }

  async closePage(): Promise<void> {
    await this.#opened;
    const closed = new Promise<void>((resolve) => this.#page.once('close', () => resolve()));
    // With its handlers, so that the page can say its last words, as on Electron.
    const hasPage = !this.#isCrashed && this.#failedAddress === null;
    if (hasPage) return this.#page.close({ runBeforeUnload: true }).then(() => closed);
    // Chromium may not tell of the end of a page amid a load that fails: Electron's window closes all the same.
    const late = new Promise((resolve) => setTimeout(resolve, pageEndMs));
    await Promise.race([this.#page.close().then(() => closed), late]);
    this.#gone(this.#page);
  }

  #gone(page: Page): void {
    if (page !== this.#page || this.#isDestroyed) return;
    this.#isDestroyed = true;
    this.#dropPorts();
    this.fire('destroyed');
  }

  async #open(): Promise<void> {
    const page = await newPage();
    this.#page = page;
    this.#isCrashed = false;
    this.#debugger = await theBrowser().newCDPSession(page);
    await page.route('**/*', (route) => this.#answer(route));
    page.on('load', () => {
      if (this.#failedAddress === null) this.fire('did-finish-load');
    });
    page.on('requestfailed', (request) => {
      if (!request.isNavigationRequest()) return;
      const { code, description } = failureIn(request.failure()?.errorText ?? '');
      // Electron tells nobody of a load that was given up.
      if (code === abortedCode) return;
      const isMainFrame = request.frame() === page.mainFrame();
      const address = fromBrowser(request.url());
      if (isMainFrame) this.#failedAddress = address;
      this.fire('did-fail-load', preventable({}), code, description, address, isMainFrame, 0, 0);
    });
    page.on('popup', (popup) => void popup.close());
    page.on('crash', () => {
      this.#isCrashed = true;
      this.#dropPorts();
      this.fire('render-process-gone', preventable({}), { reason: 'crashed', exitCode: 1 });
    });
    page.on('close', () => this.#gone(page));
    await this.#installPreload();
    await this.#injectWorlds();
  }

  async #installPreload(): Promise<void> {
    const frame = (await this.#debugger.send('Page.getFrameTree')).frameTree.frame.id;
    this.#debugger.on('Runtime.executionContextCreated', ({ context }) => {
      const { frameId } = (context.auxData ?? {}) as { frameId?: string };
      if (context.name !== isolatedWorld || frameId !== frame) return;
      this.#dropPorts();
      this.#preloadContext = context.id;
    });
    this.#debugger.on('Runtime.bindingCalled', ({ name, payload }) => {
      if (name === 'doubleToMain') this.#receive(decode(payload) as ToMain);
    });
    this.#debugger.on('Page.windowOpen', ({ url, windowName }) =>
      this.#askToOpen(fromBrowser(url), windowName),
    );
    await this.#debugger.send('Page.enable');
    await this.#debugger.send('Runtime.enable');
  }

  async #injectWorlds(): Promise<void> {
    const add = (source: string, worldName?: string) =>
      this.#debugger.send('Page.addScriptToEvaluateOnNewDocument', {
        source,
        ...(worldName ? { worldName } : {}),
      });
    await this.#debugger.send('Runtime.addBinding', {
      name: 'doubleToMain',
      executionContextName: isolatedWorld,
    });
    await add(settings.pageWorld);
    const preload = `globalThis.doublePreload = (require, module, exports) => {${this.#preload}\n};`;
    // Subframes have no preload, and about:blank before the first load no app.
    const source = `if (window === top && /^https?:$/.test(location.protocol)) {${preload}${settings.preloadWorld}}`;
    await add(source, isolatedWorld);
  }

  /** Main's handlers are asked each time; without one, everything is granted. */
  async #decide({ id, kind, permission }: PermissionAsk): Promise<void> {
    const details = { isMainFrame: true, requestingUrl: this.getURL() };
    const name = permission as keyof typeof permissions;
    const { check, request } = permissionHandlers;
    const isGranted =
      kind === 'check'
        ? (check?.(this.self, name, this.getURL(), details as never) ?? true)
        : await new Promise<boolean>((resolve) =>
            request ? request(this.self, name as never, resolve, details as never) : resolve(true),
          );
    await this.#debugger.send('Browser.setPermission', {
      permission: { name: permissions[name] },
      setting: isGranted ? 'granted' : 'denied',
    });
    this.#tell({ type: 'permission', id, isGranted });
  }

  /** Every request: a navigation asks main's guards first, and a scheme of ours is answered by main. */
  async #answer(route: Route): Promise<void> {
    const request = route.request();
    const address = fromBrowser(request.url());
    if (
      request.isNavigationRequest() &&
      !this.#mayNavigate(address, request.frame() === this.#page.mainFrame())
    )
      return route.abort('aborted');
    const scheme = new URL(address).protocol.slice(0, -1);
    const handler = schemes.get(scheme);
    // The browser of a test has no business outside.
    if (!handler) return route.abort('blockedbyclient');
    const given = privileges.get(scheme) ?? {};
    if (request.resourceType() === 'fetch' && !given.supportFetchAPI) return route.abort('failed');
    const body = request.postDataBuffer();
    const init = { method: request.method(), ...(body ? { body: new Uint8Array(body) } : {}) };
    let answer;
    try {
      const response = await handler(new Request(address, init));
      const headers = Object.fromEntries(response.headers);
      // A scheme that is not standard has no origin: nothing is its own, and it keeps nothing.
      if (!given.standard)
        headers['content-security-policy'] =
          `${headers['content-security-policy'] ?? ''}, sandbox allow-scripts`;
      answer = { status: response.status, headers, body: Buffer.from(await response.arrayBuffer()) };
    } catch (error) {
      console.error(error);
      return route.abort('failed');
    }
    if (request.isNavigationRequest() && request.frame() === this.#page.mainFrame())
      this.#failedAddress = null;
    await route.fulfill(answer);
  }

  #mayNavigate(url: string, isMainFrame: boolean): boolean {
    // Loads that main itself started are not asked about.
    if (this.#isLoadedByMain) return true;
    const details = { url, isMainFrame, isSameDocument: false, frame: null };
    const event = preventable(details);
    this.fire('will-frame-navigate', event);
    if (isMainFrame && !event.defaultPrevented) this.fire('will-navigate', event);
    return !event.defaultPrevented;
  }

  #askToOpen(url: string, frameName: string): void {
    const answer = this.#openHandler?.({
      url,
      frameName,
      features: '',
      disposition: 'new-window',
      referrer: { url: '', policy: 'no-referrer' },
    });
    if (answer?.action !== 'deny') throw new Error('The double opens no windows for pages');
  }

  #receive(message: ToMain): void {
    if (message.type === 'key') return Menu.getApplicationMenu()?.itemOf(message.press)?.click();
    if (message.type === 'permission') return void this.#decide(message);
    if (message.type === 'context-menu')
      return this.fire('context-menu', preventable({}), message.params as Electron.ContextMenuParams);
    if (message.type === 'port-message') return this.#ports.get(message.port)?.deliver(message.data);
    if (message.type === 'port-close') {
      this.#ports.get(message.port)?.closed();
      this.#ports.delete(message.port);
      return;
    }
    const senderFrame = {
      url: this.getURL(),
      parent: null,
      postMessage: (channel: string, data: unknown, transfer: DoublePort[] = []) =>
        this.#tell({ type: 'ipc', channel, args: [data], ports: transfer.map((port) => this.#adopt(port)) }),
    };
    const event = { ...preventable({}), sender: this.self, senderFrame, ports: [] };
    ipcMain.fire(message.channel, event as unknown as Electron.IpcMainEvent, ...message.args);
  }

  /** The port's other end becomes the page's: what main sends to it goes over the wire. */
  #adopt(port: DoublePort): number {
    const id = ++lastPort;
    const near = port.moveAway({
      deliver: (data) => this.#tell({ type: 'port-message', port: id, data }),
      closed: () => {
        this.#ports.delete(id);
        this.#tell({ type: 'port-close', port: id });
      },
    });
    this.#ports.set(id, near);
    return id;
  }

  #dropPorts(): void {
    this.#preloadContext = undefined;
    for (const port of this.#ports.values()) port.closed();
    this.#ports.clear();
  }

  #tell(message: ToPage): void {
    if (this.#preloadContext === undefined) return;
    const expression = `doubleToPage(${JSON.stringify(encode(message))})`;
    // A page that navigated away in this moment takes the message with it, as on Electron.
    void this.#debugger
      .send('Runtime.evaluate', { contextId: this.#preloadContext, expression })
      .catch(() => undefined);
  }
}

export function createWebContents(preferences: Electron.WebPreferences): DoubleWebContents {
  const contents = new DoubleWebContents(preferences);
  const held = strict('webContents', contents);
  contents.self = held as unknown as Electron.WebContents;
  app.fire('web-contents-created', preventable({}), contents.self);
  return held;
}
