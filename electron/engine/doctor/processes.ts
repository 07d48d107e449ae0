/** Which process has a socket open, on Linux. */
import { readdir, readFile, readlink } from 'node:fs/promises';
import type { Process } from '../../../shared/network-facts.ts';

const commandCharacters = 300;
/** Processes that are looked through at the same time. */
const atOnce = 16;
/** Servers open their sockets before those of their peers: with the lowest descriptors first, ten thousand peers cost no time. */
const firstDescriptors = 64;

/** The owners of sockets by inode, as far as this user may see them and until `signal`; this process first. */
export async function ownersOf(
  inodes: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Map<string, Process>> {
  const owners = new Map<string, Process>();
  const all = await readdir('/proc').catch(() => []);
  const own = String(process.pid);
  const others = all.filter((name) => /^\d+$/.test(name) && name !== own);
  const batches = [[own]];
  for (let at = 0; at < others.length; at += atOnce) batches.push(others.slice(at, at + atOnce));
  for (const range of [[0, firstDescriptors], [firstDescriptors]]) {
    for (const batch of batches) {
      if (signal.aborted || owners.size === inodes.size) return owners;
      await Promise.all(batch.map((pid) => findIn(pid, range, inodes, owners, signal)));
    }
  }
  return owners;
}

async function findIn(
  pid: string,
  [from, to]: readonly number[],
  inodes: ReadonlySet<string>,
  owners: Map<string, Process>,
  signal: AbortSignal,
): Promise<void> {
  // Another user's processes do not show their files, and a process may end meanwhile.
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const descriptor of descriptors.sort((a, b) => Number(a) - Number(b)).slice(from, to)) {
    if (signal.aborted) return;
    const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    if (inode !== undefined && inodes.has(inode) && !owners.has(inode))
      owners.set(inode, await describe(pid));
  }
}

async function describe(pid: string): Promise<Process> {
  const read = (file: string): Promise<string> => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
  const [name, command] = await Promise.all([read('comm'), read('cmdline')]);
  return {
    pid: Number(pid),
    name: name.replace(/\n$/, ''),
    command: command.replaceAll('\0', ' ').trim().slice(0, commandCharacters),
  };
}
