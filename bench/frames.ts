/** Cutting a stream into frames, beside the plainest loop that finds its line ends. */
import { Framer } from '../shared/framing/framer.ts';
import { parseFraming } from '../shared/framing/spec.ts';
import type { Benchmark } from './harness/benchmark.ts';
import { row, type Row } from './harness/measure.ts';
import { inPairs } from './harness/pairs.ts';

const lines = 1_000_000;
const lineBytes = 128;
/** As one read of a socket. */
const chunkBytes = 64 * 1024;
const runs = 7;
const lineFeed = 10;

function million(): Uint8Array {
  const bytes = new Uint8Array(lines * lineBytes).fill(0x61);
  for (let end = lineBytes - 1; end < bytes.length; end += lineBytes) bytes[end] = lineFeed;
  return bytes;
}

function framed(spec: string, bytes: Uint8Array): number {
  const read = parseFraming(spec);
  if (!read.ok) throw new Error(spec);
  let frames = 0;
  const framer = new Framer(read.framing, () => frames++);
  for (let at = 0; at < bytes.length; at += chunkBytes) framer.push(bytes.subarray(at, at + chunkBytes), 0);
  return frames;
}

function split(bytes: Uint8Array): number {
  let frames = 0;
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) frames++;
  return frames;
}

async function run(): Promise<Row[]> {
  const bytes = million();
  const rows: Row[] = [];
  for (const spec of ['lf', 'line', 'delimiter:\\n', 'regex:\\r?\\n', `fixed:${lineBytes}`]) {
    const measure = async (cut: () => number): Promise<number> => {
      const begin = performance.now();
      const found = cut();
      const seconds = (performance.now() - begin) / 1000;
      if (found !== lines) throw new Error(`${spec}: ${found}`);
      return lines / seconds / 1e6;
    };
    const { ours, reference } = await inPairs(runs, [() => framed(spec, bytes), () => split(bytes)], measure);
    rows.push(
      row({
        benchmark: `frames of a million lines of ${lineBytes} bytes, ${spec}`,
        unit: 'million/s',
        ours,
        reference,
        ...(spec === 'lf' || spec === 'line' ? { goal: { of: 'ratio', is: 'at least', value: 0.5 } } : {}),
        note: `in reads of ${chunkBytes / 1024} KiB; reference: indexOf in a loop over the whole buffer`,
      }),
    );
  }
  return rows;
}

export const frameBenchmarks: Benchmark[] = [
  { name: 'frames', about: 'cut a million lines into frames', run },
];
