/** Socket files (unix(7)) and Windows named pipes: which paths can be used, and who has one already. */
import { linkSync, lstatSync, renameSync, unlinkSync, type Stats } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect, type Server } from 'node:net';
import { basename, dirname, resolve } from 'node:path';
import type { Address } from '../../../shared/address.ts';
import { failed, failureOf, FailureError, type Failure } from '../../../shared/failure.ts';
import type { Why } from '../../../shared/why.ts';

/** Size of sun_path less its final zero. Node 20 binds a longer path cut off, and says nothing (nodejs/node#52347). */
export const mostPathBytes = (platform: NodeJS.Platform): number => (platform === 'linux' ? 107 : 103);
const pipePath = /^[\\/]{2}[.?][\\/]pipe[\\/]./i;
/** A server of this machine takes a connection at once, or its queue is full; in doubt it lives. */
const probeMs = 1000;
/** A line of /proc/net/unix with a path, of a stream socket that is no end of a connection: type and state 1 (proc(5)). */
const unconnected = /^\S+ \S+ \S+ \S+ 0001 01 +\d+ (.+)$/;

/** `port`: the running number of a peer, which has no path of its own; else 0. */
export const unixAddress = (path: string, port = 0): Address => ({ host: path, port, family: 'Unix' });

const failure = (code: string, subject: string, why?: Why): Failure => ({ ...failed(code, why), subject });

/**
 * What forbids the path before anything is tried, or null: INVALID_ARGUMENT, PATH_TOO_LONG (in bytes of UTF-8),
 * PATH_NOT_A_PIPE (Windows has only `\\.\pipe\name`), PATH_IS_A_PIPE (elsewhere that would be an odd file name).
 */
export function pathFailure(path: string, platform = process.platform): Failure | null {
  if (typeof path !== 'string' || path === '' || path.includes('\0'))
    return failure('INVALID_ARGUMENT', 'path', { name: 'zero-in-path' });
  if (platform === 'win32') return pipePath.test(path) ? null : failure('PATH_NOT_A_PIPE', path);
  if (pipePath.test(path)) return failure('PATH_IS_A_PIPE', path);
  const bytes = Buffer.byteLength(path);
  const most = mostPathBytes(platform);
  return bytes <= most ? null : failure('PATH_TOO_LONG', path, { name: 'path-bytes', bytes, most });
}

/** For records and messages: always to be told from a host name. The socket itself takes the path as it was given. */
export const shownPath = (path: string): string => (/[\\/]/.test(path) ? path : `./${path}`);

const statOf = (path: string): Stats | null => {
  try {
    return lstatSync(path);
  } catch {
    // Not there, or not to be seen: the caller asks for what can be seen.
    return null;
  }
};

/** Which file a path names: another file may take the name later. */
export type FileIdentity = { dev: number; ino: number };
/** Null where there is no file, as for a named pipe. */
export const identityOf = (path: string): FileIdentity | null => statOf(path);

/**
 * Why `listen` failed on this path, told more exactly than the system does: EADDRINUSE (a server answers), STALE_SOCKET,
 * PATH_NOT_A_SOCKET, PATH_IS_FOLDER, PATH_FOLDER_MISSING, else the system's own code. To find out, it connects for a
 * moment, which the server that answers sees.
 */
export async function whyNotBound(path: string, error: unknown): Promise<Failure> {
  const own = failureOf(error, shownPath(path));
  const said = { ...own, subject: shownPath(path) };
  if (process.platform === 'win32') return said;
  if (own.code === 'EADDRINUSE') return whoHas(path, said);
  const isMissing = /^(EACCES|ENOENT|ENOTDIR)$/.test(own.code) && !isFolder(dirname(path));
  return isMissing ? { ...said, code: 'PATH_FOLDER_MISSING', message: '' } : said;
}

async function whoHas(path: string, said: Failure): Promise<Failure> {
  const stats = statOf(path);
  if (stats === null) return said;
  if (stats.isDirectory()) return { ...said, code: 'PATH_IS_FOLDER', message: '' };
  if (!stats.isSocket()) return { ...said, code: 'PATH_NOT_A_SOCKET', message: '' };
  return (await isStale(path)) ? { ...said, code: 'STALE_SOCKET', message: '' } : said;
}

/** libuv says EACCES for a missing folder, as Windows would. A folder that may not be looked at is there. */
function isFolder(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink() || lstatSync(path).isDirectory();
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EACCES';
  }
}

/** True when the kernel says that nobody accepts there, and nobody is about to. */
async function isStale(path: string): Promise<boolean> {
  return (await isRefused(path)) && !(await isBound(path));
}

/**
 * Whether a socket is bound to the file that does not accept (yet): connecting is refused there as by a dead one. Known
 * on Linux alone; a name without its folder is whoever's it may be, so in doubt it lives.
 */
export async function isBound(path: string): Promise<boolean> {
  const table = await readFile('/proc/net/unix', 'utf8').catch(() => '');
  return table.split('\n').some((line) => {
    const name = unconnected.exec(line)?.[1];
    if (name === undefined) return false;
    return name.startsWith('/') ? name === resolve(path) : basename(name) === basename(path);
  });
}

function isRefused(path: string): Promise<boolean> {
  return new Promise((settle) => {
    const socket = connect({ path });
    const timer = setTimeout(() => end(false), probeMs);
    const end = (isIt: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      settle(isIt);
    };
    socket.once('connect', () => end(false));
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code === 'ECONNREFUSED'));
  });
}

/**
 * Deletes the socket file when nobody listens on it. Rejects with EADDRINUSE when somebody does, and with
 * PATH_NOT_A_SOCKET or PATH_IS_FOLDER for anything else; does nothing where there is no file.
 */
export async function removeStaleSocket(path: string): Promise<void> {
  const wrong = pathFailure(path);
  if (wrong !== null) throw new FailureError(wrong);
  const before = statOf(path);
  if (before === null) return;
  const inUse = failure('EADDRINUSE', shownPath(path));
  const found = await whoHas(path, inUse);
  if (found.code !== 'STALE_SOCKET') throw new FailureError(found);
  // Somebody may have bound the name while we asked.
  if (!isSame(before, statOf(path))) throw new FailureError(inUse);
  try {
    unlinkSync(path);
  } catch (thrown) {
    throw new FailureError(failureOf(thrown, shownPath(path)));
  }
}

const isSame = (one: FileIdentity | null, other: FileIdentity | null): boolean =>
  one !== null && other !== null && one.dev === other.dev && one.ino === other.ino;

/**
 * Closes a server on a path; its own file goes with it. libuv removes whatever has the name by then, so a file that
 * somebody else has put there gets a second name for that moment.
 */
export function closeOnPath(server: Server, path: string, own: FileIdentity | null): void {
  const now = statOf(path);
  const isForeign = own !== null && now !== null && !isSame(own, now);
  const aside = `${path}.${process.pid}`;
  const isKept = isForeign && tryTo(() => linkSync(path, aside));
  server.close(() => undefined);
  if (isKept) tryTo(() => renameSync(aside, path));
}

function tryTo(action: () => void): boolean {
  try {
    action();
    return true;
  } catch {
    // A folder cannot be linked, but libuv cannot remove it either; nothing better is left to do.
    return false;
  }
}
