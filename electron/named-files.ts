/** Workspaces and captures that the system, a command line or a second start names. */
import { app, dialog } from 'electron';
import { basename, resolve } from 'node:path';
import { FailureError, failureOf } from '../shared/failure.ts';
import { describeRefusal } from '../shared/texts/describe-refusal.ts';
import { inWords, texts } from '../shared/texts/index.ts';
import { workspaceEnding, workspaceName } from '../shared/workspaces.ts';
import { captureEnding } from '../shared/importing/captured.ts';
import type { Engine } from './engine/engine.ts';

const words = texts.desktop.opening;
const endings = [workspaceEnding, captureEnding];

const namedIn = (argv: readonly string[], folder: string): string | null => {
  const named = argv.slice(1).findLast((each) => endings.some((ending) => each.endsWith(ending)));
  return named === undefined ? null : resolve(folder, named);
};

/** What macOS was asked to open before there was an engine. */
let early: string | null = null;
let open = (path: string): void => void (early = path);

/** To be called at once: macOS tells of a file before the app is ready. */
export function hearOfFiles(): void {
  app.on('open-file', (event, path) => {
    event.preventDefault();
    open(path);
  });
  app.on('second-instance', (_event, argv, folder) => {
    const path = namedIn(argv, folder);
    if (path !== null) open(path);
  });
}

/** Opens the one that the app was started with, before anything of another one starts, and later ones as they are named. */
export async function openNamedFiles(engine: Engine): Promise<void> {
  open = (path) => void openNamed(engine, path);
  const path = early ?? namedIn(process.argv, process.cwd());
  if (path !== null) await openNamed(engine, path);
}

/** What fails is told, and all is as it was. */
const openNamed = (engine: Engine, path: string): Promise<void> =>
  path.endsWith(captureEnding) ? openCapture(engine, path) : openWorkspace(engine, path);

async function openCapture(engine: Engine, path: string): Promise<void> {
  try {
    const { endpoints, stopped } = await engine.openCaptureFile(path);
    if (stopped !== null && endpoints.length === 0)
      throw new FailureError({ code: 'CAPTURE_FILE_DAMAGED', subject: path });
  } catch (error) {
    dialog.showErrorBox(words.captureFailed(basename(path)), inWords(failureOf(error, path)).message);
  }
}

/** What runs is stopped only where the person says so. */
async function openWorkspace(engine: Engine, path: string, stops = false): Promise<void> {
  try {
    const { isOpen, problems } = await engine.workspaces.openPath(path, stops);
    if (isOpen) return;
    dialog.showErrorBox(
      words.failed(workspaceName(path)),
      problems.map((each) => describeRefusal(each)).join('\n'),
    );
  } catch (error) {
    const failure = failureOf(error, path);
    if (failure.code !== 'WORKSPACE_RUNS') {
      dialog.showErrorBox(words.failed(workspaceName(path)), inWords(failure).message);
    } else if (await mayStop(path)) await openWorkspace(engine, path, true);
  }
}

async function mayStop(path: string): Promise<boolean> {
  const { response } = await dialog.showMessageBox({
    ...{ type: 'question', message: words.runs(workspaceName(path)), detail: words.detail },
    ...{ buttons: [words.stop, words.cancel], defaultId: 1, cancelId: 1 },
  });
  return response === 0;
}
