/** Many connections: how fast they are accepted, and what an idle one costs, against a bare node:net server. */
import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { Benchmark } from './harness/benchmark.ts';
import { compile } from './harness/compile.ts';
import { row, unmeasured, type Goal, type Row } from './harness/measure.ts';
import { startHelper } from './harness/processes.ts';
import { adopt, ended, withFolder } from './harness/scratch.ts';
import type { Receiver } from './processes/meter.ts';

type Kind = 'receiver' | 'sink';

const pairs = 7;
const parallel = 64;
/** Compilation settles before anything counts. */
const warmUpSeconds = 1;
const measureSeconds = 3;
const heldConnections = 10_000;
const collectGarbage = ['--expose-gc'];

/** Accepted and ended connections per second. */
const acceptRate = (program: string, kind: Kind): Promise<number> =>
  withFolder('connections', async (folder) => {
    const receiver = startHelper<Receiver>(kind);
    try {
      const port = String(await receiver.call.listen(folder));
      const churn = async (seconds: number) =>
        Number((await promisify(execFile)(program, ['churn', port, `${seconds}`, `${parallel}`])).stdout);
      await churn(warmUpSeconds);
      return await churn(measureSeconds);
    } finally {
      await receiver.stop();
    }
  });

/** Resident bytes per connection of a process that holds 10,000 idle ones. */
const idleBytes = (program: string, kind: Kind): Promise<number> =>
  withFolder('connections', async (folder) => {
    const receiver = startHelper<Receiver>(kind, collectGarbage);
    try {
      const port = String(await receiver.call.listen(folder));
      const before = (await receiver.call.mark()).residentBytes;
      const peers = adopt(
        spawn(program, ['hold', port, `${heldConnections}`], { stdio: ['pipe', 'pipe', 'inherit'] }),
      );
      await createInterface(peers.stdout)[Symbol.asyncIterator]().next();
      // The last ones wait in the backlog: a mark is answered behind them.
      await receiver.call.mark();
      const after = (await receiver.call.mark()).residentBytes;
      peers.stdin.end();
      await ended(peers);
      return (after - before) / heldConnections;
    } finally {
      await receiver.stop();
    }
  });

async function inTurn(measure: (kind: Kind) => Promise<number>): Promise<Record<Kind, number[]>> {
  const found: Record<Kind, number[]> = { receiver: [], sink: [] };
  for (let pair = 0; pair < pairs; pair++) {
    const order = pair % 2 === 0 ? (['receiver', 'sink'] as const) : (['sink', 'receiver'] as const);
    for (const kind of order) found[kind].push(await measure(kind));
  }
  return found;
}

async function runAccept(): Promise<Row[]> {
  const benchmark = 'accepted and ended connections';
  const goal: Goal = { of: 'ratio', is: 'at least', value: 0.85 };
  const connector = await compile('connector');
  if ('reason' in connector) return [unmeasured(benchmark, '/s', goal, connector.reason)];
  const { receiver, sink } = await inTurn((kind) => acceptRate(connector.program, kind));
  return [row({ benchmark, unit: '/s', ours: receiver, reference: sink, goal })];
}

async function runIdle(): Promise<Row[]> {
  const benchmark = `memory of an idle connection of ${heldConnections.toLocaleString('en')}, above a bare one`;
  const goal: Goal = { of: 'ours', is: 'at most', value: 5 };
  const connector = await compile('connector');
  if ('reason' in connector) return [unmeasured(benchmark, 'KB', goal, connector.reason)];
  const { receiver, sink } = await inTurn((kind) => idleBytes(connector.program, kind));
  const above = receiver.map((bytes, index) => (bytes - sink[index]!) / 1e3);
  const kilobytes = (values: number[]) =>
    row({ benchmark, unit: 'KB', ours: values.map((v) => v / 1e3) }).ours;
  const note = `${kilobytes(receiver)?.toFixed(1)} KB against ${kilobytes(sink)?.toFixed(1)} KB each`;
  return [row({ benchmark, unit: 'KB', ours: above, goal, note })];
}

export const connectionBenchmarks: Benchmark[] = [
  { name: 'accept', about: 'connections accepted a second, against bare node:net', run: runAccept },
  { name: 'idle', about: 'memory of 10,000 idle connections, above bare node:net', run: runIdle },
];
