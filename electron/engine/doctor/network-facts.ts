import { hostname, networkInterfaces } from 'node:os';
import type { NameAnswer, NetworkFacts, OpenSocket } from '../../../shared/network-facts.ts';
import { askAll, nameServers } from './names.ts';
import { Turns } from './turns.ts';

/** What this machine says about its network, and the sockets that it was given. */
export async function networkFacts(sockets: OpenSocket[], omittedSockets: number): Promise<NetworkFacts> {
  const interfaces = Object.entries(networkInterfaces()).map(([name, found = []]) => ({
    name,
    mac: found[0]?.mac ?? '',
    internal: found.every(({ internal }) => internal),
    addresses: found.map(({ address, family, netmask }) => ({ host: address, family, netmask })),
  }));
  return { hostName: hostname(), interfaces, nameServers: nameServers(), sockets, omittedSockets };
}

/** The system has few threads for names, which sockets that connect need too; and a page must not be a flood of DNS. */
const turns = new Turns(4, 32);

/**
 * All answers for a name, with how long each took. Takes at most about 2.5 s from its turn on, which comes after those
 * of others. Rejects with TOO_MANY_QUESTIONS alone.
 */
export const resolveName = (host: string): Promise<NameAnswer[]> => turns.run(() => askAll(host));
