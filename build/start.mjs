// `npm start`: the desktop app; where Electron cannot run, the host without it, with the reason in one line.
import { spawn, spawnSync } from 'node:child_process';
import { findElectron, obstacle } from './electron-binary.mjs';
import { ensureBuilt, ensurePackages, project, say } from './setup.mjs';

/** An Electron that ends so soon, and badly, never showed its window: a library or a right is missing. */
const neverStartedMs = 5_000;

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
  if (status === 0 && findElectron(project, process.env)) return null;
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
  const reason = obstacle(process.env) ?? (findElectron(project, process.env) ? null : downloadElectron());
  const program = findElectron(project, process.env);
  return reason ?? (program ? runElectron(program) : 'its program is missing');
}

ensurePackages();
ensureBuilt('all');
const reason = await startDesktop();
say(`Starting for a browser instead of as a desktop app, because ${reason}.`);
await import('../out/headless/serve.js');
