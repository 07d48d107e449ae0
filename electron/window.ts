import { app, BrowserWindow, dialog, nativeTheme, screen } from 'electron';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { texts } from '../shared/texts/index.ts';
import { whenThereIsSomethingToSee } from './first-showing.ts';
import { pageAddress } from './page-files.ts';
import { fitBounds, minimumSize, readWindowState, writeWindowState } from './window-state.ts';

/** The page's grounds, so that the window does not flash before the first paint. */
const ground = { dark: '#0f1216', light: '#f4f6f8' };

/** Of windows that were closed: one write after the other. */
let writing: Promise<void> = Promise.resolve();

/** Resolves when the place of no window has still to be written. */
export const windowStateWritten = (): Promise<void> => writing;

/** Brings the window to the front, or opens it where there is none. */
export function showWindow(): void {
  const window = BrowserWindow.getAllWindows()[0];
  if (!window) return openWindow();
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

function openWindow(): void {
  const stateFile = join(app.getPath('userData'), 'window.json');
  const saved = readWindowState(stateFile);
  const { workArea: home } = screen.getPrimaryDisplay();
  const workAreas = [home, ...screen.getAllDisplays().map(({ workArea }) => workArea)];
  const window = new BrowserWindow({
    ...fitBounds(saved?.bounds ?? null, workAreas),
    minWidth: minimumSize.width,
    minHeight: minimumSize.height,
    title: app.name,
    // macOS and packages for Windows have it in the app itself.
    icon: fileURLToPath(new URL('icon.png', import.meta.url)),
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? ground.dark : ground.light,
    webPreferences: {
      preload: fileURLToPath(new URL('preload.cjs', import.meta.url)),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      // A tester shows foreign bytes all day; none of them go to a spelling service.
      spellcheck: false,
    },
  });
  whenThereIsSomethingToSee(window, () => {
    // It shows the window, too, so not before.
    if (saved?.maximized) window.maximize();
    window.show();
  });
  window.on('close', () => {
    const state = { bounds: window.getNormalBounds(), maximized: window.isMaximized() };
    // A full disk is no reason to stay open.
    writing = writing.then(() => writeWindowState(stateFile, state)).catch(console.error);
  });
  const ask = askOnce(window);
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') void ask(texts.desktop.pageCrashed, reason);
  });
  window.webContents.on('did-fail-load', (_event, code, description, _url, isMainFrame) => {
    if (isMainFrame) void ask(texts.desktop.pageFailed, description || String(code));
  });
  loadPage(window);
}

function loadPage(window: BrowserWindow): void {
  // The event tells it, too; a window that is closed while it loads is no failure.
  window.loadURL(pageAddress).catch(() => undefined);
}

type PageLost = (typeof texts.desktop)['pageCrashed'];

/** The page has gone; the engine and its sockets are in this process and go on. One question at a time. */
function askOnce(window: BrowserWindow): (words: PageLost, reason: string) => Promise<void> {
  let isAsking = false;
  return async (words, reason) => {
    if (isAsking) return;
    isAsking = true;
    const { response } = await dialog.showMessageBox({
      type: 'error',
      message: words.message,
      detail: words.detail(reason),
      buttons: [words.reload, words.quit],
      defaultId: 0,
      cancelId: 0,
    });
    isAsking = false;
    if (response === 1) app.quit();
    else if (!window.isDestroyed()) loadPage(window);
  };
}
