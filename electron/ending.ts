/** The end of the app, however it comes: every capture is complete before the process goes. */
import { app, dialog } from 'electron';
import { texts } from '../shared/texts/index.ts';
import type { Engine } from './engine/engine.ts';
import type { PageLink } from './page-link.ts';

/** Quitting never waits longer for the last words of the pages, and for sockets that do not end: under 3 s in all. */
const pagesDeadlineMs = 150;
const engineDeadlineMs = 2800;

export function endInOrder(engine: Engine, pages: PageLink): void {
  closeBeforeQuit(engine, pages);
  // Kept for ever: Electron quits at the first signal only, and what a library adds and removes again would leave the
  // system's default. A second signal asks for nothing new.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit());
  endOnUncaught(engine);
  app.on('browser-window-created', (_event, window) => {
    // Windows ends the process after this without asking to quit: no time for more than the engine.
    window.on('session-end', () => void closeEngine(engine).then(() => app.exit(0)));
  });
}

/** Once the windows have gone, holds the end of the app back until the engine has closed. */
function closeBeforeQuit(engine: Engine, pages: PageLink): void {
  let isClosing = false;
  let isClosed = false;
  app.on('will-quit', (event) => {
    if (isClosed) return;
    event.preventDefault();
    if (isClosing) return;
    isClosing = true;
    void close().then(() => {
      isClosed = true;
      app.quit();
    });
  });

  async function close(): Promise<void> {
    await Promise.race([pages.whenGone(), deadline(pagesDeadlineMs)]);
    await closeEngine(engine);
  }
}

/** Electron would show a dialog for each error and go on, in a state that nobody knows. */
function endOnUncaught(engine: Engine): void {
  let isEnding = false;
  const end = (error: unknown) => {
    console.error(error);
    if (isEnding) return;
    isEnding = true;
    void closeEngine(engine).then(() => {
      const { title, detail } = texts.desktop.uncaught;
      // After the captures are safe: it holds everything up until somebody reads it.
      dialog.showErrorBox(
        title,
        detail(error instanceof Error ? (error.stack ?? error.message) : String(error)),
      );
      app.exit(1);
    });
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}

/** Never rejects. */
async function closeEngine(engine: Engine): Promise<void> {
  try {
    await Promise.race([engine.close(), deadline(engineDeadlineMs)]);
  } catch (error) {
    console.error(error);
  }
}

const deadline = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
