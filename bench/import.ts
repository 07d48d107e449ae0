/** Captured traffic that comes in, beside tshark, which reads the same file and writes its packets nowhere. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  segmentLength,
  writeSegment,
  type Way,
} from '../electron/engine/reading/exporters/pcapng/packets.ts';
import type { Benchmark } from './harness/benchmark.ts';
import { row } from './harness/measure.ts';
import { inPairs } from './harness/pairs.ts';
import { outFolder, withFolder } from './harness/scratch.ts';

const fileBytes = 256e6;
const connections = 50;
const segmentBytes = 1448;
const runs = 5;
const atOnce = 4096;

/** Connections that download, each segment acknowledged, in turn. */
function writeTraffic(path: string): number {
  writeFileSync(path, Buffer.from('d4c3b2a1020004000000000000000000ffff000065000000', 'hex'));
  const data = Buffer.alloc(segmentBytes, 'what a server has to say. ');
  const next = new Array<number>(connections).fill(1);
  let packets = 0;
  for (let written = 0; written < fileBytes;) {
    const batch: Buffer[] = [];
    for (let i = 0; i < atOnce; i++, packets++) {
      const connection = (packets >> 1) % connections;
      const server = { bytes: Buffer.of(192, 0, 2, 1), port: 443 };
      const client = { bytes: Buffer.of(192, 0, 2, 2), port: 50_000 + connection };
      const isData = packets % 2 === 0;
      const way: Way = isData ? { from: server, to: client } : { from: client, to: server };
      if (isData) next[connection]! += segmentBytes;
      const said = isData ? data : data.subarray(0, 0);
      const length = segmentLength(way, said.length);
      const packet = Buffer.alloc(16 + length);
      packet.writeUInt32LE(1_790_000_000 + Math.floor(packets / 1000), 0);
      packet.writeUInt32LE((packets % 1000) * 1000, 4);
      packet.writeUInt32LE(length, 8);
      packet.writeUInt32LE(length, 12);
      const at = next[connection]!;
      const segment = isData
        ? { sequence: at - segmentBytes, acknowledged: 1, flags: 16 }
        : { sequence: 1, acknowledged: at, flags: 16 };
      const view = new DataView(packet.buffer, packet.byteOffset, packet.length);
      writeSegment({ bytes: packet, view }, 16, way, segment, said);
      batch.push(packet);
    }
    const bytes = Buffer.concat(batch);
    appendFileSync(path, bytes);
    written += bytes.length;
  }
  return packets;
}

function secondsOf(command: string, args: readonly string[]): number {
  const begin = performance.now();
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return (performance.now() - begin) / 1000;
}

export const importBenchmarks: Benchmark[] = [
  {
    name: 'import',
    about: 'bring in a file of captured traffic, beside tshark reading it',
    run: () =>
      withFolder('import', async (folder) => {
        const file = join(folder, 'traffic.pcap');
        const packets = writeTraffic(file);
        const cli = join(outFolder, '../headless/cli.js');
        let run = 0;
        const ways = [
          () => secondsOf(process.execPath, [cli, 'import', file, '--to', join(folder, `in-${run++}`)]),
          () => secondsOf('tshark', ['-r', file, '-w', '/dev/null']),
        ] as const;
        const { ours, reference } = await inPairs(runs, ways, (read) =>
          Promise.resolve(packets / read() / 1e6),
        );
        const benchmark = `import of ${fileBytes / 1e6} MB of captured traffic`;
        const note = `${packets.toLocaleString('en')} packets of ${connections} connections; reference: tshark -r FILE -w /dev/null`;
        return [
          row({
            benchmark,
            unit: 'million/s',
            ours,
            reference,
            note,
            goal: { of: 'ratio', is: 'at least', value: 0.5 },
          }),
        ];
      }),
  },
];
