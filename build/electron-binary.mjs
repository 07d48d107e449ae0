// Where Electron is and whether it can run, known from files and the environment alone: importing electron would start
// a download.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @type {Partial<Record<NodeJS.Platform, string>>} */
const usualNames = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };

/**
 * Path of the program, or null. ELECTRON_OVERRIDE_DIST_PATH wins over what is installed.
 * @param {string} project
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | null}
 */
export function findElectron(project, env, platform = process.platform) {
  const folder = join(project, 'node_modules/electron');
  const named = join(folder, 'path.txt');
  const name = existsSync(named) ? readFileSync(named, 'utf8').trim() : (usualNames[platform] ?? 'electron');
  const path = join(env.ELECTRON_OVERRIDE_DIST_PATH || join(folder, 'dist'), name);
  return existsSync(path) ? path : null;
}

/**
 * Why Electron cannot run here even if it is installed; null when it can, or when the user names one of their own.
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | null}
 */
export function obstacle(env, platform = process.platform, uid = process.getuid?.()) {
  if (env.ELECTRON_OVERRIDE_DIST_PATH || platform !== 'linux') return null;
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return 'there is no display';
  // Its sandbox cannot be set up by root, and we never run it without.
  return uid === 0 ? 'Electron does not run as root' : null;
}
