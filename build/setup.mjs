// What `npm start` and `npm run serve` do first: packages installed, everything built, and nothing done twice.
// Imports only node's own modules, because the packages may not be there yet. Standard output stays free.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const project = fileURLToPath(new URL('../', import.meta.url));
const at = (/** @type {string} */ path) => join(project, path);

export const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`);

/** Ends this process when the command fails. */
function runOrExit(/** @type {string} */ what, /** @type {string} */ program, /** @type {string[]} */ args) {
  // npm is a script of the shell on Windows.
  const shell = process.platform === 'win32' && program === 'npm';
  const { status, error } = spawnSync(program, args, { cwd: project, stdio: ['ignore', 2, 2], shell });
  if (status === 0) return;
  say(`${what} failed${error ? `: ${error.message}` : '.'}`);
  process.exit(1);
}

/** @returns {Record<string, { version?: string, optional?: boolean, link?: boolean }> | null} */
function lockedPackages(/** @type {string} */ path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    // Not installed, or not by npm.
    return null;
  }
}

/** True when every package is there in the version of package-lock.json. */
export function arePackagesInstalled(folder = project) {
  const installed = lockedPackages(join(folder, 'node_modules/.package-lock.json'));
  const wanted = lockedPackages(join(folder, 'package-lock.json')) ?? {};
  if (!installed) return false;
  return Object.entries(wanted).every(
    ([path, { version, optional, link }]) =>
      path === '' || optional || link || installed[path]?.version === version,
  );
}

export function ensurePackages() {
  if (arePackagesInstalled()) return;
  say('Installing packages (once, about half a minute) …');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  if (npm?.endsWith('.js')) runOrExit('npm ci', process.execPath, [npm, ...args]);
  else runOrExit('npm ci', 'npm', args);
}

const sources = [
  'shared',
  'electron',
  'renderer',
  'build',
  'package.json',
  'package-lock.json',
  'svelte.config.js',
];

/** Changes when a source file is added, changed or removed. */
export function fingerprint() {
  const hash = createHash('sha256');
  const look = (/** @type {string} */ path) => {
    const { mtimeMs, size } = statSync(at(path));
    if (!/\.test\.ts$/.test(path)) hash.update(`${path}\0${size}\0${mtimeMs}\n`);
  };
  for (const source of sources) {
    if (statSync(at(source)).isFile()) {
      look(source);
      continue;
    }
    const entries = readdirSync(at(source), { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((one) => one.isFile()).sort((a, b) => (a.name < b.name ? -1 : 1)))
      look(join(entry.parentPath, entry.name).slice(project.length));
  }
  return hash.digest('hex');
}

/** @returns {string} */
function contentOf(/** @type {string} */ path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Never built, or just released.
    return '';
  }
}

/** Builds what is missing or older than its sources. 'headless' leaves the Electron shell out. */
export function ensureBuilt(/** @type {'all' | 'headless'} */ what) {
  const current = fingerprint();
  const stamps = what === 'all' ? ['out/built-all'] : ['out/built-all', 'out/built-headless'];
  const isBuilt = () => stamps.some((stamp) => contentOf(at(stamp)) === current);
  if (isBuilt()) return;
  mkdirSync(at('out'), { recursive: true });
  // A server and its client are often started together: one builds, the other waits.
  alone(at('out/building'), () => {
    if (isBuilt()) return;
    say('Building …');
    const script = at('build/build.mjs');
    runOrExit('The build', process.execPath, what === 'all' ? [script] : [script, '--headless']);
  });
}

/** `build.mjs` tells what it has built, and of which sources. */
export function stampBuilt(/** @type {'all' | 'headless'} */ what, /** @type {string} */ sourcesAre) {
  writeFileSync(at(`out/built-${what}`), sourcesAre);
}

const waitMs = 100;
/** No build takes longer. */
const mostMs = 10 * 60_000;

/** Does `work` while no other process does what `lock` stands for; a lock whose process has ended counts for nothing. */
export function alone(/** @type {string} */ lock, /** @type {() => void} */ work) {
  for (let isFirst = true; !take(lock); isFirst = false) {
    if (isFirst) say('Waiting for another build …');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitMs);
  }
  const release = () => rmSync(lock, { force: true });
  // Work that fails ends the process.
  process.once('exit', release);
  try {
    work();
  } finally {
    process.off('exit', release);
    release();
  }
}

function take(/** @type {string} */ lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
  }
  // One without an owner was just made, or its process ended before it could write.
  if (isAlive(Number(contentOf(lock) || process.pid)) && ageOf(lock) < mostMs) return false;
  rmSync(lock, { force: true });
  return take(lock);
}

function ageOf(/** @type {string} */ path) {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    // Just released.
    return 0;
  }
}

function isAlive(/** @type {number} */ pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
