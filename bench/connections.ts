/** Many connections: how fast they are accepted, and what an idle one costs, against a bare node:net server. */
import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { Benchmark } from './harness/benchmark.ts';
import { compile } from './harness/compile.ts';
import { row, unmeasured, type Goal, type Row } from './harness/measure.ts';
import { inPairs } from './harness/pairs.ts';
import { withReceiver } from './harness/receivers.ts';
import { adopt, ended, withFolder } from './harness/scratch.ts';
import type { Kind } from './processes/meter.ts';

const pairs = 7;
const parallel = 64;
/** Compilation settles before anything counts. */
const warmUpSeconds = 1;
const measureSeconds = 3;
const heldConnections = 10_000;
const collectGarbage = ['--expose-gc'];

/** Accepted and ended connections per second. */
const acceptRate = (program: string, kind: Kind): Promise<number> =>
  withFolder('connections', (folder) =>
    withReceiver(kind, folder, async (_receiver, port) => {
      const churn = async (seconds: number) =>
        Number(
          (await promisify(execFile)(program, ['churn', `${port}`, `${seconds}`, `${parallel}`])).stdout,
        );
      await churn(warmUpSeconds);
      return await churn(measureSeconds);
    }),
  );

/** Resident bytes per connection of a process that holds 10,000 idle ones. */
const idleBytes = (program: string, kind: Kind): Promise<number> =>
  withFolder('connections', (folder) =>
    withReceiver(
      kind,
      folder,
      async (receiver, port) => {
        const before = (await receiver.mark()).residentBytes;
        const peers = adopt(
          spawn(program, ['hold', `${port}`, `${heldConnections}`], { stdio: ['pipe', 'pipe', 'inherit'] }),
        );
        await createInterface(peers.stdout)[Symbol.asyncIterator]().next();
        // The last ones wait in the backlog: a mark is answered behind them.
        await receiver.mark();
        const after = (await receiver.mark()).residentBytes;
        peers.stdin.end();
        await ended(peers);
        return (after - before) / heldConnections;
      },
      collectGarbage,
    ),
  );

const ofProduct = ['buffer', 'bare'] as const;

/** `kinds`: ours and the reference. */
export async function runAccept(kinds: readonly [Kind, Kind] = ofProduct): Promise<Row[]> {
  const benchmark = 'accepted and ended connections';
  const goal: Goal = { of: 'ratio', is: 'at least', value: 0.9 };
  const connector = await compile('connector');
  if ('reason' in connector) return [unmeasured(benchmark, '/s', goal, connector.reason)];
  const rates = await inPairs(pairs, kinds, (kind) => acceptRate(connector.program, kind));
  return [row({ benchmark, unit: '/s', ...rates, goal })];
}

async function runIdle(): Promise<Row[]> {
  const benchmark = `memory of an idle connection of ${heldConnections.toLocaleString('en')}, above a bare one`;
  const goal: Goal = { of: 'ours', is: 'at most', value: 5 };
  const connector = await compile('connector');
  if ('reason' in connector) return [unmeasured(benchmark, 'KB', goal, connector.reason)];
  const { ours, reference } = await inPairs(pairs, ofProduct, (kind) => idleBytes(connector.program, kind));
  const above = ours.map((bytes, index) => (bytes - reference[index]!) / 1e3);
  const kilobytes = (values: number[]) =>
    row({ benchmark, unit: 'KB', ours: values.map((v) => v / 1e3) }).ours;
  const note = `${kilobytes(ours)?.toFixed(1)} KB against ${kilobytes(reference)?.toFixed(1)} KB each`;
  return [row({ benchmark, unit: 'KB', ours: above, goal, note })];
}

export const connectionBenchmarks: Benchmark[] = [
  { name: 'accept', about: 'connections accepted a second, against bare node:net', run: () => runAccept() },
  { name: 'idle', about: 'memory of 10,000 idle connections, above bare node:net', run: runIdle },
];
