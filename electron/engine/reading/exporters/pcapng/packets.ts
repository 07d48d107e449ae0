/** Packets of IP (RFC 791, RFC 8200), TCP (RFC 9293) and UDP (RFC 768) with right lengths and checksums. */
import { isIP } from 'node:net';
import type { Address } from '../../../../../shared/address.ts';

/** The bytes of an address, 4 or 16, and a port. */
export type End = { bytes: Buffer; port: number };
/** Both have addresses of the same length. */
export type Way = { from: End; to: End };

export const flags = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;
export type Segment = { sequence: number; acknowledged: number; flags: number };

const [protocolTcp, protocolUdp] = [6, 17];
const tcpHeader = 20;
const udpHeader = 8;
const hops = 64;
/** Bytes of data that one segment, and one datagram, can carry over either version of IP. */
export const mostInSegment = 65_535 - 20 - tcpHeader;
export const mostInDatagram = 65_535 - 20 - udpHeader;

/** Both ends as addresses of one version; what is not known, or is a name, is 0.0.0.0. */
export function endsOf(local: Address | null, remote: Address | null): { local: End; remote: End } {
  const ends = [local, remote].map((address) => ({
    bytes: addressBytes(address?.host ?? ''),
    port: address?.port ?? 0,
  })) as [End, End];
  const isMixed = ends[0].bytes.length !== ends[1].bytes.length;
  const [first, second] = isMixed ? (ends.map(asIPv6) as [End, End]) : ends;
  return { local: first, remote: second };
}

/** An IPv4 address as IPv6 has it (RFC 4291 2.5.5.2). */
function asIPv6({ bytes, port }: End): End {
  if (bytes.length === 16) return { bytes, port };
  return { bytes: Buffer.concat([Buffer.alloc(10), Buffer.of(255, 255), bytes]), port };
}

function addressBytes(host: string): Buffer {
  const [address = ''] = host.split('%');
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  if (isIP(address) !== 6) return Buffer.alloc(4);
  // A dotted end is two groups.
  const plain = address.replace(/\d+\.\d+\.\d+\.\d+$/, (dotted) => {
    const [a = 0, b = 0, c = 0, d = 0] = dotted.split('.').map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [head = '', tail] = plain.split('::');
  const groups = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((one) => parseInt(one, 16));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const all = [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
  const bytes = Buffer.alloc(16);
  for (const [at, group] of all.entries()) bytes.writeUInt16BE(group, 2 * at);
  return bytes;
}

const ipHeader = ({ from }: Way): number => (from.bytes.length === 4 ? 20 : 40);
export const segmentLength = (way: Way, data: number): number => ipHeader(way) + tcpHeader + data;
export const datagramLength = (way: Way, data: number): number => ipHeader(way) + udpHeader + data;

/** Writes a whole packet at `at`. */
export function writeSegment(into: Buffer, at: number, way: Way, segment: Segment, data: Uint8Array): void {
  const start = writeIp(into, at, way, protocolTcp, tcpHeader + data.length);
  into.writeUInt16BE(way.from.port, start);
  into.writeUInt16BE(way.to.port, start + 2);
  into.writeUInt32BE(segment.sequence, start + 4);
  into.writeUInt32BE(segment.acknowledged, start + 8);
  into[start + 12] = (tcpHeader / 4) << 4;
  into[start + 13] = segment.flags;
  into.writeUInt16BE(65_535, start + 14);
  into.writeUInt32BE(0, start + 16);
  into.set(data, start + tcpHeader);
  into.writeUInt16BE(checksum(into, start, way, protocolTcp, tcpHeader + data.length), start + 16);
}

export function writeDatagram(into: Buffer, at: number, way: Way, data: Uint8Array): void {
  const length = udpHeader + data.length;
  const start = writeIp(into, at, way, protocolUdp, length);
  into.writeUInt16BE(way.from.port, start);
  into.writeUInt16BE(way.to.port, start + 2);
  into.writeUInt16BE(length, start + 4);
  into.writeUInt16BE(0, start + 6);
  into.set(data, start + udpHeader);
  // 0 would say that there is none.
  into.writeUInt16BE(checksum(into, start, way, protocolUdp, length) || 0xffff, start + 6);
}

/** Returns where what it carries begins. */
function writeIp(into: Buffer, at: number, { from, to }: Way, protocol: number, length: number): number {
  if (from.bytes.length === 16) {
    into.writeUInt32BE(0x6000_0000, at);
    into.writeUInt16BE(length, at + 4);
    into[at + 6] = protocol;
    into[at + 7] = hops;
    into.set(from.bytes, at + 8);
    into.set(to.bytes, at + 24);
    return at + 40;
  }
  into.writeUInt16BE(0x4500, at);
  into.writeUInt16BE(20 + length, at + 2);
  // Not fragmented.
  into.writeUInt32BE(0x4000, at + 4);
  into[at + 8] = hops;
  into[at + 9] = protocol;
  into.writeUInt16BE(0, at + 10);
  into.set(from.bytes, at + 12);
  into.set(to.bytes, at + 16);
  into.writeUInt16BE(folded(sumOf(into, at, 20)), at + 10);
  return at + 20;
}

/** Over the pseudo header, too (RFC 9293 3.1, RFC 8200 8.1). */
function checksum(into: Buffer, start: number, { from, to }: Way, protocol: number, length: number): number {
  const ends = sumOf(from.bytes, 0, from.bytes.length) + sumOf(to.bytes, 0, to.bytes.length);
  return folded(ends + protocol + length + sumOf(into, start, length));
}

/** Of 16-bit words, the first byte high; below 2^53 for any packet. */
function sumOf(bytes: Buffer, from: number, length: number): number {
  let [high, low] = [0, 0];
  const end = from + length;
  let at = from;
  for (; at + 1 < end; at += 2) {
    high += bytes[at]!;
    low += bytes[at + 1]!;
  }
  if (at < end) high += bytes[at]!;
  return high * 256 + low;
}

function folded(sum: number): number {
  let rest = sum;
  while (rest > 0xffff) rest = (rest & 0xffff) + Math.floor(rest / 0x1_0000);
  return ~rest & 0xffff;
}
