import { app, BrowserWindow, dialog, nativeTheme, screen } from 'electron';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { texts } from '../shared/texts/index.ts';
import { pageAddress } from './page-files.ts';
import { fitBounds, minimumSize, readWindowState, writeWindowState } from './window-state.ts';

/** The page's grounds, so that the window does not flash before the first paint. */
const ground = { dark: '#0f1216', light: '#f4f6f8' };

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
  if (saved?.maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => {
    try {
      writeWindowState(stateFile, { bounds: window.getNormalBounds(), maximized: window.isMaximized() });
    } catch (error) {
      // A full disk is no reason to stay open.
      console.error(error);
    }
  });
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') void offerReload(window, reason);
  });
  // A window that is closed while it loads says so here.
  window.loadURL(pageAddress).catch((error: unknown) => console.error(error));
}

/** The page crashed; the engine and its sockets are in this process and go on. */
async function offerReload(window: BrowserWindow, reason: string): Promise<void> {
  const words = texts.desktop.pageCrashed;
  const { response } = await dialog.showMessageBox({
    type: 'error',
    message: words.message,
    detail: words.detail(reason),
    buttons: [words.reload, words.quit],
    defaultId: 0,
    cancelId: 0,
  });
  if (response === 1) app.quit();
  else if (!window.isDestroyed()) window.webContents.reload();
}
