/** Reading text in another encoding, beside the tool that everybody has for it. */
import '../shared/encodings/all-codecs.ts';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeText } from '../shared/encodings/codec.ts';
import { decodeText } from '../shared/encodings/decode.ts';
import { codecOf } from '../shared/encodings/encodings.ts';
import type { Benchmark } from './harness/benchmark.ts';
import { row, type Row } from './harness/measure.ts';
import { inPairs } from './harness/pairs.ts';
import { withFolder } from './harness/scratch.ts';

const text = '温度=23.5℃，湿度 60%。服务器已经启动，等待连接。\r\n';
const mebibytes = 256;
/** As one read of a payload. */
const pieceBytes = 256 * 1024;
const runs = 7;

/** Reads the file in pieces of whole lines, as the engine reads payloads, and makes text of each. */
async function decodeFile(path: string, lineBytes: number): Promise<void> {
  const piece = new Uint8Array(Math.floor(pieceBytes / lineBytes) * lineBytes);
  const file = openSync(path, 'r');
  try {
    for (let got = 0; (got = readSync(file, piece)) > 0;)
      if (decodeText(piece.subarray(0, got), 'gbk').length === 0) throw new Error('Nothing was read.');
  } finally {
    closeSync(file);
  }
}

async function iconv(path: string): Promise<void> {
  const tool = spawn('iconv', ['-f', 'GBK', '-t', 'UTF-16LE', path], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(tool, 'exit');
  if (code !== 0) throw new Error(`iconv ended with ${code}`);
}

const run = (): Promise<Row[]> =>
  withFolder('encodings', async (folder) => {
    const line = encodeText(text, codecOf('gbk'))!;
    const bytes = Buffer.alloc(Math.floor((mebibytes * 1024 * 1024) / line.length) * line.length, line);
    const path = join(folder, 'text');
    writeFileSync(path, bytes);
    // Both find it in memory.
    readFileSync(path);
    const measure = async (read: () => Promise<void>): Promise<number> => {
      const begin = performance.now();
      await read();
      return bytes.length / 1024 / 1024 / ((performance.now() - begin) / 1000);
    };
    const { ours, reference } = await inPairs(
      runs,
      [() => decodeFile(path, line.length), () => iconv(path)],
      measure,
    );
    return [
      row({
        benchmark: `text of ${mebibytes} MiB of GBK`,
        unit: 'MiB/s',
        ours,
        reference,
        goal: { of: 'ratio', is: 'at least', value: 0.7 },
        note: `from a file in memory; reference: iconv -f GBK -t UTF-16LE to /dev/null`,
      }),
    ];
  });

export const encodingBenchmarks: Benchmark[] = [
  { name: 'encodings', about: 'read GBK as text, beside iconv', run },
];
