/** Files that are replaced whole: a reader, or the next start after a crash, finds the old content or the new one. */
import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { requireHeld } from './data-folder.ts';
import { temporaryName } from './temporary.ts';

/** Others on Windows (a scanner, a reader) hold a file for a moment and make its replacement fail. */
const heldCodes = new Set(['EPERM', 'EACCES', 'EBUSY']);
const heldTries = 8;
const heldPauseMs = 10;
/** Three bytes each at most, of the 255 of a name; a temporary name has up to 90. */
const namedCharacters = 40;

/** Also against the loss of power, which costs a few ms; without, a crash of the machine may leave an empty file. */
export type WriteOptions = { isDurable: boolean };

/**
 * Replaces the file, which only its owner can read then. A symbolic link stays, and what it names is replaced, or
 * made where it is not there. Writes of one path must not overlap. Rejects with the system's error or as `requireHeld`, and
 * leaves nothing beside the file.
 */
export const replaceFile = (path: string, content: string, options?: WriteOptions): Promise<void> =>
  writeWhole(path, (file) => file.writeFile(content), options);

/**
 * As `replaceFile`, with what `write` puts into the file, however long that takes: where it rejects, so does this, and
 * what was there before stays. Without `followsLink` a symbolic link is itself replaced.
 */
export async function writeWhole<T>(
  path: string,
  write: (file: FileHandle) => Promise<T>,
  { isDurable = true, followsLink = true }: Partial<WriteOptions> & { followsLink?: boolean } = {},
): Promise<T> {
  requireHeld(path);
  const target = followsLink ? targetOf(path) : path;
  // The name shows what it is half of, as far as a file's name has room.
  const beside = join(dirname(target), `${basename(target).slice(0, namedCharacters)}.${temporaryName()}`);
  let written: T;
  try {
    const file = await open(beside, 'wx', 0o600);
    try {
      written = await write(file);
      if (isDurable) await file.sync();
    } finally {
      await file.close();
    }
    requireHeld(path);
    await renameOver(beside, target);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw error;
  }
  if (isDurable) await syncFolder(dirname(target));
  return written;
}

async function renameOver(from: string, to: string): Promise<void> {
  for (let left = process.platform === 'win32' ? heldTries : 0; ; left--)
    try {
      return await rename(from, to);
    } catch (error) {
      if (left === 0 || !heldCodes.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
      await wait(heldPauseMs * 2 ** (heldTries - left));
    }
}

/** Not every system opens folders, and not every file system syncs them: the file itself is safe by then. */
async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle | null = null;
  try {
    handle = await open(folder, 'r');
    await handle.sync();
  } catch {
    // Then its new name is as durable as the system makes it.
  } finally {
    await handle?.close();
  }
}

/** Where the file is, or is to be: never a symbolic link. Throws the system's error where one leads nowhere. */
export function targetOf(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return path;
    // In a circle, or through folders that may not be seen.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return targetOf(resolve(realpathSync(dirname(path)), readlinkSync(path)));
  }
}
