/** As fast as it goes, everything in files, against a C program that does only that. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Benchmark } from './harness/benchmark.ts';
import { compile } from './harness/compile.ts';
import { row, unmeasured, type Goal, type Row } from './harness/measure.ts';
import { inPairs } from './harness/pairs.ts';
import { startHelper } from './harness/processes.ts';
import { withReceiver } from './harness/receivers.ts';
import { adopt, ended, freeBytes, withFolder } from './harness/scratch.ts';
import type { Sender } from './processes/sender.ts';

const name = 'flat out, in files';
const goal: Goal = { of: 'ratio', is: 'at least', value: 1 };
const pairs = 5;
const wantedBytes = 2 * 2 ** 30;
const leastBytes = 2 ** 28;
const pieceBytes = 65_536;

/** Sends and waits for `received` (the time when everything is in files); returns MB/s. */
async function timed(port: number, bytes: number, received: () => Promise<number>): Promise<number> {
  const sender = startHelper<Sender>('sender');
  try {
    // A first call makes sure that the process is up before the clock starts.
    await sender.call.stop();
    const begin = performance.now();
    const [total] = await Promise.all([received(), sender.call.sendAmount(port, bytes, pieceBytes)]);
    if (total !== bytes) throw new Error(`${total} of ${bytes} bytes arrived in the files.`);
    return bytes / 1e3 / (performance.now() - begin);
  } finally {
    await sender.stop();
  }
}

const ways = { cached: 'through the page cache', direct: 'past it' } as const;
type Way = keyof typeof ways;

const runReference = (program: string, way: Way, bytes: number) =>
  withFolder('flat-out', async (folder) => {
    const child = adopt(
      spawn(program, [way, join(folder, 'received')], { stdio: ['ignore', 'pipe', 'inherit'] }),
    );
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const nextNumber = async () => Number((await lines.next()).value);
    try {
      return await timed(await nextNumber(), bytes, nextNumber);
    } finally {
      child.kill('SIGKILL');
      await ended(child);
    }
  });

const runOurs = (bytes: number) =>
  withFolder('flat-out', (folder) =>
    withReceiver('buffer', folder, (receiver, port) =>
      timed(port, bytes, async () => (await receiver.settle()).bytes),
    ),
  );

async function run(): Promise<Row[]> {
  const free = await freeBytes();
  const bytes = Math.min(wantedBytes, Math.floor(free / 4 / pieceBytes) * pieceBytes);
  if (bytes < leastBytes) return [unmeasured(name, 'MB/s', goal, 'not enough free disk')];
  const reference = await compile('reference-sink');
  if ('reason' in reference) return [unmeasured(name, 'MB/s', goal, reference.reason)];
  const rows: Row[] = [];
  for (const [way, what] of Object.entries(ways) as [Way, string][]) {
    const rates = await inPairs(pairs, [null, way], (kind) =>
      kind === null ? runOurs(bytes) : runReference(reference.program, kind, bytes),
    );
    const note = `${bytes / 2 ** 20} MiB each, written to files by both, synced by neither`;
    rows.push(row({ benchmark: `${name}, against C ${what}`, unit: 'MB/s', ...rates, goal, note }));
  }
  return rows;
}

export const flatOutBenchmarks: Benchmark[] = [
  { name: 'flat-out', about: 'received and in files, against a C program', run },
];
