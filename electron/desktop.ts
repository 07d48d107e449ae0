/** What the engine asks of its host, with the desktop's own dialogs. */
import {
  app,
  BrowserWindow,
  dialog,
  type MessageBoxOptions,
  type OpenDialogOptions,
  type SaveDialogOptions,
} from 'electron';
import { basename, join } from 'node:path';
import type { OutsideName } from '../shared/payload/context.ts';
import { escapeLine } from '../shared/payload/format.ts';
import { texts } from '../shared/texts/index.ts';
import type { Host } from './engine/engine.ts';

export function desktopHost(): Host {
  const { electron, chrome, node } = process.versions;
  return {
    kind: 'desktop',
    version: app.getVersion(),
    runtime: `Electron ${electron}, Chromium ${chrome}, Node ${node}`,
    chooseSaveFile,
    chooseWorkspace,
    mayAllow,
  };
}

// On Wayland a window may have the focus without being told.
const window = (): BrowserWindow | undefined =>
  BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];

let isAsking = false;

/** The person is asked, by a window that no page can press. One question at a time. */
async function mayAllow({ kind, name }: OutsideName): Promise<boolean> {
  if (isAsking) return false;
  isAsking = true;
  try {
    const { question, detail, allow, refuse } = texts.desktop.reading;
    const options: MessageBoxOptions = {
      ...{ type: 'question', message: question[kind], detail: detail(escapeLine(name)) },
      ...{ buttons: [allow, refuse], defaultId: 1, cancelId: 1 },
    };
    const over = window();
    const { response } = await (over ? dialog.showMessageBox(over, options) : dialog.showMessageBox(options));
    return response === 0;
  } finally {
    isAsking = false;
  }
}

/** Null when the person cancelled. */
async function chooseWorkspace(): Promise<string | null> {
  const options: OpenDialogOptions = {
    properties: ['openFile'],
    filters: [{ name: texts.desktop.workspaces, extensions: ['json'] }],
  };
  const over = window();
  const { canceled, filePaths } = await (over
    ? dialog.showOpenDialog(over, options)
    : dialog.showOpenDialog(options));
  return (canceled ? null : filePaths[0]) ?? null;
}

/** Null when the person cancelled. */
async function chooseSaveFile(suggestedName: string): Promise<{ path: string; url: null } | null> {
  const options: SaveDialogOptions = {
    defaultPath: join(app.getPath('documents'), basename(suggestedName)),
    properties: ['showOverwriteConfirmation', 'createDirectory'],
  };
  const over = window();
  const { canceled, filePath } = await (over
    ? dialog.showSaveDialog(over, options)
    : dialog.showSaveDialog(options));
  return canceled || filePath === '' ? null : { path: filePath, url: null };
}
