/** Files with what others must not read: secrets, and what was captured. */
import { constants } from 'node:fs';
import { lstat, open, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FailureError } from '../../../shared/failure.ts';
import { sweepTemporary } from './temporary.ts';
import { targetOf, writeWhole, type WriteOptions } from './write-file.ts';

/** Windows has neither links of this sort nor FIFOs, and the constants are undefined there. */
const unixFlag = (flag: number | undefined): number => flag ?? 0;
/** Nothing here waits for the other end of a FIFO. */
const toWrite = constants.O_WRONLY | constants.O_CREAT | unixFlag(constants.O_NONBLOCK);
const othersMode = 0o077;

/**
 * Opens a file for appending secrets, makes it if need be, and sees to it that nobody but its owner, who is this user,
 * can read it (mode 0600; not on Windows, where the folder's rights count). Rejects with FILE_NOT_PRIVATE for a file of
 * which that cannot be said and for a FIFO, and with the system's error (ELOOP) for a symbolic link: somebody else may
 * have said where it leads. Devices keep nothing that could be read later. What the file holds stays.
 */
export async function openPrivate(path: string): Promise<FileHandle> {
  const file = await open(path, toWrite | constants.O_APPEND | unixFlag(constants.O_NOFOLLOW), 0o600);
  try {
    await requirePrivate(file, path);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** As `openPrivate`, to know it beforehand. */
export async function requirePrivateFile(path: string): Promise<void> {
  await (await openPrivate(path)).close();
}

/** Replaces what the file held, whole, but not before it is private. As `openPrivate`. */
export async function writePrivate(path: string, bytes: Uint8Array): Promise<void> {
  const stats = await lstat(path).catch(() => null);
  if (stats !== null) await requirePrivateFile(path);
  const write = async (file: FileHandle): Promise<void> => {
    await requirePrivate(file, path);
    await file.appendFile(bytes);
  };
  if (stats?.isFile() ?? true) return writeWhole(path, write, { followsLink: false });
  await using(await openPrivate(path), write);
}

/**
 * Has `write` make a file, empty at first, where a person chose to save what may hold secrets: whole, or what was there
 * before stays. Its owner, this user, alone can read it, where the file system keeps rights. A device or FIFO gets what
 * is written at once. Rejects as `write`, and with the system's error.
 */
export async function writeChosen<T>(
  path: string,
  write: (file: FileHandle) => Promise<T>,
  options?: WriteOptions,
): Promise<T> {
  const stats = await stat(path).catch(() => null);
  if (stats !== null && !stats.isFile()) return using(await open(path, toWrite), write);
  await sweepTemporary(dirname(targetOf(path)));
  return writeWhole(path, write, options);
}

const using = <T>(file: FileHandle, write: (file: FileHandle) => Promise<T>): Promise<T> =>
  write(file).finally(() => file.close());

async function requirePrivate(file: FileHandle, path: string): Promise<void> {
  const stats = await file.stat();
  if (stats.isCharacterDevice()) return;
  if (!stats.isFile()) throw notPrivate(path, 'not-a-file');
  if (process.platform === 'win32') return;
  if (stats.uid !== process.geteuid?.()) throw notPrivate(path, 'file-of-another');
  if ((stats.mode & othersMode) === 0) return;
  await file.chmod(0o600);
  if (((await file.stat()).mode & othersMode) !== 0) throw notPrivate(path, 'no-file-rights');
}

const notPrivate = (
  subject: string,
  name: 'not-a-file' | 'file-of-another' | 'no-file-rights',
): FailureError => new FailureError({ code: 'FILE_NOT_PRIVATE', subject, why: { name } });
