/** The lock of the first versions: one file `lock` with the process and its birth. */
import { readFile, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Null where there is none. A file of that name with anything else in it is somebody's own, and stays. */
export async function findOldLock(folder: string): Promise<{ pid: number; isAlive: boolean } | null> {
  const text = await readFile(join(folder, 'lock'), 'utf8').catch(() => '');
  try {
    const { pid, birth, ...others } = JSON.parse(text) as { pid?: unknown; birth?: unknown };
    const isOurs = typeof pid === 'number' && typeof birth === 'string' && Object.keys(others).length === 0;
    return isOurs ? { pid, isAlive: isAlive(pid, birth) } : null;
  } catch {
    // Empty, cut short or not ours: the first versions took such a lock over too.
    return null;
  }
}

export const removeOldLock = (folder: string): Promise<void> => rm(join(folder, 'lock'), { force: true });

function isAlive(pid: number, birth: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    // EPERM: it lives under another user.
  }
  const current = oldBirthOf(pid);
  return birth === '' || current === '' || birth === current;
}

/** Start of the machine and of the process, as those versions wrote them. '' where the system does not tell. */
function oldBirthOf(pid: number): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    return `${boot}/${fields[19]}`;
  } catch {
    return '';
  }
}
