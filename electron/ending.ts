/** The end of the app, however it comes: every capture is complete before the process goes. */
import { app, dialog } from 'electron';
import { failureOf, type Failure } from '../shared/failure.ts';
import { inWords, texts } from '../shared/texts/index.ts';
import type { Engine } from './engine/engine.ts';
import type { PageLink } from './page-link.ts';
import { windowStateWritten } from './window.ts';

/** Quitting never waits longer for the last words of the pages and the place of the window; the engine's own deadline makes it under 3 s in all. */
const lastDeadlineMs = 150;

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
    void close().then((unsafe) => {
      isClosed = true;
      if (unsafe === null) return app.quit();
      const { title, detail } = texts.desktop.endedBadly;
      dialog.showErrorBox(title, detail(inWords(unsafe)));
      app.exit(1);
    });
  });

  async function close(): Promise<Failure | null> {
    const last = Promise.all([pages.whenGone(), windowStateWritten()]);
    await Promise.race([last, deadline(lastDeadlineMs)]);
    return closeEngine(engine);
  }
}

/** Electron would show a dialog for each error and go on, in a state that nobody knows. */
function endOnUncaught(engine: Engine): void {
  let isEnding = false;
  const end = (error: unknown) => {
    console.error(error);
    if (isEnding) return;
    isEnding = true;
    void closeEngine(engine).then((unsafe) => {
      const { title, detail } = texts.desktop.uncaught;
      const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
      // After the captures are safe: it holds everything up until somebody reads it.
      dialog.showErrorBox(title, detail(said, unsafe && inWords(unsafe)));
      app.exit(1);
    });
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}

/** Never rejects: resolves to why not everything is on the disk, null when it is, or when that was told already. */
async function closeEngine(engine: Engine): Promise<Failure | null> {
  try {
    await engine.close();
    return null;
  } catch (error) {
    console.error(error);
    const failure = failureOf(error);
    return failure.code === 'DATA_FOLDER_LOST' ? null : failure;
  }
}

const deadline = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
