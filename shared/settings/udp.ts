/** Options of UDP sockets. */
import type * as v from 'valibot';
import { parseKeptHost } from '../address.ts';
import { group, list, number, type Option, text, toggle } from './field.ts';
import { found, hostProblems, type Found } from './field-problem.ts';

export const mostGroups = 64;

const hops = { min: 0, max: 255 };
const bufferBytes = { min: 0, max: 1_073_741_823 };
const isDatagram: Option['of'] = (_, { hasBoundaries }) => hasBoundaries;
const option: Option = { panel: 'udp', of: isDatagram };
const multicast: Option = { panel: 'multicast', of: isDatagram };

const multicastGroup = group(
  {
    /** An IPv4 (224.0.0.0/4) or IPv6 (ff00::/8) multicast address. */
    group: text(100),
    /** Address of a local interface, or for IPv6 `::%name`; '' = chosen by the system. */
    interfaceAddress: text(100, { check: interfaceProblems }),
    /** Only datagrams of this sender (RFC 4607); '' = any. */
    source: text(100),
  },
  { check: groupProblems },
);
export type MulticastGroup = v.InferOutput<typeof multicastGroup>;

export const udp = group({
  /** Clients: connect(2) the socket, so that only the remote is heard and refusals are reported. */
  connected: toggle(false, {
    ...option,
    of: (role, { hasBoundaries }) => role === 'client' && hasBoundaries,
  }),
  /** SO_BROADCAST. */
  broadcast: toggle(false, option),
  /**
   * SO_RCVBUF and SO_SNDBUF asked of the kernel; 0 = the system's. What it granted is in the status: Debian grants
   * 208 KiB of what is asked for unless the system allows more.
   */
  receiveBufferBytes: number(4 * 1024 * 1024, bufferBytes, { ...option, zeroIsSystems: true }),
  sendBufferBytes: number(0, bufferBytes, { ...option, zeroIsSystems: true }),
  /** Time to live or hop limit of what is sent to one host; 0 = the system's. */
  ttl: number(0, hops, { ...option, zeroIsSystems: true }),
  groups: list(multicastGroup, mostGroups, { option: multicast }),
  /** As in a group: where datagrams to groups leave. '' = chosen by the system. */
  multicastInterface: text(100, { check: interfaceProblems, option: { ...multicast, text: 'host' } }),
  multicastTtl: number(1, hops, multicast),
  /** IP_MULTICAST_LOOP: what this socket sends to a group comes back to this machine. */
  multicastLoopback: toggle(true, multicast),
  /** SO_REUSEADDR: several sockets may bind the same multicast port. */
  reuseAddress: toggle(false, multicast),
});
export type UdpSettings = v.InferOutput<typeof udp>;

function groupProblems({ group, source }: { group: string; source: string }): Found[] {
  const problems: Found[] = [];
  const family = multicastFamily(group);
  if (family === null) problems.push({ ...found('group-not-multicast', group.length), at: 'group' });
  if (source === '') return problems;
  const sender = parseKeptHost(source);
  if (!sender.ok) problems.push(...hostProblems(source).map((each) => ({ ...each, at: 'source' })));
  else if (sender.kind === 'name' || (family !== null && sender.kind !== family))
    problems.push({ ...found('source-family', source.length), at: 'source' });
  return problems;
}

/** Null for what is no multicast address (RFC 5771, RFC 4291 2.7). */
export function multicastFamily(group: string): 'IPv4' | 'IPv6' | null {
  if (/^ff/i.test(group)) {
    // A scope of its own interface or link is written with a zone elsewhere, never in the group.
    const parsed = group.includes('%') ? null : parseKeptHost(group);
    return parsed?.ok && parsed.kind === 'IPv6' ? 'IPv6' : null;
  }
  const parsed = parseKeptHost(group);
  if (!parsed.ok || parsed.kind !== 'IPv4') return null;
  const first = Number(group.split('.')[0]);
  return first >= 224 && first <= 239 ? 'IPv4' : null;
}

/** As a host has a group, with the interface in its zone: `ff02::1%eth0`. Null for a host that is none. */
export function groupOf(host: string): MulticastGroup | null {
  const [group = '', zone] = host.split('%');
  const interfaceAddress = zone === undefined ? '' : `::%${zone}`;
  return multicastFamily(group) === null ? null : { group, interfaceAddress, source: '' };
}

function interfaceProblems(address: string): Found[] {
  return address === '' || /^::%[\w.~-]+$/.test(address) ? [] : hostProblems(address, true);
}
