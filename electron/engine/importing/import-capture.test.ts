/** Files of other programs as captures: what their peers said, and what is not in them. */
import { afterEach, describe, expect, it } from 'vitest';
import { gzipSync } from 'node:zlib';
import type { CaptureFormat } from '../../../shared/importing/captured.ts';
import { Chance } from '../../../shared/testing/random.ts';
import { mutated } from '../../../shared/testing/mutated.ts';
import { stillClock } from '../clock.ts';
import type { Capture } from '../capture/capture.ts';
import { kindOf } from '../capture/format.ts';
import { openCapture } from '../testing/capture-kit.ts';
import { testFolder } from '../testing/folder.ts';
import {
  datagram,
  flags,
  pcapngOf,
  pcapOf,
  segment,
  toClient,
  toServer,
  toServer6,
} from '../testing/packets.ts';
import { importCapture, type Imported } from './import-capture.ts';
import { ImportError } from './problem.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

type Result = Imported & { tcp: Capture; udp: Capture };

async function* inPieces(bytes: Buffer, most: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += most) yield bytes.subarray(at, at + most);
}

async function bring(bytes: Buffer, as?: CaptureFormat, most = 7): Promise<Result> {
  const { path, remove } = await testFolder();
  const tcp = await openCapture(`${path}/tcp`, { clock: stillClock() });
  const udp = await openCapture(`${path}/udp`, { clock: stillClock() });
  ends.push(async () => {
    await tcp.close();
    await udp.close();
    await remove();
  });
  const options = { ...(as && { as }), total: bytes.length, now: 5000 };
  const work = { signal: new AbortController().signal, told: () => undefined };
  return { ...(await importCapture(inPieces(bytes, most), options, { tcp, udp }, work)), tcp, udp };
}

/** A line for each record: `1 sent hello`, `1 half-closed us`. */
async function linesOf(capture: Capture): Promise<string[]> {
  const entries = await capture.entries(0, capture.length);
  const lines: string[] = [];
  for (let i = 0; i < capture.length; i++) {
    const kind = kindOf(entries.kind(i));
    const { detail } = await capture.info(i);
    const facts = detail as Record<string, unknown> | null;
    const said = Buffer.from(await capture.payload(i, 0, 1000)).toString();
    const told = ['note', 'by', 'how', 'code', 'count', 'what'].flatMap((name) => facts?.[name] ?? []);
    lines.push([kind, ...(facts === null ? [said] : told)].join(' '));
  }
  return lines;
}

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
    const fragment = segment(toServer, 1, ack, 'x');
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

describe('other files', () => {
  it('come in: what Wireshark follows, our own lines, the log of Packet Sender, and bytes', async () => {
    const yaml = `peers:\n  - peer: 0\n    host: 192.0.2.1\n    port: 50000\n  - peer: 1\n    host: 192.0.2.2\n    port: 80\npackets:\n  - packet: 4\n    peer: 0\n    timestamp: 1796026094.559734106\n    data: !!binary |\n      aGVs\n      bG8=\n  - packet: 6\n    peer: 1\n    timestamp: 1796026094.565367937\n    data: !!binary |\n      d29ybGQ=\n`;
    const followed = await bring(Buffer.from(yaml));
    expect(await linesOf(followed.tcp)).toEqual(said);
    expect((await followed.tcp.info(0)).detail).toMatchObject({ remote: { host: '192.0.2.2', port: 80 } });
    const raw = `\n====\nFollow: tcp,raw\nFilter: tcp.stream eq 0\nNode 0: 192.0.2.1:50000\nNode 1: 192.0.2.2:80\n68656c6c6f\n\t776f726c64\n====\n`;
    expect(await linesOf((await bring(Buffer.from(raw))).tcp)).toEqual(said);
    const address = (port: number): object => ({ host: '192.0.2.1', port, family: 'IPv4' });
    const common = { time: '2026-11-20T14:02:11.004120Z', endpoint: 'tcp://h:1', connection: 4 };
    const ours = [
      { sequence: 4, ...common, kind: 'opened', local: address(1), remote: address(2), origin: 'accepted' },
      { sequence: 5, ...common, kind: 'sent', hex: '68656c6c6f' },
      { sequence: 6, ...common, kind: 'note', note: 'idle' },
      { sequence: 7, ...common, kind: 'frame', direction: 'received', hex: '776f726c64' },
      { sequence: 8, ...common, kind: 'half-closed', by: 'peer', closeNotify: null },
    ].map(({ sequence, ...rest }) => `${JSON.stringify({ sequence, ...rest })}\n`);
    const lines = await bring(Buffer.from(ours.join('')));
    expect(await linesOf(lines.tcp)).toEqual([...said, 'half-closed peer']);
    expect(lines.sums.lines).toBe(1);
    expect((await lines.tcp.entries(1, 1)).time(0)).toBe(Date.parse('2026-11-20T14:02:11.004Z') + 0.12);
    const log =
      'TIME\tFrom IP\tFrom Port\tTo IP\tTo Port\tMethod\tError\tASCII\tHex\n' +
      '2026-11-20 14:02:11.004\tYou\t50000\t192.0.2.2\t80\tTCP\t\thello\t68 65 6c 6c 6f \n' +
      '2026-11-20 14:02:11.005\t192.0.2.2\t80\tYou\t50000\tTCP\t\tworld\t77 6f 72 6c 64 \n';
    expect(await linesOf((await bring(Buffer.from(log))).tcp)).toEqual(said);
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

describe('5,000 files that something has changed', () => {
  it('come in, or say what is wrong, in the end', async () => {
    const chance = new Chance(16);
    const other = [datagram(toServer, 'ask'), ...behindTalk()];
    const whole = [
      pcapOf([...talk, ...other]),
      pcapngOf([...talk, ...other]),
      pcapOf(talk6, { isBig: true }),
    ];
    const { path, remove } = await testFolder();
    ends.push(remove);
    const tcp = await openCapture(`${path}/tcp`, { clock: stillClock() });
    const udp = await openCapture(`${path}/udp`, { clock: stillClock() });
    const work = { signal: new AbortController().signal, told: () => undefined };
    let came = 0;
    // What they hold is thrown away: nobody has to wait for the disk.
    for (const capture of [tcp, udp]) Object.assign(capture, { flush: () => Promise.resolve() });
    for (let run = 0; run < 5000; run++) {
      const bytes = Buffer.from(mutated(chance, chance.of(whole)));
      const options = { total: bytes.length, now: 5000, as: 'packets' } as const;
      const result = await importCapture(inPieces(bytes, 256), options, { tcp, udp }, work).catch(
        (error: unknown) => error,
      );
      if (result instanceof ImportError) continue;
      expect(result).not.toBeInstanceOf(Error);
      came++;
    }
    expect(came).toBeGreaterThan(1000);
    const entries = await tcp.entries(0, Math.min(65_536, tcp.length));
    for (let i = 0; i < entries.count; i++) expect(entries.isSound(i, tcp.end)).toBe(true);
    await tcp.close();
    await udp.close();
  });
});

const behindTalk = (): Buffer[] => [
  segment(toServer, 105, ack | fin),
  segment(toClient, 505, ack, 'more'),
  segment(toClient, 509, ack | fin),
];
