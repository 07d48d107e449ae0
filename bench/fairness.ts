/** One socket at its limit beside others of the same process: an echo on another, and how soon Stop is done. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Benchmark } from './harness/benchmark.ts';
import { compile } from './harness/compile.ts';
import { notes, percentile, row, unmeasured, type Goal, type Row } from './harness/measure.ts';
import { eachOf, inPairs } from './harness/pairs.ts';
import { startHelper } from './harness/processes.ts';
import { adopt, ended, withFolder } from './harness/scratch.ts';
import type { Flood, Neighbours } from './processes/neighbours.ts';
import type { Sender } from './processes/sender.ts';

const pairs = 5;
const warmUpMs = 1000;
const echoMs = 4000;
const echoBytes = 64;
/** More than is sent in the time. */
const manyDatagrams = 1_000_000_000;
const datagramBytes = 512;
const messageBytes = 65_536;

const floods = { udp: 'a flood of datagrams', tcp: 'a stream at full rate' } as const;
const echoGoal: Goal = { of: 'ours', is: 'at most', value: 20 };
const stopGoal: Goal = { of: 'ours', is: 'at most', value: 200 };

type Sample = { echo: number; median: number; stop: number };

/** Milliseconds of each round trip, one after the other. */
async function roundTrips(port: number): Promise<number[]> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  const message = Buffer.alloc(echoBytes, 'echo ');
  const times: number[] = [];
  for (const end = performance.now() + echoMs; performance.now() < end;) {
    const begin = performance.now();
    socket.write(message);
    for (let got = 0; got < echoBytes;) got += ((await once(socket, 'data')) as [Buffer])[0].length;
    times.push(performance.now() - begin);
    await new Promise((done) => setTimeout(done, 1));
  }
  socket.destroy();
  return times;
}

async function pour(flood: Flood, port: number, datagramSender: string): Promise<() => Promise<unknown>> {
  if (flood === 'udp') {
    const args = [port, datagramBytes, 0, manyDatagrams].map(String);
    const child = adopt(spawn(datagramSender, args, { stdio: 'ignore' }));
    return () => {
      child.kill('SIGKILL');
      return ended(child);
    };
  }
  const sender = startHelper<Sender>('sender');
  await sender.call.pour({ port, perSecond: null, messageBytes, connections: 1 });
  return () => sender.stop();
}

const measure = (flood: Flood, datagramSender: string, isOurs: boolean): Promise<Sample> =>
  withFolder('fairness', async (folder) => {
    const neighbours = startHelper<Neighbours>('neighbours');
    let dry = (): Promise<unknown> => Promise.resolve();
    try {
      const ports = await neighbours.call.listen(isOurs ? folder : null);
      dry = await pour(flood, ports[flood], datagramSender);
      await new Promise((done) => setTimeout(done, warmUpMs));
      const times = await roundTrips(ports.echo);
      const stop = await neighbours.call.stop(flood);
      return { echo: percentile(times, 0.99), median: percentile(times, 0.5), stop };
    } finally {
      await Promise.all([dry(), neighbours.stop()]);
    }
  });

async function run(): Promise<Row[]> {
  const sender = await compile('udp-sender');
  if ('reason' in sender) return [unmeasured('echo beside a flood', 'ms', echoGoal, sender.reason)];
  const rows: Row[] = [];
  for (const [flood, what] of Object.entries(floods) as [Flood, string][]) {
    const samples = await inPairs(pairs, [true, false], (isOurs) => measure(flood, sender.program, isOurs));
    const middle = row({ benchmark: '', unit: '', ...eachOf(samples, ({ median }) => median) });
    const note = notes(`median ${middle.ours?.toFixed(2)} against ${middle.reference?.toFixed(2)} ms`);
    rows.push(
      row({
        benchmark: `echo beside ${what}, p99`,
        unit: 'ms',
        ...eachOf(samples, ({ echo }) => echo),
        goal: echoGoal,
        note,
      }),
      row({
        benchmark: `Stop under ${what}`,
        unit: 'ms',
        ...eachOf(samples, ({ stop }) => stop),
        goal: stopGoal,
      }),
    );
  }
  return rows;
}

export const fairnessBenchmarks: Benchmark[] = [
  { name: 'fairness', about: 'an echo beside a flooded socket, and Stop under flood', run },
];
