import { app, dialog, Menu, protocol } from 'electron';
import { failureOf } from '../shared/failure.ts';
import { texts } from '../shared/texts/index.ts';
import { desktopHost } from './desktop.ts';
import { chooseFolders } from './desktop-folders.ts';
import { Engine } from './engine/engine.ts';
import { externalLinks } from './external-links.ts';
import { menuTemplate } from './menu.ts';
import { denyPermissions, guardNavigation, openLink } from './page-guards.ts';
import { answerPageRequest, listPageFiles, pageScheme } from './page-files.ts';
import { linkPages, type PageLink } from './page-link.ts';
import { showWindow } from './window.ts';

/** Quitting never waits longer for the last words of the pages, and for sockets that do not end: under 3 s in all. */
const pagesDeadlineMs = 150;
const engineDeadlineMs = 2800;

app.enableSandbox();
protocol.registerSchemesAsPrivileged([
  { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);

chooseFolders(app, process.env);
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
  const pageFiles = await listPageFiles(new URL('../page/', import.meta.url));
  protocol.handle(pageScheme, (request) => answerPageRequest(pageFiles, request));

  const engine = await Engine.open({
    dataFolder: app.getPath('userData'),
    workers: new URL('../workers/', import.meta.url),
    host: desktopHost(),
  });
  const pages = linkPages(engine);
  closeBeforeQuit(engine, pages);
  setMenu(pages.runAction);

  app.on('second-instance', showWindow);
  app.on('activate', showWindow);
  app.on('window-all-closed', () => {
    // On macOS an app lives on without windows, and so do its sockets.
    if (process.platform !== 'darwin') app.quit();
  });
  showWindow();
}

function setMenu(runAction: (name: string) => void): void {
  const template = menuTemplate({
    platform: process.platform,
    runAction,
    openTcpStandard: () => openLink(externalLinks.tcpStandard),
  });
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

/** Once the windows have gone, holds the end of the app back until every capture is complete. */
function closeBeforeQuit(engine: Engine, pages: PageLink): void {
  let closing: Promise<void> | undefined;
  let isClosed = false;
  app.on('will-quit', (event) => {
    if (isClosed) return;
    event.preventDefault();
    closing ??= close().finally(() => {
      isClosed = true;
      app.quit();
    });
  });

  async function close(): Promise<void> {
    await Promise.race([pages.whenGone(), deadline(pagesDeadlineMs)]);
    try {
      await Promise.race([engine.close(), deadline(engineDeadlineMs)]);
    } catch (error) {
      console.error(error);
    }
  }
}

const deadline = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function giveUp(error: unknown): void {
  const { title, detail } = texts.desktop.cannotStart;
  dialog.showErrorBox(title, detail(failureOf(error)));
  app.exit(1);
}
