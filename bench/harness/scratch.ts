/** Folders and processes of a run. Whatever ends the run, Ctrl-C too, they are gone afterwards. */
import { type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Beside the bundles, not in the system's temporary folder: that one may be memory, and a capture belongs on a disk. */
export const outFolder = fileURLToPath(new URL('.', import.meta.url));

const folders = new Set<string>();
const children = new Set<ChildProcess>();

function cleanUp(): void {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of folders) removeFolder(folder);
}

process.on('exit', cleanUp);
// An ordinary exit, with the number that a shell expects of a signal, runs the clean-up above.
for (const [signal, number] of Object.entries({ SIGINT: 2, SIGTERM: 15, SIGHUP: 1 })) {
  process.on(signal, () => process.exit(128 + number));
}

export function makeFolder(name: string): string {
  mkdirSync(outFolder, { recursive: true });
  const folder = mkdtempSync(join(outFolder, `scratch-${name}-`));
  folders.add(folder);
  return folder;
}

export function removeFolder(folder: string): void {
  // Retries: a killed process may still be closing its files.
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  folders.delete(folder);
}

export async function withFolder<T>(name: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = makeFolder(name);
  try {
    return await use(folder);
  } finally {
    removeFolder(folder);
  }
}

/** Sees to it that the process does not outlive the run. */
export function adopt<C extends ChildProcess>(child: C): C {
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

export const ended = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((done) => child.once('exit', () => done()));

/** Bytes that may still be written where the captures of a run go. */
export async function freeBytes(): Promise<number> {
  mkdirSync(outFolder, { recursive: true });
  const { bavail, bsize } = await statfs(outFolder);
  return bavail * bsize;
}
