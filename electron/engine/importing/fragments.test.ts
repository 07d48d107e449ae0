/** IP packets that were cut on their way: whole again, whatever the order; or told. */
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Chance } from '../../../shared/testing/random.ts';
import { testFolder } from '../testing/folder.ts';
import { bring, linesOf } from '../testing/import-kit.ts';
import { datagram, flags, fragmentsOf, pcapOf, segment, toServer, toServer6 } from '../testing/packets.ts';

const hasTshark = spawnSync('tshark', ['--version']).status === 0;
if (process.env.CI && !hasTshark) throw new Error('tshark is needed for these tests.');

const chance = new Chance(14);
const text = (length: number): string =>
  Array.from({ length }, () => String.fromCharCode(97 + chance.below(26))).join('');
const said = text(900);

describe.each([
  ['IPv4', toServer],
  ['IPv6', toServer6],
])('fragments of %s', (_, way) => {
  const parts = fragmentsOf(datagram(way, said), 256);
  const [one, two, three, four] = parts as [Buffer, Buffer, Buffer, Buffer];

  it('are the packet again, in any order, some of them twice', async () => {
    for (const order of [parts, parts.toReversed(), [two, two, four, one, two, three]]) {
      const { udp, sums } = await bring(pcapOf(order));
      expect(await linesOf(udp)).toEqual(['opened', `sent ${said}`]);
      expect([sums.packets, sums.fragment, sums.overlap, sums.missingBytes]).toEqual([order.length, 0, 0, 0]);
    }
  });

  it('are a piece of a stream like any other', async () => {
    const { ack, syn } = flags;
    const middle = fragmentsOf(segment(way, 100, ack, said), 128, 9);
    const { tcp } = await bring(
      pcapOf([segment(way, 99, syn), ...middle.toReversed(), segment(way, 1000, ack, 'end')]),
    );
    expect(await linesOf(tcp)).toEqual(['opened', `sent ${said}`, 'sent end']);
  });

  it('of several packets at the same time are told apart by their number', async () => {
    const words = ['first', 'second', 'third'].map((word) => word + text(500));
    const all = words.map((word, i) => fragmentsOf(datagram(way, word), 128, i + 1));
    const mixed = all[0]!.flatMap((_, at) => all.flatMap((each) => each[at] ?? []));
    const { udp } = await bring(pcapOf(mixed));
    expect(await linesOf(udp)).toEqual(['opened', ...words.map((word) => `sent ${word}`)]);
  });

  it('that are missing are told, by how many there are of that packet', async () => {
    const { udp, sums } = await bring(pcapOf([datagram(way, 'whole'), one, two, four]));
    expect(await linesOf(udp)).toEqual(['opened', 'sent whole', 'note left-out 3 fragment']);
    expect(sums.fragment).toBe(3);
  });

  it('may overlap where they say the same, and are told where they do not', async () => {
    const wider = fragmentsOf(datagram(way, said), 512)[0]!;
    const same = await bring(pcapOf([two, wider, three, one, four]));
    expect(await linesOf(same.udp)).toEqual(['opened', `sent ${said}`]);
    const other = Buffer.from(two);
    other[other.length - 1]! ^= 1;
    const { udp } = await bring(pcapOf([datagram(way, 'whole'), one, two, other, three]));
    expect(await linesOf(udp)).toEqual([
      ...['opened', 'sent whole'],
      ...['note left-out 1 fragment', 'note left-out 3 overlap'],
    ]);
  });

  it('that were cut when they were captured are there as far as they go', async () => {
    const head = (way === toServer ? 20 : 48) + 200;
    const { udp, sums } = await bring(pcapOf(parts, { kept: head }));
    expect(await linesOf(udp)).toEqual(['opened', `sent ${said.slice(0, 192)}`, 'note not-captured us 708']);
    expect(sums.missingBytes).toBe(708);
  });

  it('wait for each other for 30 seconds, and at most 1,024 packets at a time', async () => {
    const late = Array.from({ length: 31 }, () => datagram(way, 'x'));
    const { sums } = await bring(pcapOf([one, ...late, two, three, four]));
    expect(sums.fragment).toBe(4);
    const many = Array.from({ length: 1040 }, (_, i) => {
      const part = Buffer.from(one);
      part.writeUInt16BE(i, way === toServer ? 4 : 46);
      return part;
    });
    const all = pcapOf([datagram(way, 'whole'), ...many, two, three, four], { perSecond: 1000 });
    const { udp } = await bring(all, undefined, 4096);
    expect(await linesOf(udp)).toEqual(['opened', 'sent whole', 'note left-out 1043 fragment']);
  });
});

it.skipIf(!hasTshark)('puts them together as tshark does (skipped without it)', async () => {
  const { path, remove } = await testFolder();
  onTestFinished(remove);
  const words = Array.from({ length: 40 }, () => text(1 + chance.below(3000)));
  const parts = words.flatMap((word, i) =>
    fragmentsOf(datagram(i % 2 === 0 ? toServer : toServer6, word), 8 * (1 + chance.below(60)), i + 1),
  );
  // Within a packet and among those beside it, as networks do.
  for (let i = 0; i + 3 < parts.length; i++) {
    const other = i + chance.below(4);
    [parts[i], parts[other]] = [parts[other]!, parts[i]!];
  }
  const file = join(path, 'fragments.pcap');
  const bytes = pcapOf(parts, { perSecond: 1000 });
  await writeFile(file, bytes);
  const fields = ['-Y', 'udp', '-T', 'fields', '-e', 'udp.payload'];
  const told = execFileSync('tshark', ['-r', file, ...fields], { encoding: 'utf8' });
  const { udp } = await bring(bytes, undefined, 4096);
  const ours: string[] = [];
  for (let i = 0; i < udp.length; i++) {
    const { kind } = await udp.info(i);
    if (kind === 'sent') ours.push(Buffer.from(await udp.payload(i, 0, 4000)).toString('hex'));
  }
  expect(ours).toEqual(told.trim().split('\n'));
  expect(ours).toHaveLength(words.length);
});
