/** A message again and again: whether it keeps its times, and how fast it goes as fast as it is taken. */
import type { Benchmark } from './harness/benchmark.ts';
import { median, row, type Goal, type Row } from './harness/measure.ts';
import { inPairs } from './harness/pairs.ts';
import { startHelper } from './harness/processes.ts';
import { withFolder } from './harness/scratch.ts';
import type { Receiver } from './processes/meter.ts';
import type { Paced, Repeater } from './processes/repeater.ts';

const kinds = ['ours', 'bare'] as const;
const pairs = 3;
const pacedMs = 5000;
/** Of them 99 of 100 are still many. */
const leastPaced = 100;
const floodMs = 2000;
const messageBytes = 64;
/** Of the asked rate, in parts of a million: a tenth of a percent. */
const mostOff = 1000;
const lateRatio = 1.5;
const lateSlackMs = 0.5;

async function withRepeater(
  use: (repeater: ReturnType<typeof startHelper<Repeater>>['call']) => Promise<Row[]>,
) {
  return withFolder('repeat', async (folder) => {
    const sink = startHelper<Receiver>('sink');
    const repeater = startHelper<Repeater>('repeater');
    try {
      await repeater.call.open(folder, await sink.call.listen(folder, 'buffer'));
      const rows = await use(repeater.call);
      await repeater.call.close();
      return rows;
    } finally {
      await Promise.all([sink.stop(), repeater.stop()]);
    }
  });
}

const runPaced = () =>
  withRepeater(async (repeater) => {
    const rows: Row[] = [];
    for (const everyMs of [1, 10, 100]) {
      const forMs = Math.max(pacedMs, everyMs * leastPaced);
      const { ours, reference } = await inPairs(pairs, kinds, (kind): Promise<Paced> =>
        kind === 'ours' ? repeater.repeatPaced(everyMs, forMs) : repeater.barePaced(everyMs, forMs),
      );
      const off = (paced: Paced): number => Math.abs((paced.perSecond * everyMs) / 1000 - 1) * 1e6;
      const rate: Goal = { of: 'ours', is: 'at most', value: mostOff };
      rows.push(
        row({
          ...{ benchmark: `repeat every ${everyMs} ms, off its rate`, unit: 'ppm', goal: rate },
          ...{ ours: ours.map(off), reference: reference.map(off) },
        }),
      );
      const lates = reference.map(({ lateP99Ms }) => lateP99Ms);
      const most = median(lates) * lateRatio + lateSlackMs;
      rows.push(
        row({
          ...{ benchmark: `repeat every ${everyMs} ms, lateness p99`, unit: 'ms' },
          ...{ ours: ours.map(({ lateP99Ms }) => lateP99Ms), reference: lates },
          goal: { of: 'ours', is: 'at most', value: most },
          note: `goal: ${lateRatio} times the bare loop's and ${lateSlackMs} ms`,
        }),
      );
    }
    return rows;
  });

const runFlood = () =>
  withRepeater(async (repeater) => {
    const rows: Row[] = [];
    for (const [joins, name, least] of [
      [false, 'a record each', 0.8],
      [true, 'joined', 8],
    ] as const) {
      const rates = await inPairs(pairs, kinds, (kind) =>
        kind === 'ours'
          ? repeater.repeatFlood(messageBytes, floodMs, joins)
          : repeater.bareFlood(messageBytes, floodMs),
      );
      const goal: Goal = { of: 'ratio', is: 'at least', value: least };
      const note = `${messageBytes} bytes, captured on disk; the bare loop keeps nothing`;
      rows.push(row({ benchmark: `repeat every 0 ms, ${name}`, unit: 'messages/s', ...rates, goal, note }));
    }
    return rows;
  });

export const repeatBenchmarks: Benchmark[] = [
  { name: 'repeat', about: 'a message at its times, against a bare loop of deadlines', run: runPaced },
  {
    name: 'repeat-flood',
    about: 'a message as fast as it is taken, against a bare loop of writes',
    run: runFlood,
  },
];
