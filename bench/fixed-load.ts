/** Processor time at a fixed load: our listener with its capture on disk against a bare 'data' sink. */
import type { Benchmark } from './harness/benchmark.ts';
import { notes, row, type Goal, type Row } from './harness/measure.ts';
import { eachOf, inPairs } from './harness/pairs.ts';
import { startHelper, type Helper } from './harness/processes.ts';
import { withReceiver } from './harness/receivers.ts';
import { withFolder } from './harness/scratch.ts';
import type { Kind, Receiver } from './processes/meter.ts';
import type { Sender } from './processes/sender.ts';

type Pace = { perSecond: number; messageBytes: number };
type Load = Pace & { name: string; goal: Goal };

export const loads: Load[] = [
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

const pairs = 5;
/** Compilation and buffers settle before anything counts. */
const warmUpMs = 2000;
const measureMs = 10_000;
/** A sender that reaches less than this share of the asked rate is worth a word. */
const fullRate = 0.98;

export type Sample = { cpuPerSecond: number; cpuPerByte: number; delay: number; rate: number };

const measure = (kind: Kind, load: Load): Promise<Sample> =>
  withFolder('fixed-load', (folder) =>
    withReceiver(kind, folder, (receiver, port) => pour(receiver, port, load)),
  );

/** `begun`: called when it is warm, before anything counts. */
export async function pour(
  receiver: Pick<Helper<Receiver>['call'], 'mark'>,
  port: number,
  load: Pace,
  begun: () => Promise<void> | void = () => undefined,
): Promise<Sample> {
  const sender = startHelper<Sender>('sender');
  try {
    await sender.call.pour({
      port,
      perSecond: load.perSecond,
      messageBytes: load.messageBytes,
      connections: 1,
    });
    await new Promise((done) => setTimeout(done, warmUpMs));
    const from = await receiver.mark();
    await begun();
    await new Promise((done) => setTimeout(done, measureMs));
    const to = await receiver.mark();
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
    await sender.stop();
  }
}

const ofProduct = ['buffer', 'bare'] as const;

/** `kinds`: ours and the reference. */
export async function runLoad(load: Load, kinds: readonly [Kind, Kind] = ofProduct): Promise<Row[]> {
  const samples = await inPairs(pairs, kinds, (kind) => measure(kind, load));
  const slowest = Math.min(...[...samples.ours, ...samples.reference].map(({ rate }) => rate));
  const shares = row({ benchmark: '', unit: '', ...eachOf(samples, (s) => s.cpuPerSecond) });
  const cpu = row({
    benchmark: `CPU, captured TCP, ${load.name}`,
    unit: load.messageBytes > 1024 ? 'ms/GB' : 'ms/million',
    // Per byte, not per second: the two never receive at exactly the same rate.
    ...eachOf(samples, (s) => s.cpuPerByte * (load.messageBytes > 1024 ? 1e9 : 64e6)),
    goal: load.goal,
    note: notes(
      `${measureMs / 1000} s each from a warmed-up state; ${shares.ours?.toFixed(0)} % of a core against ${shares.reference?.toFixed(0)} %`,
      slowest < fullRate && `only ${(slowest * 100).toFixed(0)} % of the asked rate in the slowest run`,
    ),
  });
  const delay = row({
    benchmark: `event-loop delay p99, ${load.name}`,
    unit: 'ms',
    ...eachOf(samples, (s) => s.delay),
    goal: { of: 'ours', is: 'at most', value: 10 },
  });
  return [cpu, delay];
}

export const fixedLoadBenchmarks: Benchmark[] = [
  { name: 'bulk', about: `receiver CPU at ${loads[0]!.name}`, run: () => runLoad(loads[0]!) },
  { name: 'small', about: `receiver CPU at ${loads[1]!.name}`, run: () => runLoad(loads[1]!) },
];
