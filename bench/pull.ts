/** A page's pull of 60 rows while the same host captures at full load. */
import type { Benchmark } from './main.ts';
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

type Sample = { p50: number; p99: number; rate: number; rows: number };

async function measure(): Promise<Sample> {
  return withFolder('pull', async (folder) => {
    const host = await startHost(folder);
    const [sender, page] = [startHelper<Sender>('sender'), startHelper<Page>('page')];
    try {
      const { engine, close } = await openContract(host);
      const id = await engine.addEndpoint(serverSettings);
      const { port } = await engine.startListening(id);
      await page.call.attach({ origin: host.origin, token: host.token }, id);
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
        p50: percentile(times, 0.5),
        p99: percentile(times, 0.99),
        rate: poured.bytes / poured.ms / (bytesPerSecond / 1000),
        rows: times.length,
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
  const rate = Math.min(...samples.map((sample) => sample.rate));
  return [
    row({
      benchmark: '60-row pull while 500 MB/s are captured, p99',
      unit: 'ms',
      ours: samples.map((sample) => sample.p99),
      goal: { of: 'ours', is: 'at most', value: 3 },
      note: notes(
        `median ${median(samples.map((sample) => sample.p50)).toFixed(2)} ms, ${samples[0]!.rows} pulls in a run, newest rows and random ones in turn`,
        rate < 0.98 && `only ${(rate * 100).toFixed(0)} % of the asked rate in the slowest run`,
      ),
    }),
  ];
}

export const pullBenchmarks: Benchmark[] = [
  { name: 'pull', about: 'rows for the page while 500 MB/s are captured', run },
];
