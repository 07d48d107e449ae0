/** What `import … from 'electron'` gives to the compiled main while it runs under plain Node. */
import { app, stageApp } from './app.ts';
import { decode, encode } from './codec.ts';
import { Menu } from './menu.ts';
import { MessageChannelMain } from './ports.ts';
import { dialog } from './dialog.ts';
import {
  nativeTheme,
  protocol,
  screen,
  session,
  shell,
  systemPreferences,
  userDefaults,
} from './services.ts';
import { ipcMain } from './web-contents.ts';
import { BrowserWindow } from './window.ts';
import type { Answer, Ask } from './wire.ts';

export {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  nativeTheme,
  protocol,
  screen,
  session,
  shell,
  systemPreferences,
};

/** What a test reaches. `told` is what real Electron keeps to itself. */
const electron = {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  nativeTheme,
  protocol,
  screen,
  session,
  shell,
  told: { userDefaults, app: stageApp },
};
const tell = (answer: Answer) => process.send?.(answer);

// Main and the libraries in it read these.
Object.defineProperty(process, 'versions', {
  value: { ...process.versions, electron: 'double', chrome: 'double' },
});

setImmediate(() => {
  stageApp.start().then(
    () => tell({ type: 'ready' }),
    (error: unknown) => {
      console.error(error);
      process.exit(70);
    },
  );
});

// The test has ended without closing the app.
process.on('disconnect', () => process.exit(1));

process.on('message', ({ id, source, arg }: Ask) => {
  // A function of the test, sent as its source, as Playwright does with Electron.
  const asked = (0, eval)(`(${source})`) as (modules: typeof electron, arg: unknown) => unknown;
  void (async () => asked(electron, decode(arg)))().then(
    (value) => tell({ type: 'answer', id, value: encode(value) }),
    (error: unknown) => tell({ type: 'answer', id, error: String(error) }),
  );
});
