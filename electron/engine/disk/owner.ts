/** Which process made something on a disk, told so that any other process can find out whether that one still lives. */
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { promisify } from 'node:util';

/**
 * `space` stands for the machine since its start and the PID namespace in it, in which `pid` means something; `birth` is
 * the start of the process in digits, because numbers are given again, in containers at once. '' where it is not known.
 */
export type Owner = { pid: number; birth: string; space: string };
/** `unseen`: of another container or machine, or hidden by this one: only a sign of life can tell. */
export type Life = 'alive' | 'dead' | 'unseen';

type Found = { birth: string; hasEnded: boolean };

/** Far more than `ps` takes. */
const psDeadlineMs = 2_000;
export const unknownSpace = '0'.repeat(16);

/** This process. Found out once, at its start: later nothing may hold up the thread of the sockets. */
export function thisProcess(): Owner {
  own ??= { pid: process.pid, birth: birthOfThis(), space: spaceOfThis() };
  return own;
}
let own: Owner | null = null;

export async function lifeOf({ pid, birth, space }: Owner): Promise<Life> {
  if (space === unknownSpace || space !== thisProcess().space) return 'unseen';
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'dead';
    // EPERM: it lives under another user.
  }
  const found = await processAt(pid);
  if (found === null || birth === '') return 'unseen';
  return found.hasEnded || found.birth !== birth ? 'dead' : 'alive';
}

function spaceOfThis(): string {
  try {
    const names =
      process.platform === 'linux'
        ? [
            readFileSync('/proc/sys/kernel/random/boot_id', 'latin1'),
            readlinkSync('/proc/self/ns/pid'),
            // Births are counted from the start of a time namespace; older systems have but one.
            readNamespace('/proc/self/ns/time'),
          ]
        : [process.platform, hostname()];
    return createHash('sha256').update(names.join('\n')).digest('hex').slice(0, unknownSpace.length);
  } catch {
    // A sandbox without /proc: nobody can be seen from here, nor this process by others.
    return unknownSpace;
  }
}

function readNamespace(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function birthOfThis(): string {
  try {
    if (process.platform === 'linux') return processInProc('self')?.birth ?? '';
    if (process.platform === 'win32') return '';
    return readPs(execFileSync('ps', psArguments(process.pid), psOptions))?.birth ?? '';
  } catch {
    // A sandbox: nobody can tell this process from a later one of its number.
    return '';
  }
}

/** Null where the system does not tell. */
async function processAt(pid: number): Promise<Found | null> {
  try {
    if (process.platform === 'linux') return processInProc(pid);
    return process.platform === 'win32' ? null : await processByPs(pid);
  } catch {
    // Gone meanwhile, or not for our eyes.
    return null;
  }
}

function processInProc(pid: number | 'self'): Found | null {
  // Inside a new PID namespace /proc may still be the old one's, where our numbers are those of others.
  if (pid !== 'self' && readlinkSync('/proc/self') !== String(process.pid)) return null;
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // Fields 3 and 22; the second is a name that may hold spaces and brackets (proc_pid_stat(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { birth: fields[19]!, hasEnded: fields[0] === 'Z' || fields[0] === 'X' };
}

/** Exported for the tests: macOS and the BSDs have no /proc. */
export const processByPs = async (pid: number): Promise<Found | null> =>
  readPs((await promisify(execFile)('ps', psArguments(pid), psOptions)).stdout);

const psArguments = (pid: number): string[] => ['-o', 'stat=,lstart=', '-p', String(pid)];
const psOptions = {
  env: { PATH: '/bin:/usr/bin', LC_ALL: 'C', TZ: 'UTC0' },
  encoding: 'utf8',
  stdio: 'pipe',
  timeout: psDeadlineMs,
} as const;

function readPs(said: string): Found | null {
  const [state = '', ...start] = said.trim().split(/\s+/);
  const ms = Date.parse(`${start.join(' ')} UTC`);
  return Number.isNaN(ms) ? null : { birth: String(ms / 1000), hasEnded: state.startsWith('Z') };
}
