/** Cutting a stream into frames, beside the plainest loop that finds its line ends. */
import { Capture } from '../electron/engine/capture/capture.ts';
import { noStream } from '../electron/engine/capture/recorder.ts';
import { FrameRows } from '../electron/engine/reading/frames/frame-rows.ts';
import { wantedOf } from '../electron/engine/reading/matches.ts';
import { Framer, type Framing } from '../shared/framing/framer.ts';
import { parseFraming } from '../shared/framing/spec.ts';
import type { Benchmark } from './harness/benchmark.ts';
import { row, type Row } from './harness/measure.ts';
import { inPairs } from './harness/pairs.ts';
import { withFolder } from './harness/scratch.ts';

const lines = 1_000_000;
const lineBytes = 128;
/** As one read of a socket. */
const chunkBytes = 64 * 1024;
const runs = 7;
const readings = 3;
const flushEvery = 100_000;
const lineFeed = 10;

/** A Buffer, as sockets give. */
function million(): Buffer {
  const bytes = Buffer.alloc(lines * lineBytes, 0x61);
  for (let end = lineBytes - 1; end < bytes.length; end += lineBytes) bytes[end] = lineFeed;
  return bytes;
}

function framingOf(spec: string): Framing {
  const read = parseFraming(spec);
  if (!read.ok) throw new Error(spec);
  return read.framing;
}

function framed(spec: string, bytes: Uint8Array): number {
  let frames = 0;
  const framer = new Framer(framingOf(spec), () => frames++);
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
        ...(spec === 'lf' ? { goal: { of: 'ratio', is: 'at least', value: 0.5 } } : {}),
        note: `in reads of ${chunkBytes / 1024} KiB; reference: indexOf of LF in a loop over the whole buffer (line looks for CR, too)`,
      }),
    );
  }
  return rows;
}

/** Seconds until all frames of a capture of so many lines are found. */
const readCaptured = (bytes: Buffer): Promise<number> =>
  withFolder('frames', async (folder) => {
    const capture = await Capture.open(folder);
    try {
      const line = bytes.subarray(0, lineBytes);
      for (let i = 0; i < lines; i++) {
        capture.record('received', noStream, line);
        if (i % flushEvery === 0) await capture.flush();
      }
      await capture.flush();
      const begin = performance.now();
      const framings = { sent: null, received: framingOf('lf') };
      const rows = new FrameRows(capture, framings, wantedOf({ connection: null, text: '' }, null));
      while (rows.scannedTo < capture.length) await new Promise((next) => setTimeout(next, 5));
      const spent = (performance.now() - begin) / 1000;
      if (rows.length !== lines) throw new Error(`${rows.length} frames`);
      await rows.halt();
      return spent;
    } finally {
      await capture.close();
    }
  });

async function runCaptured(): Promise<Row> {
  const bytes = million();
  const seconds: number[] = [];
  for (let i = 0; i < readings; i++) seconds.push(await readCaptured(bytes));
  return row({
    benchmark: `frames of a capture of a million records of ${lineBytes} bytes, lf`,
    unit: 's',
    ours: seconds,
    note: 'from switching on to the last frame, sockets having their turn in between',
  });
}

export const frameBenchmarks: Benchmark[] = [
  {
    name: 'frames',
    about: 'cut a million lines into frames, and find those of a capture',
    run: async () => [...(await run()), await runCaptured()],
  },
];
