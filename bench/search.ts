/** Filters over a log, beside the tool that everybody has for it: text and expressions by their bytes, columns by their rows. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Benchmark } from './harness/benchmark.ts';
import { captureFolder, serverSettings, writeWorkspace } from './harness/headless.ts';
import { row, type Goal, type Row } from './harness/measure.ts';
import { inPairs } from './harness/pairs.ts';
import { startHelper } from './harness/processes.ts';
import { withFolder } from './harness/scratch.ts';
import { pour } from './fixed-load.ts';
import type { CaptureTool } from './processes/capture.ts';
import type { FilteredReceiver } from './processes/receiver.ts';

const endpoint = { id: 'e0123456789ab', settings: serverSettings };
const recordBytes = 1024;
const records = 512 * 1024;
const mebibytes = (records * recordBytes) / 2 ** 20;
const rowsOfColumns = 10_000_000;
const runs = 5;
const pairsOfWriting = 3;
const fast = { perSecond: 300e6 / 65_536, messageBytes: 65_536 };

/** `pattern`: as grep takes it, of what is in no record. */
const wanted = [
  { name: 'text', filter: 'nowhere', grep: ['-F', 'nowhere'], least: 2, carries: false },
  // As a stream has it: it may begin in one record and end in the next.
  { name: 'text over edges', filter: 'nowhere', grep: ['-F', 'nowhere'], least: 1, carries: true },
  {
    name: 'an expression',
    filter: '/no+where\\d/',
    grep: ['-P', 'no+where\\d'],
    least: 0.3,
    carries: true,
  },
] as const;
const columnsGoal: Goal = { of: 'ours', is: 'at least', value: 80 };
const delayGoal: Goal = { of: 'ours', is: 'at most', value: 15 };
const firstGoal: Goal = { of: 'ours', is: 'at most', value: 100 };

/** The same bytes, from the files in which the log has them. 1: nothing was found. */
async function grep(args: readonly string[], files: readonly string[]): Promise<void> {
  const tool = spawn('grep', ['-c', '-a', ...args, ...files], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, LC_ALL: 'C' },
  });
  const [code] = await once(tool, 'exit');
  if (code !== 1) throw new Error(`grep ended with ${code}`);
}

const run = (): Promise<Row[]> =>
  withFolder('search', async (folder) => {
    const tool = startHelper<CaptureTool>('capture');
    writeWorkspace(folder, endpoint);
    const log = captureFolder(folder, endpoint.id);
    await tool.call.fill(log, records, recordBytes);
    const files = readdirSync(log)
      .filter((name) => name.startsWith('data'))
      .map((name) => join(log, name));
    // Both find them in memory.
    for (const file of files) readFileSync(file);
    const rows: Row[] = [];
    for (const { name, filter, grep: args, least, carries } of wanted) {
      const measure = async (look: () => Promise<unknown>): Promise<number> => {
        const begin = performance.now();
        const found = await look();
        const { ms } = (found ?? { ms: performance.now() - begin }) as { ms: number };
        return mebibytes / (ms / 1000);
      };
      const pair = [() => tool.call.search(log, filter, carries), () => grep(args, files)] as const;
      const { ours, reference } = await inPairs(runs, pair, measure);
      rows.push(
        row({
          benchmark: `${name} in ${mebibytes} MiB, records of 1 KiB`,
          unit: 'MiB/s',
          ...{ ours, reference, goal: { of: 'ratio', is: 'at least', value: least } },
          note: `in files in memory, found nowhere; reference: grep -c ${args[0]} over the same files`,
        }),
      );
    }
    const first: number[] = [];
    for (let i = 0; i < runs; i++) first.push((await tool.call.search(log, 'benchmark')).firstMs);
    rows.push(
      row({
        benchmark: `the first row of a text in ${mebibytes} MiB`,
        unit: 'ms',
        ours: first,
        goal: firstGoal,
      }),
    );
    const columns = join(log, 'columns');
    await tool.call.fill(columns, rowsOfColumns, 1);
    const millions: number[] = [];
    for (let i = 0; i < runs; i++)
      millions.push(rowsOfColumns / 1000 / (await tool.call.search(columns, 'dir:sent size:>10')).ms);
    rows.push(
      row({
        benchmark: 'columns of ten million records, from files',
        unit: 'million/s',
        ours: millions,
        goal: columnsGoal,
        note: 'dir:sent size:>10, by the one thread that has the sockets',
      }),
    );
    await tool.stop();
    return [...rows, await whileWriting()];
  });

async function delay(text: string): Promise<number> {
  return withFolder('filter', async (folder) => {
    const receiver = startHelper<FilteredReceiver>('receiver');
    try {
      const port = await receiver.call.listen(folder);
      const sample = await pour(receiver.call, port, fast, () =>
        text === '' ? undefined : receiver.call.write(text),
      );
      return sample.delay;
    } finally {
      await receiver.stop();
    }
  });
}

/** A person writes a filter over a log that grows. */
async function whileWriting(): Promise<Row> {
  return row({
    benchmark: 'event-loop delay p99 while a filter is written, at 300 MB/s',
    unit: 'ms',
    ...(await inPairs(pairsOfWriting, ['nowhere size:>10', ''], delay)),
    goal: delayGoal,
    note: 'a letter each 100 ms; reference: nobody writes',
  });
}

export const searchBenchmarks: Benchmark[] = [
  {
    name: 'search',
    about: 'filters: text beside grep -F, expressions beside grep -P, columns, and the first row',
    run,
  },
];
