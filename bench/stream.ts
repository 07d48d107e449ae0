/** A capture of ten million records and a gibibyte: its first screen, and jumps to any place, as chunks and as a stream. */
import type { Benchmark } from './harness/benchmark.ts';
import {
  anyFilter,
  openContract,
  serverSettings,
  startHost,
  writeWorkspace,
  type Contract,
} from './harness/headless.ts';
import { percentile, row, type Goal, type Row } from './harness/measure.ts';
import { residentBytes, startHelper } from './harness/processes.ts';
import { withFolder } from './harness/scratch.ts';
import type { CaptureTool } from './processes/capture.ts';

const endpoint = { id: 'e0123456789ab', settings: serverSettings };
const records = 10_000_000;
const recordBytes = Math.round(2 ** 30 / records);
const jumps = 1000;
const rowsInSight = 60;
/** About what a screen of text or of hex begins in. */
const placesInSight = 2048;
/** The record that opened the connection. */
const connection = 0;
const screenGoal: Goal = { of: 'ours', is: 'at most', value: 1000 };
const jumpGoal: Goal = { of: 'ours', is: 'at most', value: 50 };
const memoryGoal: Goal = { of: 'ours', is: 'at most', value: 300 };
const mostWatchedMs = 20;

/** What is measured of one way to read it. */
type Way = { name: string; open: () => Promise<(part: number) => Promise<number>>; isRead: () => boolean };

async function measure({ name, open, isRead }: Way, pid: number): Promise<Row[]> {
  const begin = performance.now();
  const jump = await open();
  while ((await jump(0)) === 0) await new Promise((done) => setTimeout(done, 1));
  const screen = performance.now() - begin;
  while (!isRead()) await new Promise((done) => setTimeout(done, mostWatchedMs));
  const read = performance.now() - begin;
  const times: number[] = [];
  for (let i = 0; i < jumps; i++) {
    const from = performance.now();
    if ((await jump(((i * 7919) % jumps) / jumps)) === 0) throw new Error('no rows');
    times.push(performance.now() - from);
  }
  const of = `ten million records, 1 GiB, ${name}`;
  const resident = ((await residentBytes(pid)) ?? 0) / 2 ** 20;
  return [
    row({
      benchmark: `${of}: first screen`,
      unit: 'ms',
      ours: [screen],
      goal: screenGoal,
      note: `all looked at after ${(read / 1000).toFixed(1)} s`,
    }),
    row({ benchmark: `${of}: jump p99`, unit: 'ms', ours: [percentile(times, 0.99)], goal: jumpGoal }),
    row({ benchmark: `${of}: memory of the host`, unit: 'MiB', ours: [resident], goal: memoryGoal }),
  ];
}

const chunks = ({ engine }: Contract): Way => ({
  name: 'chunks',
  isRead: () => true,
  open: async () => {
    const { id, rows } = await engine.openView(endpoint.id, anyFilter, 'chunks');
    return async (part) =>
      (await engine.rows(id, Math.floor(part * (rows - rowsInSight)), rowsInSight)).length - emptyRows;
  },
});
/** Bytes of an answer without rows. */
const emptyRows = 4;

function stream({ engine, latest }: Contract, form: 'text' | 'hex'): Way {
  const read = () => latest()?.streams.find(({ scanned, total }) => total > records && scanned === total);
  return {
    name: `stream as ${form}`,
    isRead: () => read() !== undefined,
    open: async () => {
      const { id } = await engine.openStream(endpoint.id, connection, 'both');
      return async (part) => {
        const from = Math.floor(part * (read()?.places ?? 0));
        return (await engine.streamRows(id, form, from, from + placesInSight)).length;
      };
    },
  };
}

async function run(): Promise<Row[]> {
  return withFolder('stream', async (folder) => {
    const tool = startHelper<CaptureTool>('capture');
    await tool.call.fill(writeWorkspace(folder, endpoint), records, recordBytes);
    await tool.stop();
    const rows: Row[] = [];
    for (const way of [chunks, (it: Contract) => stream(it, 'text'), (it: Contract) => stream(it, 'hex')]) {
      const host = await startHost(folder);
      try {
        const contract = await openContract(host);
        rows.push(...(await measure(way(contract), host.pid)));
        contract.close();
      } finally {
        await host.stop();
      }
    }
    return rows;
  });
}

export const streamBenchmarks: Benchmark[] = [
  {
    name: 'stream',
    about: 'ten million records as chunks and as a stream: first screen, jumps, memory',
    run,
  },
];
