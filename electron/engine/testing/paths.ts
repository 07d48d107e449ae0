/** What tests of socket files and of other people's rights share. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** ip(7): ports below this one are the administrator's; 0 where everybody may have all. */
export const lowestOpenPort =
  process.platform === 'linux'
    ? Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'))
    : 0;

/** Makes a socket file whose server was killed. */
export function leaveStaleSocket(path: string): void {
  const script = `require('net').createServer().listen({ path: process.argv[1] }, () => process.kill(process.pid, 'SIGKILL'))`;
  const { signal } = spawnSync(process.execPath, ['-e', script, path], { stdio: 'ignore' });
  if (signal !== 'SIGKILL') throw new Error(`${path} could not be made`);
}

/** Runs `action` with the rights of an ordinary user: the administrator may do everything. */
export async function asOrdinaryUser(action: () => Promise<void>): Promise<void> {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.('nobody');
  try {
    await action();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}
