/** About a remote that refused, did not answer, or has no address. */
import { isIP, isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Address } from '../../../shared/address.ts';
import type { Finding } from '../../../shared/network-facts.ts';
import { addressOf } from '../net/address.ts';
import { askAll, askSystem, nameServers } from './names.ts';
import type { Doctor } from './port-findings.ts';
import { holdersOf } from './port-holders.ts';
import { probeConnect } from './probes.ts';

type Remote = { protocol: 'tcp' | 'udp'; host: string; port: number };

/** Addresses of one name that are tried, all at once. */
const maxConnects = 8;

/** What its name resolves to, who listens there on this machine, and which of its other addresses answer. */
export function findUnreached(remote: Remote, doctor: Doctor): Promise<Finding[]>[] {
  const names = namesOf(remote.host, doctor);
  return [
    names.then(({ findings }) => findings),
    // getaddrinfo answers long before a name server that is silent.
    systemAddresses(remote.host, doctor).then((addresses) => findHere(remote, addresses, doctor)),
    names.then(({ addresses }) => findElsewhere(remote, addresses, doctor)),
  ];
}

async function systemAddresses(host: string, { signal }: Doctor): Promise<string[]> {
  return isIP(host) === 0 ? (await askSystem(host, signal)).answers : [host];
}

/** Is it listened to on this machine, maybe on another address? Asked of the system, so that nobody sees a connection. */
async function findHere(
  { protocol, port }: Remote,
  addresses: string[],
  { signal }: Doctor,
): Promise<Finding[]> {
  const own = ownAddresses();
  if (!addresses.some((address) => isOwn(address, own))) return [];
  const holders = await holdersOf(protocol, port, signal);
  if (holders === null) return [{ kind: 'unknown', about: 'listeners' }];
  const listening = holders.filter(({ isListening }) => isListening);
  if (listening.length === 0) return [{ kind: 'nothing-listens-here', port }];
  const process = listening.find((holder) => holder.process !== null)?.process ?? null;
  return [{ kind: 'listening-here', addresses: listening.map(({ address }) => address), process }];
}

/** Which addresses of the name answer now. A literal address has no others; a datagram needs no answer. */
async function findElsewhere(
  { protocol, host, port }: Remote,
  addresses: string[],
  { signal }: Doctor,
): Promise<Finding[]> {
  if (protocol === 'udp' || isIP(host) !== 0) return [];
  const own = ownAddresses();
  const foreign = addresses.filter((address) => !isOwn(address, own)).slice(0, maxConnects);
  const codes = await Promise.all(foreign.map((address) => probeConnect({ host: address, port }, signal)));
  const answered: Address[] = foreign
    .filter((_, i) => codes[i] === 'connected')
    .map((address) => addressOf(address, port));
  return answered.length === 0 ? [] : [{ kind: 'other-family', answered }];
}

/** What DNS says of a name, where that is not what the system says. `addresses`: those of both. */
export async function namesOf(
  host: string,
  { signal }: Doctor,
): Promise<{ findings: Finding[]; addresses: string[] }> {
  if (isIP(host) !== 0) return { findings: [], addresses: [host] };
  const [system, ...byType] = await askAll(host, signal);
  const known = system?.answers ?? [];
  const found = byType.flatMap(({ answers }) => answers);
  const addresses = [...new Set([...known, ...found])];
  const differs = found.some((address) => !known.includes(address)) || known.length === 0;
  if (!differs) return { findings: [], addresses };
  // A name that has only one family has no code that matters.
  const code = found.length > 0 ? null : (byType.find((answer) => answer.code !== null)?.code ?? null);
  const server = nameServers()[0] ?? '';
  return { findings: [{ kind: 'resolves-to', host, addresses: found, code, server }], addresses };
}

function ownAddresses(): Set<string> {
  const found = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return new Set(['0.0.0.0', '::', '::1', ...found.map(({ address }) => address)]);
}

/** All of 127.0.0.0/8 is this machine (RFC 1122 3.2.1.3). */
const isOwn = (address: string, own: ReadonlySet<string>): boolean =>
  own.has(address.split('%')[0]!) || (isIPv4(address) && address.startsWith('127.'));
