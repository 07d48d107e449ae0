/** A page's pull of 60 rows while the same host captures at full load. */
import type { Benchmark } from './harness/benchmark.ts';
import { notes, percentile, row, type Row } from './harness/measure.ts';
import { openContract, serverSettings, startHost } from './harness/headless.ts';
import { eachOf, inPairs, type Pairs } from './harness/pairs.ts';
import { startHelper } from './harness/processes.ts';
import { withFolder } from './harness/scratch.ts';
import type { Page, PullTimes } from './processes/page.ts';
import type { PlainHost } from './processes/plain-host.ts';
import type { Poured, Sender } from './processes/sender.ts';

const runs = 5;
const bytesPerSecond = 500e6;
const messageBytes = 65_536;
const warmUpMs = 700;
const pullMs = 4500;
/** About what 60 rows take. */
const windowBytes = 20_000;

type Times = Pick<PullTimes, 'newest' | 'random'>;
type Sample = { times: Times; parts: PullTimes | null; rate: number };

async function measure(): Promise<Sample> {
  return withFolder('pull', async (folder) => {
    const host = await startHost(folder);
    const [sender, page] = [startHelper<Sender>('sender'), startHelper<Page>('page')];
    try {
      const { engine, close } = await openContract(host);
      const id = await engine.addEndpoint(serverSettings);
      const { port } = await engine.startListening(id);
      await page.call.attach({ origin: host.origin, key: host.key }, id);
      await sender.call.pour(pourTo(port));
      await new Promise((done) => setTimeout(done, warmUpMs));
      const times = await page.call.pull(pullMs);
      const poured = await sender.call.stop();
      close();
      return { times, parts: times, rate: rateOf(poured) };
    } finally {
      await Promise.all([page.stop(), sender.stop()]);
      await host.stop();
    }
  });
}

const pourTo = (port: number) => ({
  port,
  perSecond: bytesPerSecond / messageBytes,
  messageBytes,
  connections: 1,
});

/** What the machine itself needs to write that stream, and to answer. */
const measurePlain = (): Promise<Sample> =>
  withFolder('pull', async (folder) => {
    const [host, sender, page] = [
      startHelper<PlainHost>('plain-host'),
      startHelper<Sender>('sender'),
      startHelper<Page>('page'),
    ];
    try {
      const { port, channelPort } = await host.call.listen(folder, windowBytes);
      await sender.call.pour(pourTo(port));
      await new Promise((done) => setTimeout(done, warmUpMs));
      const { memory, disk } = await page.call.ask(channelPort, pullMs);
      const poured = await sender.call.stop();
      return { times: { newest: memory, random: disk }, parts: null, rate: rateOf(poured) };
    } finally {
      await Promise.all([host.stop(), page.stop(), sender.stop()]);
    }
  });

async function run(): Promise<Row[]> {
  const samples = await inPairs(runs, [measure, measurePlain], (one) => one());
  return [rowOf(samples, 'newest', 'newest rows'), rowOf(samples, 'random', 'random rows, from the disk')];
}

const rateOf = ({ bytes, ms }: Poured): number => bytes / ms / (bytesPerSecond / 1000);

/** Median and p99 over all runs. */
const told = (ms: number[]): string => `${percentile(ms, 0.5).toFixed(1)}/${percentile(ms, 0.99).toFixed(1)}`;

function rowOf({ ours: samples, reference }: Pairs<Sample>, kind: keyof Times, what: string): Row {
  const rate = Math.min(...samples.map((sample) => sample.rate));
  const all = (part: keyof PullTimes): number[] => samples.flatMap(({ parts }) => parts?.[part] ?? []);
  const plain = reference.flatMap(({ times }) => times[kind]);
  const parts = `of no rows ${told(all('empty'))}, newest ${told(all('newest'))}, random ${told(all('random'))}, decoding ${told(all('decoding'))}, longest turns of the loop ${told(all('delays'))}`;
  return row({
    benchmark: `60-row pull while 500 MB/s are captured, ${what}, p99`,
    unit: 'ms',
    ...eachOf({ ours: samples, reference }, ({ times }) => percentile(times[kind], 0.99)),
    goal: { of: 'ours', is: 'at most', value: 5 },
    note: notes(
      `median/p99 in ms: ${parts}; reference ${told(plain)}: writes the stream to one file and answers ${windowBytes} bytes on a WebSocket${kind === 'random' ? ', with one block read back' : ''}`,
      rate < 0.98 && `only ${(rate * 100).toFixed(0)} % of the asked rate in the slowest run`,
    ),
  });
}

export const pullBenchmarks: Benchmark[] = [
  { name: 'pull', about: 'rows for the page while 500 MB/s are captured', run },
];
