/** A file that is sent: how fast it streams against socat, into the same sink, and what that costs in memory. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync, ftruncateSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Benchmark } from './harness/benchmark.ts';
import { compile } from './harness/compile.ts';
import { row, unmeasured, type Goal, type Row } from './harness/measure.ts';
import { eachOf, inPairs } from './harness/pairs.ts';
import { residentBytes } from './harness/processes.ts';
import { adopt, ended, freeBytes, outFolder, withFolder } from './harness/scratch.ts';

const pairs = 3;
/** SOCKETSCOPE_BENCH_FILE_GIB says another size. The file has holes, so it takes no room; what is captured of it does. */
const fileBytes = Math.round(Number(process.env.SOCKETSCOPE_BENCH_FILE_GIB ?? 1) * 1024 ** 3);
const cli = join(outFolder, '../headless/cli.js');
const sampleMs = 50;
/** Beside what a run has that sends nothing: segments in memory, what waits for the disk, and the pieces read ahead. */
const mostGrownMB = 250;

type Kind = 'ours' | 'socat';
type Sent = { mbPerSecond: number; grownMB: number };

/** Of a sender, from when it is connected, which socat is at once, until the sink has all of it. */
async function send(kind: Kind, sink: string, file: string, folder: string): Promise<Sent> {
  const receiver = adopt(spawn(sink, ['cached', '/dev/null'], { stdio: ['ignore', 'pipe', 'inherit'] }));
  const lines = createInterface(receiver.stdout)[Symbol.asyncIterator]();
  const port = (await lines.next()).value as string;
  const url = `tcp://127.0.0.1:${port}`;
  const begun = performance.now();
  const sender = adopt(
    kind === 'socat'
      ? spawn('socat', ['-u', `FILE:${file}`, `TCP:127.0.0.1:${port}`], { stdio: 'ignore' })
      : spawn(
          process.execPath,
          [cli, 'connect', url, '--send-file', file, '--half-close', '--format', 'raw'],
          {
            stdio: ['ignore', 'ignore', 'pipe'],
            env: { ...process.env, TMPDIR: folder },
          },
        ),
  );
  // It says on standard error that it is connected.
  if (sender.stderr !== null) await once(sender.stderr, 'data');
  const since = kind === 'ours' ? performance.now() : begun;
  const memory = sampleMemory(sender);
  const received = Number((await lines.next()).value);
  const ms = performance.now() - since;
  const grownMB = (await memory()) / 1e6;
  await Promise.all([ended(sender), ended(receiver)]);
  if (received !== fileBytes) throw new Error(`${kind} sent ${received} bytes of ${fileBytes}`);
  return { mbPerSecond: received / 1e3 / ms, grownMB };
}

/** Returns what gives the most that it has had beyond what it had first, in bytes. */
function sampleMemory({ pid }: ChildProcess): () => Promise<number> {
  let first: number | null = null;
  let most = 0;
  const sample = async (): Promise<void> => {
    const bytes = await residentBytes(pid!);
    if (bytes === null) return;
    first ??= bytes;
    most = Math.max(most, bytes - first);
  };
  void sample();
  const timer = setInterval(() => void sample(), sampleMs);
  return async () => {
    clearInterval(timer);
    return most;
  };
}

async function run(): Promise<Row[]> {
  const benchmark = `a file of ${fileBytes / 1024 ** 3} GiB, sent`;
  const goal: Goal = { of: 'ratio', is: 'at least', value: 0.8 };
  const sink = await compile('reference-sink');
  if ('reason' in sink) return [unmeasured(benchmark, 'MB/s', goal, sink.reason)];
  if (spawnSync('socat', ['-V']).status !== 0) return [unmeasured(benchmark, 'MB/s', goal, 'no socat here')];
  if ((await freeBytes()) < 2 * 1024 ** 3)
    return [unmeasured(benchmark, 'MB/s', goal, 'too little disk space')];
  return withFolder('file', async (folder) => {
    const file = join(folder, 'file');
    const descriptor = openSync(file, 'w');
    ftruncateSync(descriptor, fileBytes);
    closeSync(descriptor);
    const sent = await inPairs(pairs, ['ours', 'socat'], (kind: Kind) =>
      send(kind, sink.program, file, folder),
    );
    const rates = eachOf(sent, ({ mbPerSecond }) => mbPerSecond);
    const note = 'ours is captured on disk; socat keeps nothing';
    const flat: Goal = { of: 'ours', is: 'at most', value: mostGrownMB };
    return [
      row({ benchmark, unit: 'MB/s', ...rates, goal, note }),
      row({
        ...{ benchmark: `${benchmark}: memory above its start`, unit: 'MB', goal: flat },
        ours: sent.ours.map(({ grownMB }) => grownMB),
      }),
    ];
  });
}

export const fileBenchmarks: Benchmark[] = [
  { name: 'file', about: 'a file streamed by the command line, against socat', run },
];
