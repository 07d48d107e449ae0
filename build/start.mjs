// `npm start`: the desktop app; where Electron cannot run, the host without it, with the reason in one line.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { downloadElectron, findElectron, obstacle } from './electron-binary.mjs';
import { ensureBuilt, ensurePackages, project, say } from './setup.mjs';

/** An Electron that ends so soon, and badly, never showed its window: a library or a right is missing. */
const neverStartedMs = 5_000;

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

function getElectron() {
  say('Getting Electron (once, about 110 MB) …');
  return downloadElectron(join(project, 'node_modules/electron'), process.env);
}

/** @returns {Promise<string | null>} */
async function startDesktop() {
  const reason = obstacle(process.env) ?? (findElectron(project, process.env) ? null : await getElectron());
  const program = findElectron(project, process.env);
  return reason ?? (program ? runElectron(program) : 'its program is missing');
}

ensurePackages();
ensureBuilt('all');
const reason = await startDesktop();
say(`Starting for a browser instead of as a desktop app, because ${reason}.`);
await import('../out/headless/serve.js');
