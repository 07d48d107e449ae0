/** What the engine asks of its host, with the desktop's own dialogs. */
import { app, BrowserWindow, dialog, type SaveDialogOptions } from 'electron';
import { basename, join } from 'node:path';
import type { Host } from './engine/engine.ts';

export function desktopHost(): Host {
  const { electron, chrome, node } = process.versions;
  return {
    kind: 'desktop',
    version: app.getVersion(),
    runtime: `Electron ${electron}, Chromium ${chrome}, Node ${node}`,
    chooseSaveFile,
  };
}

/** Null when the person cancelled. */
async function chooseSaveFile(suggestedName: string): Promise<{ path: string; url: null } | null> {
  const options: SaveDialogOptions = {
    defaultPath: join(app.getPath('documents'), basename(suggestedName)),
    properties: ['showOverwriteConfirmation', 'createDirectory'],
  };
  // On Wayland a window may have the focus without being told.
  const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
  const { canceled, filePath } = await (window
    ? dialog.showSaveDialog(window, options)
    : dialog.showSaveDialog(options));
  return canceled || filePath === '' ? null : { path: filePath, url: null };
}
