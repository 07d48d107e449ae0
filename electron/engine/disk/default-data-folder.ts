/** Where endpoints, captures and certificates are kept when nobody says where: one folder, whichever host runs. */
import envPaths from 'env-paths';
import { resolve } from 'node:path';

/** Absolute. A variable that is set to nothing counts as not set. */
export function defaultDataFolder(environment: NodeJS.ProcessEnv): string {
  const { SOCKETSCOPE_DATA: folder } = environment;
  // Of this machine alone: captures are too large for a profile that follows a person from machine to machine.
  return folder ? resolve(folder) : envPaths('socketscope', { suffix: '' }).data;
}
