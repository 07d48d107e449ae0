/** Packets as tests write them into files. */
import { GrowingBytes } from '../reading/exporters/growing-bytes.ts';
import { section, networkInterface, packet } from '../reading/exporters/pcapng/blocks.ts';
import {
  datagramLength,
  segmentLength,
  writeDatagram,
  writeSegment,
  type Way,
} from '../reading/exporters/pcapng/packets.ts';

export const flags = { fin: 1, syn: 2, rst: 4, ack: 16 } as const;
const end = (port: number, last: number): Way['from'] => ({ bytes: Buffer.of(192, 0, 2, last), port });
const end6 = (port: number, last: number): Way['from'] => ({
  bytes: Buffer.concat([Buffer.of(0x20, 1, 0xd, 0xb8), Buffer.alloc(11), Buffer.of(last)]),
  port,
});

export const toServer: Way = { from: end(50_000, 1), to: end(80, 2) };
export const toClient: Way = { from: toServer.to, to: toServer.from };
export const toServer6: Way = { from: end6(50_000, 1), to: end6(80, 2) };

/** An IP packet of TCP. */
export function segment(way: Way, sequence: number, bits: number, text = '', acknowledged = 0): Buffer {
  const data = Buffer.from(text);
  const into = new GrowingBytes(segmentLength(way, data.length));
  const at = into.room(segmentLength(way, data.length));
  writeSegment(into, at, way, { sequence: sequence >>> 0, acknowledged, flags: bits }, data);
  return into.written;
}

/** An IP packet of UDP. */
export function datagram(way: Way, text: string): Buffer {
  const data = Buffer.from(text);
  const into = new GrowingBytes(datagramLength(way, data.length));
  writeDatagram(into, into.room(datagramLength(way, data.length)), way, data);
  return into.written;
}

/** The same IP packet in parts that carry at most so many bytes, a multiple of eight. */
export function fragmentsOf(packet: Buffer, most: number, id = 7): Buffer[] {
  const isV4 = packet[0]! >> 4 === 4;
  const head = packet.subarray(0, isV4 ? 20 : 40);
  const carried = packet.subarray(head.length);
  return Array.from({ length: Math.ceil(carried.length / most) }, (_, i) => {
    const [from, to] = [i * most, Math.min(carried.length, (i + 1) * most)];
    const own = Buffer.from(head);
    const isMore = to < carried.length ? 1 : 0;
    if (isV4) {
      own.writeUInt16BE(20 + to - from, 2);
      own.writeUInt16BE(id, 4);
      own.writeUInt16BE((isMore << 13) | (from / 8), 6);
      return Buffer.concat([own, carried.subarray(from, to)]);
    }
    const extension = Buffer.of(head[6]!, 0, 0, 0, 0, 0, 0, id);
    extension.writeUInt16BE(from | isMore, 2);
    own.writeUInt16BE(8 + to - from, 4);
    own[6] = 44;
    return Buffer.concat([own, extension, carried.subarray(from, to)]);
  });
}

type PcapOptions = {
  linkType?: number;
  isBig?: boolean;
  isNano?: boolean;
  kept?: number;
  perSecond?: number;
};

/** A pcap file, one packet a second from 1,000 s on where nothing else is said. */
export function pcapOf(
  packets: readonly Buffer[],
  { linkType = 101, isBig = false, isNano = false, kept = Infinity, perSecond = 1 }: PcapOptions = {},
): Buffer {
  const words = (...values: number[]): Buffer => {
    const bytes = Buffer.alloc(values.length * 4);
    for (const [i, value] of values.entries())
      if (isBig) bytes.writeUInt32BE(value, i * 4);
      else bytes.writeUInt32LE(value, i * 4);
    return bytes;
  };
  const version = isBig ? 0x0002_0004 : 0x0004_0002;
  const head = words(isNano ? 0xa1b23c4d : 0xa1b2c3d4, version, 0, 0, 65_535, linkType);
  const bodies = packets.map((bytes, i) => {
    const data = bytes.subarray(0, kept);
    return Buffer.concat([
      words(1000 + Math.floor(i / perSecond), isNano ? 500_000_000 : 500_000, data.length, bytes.length),
      data,
    ]);
  });
  return Buffer.concat([head, ...bodies]);
}

/** The same as pcapng. */
export function pcapngOf(packets: readonly Buffer[], linkType = 101): Buffer {
  const into = new GrowingBytes(1024);
  section(into, 'test', 'test');
  networkInterface(into, linkType, 'test', 'test');
  for (const [i, bytes] of packets.entries()) {
    const at = packet(into, { interface: 0, time: 1_000_500 + i * 1000, isInbound: null }, bytes.length);
    into.bytes.set(bytes, at);
  }
  return into.written;
}
