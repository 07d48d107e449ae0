/** About a local port or socket file that cannot be had. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Address } from '../../../shared/address.ts';
import type { EndpointId } from '../../../shared/domain.ts';
import type { Finding } from '../../../shared/network-facts.ts';
import { holderOfPath, holdersOf, type Holder } from './port-holders.ts';
import { nextFreePort, probePath, type Bind } from './probes.ts';

export type Doctor = {
  signal: AbortSignal;
  /** Which other endpoint of this app has this address; null where none does. */
  ownerOf(address: Address, protocol: 'tcp' | 'udp' | 'unix'): EndpointId | null;
};
export type LocalPort = Bind & { port: number };

/** Owners that are named; a port rarely has more than two. */
const maxOwners = 4;
/** Where the system does not say it: as it has been since BSD. */
const usualLowestPort = 1024;
/** 80 becomes 8080, and 443 becomes 8443: where such servers run without rights. */
const unprivilegedOffset = 8000;

/** Who has the port, and which one is free. */
export function findPortOwners(local: LocalPort, doctor: Doctor): Promise<Finding[]>[] {
  return [ownersOfPort(local, doctor), findFreePort(local, local.port + 1, doctor)];
}

async function ownersOfPort(local: LocalPort, doctor: Doctor): Promise<Finding[]> {
  const holders = await holdersOf(local.protocol, local.port, doctor.signal);
  const all = (holders ?? []).filter(({ address }) => conflict(local, address));
  const listening = all.filter(({ isListening }) => isListening);
  const owners = listening.length > 0 ? listening : all;
  if (owners.length === 0) return [{ kind: 'unknown', about: 'port-owner' }];
  return owners.slice(0, maxOwners).map((holder) => owner(holder, local.protocol, doctor));
}

function owner(holder: Holder, protocol: 'tcp' | 'udp' | 'unix', doctor: Doctor): Finding {
  const { address, process: found } = holder;
  const isThisApp = found?.pid === process.pid;
  // Another program can hold the same port on another address than one of ours.
  const endpoint = found === null || isThisApp ? doctor.ownerOf(address, protocol) : null;
  return { kind: 'port-owner', address, process: found, isThisApp: isThisApp || endpoint !== null, endpoint };
}

/** Whether a socket on `taken` keeps `local` from being bound. An IPv6 socket on any address has IPv4 too, mostly. */
function conflict({ host }: LocalPort, taken: Address): boolean {
  const wanted = host === '' ? '::' : host.split('%')[0]!;
  return isAny(wanted) || isAny(taken.host) || taken.host === wanted;
}

const isAny = (host: string): boolean => host === '::' || host === '0.0.0.0';

async function findFreePort(local: LocalPort, first: number, { signal }: Doctor): Promise<Finding[]> {
  const port = await nextFreePort(local, first, signal);
  return port === null ? [] : [{ kind: 'next-free-port', port }];
}

/** A port that only the administrator may have. Nothing where the port is not the reason. */
export async function findUnprivileged(local: LocalPort, doctor: Doctor): Promise<Finding[]> {
  const lowestPort = await lowestUnprivilegedPort();
  if (local.port >= lowestPort) return [];
  const first = Math.max(lowestPort, local.port + unprivilegedOffset);
  return [{ kind: 'privileged-port', lowestPort }, ...(await findFreePort(local, first, doctor))];
}

/** ip(7), ip_unprivileged_port_start: it is for IPv6, too. */
async function lowestUnprivilegedPort(): Promise<number> {
  const text = await readFile('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8').catch(() => '');
  return /^\d+\s*$/.test(text) ? Number(text) : usualLowestPort;
}

/** What stands at a socket's path, and who has it. */
export async function findPath(path: string, doctor: Doctor): Promise<Finding[]> {
  const address = { host: path, port: 0, family: 'Unix' } as const;
  const endpoint = doctor.ownerOf(address, 'unix');
  const holder =
    (await holderOfPath(path, doctor.signal)) ?? (await holderOfPath(resolve(path), doctor.signal));
  const state = await probePath(path, holder !== null || endpoint !== null, doctor.signal);
  const found: Finding[] = [{ kind: 'path', path, state }];
  if (state !== 'live') return found;
  const known = holder ?? { address, isListening: true, process: null };
  return [...found, owner({ ...known, address }, 'unix', doctor)];
}
