/** A page's pull of 60 rows while the same host captures at full load. */
import type { Benchmark } from './harness/benchmark.ts';
import { median, notes, percentile, row, type Row } from './harness/measure.ts';
import { openContract, serverSettings, startHost } from './harness/headless.ts';
import { startHelper } from './harness/processes.ts';
import { withFolder } from './harness/scratch.ts';
import type { Page } from './processes/page.ts';
import type { Sender } from './processes/sender.ts';

const runs = 5;
const bytesPerSecond = 500e6;
const messageBytes = 65_536;
const warmUpMs = 700;
const pullMs = 3000;

type Times = { newest: number[]; random: number[] };
type Sample = { times: Times; rate: number };

async function measure(): Promise<Sample> {
  return withFolder('pull', async (folder) => {
    const host = await startHost(folder);
    const [sender, page] = [startHelper<Sender>('sender'), startHelper<Page>('page')];
    try {
      const { engine, close } = await openContract(host);
      const id = await engine.addEndpoint(serverSettings);
      const { port } = await engine.startListening(id);
      await page.call.attach({ origin: host.origin, key: host.key }, id);
      await sender.call.pour({
        port,
        perSecond: bytesPerSecond / messageBytes,
        messageBytes,
        connections: 1,
      });
      await new Promise((done) => setTimeout(done, warmUpMs));
      const times = await page.call.pull(pullMs);
      const poured = await sender.call.stop();
      close();
      return {
        times,
        rate: poured.bytes / poured.ms / (bytesPerSecond / 1000),
      };
    } finally {
      await Promise.all([page.stop(), sender.stop()]);
      await host.stop();
    }
  });
}

async function run(): Promise<Row[]> {
  const samples: Sample[] = [];
  for (let i = 0; i < runs; i++) samples.push(await measure());
  return [rowOf(samples, 'newest', 'newest rows'), rowOf(samples, 'random', 'random rows, from the disk')];
}

function rowOf(samples: Sample[], kind: keyof Times, what: string): Row {
  const rate = Math.min(...samples.map((sample) => sample.rate));
  const middle = median(samples.map(({ times }) => percentile(times[kind], 0.5)));
  return row({
    benchmark: `60-row pull while 500 MB/s are captured, ${what}, p99`,
    unit: 'ms',
    ours: samples.map(({ times }) => percentile(times[kind], 0.99)),
    goal: { of: 'ours', is: 'at most', value: 3 },
    note: notes(
      `median ${middle.toFixed(2)} ms, ${samples[0]!.times[kind].length} pulls in a run`,
      rate < 0.98 && `only ${(rate * 100).toFixed(0)} % of the asked rate in the slowest run`,
    ),
  });
}

export const pullBenchmarks: Benchmark[] = [
  { name: 'pull', about: 'rows for the page while 500 MB/s are captured', run },
];
