/** Linux's tables of sockets: /proc/net/tcp, tcp6, udp, udp6 and unix (proc(5)). */
import { endianness } from 'node:os';
import type { Address } from '../../../shared/address.ts';

/** `inode` is how /proc/PID/fd names a socket; '0' when no process has it any more (TIME_WAIT). */
export type ProcSocket = { local: Address; isListening: boolean; inode: string };

const listenState = '0A';
/** In the flags of a Unix socket: it accepts (__SO_ACCEPTCON). */
const acceptsFlag = 0x1_0000;

/**
 * The sockets of a port; lines that cannot be read are left out. A UDP socket counts as listening unless it is connected.
 * A busy machine has a hundred thousand lines: those of other ports are not looked at closely.
 */
export function parseProcNet(text: string, protocol: 'tcp' | 'udp', wanted: number): ProcSocket[] {
  const ofPort = `:${wanted.toString(16).toUpperCase().padStart(4, '0')} `;
  return text
    .split('\n')
    .slice(1)
    .filter((line) => line.includes(ofPort))
    .flatMap((line) => {
      const [, local = '', remote = '', state, , , , , , inode = '0'] = line.trim().split(/\s+/);
      const [host = '', port = ''] = local.split(':');
      const address = parseHost(host);
      if (address === null || Number.parseInt(port, 16) !== wanted) return [];
      const isListening = protocol === 'tcp' ? state === listenState : /^0+:0000$/.test(remote);
      return [{ local: { ...address, port: wanted }, isListening, inode }];
    });
}

/** Inode of the socket that accepts at `path`, or null. */
export function parseProcUnix(text: string, path: string): string | null {
  for (const line of text.split('\n').slice(1)) {
    const match = /^\S+ \S+ \S+ (\S+) \S+ \S+ +(\d+)(?: (.*))?$/.exec(line);
    if (match?.[3] === path && (Number.parseInt(match[1]!, 16) & acceptsFlag) !== 0) return match[2]!;
  }
  return null;
}

/** Words of 32 bits in the machine's own order. */
function parseHost(hex: string): { host: string; family: 'IPv4' | 'IPv6' } | null {
  if (!/^([0-9A-F]{8}|[0-9A-F]{32})$/i.test(hex)) return null;
  const bytes = hex.match(/.{8}/g)!.flatMap((word) => {
    const inOrder = Buffer.from(word, 'hex');
    return [...(endianness() === 'LE' ? inOrder.reverse() : inOrder)];
  });
  const isMapped = bytes.length === 16 && bytes.slice(0, 12).join() === '0,0,0,0,0,0,0,0,0,0,255,255';
  if (bytes.length === 4 || isMapped) return { host: bytes.slice(-4).join('.'), family: 'IPv4' };
  const groups = Array.from({ length: 8 }, (_, i) => (bytes[2 * i]! * 256 + bytes[2 * i + 1]!).toString(16));
  // The URL parser writes IPv6 as RFC 5952 says.
  return { host: new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1), family: 'IPv6' };
}
