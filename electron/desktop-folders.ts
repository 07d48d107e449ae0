/** Electron's own places for data are moved to where the headless host keeps its: both are one app. */
import type { App } from 'electron';
import { join } from 'node:path';
import { defaultDataFolder } from './engine/disk/default-data-folder.ts';

export type FoldersOfApp = Pick<App, 'getPath' | 'setPath'> & {
  commandLine: Pick<App['commandLine'], 'hasSwitch'>;
};

/**
 * To be called before the app is ready, and before it asks to be the only instance, which is one per folder. A folder on
 * the command line (`--user-data-dir`) is kept. What Chromium keeps for itself lies apart from the captures.
 */
export function chooseFolders(app: FoldersOfApp, environment: NodeJS.ProcessEnv): void {
  if (!app.commandLine.hasSwitch('user-data-dir')) app.setPath('userData', defaultDataFolder(environment));
  app.setPath('sessionData', join(app.getPath('userData'), 'chromium'));
}
