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

/** Where packets are written. */
export type Room = { readonly bytes: Uint8Array; readonly view: DataView };

/** Writes a whole packet at `at`. */
export function writeSegment(into: Room, at: number, way: Way, segment: Segment, data: Uint8Array): void {
  const length = tcpHeader + data.length;
  const start = writeIp(into, at, way, protocolTcp, length);
  const { bytes, view } = into;
  view.setUint16(start, way.from.port);
  view.setUint16(start + 2, way.to.port);
  view.setUint32(start + 4, segment.sequence);
  view.setUint32(start + 8, segment.acknowledged);
  view.setUint8(start + 12, (tcpHeader / 4) << 4);
  view.setUint8(start + 13, segment.flags);
  view.setUint16(start + 14, 65_535);
  view.setUint32(start + 16, 0);
  bytes.set(data, start + tcpHeader);
  view.setUint16(start + 16, checksum(view, start, way, protocolTcp, length));
}

export function writeDatagram(into: Room, at: number, way: Way, data: Uint8Array): void {
  const length = udpHeader + data.length;
  const start = writeIp(into, at, way, protocolUdp, length);
  const { bytes, view } = into;
  view.setUint16(start, way.from.port);
  view.setUint16(start + 2, way.to.port);
  view.setUint16(start + 4, length);
  view.setUint16(start + 6, 0);
  bytes.set(data, start + udpHeader);
  // 0 would say that there is none.
  view.setUint16(start + 6, checksum(view, start, way, protocolUdp, length) || 0xffff);
}

/** Returns where what it carries begins: directly behind both addresses. */
function writeIp(into: Room, at: number, { from, to }: Way, protocol: number, length: number): number {
  const { view } = into;
  if (from.bytes.length === 16) {
    view.setUint32(at, 0x6000_0000);
    view.setUint16(at + 4, length);
    view.setUint8(at + 6, protocol);
    view.setUint8(at + 7, hops);
    putShort(into, at + 8, from.bytes);
    putShort(into, at + 24, to.bytes);
    return at + 40;
  }
  view.setUint16(at, 0x4500);
  view.setUint16(at + 2, 20 + length);
  // Not fragmented.
  view.setUint32(at + 4, 0x4000);
  view.setUint8(at + 8, hops);
  view.setUint8(at + 9, protocol);
  view.setUint16(at + 10, 0);
  putShort(into, at + 12, from.bytes);
  putShort(into, at + 16, to.bytes);
  view.setUint16(at + 10, folded(sumOf(view, at, 20)));
  return at + 20;
}

/** An address: `set` takes longer. */
function putShort({ bytes }: Room, at: number, part: Uint8Array): void {
  for (let i = 0; i < part.length; i++) bytes[at + i] = part[i]!;
}

/** Over the pseudo header, too (RFC 9293 3.1, RFC 8200 8.1), whose addresses stand before it. */
function checksum(view: DataView, start: number, { from }: Way, protocol: number, length: number): number {
  const addresses = 2 * from.bytes.length;
  return folded(protocol + length + sumOf(view, start - addresses, addresses + length));
}

/** Of 16-bit words, the first byte high, two at a time; both halves stay below 2^31 for any packet. */
function sumOf(view: DataView, from: number, length: number): number {
  let high = 0;
  let low = 0;
  let at = from;
  for (const end = from + (length & ~3); at < end; at += 4) {
    const words = view.getInt32(at);
    high = (high + (words >>> 16)) | 0;
    low = (low + (words & 0xffff)) | 0;
  }
  let rest = 0;
  for (const end = from + length; at < end; at++)
    rest += view.getUint8(at) * ((at - from) % 2 === 0 ? 256 : 1);
  return high + low + rest;
}

function folded(sum: number): number {
  let rest = sum;
  while (rest > 0xffff) rest = (rest & 0xffff) + Math.floor(rest / 0x1_0000);
  return ~rest & 0xffff;
}
