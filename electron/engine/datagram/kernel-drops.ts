/** How many datagrams the kernel had no room for. Linux tells it per socket in /proc (proc(5)); Node has no call for it. */
import { readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { UdpFamily } from './wire-address.ts';

/** Columns of /proc/net/udp and udp6, counted from 0. */
const inodeColumn = 9;
const dropsColumn = 12;

export const tellsDrops = process.platform === 'linux';

/** The number that /proc knows a socket by; null where it cannot be had. One system call, which waits for no disk. */
export function inodeOf(descriptor = -1): string | null {
  if (!tellsDrops || descriptor < 0) return null;
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${descriptor}`))?.[1] ?? null;
  } catch {
    // No /proc here, as in some containers: drops are then unknown.
    return null;
  }
}

/** Since the socket was made; null where the system does not tell, or the socket is closed. */
export async function kernelDrops(inode: string | null, family: UdpFamily): Promise<number | null> {
  if (inode === null) return null;
  const table = await readFile(`/proc/self/net/${family === 'udp4' ? 'udp' : 'udp6'}`, 'latin1').catch(
    () => '',
  );
  return dropsIn(table, inode);
}

/** Exported for its test. The kernel prints a signed 32-bit number. */
export function dropsIn(table: string, inode: string): number | null {
  for (let at = table.indexOf(` ${inode} `); at >= 0; at = table.indexOf(` ${inode} `, at + 1)) {
    const start = table.lastIndexOf('\n', at) + 1;
    const end = table.indexOf('\n', at);
    const columns = table
      .slice(start, end < 0 ? undefined : end)
      .trim()
      .split(/\s+/);
    if (columns[inodeColumn] === inode && columns.length > dropsColumn)
      return Number(columns[dropsColumn]) >>> 0;
  }
  return null;
}

/** net.core.rmem_max in bytes; null where there is no such limit to read. */
export async function receiveBufferLimit(): Promise<number | null> {
  const text = await readFile('/proc/sys/net/core/rmem_max', 'latin1').catch(() => '');
  const limit = Number.parseInt(text, 10);
  return Number.isFinite(limit) ? limit : null;
}
