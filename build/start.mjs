// `npm start`: the desktop app; where Electron cannot run, the host without it, with the reason in one line.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, ensurePackages, project, say } from './setup.mjs';

/** An Electron that ends so soon, and badly, never showed its window: a library or a right is missing. */
const neverStartedMs = 5_000;

/** Why Electron cannot run here whatever is installed; null when it can. */
function obstacle() {
  if (process.platform !== 'linux') return null;
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'there is no display';
  return process.getuid?.() === 0 ? 'Electron does not run as root' : null;
}

/**
 * Found by its files: importing electron would start a download.
 * @returns {string | null}
 */
function findElectron() {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const folder = join(project, 'node_modules/electron');
  const named = join(folder, 'path.txt');
  const usual = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };
  const name = existsSync(named) ? readFileSync(named, 'utf8') : (usual[process.platform] ?? 'electron');
  const path = join(override ?? join(folder, 'dist'), name);
  return existsSync(path) ? path : null;
}

/**
 * Null when it is there afterwards, else the reason.
 * @returns {string | null}
 */
function downloadElectron() {
  say('Getting Electron (once, about 110 MB) …');
  const args = ['--import', './build/bound-download.mjs', 'node_modules/electron/install.js'];
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd: project,
    stdio: ['ignore', 2, 'pipe'],
    encoding: 'utf8',
    env: { ...process.env, ELECTRON_GET_NO_PROGRESS: '1' },
  });
  if (status === 0 && findElectron()) return null;
  const [, reason] = /^reason: (.*)$/m.exec(stderr) ?? /^(\w*Error: .*)$/m.exec(stderr) ?? [];
  return `its program could not be downloaded: ${reason ?? 'the installation failed'}`;
}

/**
 * Runs the app to its end. The reason when it never came up, else this process ends as the app did.
 * @returns {Promise<string | null>}
 */
async function runElectron(/** @type {string} */ program) {
  const env = { ...process.env };
  delete env.ELECTRON_RUN_AS_NODE;
  const startedAt = Date.now();
  const app = spawn(program, [project], { stdio: ['ignore', 'inherit', 'inherit'], env });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    // The app ends in order, and then so does this process.
    process.on(signal, () => app.kill(signal));
  }
  /** @type {string} */
  const ended = await new Promise((resolve) => {
    app.on('error', (error) => resolve(error.message));
    app.on('exit', (code, signal) => resolve(signal ?? String(code)));
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal);
  if (ended === '0') process.exit(0);
  if (Date.now() - startedAt < neverStartedMs && !app.killed) return `it ended at once (${ended})`;
  process.exit(Number(ended) || 1);
}

/** @returns {Promise<string | null>} */
async function startDesktop() {
  const reason = obstacle() ?? (findElectron() ? null : downloadElectron());
  const program = findElectron();
  return reason ?? (program ? runElectron(program) : 'its program is missing');
}

ensurePackages();
ensureBuilt('all');
const reason = await startDesktop();
say(`Starting without the desktop window, because ${reason}. The page opens in a browser instead.`);
await import('../out/headless/serve.js');
