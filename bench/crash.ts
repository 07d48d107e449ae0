/** A receiver that is killed without warning in the middle of a flood. */
import { once } from 'node:events';
import type { Benchmark } from './harness/benchmark.ts';
import { median, row, worst, type Row } from './harness/measure.ts';
import { startHelper } from './harness/processes.ts';
import { withFolder } from './harness/scratch.ts';
import type { CaptureTool, Reopened } from './processes/capture.ts';
import type { Receiver } from './processes/meter.ts';
import type { Sender } from './processes/sender.ts';

const times = 10;
const messageBytes = 16 * 1024;
/** Killed after so long, evenly spread, so that every state of the files has its chance. */
const leastFloodMs = 600;
const floodStepMs = 137;

type Sample = Reopened & { lostMs: number };

async function killOnce(floodMs: number): Promise<Sample> {
  return withFolder('crash', async (folder) => {
    const [receiver, sender, tool] = [
      startHelper<Receiver>('receiver'),
      startHelper<Sender>('sender'),
      startHelper<CaptureTool>('capture'),
    ];
    try {
      const port = await receiver.call.listen(folder);
      await sender.call.floodNumbered(port, messageBytes);
      await new Promise((done) => setTimeout(done, floodMs));
      const dead = once(receiver.process, 'exit');
      const killedAt = performance.timeOrigin + performance.now();
      receiver.process.kill('SIGKILL');
      await dead;
      const reopened = await tool.call.checkNumbered(folder, messageBytes);
      return { ...reopened, lostMs: Math.max(0, killedAt - reopened.lastTime) };
    } finally {
      await Promise.all([receiver.stop(), sender.stop(), tool.stop()]);
    }
  });
}

async function run(): Promise<Row[]> {
  const samples: Sample[] = [];
  for (let i = 0; i < times; i++) samples.push(await killOnce(leastFloodMs + i * floodStepMs));
  const megabytes = median(samples.map(({ bytes }) => bytes / 1e6)).toFixed(0);
  return [
    row({
      benchmark: `kill -9 under flood, ${times} times: reopened, worst`,
      unit: 'ms',
      ours: samples.map(({ openMs }) => openMs),
      by: worst,
      goal: { of: 'ours', is: 'at most', value: 50 },
      note: `median ${median(samples.map(({ openMs }) => openMs)).toFixed(1)} ms, ${megabytes} MB captured before`,
    }),
    row({
      benchmark: 'kill -9: bad records, all together',
      unit: '',
      ours: samples.map(({ bad }) => bad),
      by: (values) => values.reduce((sum, value) => sum + value, 0),
      goal: { of: 'ours', is: 'at most', value: 0 },
      note: `${samples.reduce((sum, { messages }) => sum + messages, 0).toLocaleString('en')} messages read back, each checked for number and content`,
    }),
    row({
      benchmark: 'kill -9: traffic lost, worst',
      unit: 'ms',
      ours: samples.map(({ lostMs }) => lostMs),
      by: worst,
      goal: { of: 'ours', is: 'at most', value: 500 },
      note: `median ${median(samples.map(({ lostMs }) => lostMs)).toFixed(0)} ms, from the last record that was kept to the kill`,
    }),
  ];
}

export const crashBenchmarks: Benchmark[] = [
  { name: 'crash', about: 'kill -9 in the middle of a flood', run },
];
