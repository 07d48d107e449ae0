/** TLS as fast as it goes, captured on disk, against a bare node:tls server that only counts. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeLeaf, makeLocalAuthority, type Pair } from '../electron/engine/layers/tls/local-authority.ts';
import type { Benchmark } from './harness/benchmark.ts';
import { notes, row, type Goal, type Row } from './harness/measure.ts';
import { eachOf, inPairs } from './harness/pairs.ts';
import { startHelper } from './harness/processes.ts';
import { withFolder } from './harness/scratch.ts';
import type { Receiver } from './processes/meter.ts';
import type { TlsSender } from './processes/tls-sender.ts';

const goal: Goal = { of: 'ratio', is: 'at least', value: 0.65 };
const pairs = 5;
const bytes = 2 ** 30;
const pieceBytes = 65_536;

type Sample = { rate: number; cpu: number };

const measure = (kind: 'tls-receiver' | 'tls-sink', identity: Pair): Promise<Sample> =>
  withFolder('tls', async (folder) => {
    await writeFile(join(folder, 'identity.json'), JSON.stringify(identity));
    const receiver = startHelper<Receiver>(kind);
    const sender = startHelper<TlsSender>('tls-sender');
    try {
      const port = await receiver.call.listen(folder);
      await sender.call.ready();
      const from = await receiver.call.mark();
      const begin = performance.now();
      const [to] = await Promise.all([
        receiver.call.settle(),
        sender.call.sendAmount(port, bytes, pieceBytes),
      ]);
      if (to.bytes !== bytes) throw new Error(`${to.bytes} of ${bytes} bytes arrived.`);
      return { rate: bytes / 1e3 / (performance.now() - begin), cpu: (to.cpu - from.cpu) / (bytes / 1e9) };
    } finally {
      await Promise.all([receiver.stop(), sender.stop()]);
    }
  });

async function run(): Promise<Row[]> {
  const identity = await makeLeaf(await makeLocalAuthority('benchmark'), ['127.0.0.1'], 'ec');
  const samples = await inPairs(pairs, ['tls-receiver', 'tls-sink'] as const, (kind) =>
    measure(kind, identity),
  );
  const cpu = row({ benchmark: '', unit: '', ...eachOf(samples, (sample) => sample.cpu) });
  return [
    row({
      benchmark: 'TLS received, captured in files',
      unit: 'MB/s',
      ...eachOf(samples, ({ rate }) => rate),
      goal,
      note: notes(`processor ${cpu.ours?.toFixed(0)} against ${cpu.reference?.toFixed(0)} ms/GB`),
    }),
  ];
}

export const tlsBenchmarks: Benchmark[] = [
  { name: 'tls', about: 'TLS received and captured, against a bare node:tls sink', run },
];
