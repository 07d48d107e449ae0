// Where Electron is, whether it can run and how it is had, known from files and the environment alone: importing
// electron would start a download.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

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

/**
 * Lets the install script of an electron package fetch its program, which must have the checksum that the package
 * names. ELECTRON_MIRROR and the other variables of @electron/get are honoured; a mirror may lack its last slash.
 * @param {string} packageFolder
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string | null>} Null when the program is there afterwards, else the reason in one line.
 */
export async function downloadElectron(packageFolder, env) {
  const mirror = env.ELECTRON_MIRROR && env.ELECTRON_MIRROR.replace(/\/*$/, '/');
  const bounds = fileURLToPath(new URL('./bound-download.mjs', import.meta.url));
  const child = spawn(process.execPath, ['--import', pathToFileURL(bounds).href, 'install.js'], {
    cwd: resolve(packageFolder),
    stdio: ['ignore', 2, 'pipe'],
    env: { ...env, ELECTRON_GET_NO_PROGRESS: '1', ...(mirror && { ELECTRON_MIRROR: mirror }) },
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  const [status] = await once(child, 'close');
  if (status === 0 && existsSync(join(packageFolder, 'path.txt'))) return null;
  if (/did not match expected checksum/.test(stderr))
    return 'what was downloaded is not the program that its package names: the checksums differ';
  const [, reason] = /^reason: (.*)$/m.exec(stderr) ?? /^(?:\w*Error): (.*)$/m.exec(stderr) ?? [];
  return `its program could not be downloaded: ${reason ?? 'the installation failed'}`;
}
