import type Electron from 'electron';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { Emitter, preventable, strict, type EventsOf } from './emitter.ts';
import { dialog } from './dialog.ts';
import { startBrowser, theBrowser, userData } from './stage.ts';

type AppEvents = EventsOf<
  Electron.App,
  {
    'before-quit': [Electron.Event];
    'will-quit': [Electron.Event];
    'window-all-closed': [];
    activate: [Electron.Event, boolean];
    'second-instance': [Electron.Event, string[], string, unknown];
    'open-file': [Electron.Event, string];
    'browser-window-created': [Electron.Event, Electron.BrowserWindow];
    'web-contents-created': [Electron.Event, Electron.WebContents];
  }
>;

type PathName = Parameters<Electron.App['getPath']>[0];
type ClosableWindow = { closeForQuit(): Promise<boolean> };

const lockFile = join(userData, 'double-lock');
const callFile = join(userData, 'double-second-instance');
/** How a second process reaches the first; the double runs on Linux and macOS. */
const callSignal = 'SIGUSR2';

const browserEndMs = 10_000;

class DoubleApp
  extends Emitter<AppEvents>
  implements
    Pick<
      Electron.App,
      | 'enableSandbox'
      | 'exit'
      | 'getPath'
      | 'getVersion'
      | 'name'
      | 'quit'
      | 'requestSingleInstanceLock'
      | 'setAppUserModelId'
      | 'setPath'
      | 'whenReady'
    >
{
  readonly windows = new Set<ClosableWindow>();
  name = 'Socketscope';
  isSandboxed = false;
  appUserModelId: string | null = null;
  #quitting = false;
  readonly commandLine = strict<Pick<Electron.CommandLine, 'hasSwitch'>>('app.commandLine', {
    hasSwitch: (name: string) => process.argv.some((argument) => argument.startsWith(`--${name}=`)),
  });
  #isReady = false;
  readonly #paths = new Map<string, string>();
  #becomeReady: () => void = () => undefined;
  readonly #ready = new Promise<void>((resolve) => (this.#becomeReady = resolve));

  get isReady(): boolean {
    return this.#isReady;
  }

  get isQuitting(): boolean {
    return this.#quitting;
  }

  enableSandbox(): void {
    this.isSandboxed = true;
  }

  getVersion(): string {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    return version;
  }

  /** The person's folders are elsewhere than the app's, and need not be there. */
  getPath(name: PathName): string {
    return this.#paths.get(name) ?? (name === 'userData' ? userData : join(userData, 'double-home', name));
  }

  setPath(name: string, path: string): void {
    if (!isAbsolute(path)) throw new Error('Path must be absolute');
    this.#paths.set(name, path);
  }

  setAppUserModelId(id: string): void {
    this.appUserModelId = id;
  }

  requestSingleInstanceLock(): boolean {
    try {
      writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      writeFileSync(callFile, JSON.stringify(process.argv));
      process.kill(Number(readFileSync(lockFile, 'utf8')), callSignal);
      return false;
    }
    process.on('exit', () => rmSync(lockFile, { force: true }));
    process.on(callSignal, () => {
      const argv = JSON.parse(readFileSync(callFile, 'utf8')) as string[];
      this.fire('second-instance', preventable({}), argv, process.cwd(), undefined);
    });
    return true;
  }

  whenReady(): Promise<void> {
    return this.#ready;
  }

  /** Runs after main has said what it wants: a second instance has ended by then and must not start a browser. */
  async start(): Promise<void> {
    if (this.#quitting) return;
    await startBrowser();
    theBrowser().on('close', () => this.#quitting || process.exit(1));
    this.#isReady = true;
    this.#becomeReady();
  }

  quit(): void {
    if (this.#quitting || !this.#mayQuit('before-quit')) return;
    void this.#closeWindows().then((closed) => {
      if (closed && this.#mayQuit('will-quit')) this.exit(0);
      else this.#quitting = false;
    });
  }

  exit(code = 0): void {
    this.#quitting = true;
    const closed = this.#isReady ? theBrowser().close() : Promise.resolve();
    // A browser that does not close ends with this process: Electron waits for nothing here.
    const late = new Promise((resolve) => setTimeout(resolve, browserEndMs));
    void Promise.race([closed, late]).finally(() => process.exit(code));
  }

  windowClosed(window: ClosableWindow): void {
    this.windows.delete(window);
    if (this.windows.size > 0 || this.#quitting) return;
    if (this.listenerCount('window-all-closed') > 0) this.fire('window-all-closed');
    else this.quit();
  }

  #mayQuit(name: 'before-quit' | 'will-quit'): boolean {
    const event = preventable({});
    this.fire(name, event);
    return !event.defaultPrevented;
  }

  async #closeWindows(): Promise<boolean> {
    this.#quitting = true;
    for (const window of [...this.windows]) if (!(await window.closeForQuit())) return false;
    return true;
  }
}

const doubleApp = new DoubleApp();
export const stageApp = doubleApp;
export const app = strict('app', doubleApp);

/**
 * Electron quits at the first of these signals and puts the system's default back, which the second then meets. A
 * listener of main takes the place of Electron's own, which never returns, not even when main removes it again.
 */
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  const quitOnce = () => {
    process.off(signal, quitOnce);
    doubleApp.quit();
  };
  process.on(signal, quitOnce);
  process.on('newListener', (name) => {
    // Once the new one is there: without any listener Node would let the signal go.
    if (name === signal) queueMicrotask(() => process.off(signal, quitOnce));
  });
}

// Main goes on after an error that nobody caught.
process.on('uncaughtException', ({ stack }) => {
  if (process.listenerCount('uncaughtException') > 1) return;
  dialog.showErrorBox('A JavaScript error occurred in the main process', `Uncaught Exception:\n${stack}`);
});
