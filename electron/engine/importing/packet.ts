/** What a packet carries: down from its link (Ethernet, VLAN, Linux cooked, loopback, none) through IP to TCP or UDP. */
import type { Packet } from './packet-file.ts';

/** Why a packet has no place in a capture. */
export const leftOutReasons = ['fragment', 'other', 'malformed'] as const;
export type LeftOut = (typeof leftOutReasons)[number];

/** `missing`: bytes that were on the wire and are not in the file. */
export type Carried = {
  protocol: 'tcp' | 'udp';
  version: 4 | 6;
  /** Both addresses as they lie in the packet, and the ports. */
  from: { address: string; port: number };
  to: { address: string; port: number };
  payload: Buffer;
  missing: number;
  /** Of TCP. */
  sequence: number;
  acknowledged: number;
  flags: number;
};

export const tcpFlags = { fin: 1, syn: 2, rst: 4, ack: 16 } as const;
const types = { ipv4: 0x0800, ipv6: 0x86dd } as const;
const isTag = (type: number): boolean => type === 0x8100 || type === 0x88a8 || type === 0x9100;
/** Nested deeper, it is no network's. */
const mostTags = 8;
const mostExtensions = 16;
const [tcp, udp] = [6, 17];

/** Where IP begins, by the number of the link type; null for what carries none. */
export function carriedBy({ linkType, data, length }: Packet): Carried | LeftOut {
  switch (linkType) {
    case 1:
      return ofType(data, 12, length);
    case 113:
      return ofType(data, 14, length);
    case 276:
      return data.length < 20 ? 'malformed' : ofType(data, 0, length, 20);
    case 0:
    case 108:
      return data.length < 4 ? 'malformed' : ip(data, 4, length);
    case 12:
    case 14:
    case 101:
    case 228:
    case 229:
      return ip(data, 0, length);
    default:
      return 'other';
  }
}

/** By the EtherType at `at`, behind which IP begins, or at `start`. */
function ofType(data: Buffer, at: number, length: number, start = at + 2): Carried | LeftOut {
  let [place, begin] = [at, start];
  for (let tags = 0; tags < mostTags; tags++) {
    if (place + 2 > data.length) return 'malformed';
    const type = data.readUInt16BE(place);
    if (type === types.ipv4 || type === types.ipv6) return ip(data, begin, length);
    if (!isTag(type)) return 'other';
    place = begin + 2;
    begin += 4;
  }
  return 'malformed';
}

function ip(data: Buffer, at: number, length: number): Carried | LeftOut {
  if (at >= data.length) return 'malformed';
  const version = data[at]! >> 4;
  if (version === 4) return ipv4(data, at, length);
  return version === 6 ? ipv6(data, at, length) : 'other';
}

function ipv4(data: Buffer, at: number, length: number): Carried | LeftOut {
  if (data.length - at < 20) return 'malformed';
  const header = (data[at]! & 15) * 4;
  // A card that cuts by itself leaves the length to be found out.
  const total = data.readUInt16BE(at + 2) || length - at;
  if (header < 20 || total < header || total > length - at) return 'malformed';
  const protocol = data[at + 9]!;
  // More are to come, or it is not the first.
  if ((data.readUInt16BE(at + 6) & 0x3fff) !== 0) return 'fragment';
  return transport(data, 4, at + 12, protocol, at + header, at + total);
}

function ipv6(data: Buffer, at: number, length: number): Carried | LeftOut {
  if (data.length - at < 40) return 'malformed';
  const end = at + 40 + (data.readUInt16BE(at + 4) || length - at - 40);
  if (end > length) return 'malformed';
  let [next, place] = [data[at + 6]!, at + 40];
  for (let extensions = 0; extensions < mostExtensions; extensions++) {
    if (next === tcp || next === udp) return transport(data, 6, at + 8, next, place, end);
    if (place + 8 > Math.min(end, data.length)) return 'malformed';
    switch (next) {
      case 0:
      case 43:
      case 60:
      case 135:
        [next, place] = [data[place]!, place + (data[place + 1]! + 1) * 8];
        break;
      case 44:
        // One that is all there is no fragment (RFC 6946).
        if ((data.readUInt16BE(place + 2) & 0xfff9) !== 0) return 'fragment';
        [next, place] = [data[place]!, place + 8];
        break;
      case 51:
        [next, place] = [data[place]!, place + (data[place + 1]! + 2) * 4];
        break;
      default:
        return 'other';
    }
  }
  return 'malformed';
}

/** `addresses`: where both begin; `end`: behind the last byte that was on the wire. */
function transport(
  data: Buffer,
  version: 4 | 6,
  addresses: number,
  protocol: number,
  at: number,
  end: number,
): Carried | LeftOut {
  if (protocol !== tcp && protocol !== udp) return 'other';
  const least = protocol === tcp ? 20 : 8;
  if (at + least > end || at + least > data.length) return 'malformed';
  const width = version === 4 ? 4 : 16;
  const header = protocol === tcp ? (data[at + 12]! >> 4) * 4 : 8;
  const last = protocol === tcp ? end : Math.min(end, at + (data.readUInt16BE(at + 4) || end - at));
  if (header < least || at + header > last) return 'malformed';
  const payload = data.subarray(Math.min(data.length, at + header), Math.min(data.length, last));
  const address = (place: number): string => data.toString('latin1', place, place + width);
  return {
    protocol: protocol === tcp ? 'tcp' : 'udp',
    version,
    from: { address: address(addresses), port: data.readUInt16BE(at) },
    to: { address: address(addresses + width), port: data.readUInt16BE(at + 2) },
    payload,
    missing: last - at - header - payload.length,
    sequence: protocol === tcp ? data.readUInt32BE(at + 4) : 0,
    acknowledged: protocol === tcp ? data.readUInt32BE(at + 8) : 0,
    flags: protocol === tcp ? data[at + 13]! : 0,
  };
}

/** As people write it. */
export function hostOf(address: string): string {
  const bytes = Buffer.from(address, 'latin1');
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(2 * i));
  // The longest row of zeros goes (RFC 5952).
  let [best, most] = [-1, 1];
  for (let i = 0; i < 8; i++) {
    let count = 0;
    while (i + count < 8 && groups[i + count] === 0) count++;
    if (count > most) [best, most] = [i, count];
  }
  const text = (some: number[]): string => some.map((group) => group.toString(16)).join(':');
  if (best < 0) return text(groups);
  return `${text(groups.slice(0, best))}::${text(groups.slice(best + most))}`;
}
