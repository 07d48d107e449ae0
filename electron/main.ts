import './engine/host-language.ts';
import { app, dialog, Menu, nativeTheme, protocol, systemPreferences } from 'electron';
import { failureOf, type Failure } from '../shared/failure.ts';
import { inWords, texts } from '../shared/texts/index.ts';
import { desktopHost } from './desktop.ts';
import { chooseFolders } from './desktop-folders.ts';
import { endInOrder } from './ending.ts';
import { Engine } from './engine/engine.ts';
import { externalLinks } from './external-links.ts';
import { menuTemplate } from './menu.ts';
import { denyPermissions, guardNavigation, offerEditing, openLink } from './page-guards.ts';
import { answerPageRequest, listPageFiles, pageScheme } from './page-files.ts';
import { hearOfFiles, openNamedFiles } from './named-files.ts';
import { linkPages } from './page-link.ts';
import { showWindow } from './window.ts';

app.enableSandbox();
protocol.registerSchemesAsPrivileged([
  {
    scheme: pageScheme,
    privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
  },
]);
// A hidden app's timers slip and its sockets are read late when macOS lets it nap.
if (process.platform === 'darwin') systemPreferences.registerDefaults({ NSAppSleepDisabled: true });
// As the installer's shortcut, or the window and its pinned icon stand apart in the task bar.
if (process.platform === 'win32') app.setAppUserModelId('invalid.socketscope.app');

chooseFolders(app, process.env);
hearOfFiles();
// Two processes would write one capture: the second only brings the first to the front.
if (app.requestSingleInstanceLock()) void app.whenReady().then(start).catch(giveUp);
else {
  // Else a start from a terminal would seem to do nothing where the window is on another screen.
  process.stderr.write(`${texts.desktop.alreadyRuns(app.getPath('userData'))}\n`);
  app.exit();
}

async function start(): Promise<void> {
  denyPermissions();
  guardNavigation();
  offerEditing();
  const pageFiles = await listPageFiles(new URL('../page/', import.meta.url));
  protocol.handle(pageScheme, (request) => answerPageRequest(pageFiles, request));

  const engine = await Engine.open({
    dataFolder: app.getPath('userData'),
    workers: new URL('../workers/', import.meta.url),
    host: desktopHost(),
  });
  engine.onLost((failure) => void endWithout(failure));
  const pages = linkPages(engine, showWindow);
  endInOrder(engine, pages);
  // The window's frame, menus and dialogs look as the page does.
  engine.workspace.watchPreferences(({ theme }) => (nativeTheme.themeSource = theme));
  setMenu(pages.runAction);
  await openNamedFiles(engine);
  // What fails is shown by the window.
  void engine.start();

  app.on('second-instance', showWindow);
  app.on('activate', showWindow);
  app.on('window-all-closed', () => {
    // On macOS an app lives on without windows, and so do its sockets.
    if (process.platform !== 'darwin') app.quit();
  });
  showWindow();
}

/** The data folder is another process's now: there is nothing to save, and nowhere. */
async function endWithout(failure: Failure): Promise<void> {
  const { message, detail } = texts.desktop.folderLost;
  await dialog.showMessageBox({ type: 'error', message, detail: detail(failure) });
  app.exit(1);
}

function setMenu(runAction: (name: string) => void): void {
  const template = menuTemplate({
    platform: process.platform,
    runAction,
    openTcpStandard: () => openLink(externalLinks.tcpStandard),
  });
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

/** Known to build/run-electron.mjs: the person has read why, and nothing is to be started in the app's place. */
const toldExitCode = 3;

function giveUp(error: unknown): void {
  const { title, detail } = texts.desktop.cannotStart;
  dialog.showErrorBox(title, detail(inWords(failureOf(error))));
  app.exit(toldExitCode);
}
