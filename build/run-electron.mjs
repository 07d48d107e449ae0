// Runs the desktop app as a child of `npm start`, to its end.
import { spawn } from 'node:child_process';
import { say } from './setup.mjs';

/** An Electron that ends so soon, and badly, never showed its window: a library or a right is missing. */
const neverStartedMs = 5_000;
/** Of an app that could not start and has told so itself: another start would tell the same again. As in electron/main.ts. */
const toldExitCode = 3;
/** @type {readonly NodeJS.Signals[]} */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * The reason when it never came up, else the exit code to end with.
 * @param {string} program
 * @param {string[]} args
 * @returns {Promise<string | number>}
 */
export async function runElectron(program, args, platform = process.platform) {
  const env = { ...process.env };
  delete env.ELECTRON_RUN_AS_NODE;
  const startedAt = Date.now();
  const app = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'], env });
  let isAskedToEnd = false;
  const pass = (/** @type {NodeJS.Signals} */ signal) => {
    isAskedToEnd = true;
    // A terminal's Ctrl+C reaches both, so the app hears it twice, which it does not mind. On Windows passing a signal on
    // is killing, which would cost the last records.
    if (platform !== 'win32') app.kill(signal);
    else say('Quit Socketscope in its own window; this command ends with it.');
  };
  for (const signal of signals) process.on(signal, pass);
  /** @type {{ code: number | null, ended: string }} */
  const { code, ended } = await new Promise((resolve) => {
    app.on('error', ({ message }) => resolve({ code: null, ended: message }));
    app.on('exit', (status, signal) => resolve({ code: status, ended: signal ?? String(status) }));
  });
  for (const signal of signals) process.off(signal, pass);
  const endedWell = code === 0 || code === toldExitCode;
  const neverStarted = !endedWell && Date.now() - startedAt < neverStartedMs && !isAskedToEnd;
  return neverStarted ? reasonOf(ended, platform) : (code ?? 1);
}

/** How Chromium ends where it can set up no sandbox, and then it never runs without. */
const sandboxSignal = 'SIGTRAP';

export function reasonOf(/** @type {string} */ ended, platform = process.platform) {
  if (platform !== 'linux' || ended !== sandboxSignal) return `it ended at once (${ended})`;
  return (
    `it ended at once (${ended}), most likely because this system lets it set up no sandbox; ` +
    'README says how to allow it, under Start'
  );
}
