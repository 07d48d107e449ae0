/** Who has a port on this machine, from what the system tells. */
import { readFile } from 'node:fs/promises';
import type { Address } from '../../../shared/address.ts';
import type { Process } from '../../../shared/network-facts.ts';
import { askLsof, askNetstat, type ToolHolder } from './port-tools.ts';
import { parseProcNet, parseProcUnix, type ProcSocket } from './proc-net.ts';
import { ownersOf } from './processes.ts';

export type Holder = { address: Address; isListening: boolean; process: Process | null };

/** One program can hold a port thousands of times (SO_REUSEPORT, accepted connections). */
const maxHolders = 32;

/**
 * The sockets bound to a port, those that listen first, an address once. Null where the system does not tell. Nothing is
 * connected to for it: a probe would be a connection in somebody's log.
 */
export async function holdersOf(
  protocol: 'tcp' | 'udp',
  port: number,
  signal: AbortSignal,
): Promise<Holder[] | null> {
  if (process.platform === 'win32') return sorted(await askNetstat(protocol, port, signal));
  const sockets = await readTables(protocol, port);
  if (sockets === null) return sorted(await askLsof(protocol, port, signal));
  const found = sockets.filter(({ inode }) => inode !== '0');
  const kept = distinct(found).slice(0, maxHolders);
  const owners = await ownersOf(new Set(kept.map(({ inode }) => inode)), signal);
  return kept.map(({ local, isListening, inode }) => ({
    address: local,
    isListening,
    process: owners.get(inode) ?? null,
  }));
}

/** Who accepts at a Unix socket's path; null where nobody does or the system does not tell. Linux. */
export async function holderOfPath(path: string, signal: AbortSignal): Promise<Holder | null> {
  const table = await readFile('/proc/net/unix', 'utf8').catch(() => '');
  const inode = parseProcUnix(table, path);
  if (inode === null) return null;
  const owners = await ownersOf(new Set([inode]), signal);
  const address = { host: path, port: 0, family: 'Unix' } as const;
  return { address, isListening: true, process: owners.get(inode) ?? null };
}

/** Null where there are no such tables. A machine without IPv6 has only the first. */
async function readTables(protocol: 'tcp' | 'udp', port: number): Promise<ProcSocket[] | null> {
  const [four = null, six = null] = await Promise.all(
    [protocol, `${protocol}6`].map((table) => readFile(`/proc/net/${table}`, 'utf8').catch(() => null)),
  );
  if (four === null && six === null) return null;
  return [four, six].flatMap((table) => parseProcNet(table ?? '', protocol, port));
}

function sorted(holders: ToolHolder[] | null): Holder[] | null {
  if (holders === null) return null;
  return distinct(holders)
    .slice(0, maxHolders)
    .map(({ local, ...rest }) => ({ address: local, ...rest }));
}

function distinct<S extends { local: Address; isListening: boolean }>(sockets: S[]): S[] {
  const byAddress = new Map<string, S>();
  const listeningFirst = [...sockets].sort((a, b) => Number(b.isListening) - Number(a.isListening));
  for (const socket of listeningFirst) {
    const key = `${socket.local.host} ${socket.isListening}`;
    if (!byAddress.has(key)) byAddress.set(key, socket);
  }
  return [...byAddress.values()];
}
