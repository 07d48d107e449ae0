import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FailureError } from '../../shared/failure.ts';

/** Folders that engines of this very process hold: its own pid in a lock file proves nothing across a restart. */
const held = new Set<string>();
type Owner = { pid: number; birth: string };

/**
 * Creates `folder` and takes its lock, so that two processes never write one capture. Returns the function that gives
 * it back. Throws FailureError DATA_FOLDER_IN_USE (subject: the folder) while a live process holds it.
 */
export async function lockDataFolder(folder: string): Promise<() => Promise<void>> {
  await makeFolder(folder);
  const path = join(folder, 'lock');
  for (let attempt = 0; !(await tryCreate(path)); attempt++) {
    const owner = await readOwner(path);
    if (attempt > 8 || (owner && isAlive(owner, path))) throw inUse(folder, owner);
    await takeAway(path, folder);
  }
  held.add(path);
  return async () => {
    if (held.delete(path)) await rm(path, { force: true });
  };
}

/** Node's own `recursive` never ends where a folder denies that it holds what is to be made in it, as /proc does. */
async function makeFolder(folder: string): Promise<void> {
  if (await isFolder(folder)) return;
  if (dirname(folder) !== folder) await makeFolder(dirname(folder));
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if (!(await isFolder(folder))) throw error;
  }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );

async function tryCreate(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(JSON.stringify({ pid: process.pid, birth: birthOf(process.pid) } satisfies Owner));
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the lock of a dead process. Renamed first: of two processes that try, one gets what it looked at. */
async function takeAway(path: string, folder: string): Promise<void> {
  const aside = `${path}.${process.pid}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const owner = await readOwner(aside);
  if (owner && isAlive(owner, path)) {
    // Somebody else replaced the dead lock between the look and the rename: give theirs back.
    await rename(aside, path);
    throw inUse(folder, owner);
  }
  await rm(aside, { force: true });
}

async function readOwner(path: string): Promise<Owner | null> {
  // A lock is written right after it is made; an empty one is given that moment before it counts as dead.
  for (let look = 0; look < 5; look++) {
    try {
      const { pid, birth } = JSON.parse(await readFile(path, 'utf8')) as Partial<Owner>;
      if (typeof pid === 'number' && typeof birth === 'string') return { pid, birth };
      return null;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  return null;
}

function isAlive({ pid, birth }: Owner, path: string): boolean {
  // Our own pid from an earlier life of this container, unless the birth says that it is really us.
  if (pid === process.pid) return held.has(path) || (birth !== '' && birth === birthOf(pid));
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    // EPERM: it lives under another user.
  }
  const current = birthOf(pid);
  return birth === '' || current === '' || birth === current;
}

/** Start of the machine and of the process, where the system tells: a pid alone is reused, in containers at once. */
function birthOf(pid: number): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // Field 22; the second field is a name that may hold spaces and brackets (proc_pid_stat(5)).
    return `${boot}/${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    // Not Linux, or the process has gone.
    return '';
  }
}

const inUse = (folder: string, owner: Owner | null): FailureError =>
  new FailureError({
    code: 'DATA_FOLDER_IN_USE',
    message: `Another Socketscope${owner ? ` (process ${owner.pid})` : ''} uses this data folder.`,
    subject: folder,
  });
