/** Processor time at a fixed load: our listener with its capture on disk against a bare 'data' sink. */
import type { Benchmark } from './harness/benchmark.ts';
import { notes, row, type Goal, type Row } from './harness/measure.ts';
import { startHelper } from './harness/processes.ts';
import { withFolder } from './harness/scratch.ts';
import type { Receiver } from './processes/meter.ts';
import type { Sender } from './processes/sender.ts';

type Load = { name: string; perSecond: number; messageBytes: number; goal: Goal };

const loads: Load[] = [
  {
    name: '500 MB/s in 64 KiB writes',
    perSecond: 500e6 / 65_536,
    messageBytes: 65_536,
    goal: { of: 'ratio', is: 'at most', value: 1.7 },
  },
  {
    name: '100,000 × 64 B/s',
    perSecond: 100_000,
    messageBytes: 64,
    goal: { of: 'ratio', is: 'at most', value: 1 },
  },
];

const pairs = 7;
/** Compilation and buffers settle before anything counts. */
const warmUpMs = 700;
const measureMs = 2500;
/** A sender that reaches less than this share of the asked rate is worth a word. */
const fullRate = 0.98;

type Sample = { cpuPerSecond: number; cpuPerByte: number; delay: number; rate: number };

async function measure(kind: 'receiver' | 'sink', load: Load): Promise<Sample> {
  return withFolder('fixed-load', async (folder) => {
    const receiver = startHelper<Receiver>(kind);
    const sender = startHelper<Sender>('sender');
    try {
      const port = await receiver.call.listen(folder);
      await sender.call.pour({
        port,
        perSecond: load.perSecond,
        messageBytes: load.messageBytes,
        connections: 1,
      });
      await new Promise((done) => setTimeout(done, warmUpMs));
      const from = await receiver.call.mark();
      await new Promise((done) => setTimeout(done, measureMs));
      const to = await receiver.call.mark();
      await sender.call.stop();
      const seconds = (to.time - from.time) / 1000;
      const bytes = to.bytes - from.bytes;
      return {
        cpuPerSecond: (to.cpu - from.cpu) / seconds / 10,
        cpuPerByte: (to.cpu - from.cpu) / bytes,
        delay: to.delay,
        rate: bytes / seconds / load.messageBytes / load.perSecond,
      };
    } finally {
      await Promise.all([receiver.stop(), sender.stop()]);
    }
  });
}

async function run(load: Load): Promise<Row[]> {
  const ours: Sample[] = [];
  const reference: Sample[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    // Which of the two goes first changes, so that neither profits from its place.
    const order = pair % 2 === 0 ? (['receiver', 'sink'] as const) : (['sink', 'receiver'] as const);
    for (const kind of order) (kind === 'receiver' ? ours : reference).push(await measure(kind, load));
  }
  const slowest = Math.min(...[...ours, ...reference].map(({ rate }) => rate));
  const shares = row({
    benchmark: '',
    unit: '',
    ours: ours.map((s) => s.cpuPerSecond),
    reference: reference.map((s) => s.cpuPerSecond),
  });
  const cpu = row({
    benchmark: `CPU, captured TCP, ${load.name}`,
    unit: load.messageBytes > 1024 ? 'ms/GB' : 'ms/million',
    // Per byte, not per second: the two never receive at exactly the same rate.
    ours: ours.map((s) => s.cpuPerByte * (load.messageBytes > 1024 ? 1e9 : 64e6)),
    reference: reference.map((s) => s.cpuPerByte * (load.messageBytes > 1024 ? 1e9 : 64e6)),
    goal: load.goal,
    note: notes(
      `${shares.ours?.toFixed(0)} % of a core against ${shares.reference?.toFixed(0)} %`,
      slowest < fullRate && `only ${(slowest * 100).toFixed(0)} % of the asked rate in the slowest run`,
    ),
  });
  const delay = row({
    benchmark: `event-loop delay p99, ${load.name}`,
    unit: 'ms',
    ours: ours.map((s) => s.delay),
    reference: reference.map((s) => s.delay),
    goal: { of: 'ours', is: 'at most', value: 10 },
  });
  return [cpu, delay];
}

export const fixedLoadBenchmarks: Benchmark[] = [
  { name: 'bulk', about: `receiver CPU at ${loads[0]!.name}`, run: () => run(loads[0]!) },
  { name: 'small', about: `receiver CPU at ${loads[1]!.name}`, run: () => run(loads[1]!) },
];
