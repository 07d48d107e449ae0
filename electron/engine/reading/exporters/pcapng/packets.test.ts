import { describe, expect, it } from 'vitest';
import { patterned } from '../../../testing/patterned.ts';
import { GrowingBytes } from '../growing-bytes.ts';
import {
  datagramLength,
  endsOf,
  flags,
  segmentLength,
  writeDatagram,
  writeSegment,
  type Way,
} from './packets.ts';

const wayOf = (from: string, to: string): Way => {
  const address = (host: string, port: number) => ({ host, port, family: 'IPv4' }) as const;
  const ends = endsOf(address(from, 50_000), address(to, 80));
  return { from: ends.local, to: ends.remote };
};

/** As RFC 1071 has it, byte by byte: 0xffff where the checksum in them is right. */
function sumOf(bytes: Uint8Array): number {
  let sum = 0;
  for (const [at, byte] of bytes.entries()) sum += at % 2 === 0 ? byte * 256 : byte;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}

/** What the checksum is over: what is carried and its length, the addresses, and the packet behind them. */
function checked(packet: Buffer, { from }: Way, protocol: number): Buffer {
  const head = from.bytes.length === 4 ? 20 : 40;
  const carried = packet.length - head;
  const before = Buffer.of(0, protocol, carried >> 8, carried & 0xff);
  return Buffer.concat([before, packet.subarray(head - 2 * from.bytes.length)]);
}

describe.each([
  ['IPv4', wayOf('192.0.2.1', '198.51.100.255')],
  ['IPv6', wayOf('2001:db8::1', 'fe80::ffff:1%eth0')],
])('a packet of %s', (_, way) => {
  it.each([0, 1, 2, 3, 4, 127, 1448, 65_000])(
    'has right checksums around %d bytes, wherever it lies',
    (length) => {
      const data = patterned(length, 7);
      for (const before of [0, 1, 2, 3]) {
        const into = new GrowingBytes(16);
        into.add(new Uint8Array(before));
        const segment = { sequence: 2 ** 32 - 1, acknowledged: 5, flags: flags.ack };
        writeSegment(into, into.room(segmentLength(way, length)), way, segment, data);
        expect(sumOf(checked(into.written.subarray(before), way, 6))).toBe(0xffff);

        into.clear();
        into.add(new Uint8Array(before));
        writeDatagram(into, into.room(datagramLength(way, length)), way, data);
        const udp = into.written.subarray(before);
        expect(sumOf(checked(udp, way, 17))).toBe(0xffff);
        if (way.from.bytes.length === 4) expect(sumOf(udp.subarray(0, 20))).toBe(0xffff);
      }
    },
  );
});
