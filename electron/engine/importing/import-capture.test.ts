/** Files of other programs as captures: what their peers said, and what is not in them. */
import { describe, expect, it } from 'vitest';
import { gzipSync } from 'node:zlib';
import type { CaptureFormat } from '../../../shared/importing/captured.ts';
import { Chance } from '../../../shared/testing/random.ts';
import { mutated } from '../../../shared/testing/mutated.ts';
import { bring, importTargets, linesOf } from '../testing/import-kit.ts';
import {
  datagram,
  flags,
  fragmentsOf,
  pcapngOf,
  pcapOf,
  segment,
  toClient,
  toServer,
  toServer6,
} from '../testing/packets.ts';
import { importCapture } from './import-capture.ts';
import { ImportError } from './problem.ts';

const { syn, ack, fin, rst } = flags;
const opening = [
  segment(toServer, 99, syn),
  segment(toClient, 499, syn | ack, '', 100),
  segment(toServer, 100, ack, '', 500),
];
const talk = [
  ...opening,
  segment(toServer, 100, ack, 'hello', 500),
  segment(toClient, 500, ack, 'world', 105),
];
const said = ['opened', 'sent hello', 'received world'];

/** What stands before IP. */
const ethernet = (type: number, ...tags: number[]): Buffer =>
  Buffer.from([...Array(12).fill(1), ...tags, type >> 8, type & 255]);
const behind = (head: Buffer, packets: readonly Buffer[]): Buffer[] =>
  packets.map((packet) => Buffer.concat([head, packet]));
const talk6 = talk.map(
  (_, i) =>
    [
      segment(toServer6, 99, syn),
      segment({ from: toServer6.to, to: toServer6.from }, 499, syn | ack, '', 100),
      segment(toServer6, 100, ack, '', 500),
      segment(toServer6, 100, ack, 'hello', 500),
      segment({ from: toServer6.to, to: toServer6.from }, 500, ack, 'world', 105),
    ][i]!,
);

describe('a file of packets', () => {
  it.each([
    ['pcap', pcapOf(talk)],
    ['pcap with nanoseconds', pcapOf(talk, { isNano: true })],
    ['pcap of the other byte order', pcapOf(talk, { isBig: true })],
    ['pcapng', pcapngOf(talk)],
    ['packed by gzip', gzipSync(pcapngOf(talk))],
    ['Ethernet', pcapOf(behind(ethernet(0x0800), talk), { linkType: 1 })],
    [
      'VLAN in VLAN',
      pcapOf(behind(ethernet(0x0800, 0x88, 0xa8, 0, 5, 0x81, 0, 0, 7), talk), { linkType: 1 }),
    ],
    [
      'Linux cooked',
      pcapOf(behind(Buffer.from('00000001000600000000000000000800', 'hex'), talk), { linkType: 113 }),
    ],
    [
      'Linux cooked 2',
      pcapOf(behind(Buffer.from('0800000000000001000100060000000000000000', 'hex'), talk), { linkType: 276 }),
    ],
    ['loopback', pcapOf(behind(Buffer.of(2, 0, 0, 0), talk), { linkType: 0 })],
    ['IPv6', pcapOf(talk6)],
    ['IPv6 with options before TCP', pcapOf(talk6.map(withOptions))],
    ['Ethernet of IPv6', pcapOf(behind(ethernet(0x86dd), talk6), { linkType: 1 })],
  ])('comes in with what was said, by whoever connected: %s', async (_, bytes) => {
    const { tcp, found, sums, stopped } = await bring(bytes);
    expect(await linesOf(tcp)).toEqual(said);
    expect([sums.connections, sums.packets, stopped]).toEqual([1, 5, null]);
    const { detail } = await tcp.info(0);
    expect(detail).toMatchObject({ origin: 'initiated', local: { port: 50_000 }, remote: { port: 80 } });
    expect([...found.keys()]).toEqual(['tcp']);
    expect((await tcp.entries(1, 1)).time(0)).toBeCloseTo(1_003_500, 3);
  });

  it('has a stream in order, each byte once, whatever came late or twice', async () => {
    const { tcp, sums } = await bring(
      pcapOf([
        ...opening,
        segment(toServer, 103, ack, 'def'),
        segment(toServer, 100, ack, 'abc'),
        segment(toServer, 102, ack, 'cdefg'),
        segment(toServer, 100, ack, 'abc'),
        segment(toServer, 107, ack | fin, 'h'),
        segment(toClient, 500, ack | fin, '', 109),
      ]),
    );
    expect(await linesOf(tcp)).toEqual([
      ...['opened', 'sent abc', 'sent def', 'sent g', 'sent h'],
      ...['half-closed us', 'half-closed peer', 'closed us finish'],
    ]);
    expect(sums.missingBytes).toBe(0);
  });

  it('goes on past the end of the numbers', async () => {
    const { tcp } = await bring(
      pcapOf([
        segment(toServer, 0xffff_fffd, syn),
        segment(toServer, 0xffff_fffe, ack, 'abc'),
        segment(toServer, 1, ack, 'def'),
      ]),
    );
    expect(await linesOf(tcp)).toEqual(['opened', 'sent abc', 'sent def']);
  });

  it('says what is missing, once the other side has it, at the end, and at a reset', async () => {
    const late = [1, 2, 3].map(() => segment(toClient, 500, ack, '', 110));
    const { tcp, sums } = await bring(
      pcapOf([
        ...opening,
        ...[segment(toServer, 105, ack, 'fghij'), ...late],
        ...[segment(toClient, 504, ack, 'x', 110), segment(toClient, 505, rst)],
      ]),
    );
    expect(await linesOf(tcp)).toEqual([
      ...['opened', 'note not-captured us 5', 'sent fghij'],
      ...['note not-captured peer 4', 'received x', 'failed ECONNRESET'],
    ]);
    expect(sums.missingBytes).toBe(9);
  });

  it('has packets that were cut when they were captured as far as they go', async () => {
    const { tcp } = await bring(pcapOf([...opening, segment(toServer, 100, ack, 'hello')], { kept: 43 }));
    expect(await linesOf(tcp)).toEqual(['opened', 'sent hel', 'note not-captured us 2']);
  });

  it('tells connections by the same addresses apart, those that were refused, and those that were open before', async () => {
    const { tcp } = await bring(
      pcapOf([
        ...talk,
        ...[segment(toServer, 9_000_000, syn), segment(toClient, 0, rst | ack)],
        segment({ from: toClient.from, to: { ...toClient.to, port: 50_001 } }, 7, ack, 'old'),
      ]),
    );
    expect(await linesOf(tcp)).toEqual([
      ...said,
      ...['attempted ECONNREFUSED', 'opened', 'note began-before', 'received old'],
    ]);
    expect((await tcp.info(4)).detail).toMatchObject({ origin: 'initiated', remote: { port: 80 } });
  });

  it('has datagrams apart, and says what is neither', async () => {
    const fragment = segment(toServer, 1, ack, 'four');
    fragment[6] = 0x20;
    const icmp = datagram(toServer, 'x');
    icmp[9] = 1;
    const { tcp, udp, found, sums } = await bring(
      pcapOf([datagram(toServer, 'ask'), datagram(toClient, 'answer'), fragment, icmp, ...talk]),
    );
    expect(await linesOf(udp)).toEqual([
      ...['opened', 'sent ask', 'received answer'],
      ...['note left-out 1 fragment', 'note left-out 1 other'],
    ]);
    expect(await linesOf(tcp)).toEqual(said);
    expect([[...found.keys()], sums.fragment, sums.other]).toEqual([['udp', 'tcp'], 1, 1]);
  });

  it('comes in as far as it is whole, and says where it ends', async () => {
    const bytes = pcapOf(talk);
    const { tcp, stopped } = await bring(bytes.subarray(0, -3));
    expect(await linesOf(tcp)).toEqual(['opened', 'sent hello']);
    expect(stopped).toEqual({ problem: 'file-cut', offset: bytes.length - 61 });
    await expect(bring(pcapOf([]))).rejects.toMatchObject({ problem: 'nothing-found' });
    await expect(bring(Buffer.from('hello'))).rejects.toMatchObject({ problem: 'unknown-format' });
  });
});

/** Eight bytes of hop-by-hop options before what it carries. */
function withOptions(packet: Buffer): Buffer {
  const head = Buffer.from(packet.subarray(0, 40));
  head.writeUInt16BE(packet.length - 40 + 8, 4);
  head[6] = 0;
  return Buffer.concat([head, Buffer.of(6, 0, 1, 4, 0, 0, 0, 0), packet.subarray(40)]);
}

/** The same talk, as other programs and we ourselves write it. */
const followedYaml = `peers:
  - peer: 0
    host: 192.0.2.1
    port: 50000
  - peer: 1
    host: 192.0.2.2
    port: 80
packets:
  - packet: 4
    peer: 0
    timestamp: 1796026094.559734106
    data: !!binary |
      aGVs
      bG8=
  - packet: 6
    peer: 1
    timestamp: 1796026094.565367937
    data: !!binary |
      d29ybGQ=
`;
const followedRaw = `
====
Follow: tcp,raw
Filter: tcp.stream eq 0
Node 0: 192.0.2.1:50000
Node 1: 192.0.2.2:80
68656c6c6f
	776f726c64
====
`;
const packetSenderLog = `TIME	From IP	From Port	To IP	To Port	Method	Error	ASCII	Hex
2026-11-20 14:02:11.004	You	50000	192.0.2.2	80	TCP		hello	68 65 6c 6c 6f${' '}
2026-11-20 14:02:11.005	192.0.2.2	80	You	50000	TCP		world	77 6f 72 6c 64${' '}
`;
const at = (port: number): object => ({ host: '192.0.2.1', port, family: 'IPv4' });
const ofConnection = { time: '2026-11-20T14:02:11.004120Z', endpoint: 'tcp://h:1', connection: 4 };
const ourLines = [
  { sequence: 4, ...ofConnection, kind: 'opened', local: at(1), remote: at(2), origin: 'accepted' },
  { sequence: 5, ...ofConnection, kind: 'sent', hex: '68656c6c6f' },
  { sequence: 6, ...ofConnection, kind: 'note', note: 'idle' },
  { sequence: 7, ...ofConnection, kind: 'frame', direction: 'received', hex: '776f726c64' },
  { sequence: 8, ...ofConnection, kind: 'half-closed', by: 'peer', closeNotify: null },
]
  .map((line) => `${JSON.stringify(line)}\n`)
  .join('');

it.each([
  ['what is none of them', Buffer.from('hello '.repeat(1000))],
  ['what is packed and damaged', Buffer.concat([Buffer.of(0x1f, 0x8b), Buffer.alloc(5000, 7)])],
  ['packets that are damaged', Buffer.concat([pcapOf(talk), Buffer.alloc(5000, 0xff)])],
])('leaves the file when it stops before its end: %s', async (_, bytes) => {
  let isLeft = false;
  async function* source(): AsyncGenerator<Buffer> {
    try {
      for (;;) yield bytes;
    } finally {
      isLeft = true;
    }
  }
  const work = { signal: new AbortController().signal, told: () => undefined };
  await importCapture(source(), { total: 1, now: 1 }, await importTargets(), work).catch(() => undefined);
  await expect.poll(() => isLeft).toBe(true);
});

describe('other files', () => {
  it('come in: what Wireshark follows, our own lines, the log of Packet Sender, and bytes', async () => {
    const followed = await bring(Buffer.from(followedYaml));
    expect(await linesOf(followed.tcp)).toEqual(said);
    expect((await followed.tcp.info(0)).detail).toMatchObject({ remote: { host: '192.0.2.2', port: 80 } });
    expect(await linesOf((await bring(Buffer.from(followedRaw))).tcp)).toEqual(said);
    const lines = await bring(Buffer.from(ourLines));
    expect(await linesOf(lines.tcp)).toEqual([...said, 'half-closed peer']);
    expect(lines.sums.lines).toBe(1);
    expect((await lines.tcp.entries(1, 1)).time(0)).toBe(Date.parse('2026-11-20T14:02:11.004Z') + 0.12);
    expect(await linesOf((await bring(Buffer.from(packetSenderLog))).tcp)).toEqual(said);
    expect(await linesOf((await bring(Buffer.from('any'), 'bytes')).tcp)).toEqual(['opened', 'received any']);
  });

  it('keep connections together, be the first of them number 0, and something fail that has none', async () => {
    const address = { host: '192.0.2.1', port: 1, family: 'IPv4' };
    const common = { time: '2026-11-20T14:02:11.004120Z', endpoint: 'tcp://h:1' };
    const counts = { receivedBytes: 0, sentBytes: 0, unsentBytes: 0, durationMs: 0 };
    const failed = { during: 'connecting', message: '', host: 'h', port: 1, code: 'ECONNREFUSED', ...counts };
    const ours = [
      { connection: 0, kind: 'opened', local: address, remote: address, origin: 'initiated' },
      { connection: null, kind: 'failed', ...failed },
      { connection: 0, kind: 'sent', hex: '68656c6c6f' },
    ].map((rest, sequence) => `${JSON.stringify({ sequence, ...common, ...rest })}\n`);
    const { tcp, sums } = await bring(Buffer.from(ours.join('')));
    expect(await linesOf(tcp)).toEqual(['opened', 'failed ECONNREFUSED', 'sent hello']);
    expect(sums.connections).toBe(1);
  });
});

const behindTalk = (): Buffer[] => [
  segment(toServer, 105, ack | fin),
  segment(toClient, 505, ack, 'more'),
  segment(toClient, 509, ack | fin),
];
const long = 'more than goes into one packet '.repeat(40);
const packetFiles = [
  pcapOf([
    ...talk,
    datagram(toServer, 'ask'),
    ...behindTalk(),
    ...fragmentsOf(datagram(toServer, long), 256),
  ]),
  pcapngOf([
    ...talk,
    datagram(toServer, 'ask'),
    ...behindTalk(),
    ...fragmentsOf(datagram(toServer6, long), 256),
  ]),
  pcapOf(talk6, { isBig: true }),
];

describe('5,000 files that something has changed', () => {
  it.each<[CaptureFormat, Buffer[]]>([
    ['packets', packetFiles],
    ['follow-yaml', [Buffer.from(followedYaml)]],
    ['follow-raw', [Buffer.from(followedRaw)]],
    ['jsonl', [Buffer.from(ourLines)]],
    ['packetsender-log', [Buffer.from(packetSenderLog)]],
  ])('come in, or say what is wrong, in the end: %s', async (format, whole) => {
    const chance = new Chance(16);
    const targets = await importTargets(false);
    let came = 0;
    for (let run = 0; run < 5000; run++) {
      const bytes = Buffer.from(mutated(chance, chance.of(whole)));
      const result = await bring(bytes, format, 256, targets).catch((error: unknown) => error);
      if (result instanceof ImportError) continue;
      expect(result).not.toBeInstanceOf(Error);
      came++;
    }
    expect(came).toBeGreaterThan(1000);
    const { tcp } = targets;
    const entries = await tcp.entries(0, Math.min(65_536, tcp.length));
    for (let i = 0; i < entries.count; i++) expect(entries.isSound(i, tcp.end)).toBe(true);
  });
});
