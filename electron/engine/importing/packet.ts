/** What a packet carries: down from its link (Ethernet, VLAN, Linux cooked, loopback, none) through IP to TCP or UDP. */
import type { ImportSums } from '../../../shared/importing/captured.ts';
import { fits, Fragments } from './fragments.ts';
import type { Packet } from './packet-file.ts';

/** Why a packet has no place in a capture. */
export const leftOutReasons = ['fragment', 'overlap', 'other', 'malformed'] as const;
export type LeftOut = (typeof leftOutReasons)[number];

/** One for all packets, because millions of them would be millions of objects. Places are those of `bytes`. */
export type Carried = {
  protocol: 'tcp' | 'udp';
  version: 4 | 6;
  bytes: Uint8Array;
  /** Where both addresses begin, the sender's first, and both ports. */
  addresses: number;
  ports: number;
  /** Of what is said. */
  start: number;
  end: number;
  /** Bytes behind it that were on the wire and are not in the file. */
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

const half = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;
const word = (bytes: Uint8Array, at: number): number =>
  ((bytes[at]! << 24) | (half(bytes, at + 1) << 8) | bytes[at + 3]!) >>> 0;

/** `waits`: a part of a packet, others of which are to come; they are counted once it is known that they do not. */
type Outcome = 'carried' | 'waits' | Exclude<LeftOut, 'fragment' | 'overlap'>;

export class PacketReader {
  readonly carried: Carried = {
    ...{ protocol: 'tcp', version: 4, bytes: new Uint8Array(), addresses: 0, ports: 0, start: 0, end: 0 },
    ...{ missing: 0, sequence: 0, acknowledged: 0, flags: 0 },
  };
  readonly #fragments: Fragments;
  #time = 0;
  #isFragment = false;

  /** Fragments that never became a packet are counted there. */
  constructor(sums: ImportSums) {
    this.#fragments = new Fragments(sums);
  }

  /** What `carried` says afterwards, where it says so, holds until the next one. */
  read(packet: Packet): Outcome {
    const { linkType, bytes, start, end } = packet;
    // Behind the last byte that was on the wire.
    const limit = start + packet.length;
    this.#time = packet.time;
    this.#isFragment = false;
    switch (linkType) {
      case 1:
        return this.#ofType(bytes, start + 12, start + 14, end, limit);
      case 113:
        return this.#ofType(bytes, start + 14, start + 16, end, limit);
      case 276:
        return end - start < 20 ? 'malformed' : this.#ofType(bytes, start, start + 20, end, limit);
      case 0:
      case 108:
        return end - start < 4 ? 'malformed' : this.#ip(bytes, start + 4, end, limit);
      case 12:
      case 14:
      case 101:
      case 228:
      case 229:
        return this.#ip(bytes, start, end, limit);
      default:
        return 'other';
    }
  }

  /** There are no more. */
  end(): void {
    this.#fragments.end();
  }

  /** By the EtherType at `place`, behind which IP begins, or at `begin`. */
  #ofType(bytes: Uint8Array, place: number, begin: number, end: number, limit: number): Outcome {
    for (let tags = 0; tags < mostTags; tags++) {
      if (place + 2 > end) return 'malformed';
      const type = half(bytes, place);
      if (type === types.ipv4 || type === types.ipv6) return this.#ip(bytes, begin, end, limit);
      if (!isTag(type)) return 'other';
      place = begin + 2;
      begin += 4;
    }
    return 'malformed';
  }

  #ip(bytes: Uint8Array, at: number, end: number, limit: number): Outcome {
    if (at >= end) return 'malformed';
    const version = bytes[at]! >> 4;
    if (version === 4) return this.#ipv4(bytes, at, end, limit);
    return version === 6 ? this.#ipv6(bytes, at, end, limit) : 'other';
  }

  #ipv4(bytes: Uint8Array, at: number, end: number, limit: number): Outcome {
    if (end - at < 20) return 'malformed';
    const header = (bytes[at]! & 15) * 4;
    // A card that cuts by itself leaves the length to be found out.
    const total = half(bytes, at + 2) || limit - at;
    if (header < 20 || total < header || total > limit - at) return 'malformed';
    const protocol = bytes[at + 9]!;
    const cut = half(bytes, at + 6);
    // More are to come, or it is not the first.
    if ((cut & 0x3fff) !== 0) {
      const id = [at + 4, at + 6] as const;
      const where = { version: 4, addresses: at + 12, id, at: at + header, end, limit: at + total } as const;
      return this.#fragment(bytes, where, (cut & 0x1fff) * 8, (cut & 0x2000) === 0, protocol);
    }
    return this.#transport(bytes, 4, at + 12, protocol, at + header, end, at + total);
  }

  #ipv6(bytes: Uint8Array, at: number, end: number, limit: number): Outcome {
    if (end - at < 40) return 'malformed';
    const last = at + 40 + (half(bytes, at + 4) || limit - at - 40);
    return last > limit ? 'malformed' : this.#next(bytes, at + 8, bytes[at + 6]!, at + 40, end, last);
  }

  /** Past the headers between IPv6 and what it carries. */
  #next(
    bytes: Uint8Array,
    addresses: number,
    first: number,
    at: number,
    end: number,
    limit: number,
  ): Outcome {
    let [next, place] = [first, at];
    for (let extensions = 0; extensions < mostExtensions; extensions++) {
      if (next === tcp || next === udp) return this.#transport(bytes, 6, addresses, next, place, end, limit);
      if (place + 8 > Math.min(end, limit)) return 'malformed';
      switch (next) {
        case 0:
        case 43:
        case 60:
        case 135:
          [next, place] = [bytes[place]!, place + (bytes[place + 1]! + 1) * 8];
          break;
        case 44: {
          const cut = half(bytes, place + 2);
          const id = [place + 4, place + 8] as const;
          const where = { version: 6, addresses, id, at: place + 8, end, limit } as const;
          // One that is all there is no fragment (RFC 6946).
          if ((cut & 0xfff9) !== 0)
            return this.#fragment(bytes, where, cut & 0xfff8, (cut & 1) === 0, bytes[place]!);
          [next, place] = [bytes[place]!, place + 8];
          break;
        }
        case 51:
          [next, place] = [bytes[place]!, place + (bytes[place + 1]! + 2) * 4];
          break;
        default:
          return 'other';
      }
    }
    return 'malformed';
  }

  /** Goes on with the whole packet once this part completes it: its addresses, and what they said. */
  #fragment(
    bytes: Uint8Array,
    { version, addresses, id, at, end, limit }: Cut,
    offset: number,
    isLast: boolean,
    protocol: number,
  ): Outcome {
    const length = limit - at;
    // No packet is cut twice.
    if (this.#isFragment || length <= 0 || !fits({ offset, length, isLast })) return 'malformed';
    this.#isFragment = true;
    const both = bytes.subarray(addresses, addresses + (version === 4 ? 8 : 32));
    const key = [both, bytes.subarray(...id), version === 4 ? [protocol] : []]
      .map((part) => String.fromCharCode(...part))
      .join('');
    const there = bytes.subarray(at, Math.max(at, Math.min(end, limit)));
    const fragment = { key, offset, isLast, bytes: there, length, protocol };
    const whole = this.#fragments.take(fragment, this.#time);
    if (whole === null) return 'waits';
    const all = Buffer.concat([both, whole.bytes]);
    const last = both.length + whole.length;
    return version === 4
      ? this.#transport(all, 4, 0, whole.protocol, both.length, all.length, last)
      : this.#next(all, 0, whole.protocol, both.length, all.length, last);
  }

  /** `end`: of what is in the file; `limit`: of what was on the wire. */
  #transport(
    bytes: Uint8Array,
    version: 4 | 6,
    addresses: number,
    protocol: number,
    at: number,
    end: number,
    limit: number,
  ): Outcome {
    if (protocol !== tcp && protocol !== udp) return 'other';
    const isTcp = protocol === tcp;
    const least = isTcp ? 20 : 8;
    if (at + least > limit || at + least > end) return 'malformed';
    const header = isTcp ? (bytes[at + 12]! >> 4) * 4 : 8;
    const last = isTcp ? limit : Math.min(limit, at + (half(bytes, at + 4) || limit - at));
    if (header < least || at + header > last) return 'malformed';
    const { carried } = this;
    carried.protocol = isTcp ? 'tcp' : 'udp';
    carried.version = version;
    carried.bytes = bytes;
    carried.addresses = addresses;
    carried.ports = at;
    carried.start = Math.min(end, at + header);
    carried.end = Math.min(end, last);
    carried.missing = last - at - header - (carried.end - carried.start);
    carried.sequence = isTcp ? word(bytes, at + 4) : 0;
    carried.acknowledged = isTcp ? word(bytes, at + 8) : 0;
    carried.flags = isTcp ? bytes[at + 13]! : 0;
    return 'carried';
  }
}

/** Where a part of a packet lies, what tells it from others, and what it is a part of. */
type Cut = {
  version: 4 | 6;
  addresses: number;
  id: readonly [from: number, to: number];
  at: number;
  end: number;
  limit: number;
};

export type End = { address: string; port: number };

/** Both ends, their addresses as they lie in the packet. */
export function endsOf({ bytes, addresses, ports, version }: Carried): { from: End; to: End } {
  const width = version === 4 ? 4 : 16;
  const address = (at: number): string =>
    Buffer.from(bytes.buffer, bytes.byteOffset + at, width).toString('latin1');
  return {
    from: { address: address(addresses), port: half(bytes, ports) },
    to: { address: address(addresses + width), port: half(bytes, ports + 2) },
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
