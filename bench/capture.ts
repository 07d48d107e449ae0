/** The capture without sockets: how fast it takes records, how fast it gives rows, and what memory it needs. */
import type { Benchmark } from './harness/benchmark.ts';
import { median, percentile, row, unmeasured, type Goal, type Row } from './harness/measure.ts';
import { inPairs } from './harness/pairs.ts';
import { type Helper, startHelper } from './harness/processes.ts';
import { freeBytes, withFolder } from './harness/scratch.ts';
import type { CaptureTool, Filled } from './processes/capture.ts';

const records = 10_000_000;
const recordBytes = 64;
const fills = 5;
const windows = 300;
const readings = 5;
const memoryGoal: Goal = { of: 'ours', is: 'at most', value: 300 };
const bigBytes = 10e9;
const bigRecordBytes = 65_536;

async function withTool<T>(use: (tool: Helper<CaptureTool>['call']) => Promise<T>): Promise<T> {
  const tool = startHelper<CaptureTool>('capture');
  try {
    return await use(tool.call);
  } finally {
    await tool.stop();
  }
}

/** The last of the captures stays for `then`. */
async function fillSeveral<T>(then: (folder: string, filled: Filled[]) => Promise<T>): Promise<T> {
  const filled: Filled[] = [];
  for (let i = 1; i < fills; i++) {
    filled.push(
      await withFolder('append', (folder) => withTool((tool) => tool.fill(folder, records, recordBytes))),
    );
  }
  return withFolder('append', async (folder) => {
    filled.push(await withTool((tool) => tool.fill(folder, records, recordBytes)));
    return then(folder, filled);
  });
}

type How = 'cold' | 'plain' | 'warm';

const readRows = (folder: string, how: How): Promise<{ ms: number[]; residentBytes: number }> =>
  withTool(async (tool) =>
    how === 'plain'
      ? { ms: await tool.readPlain(folder, windows), residentBytes: 0 }
      : tool.readWindows(folder, windows, how === 'cold'),
  );

const p99s = (runs: { ms: number[] }[]) => runs.map(({ ms }) => percentile(ms, 0.99));
const medianOf = (runs: { ms: number[] }[]) => median(runs.flatMap(({ ms }) => ms)).toFixed(2);

async function runRecords(): Promise<Row[]> {
  return fillSeveral(async (folder, filled) => {
    const { ours: cold, reference: plain } = await inPairs(readings, ['cold', 'plain'] as const, (how) =>
      readRows(folder, how),
    );
    const warm = [];
    for (let i = 0; i < readings; i++) warm.push(await readRows(folder, 'warm'));
    const accepted = median(filled.map(({ acceptedMs }) => records / acceptedMs / 1000));
    return [
      row({
        benchmark: `append ${records / 1e6} million records`,
        unit: 'million/s',
        ours: filled.map(({ inFilesMs }) => records / inFilesMs / 1000),
        goal: { of: 'ours', is: 'at least', value: 3 },
        note: `${recordBytes} bytes each, until all is in the files; taken at ${accepted.toFixed(1)} million/s`,
      }),
      row({
        benchmark: `60 rows of ${records / 1e6} million, cold, p99`,
        unit: 'ms',
        ours: p99s(cold),
        reference: p99s(plain),
        goal: { of: 'ours', is: 'at most', value: 3 },
        note: `capture reopened before each; the system's page cache stays; median ${medianOf(cold)} ms against ${medianOf(plain)} of a plain reader, which opens and reads the same four blocks one after the other and checks nothing`,
      }),
      row({
        benchmark: `60 rows of ${records / 1e6} million, warm, p99`,
        unit: 'ms',
        ours: p99s(warm),
        goal: { of: 'ours', is: 'at most', value: 0.3 },
        note: `median ${medianOf(warm)} ms`,
      }),
      row({
        benchmark: `resident memory, ${records / 1e6} million records captured`,
        unit: 'MB',
        ours: filled.map(({ mostResidentBytes }) => mostResidentBytes / 1e6),
        goal: memoryGoal,
        note: `most at any time; ${Math.max(...warm.map(({ residentBytes }) => residentBytes / 1e6)).toFixed(0)} MB in a process that opened it and read rows`,
      }),
    ];
  });
}

async function runBig(): Promise<Row[]> {
  const name = `resident memory, ${bigBytes / 1e9} GB captured`;
  if ((await freeBytes()) < bigBytes * 1.5)
    return [unmeasured(name, 'MB', memoryGoal, 'not enough free disk')];
  const filled = await withFolder('big', (folder) =>
    withTool((tool) => tool.fill(folder, Math.ceil(bigBytes / bigRecordBytes), bigRecordBytes)),
  );
  const rate = (bigBytes / 1e3 / filled.inFilesMs).toFixed(0);
  return [
    row({
      benchmark: name,
      unit: 'MB',
      ours: [filled.mostResidentBytes / 1e6],
      goal: memoryGoal,
      note: `most at any time, one run, ${bigRecordBytes / 1024} KiB a record; in the files at ${rate} MB/s`,
    }),
  ];
}

export const captureBenchmarks: Benchmark[] = [
  { name: 'records', about: 'append 10 million records, and read rows of them', run: runRecords },
  { name: 'big', about: 'memory with 10 GB captured', run: runBig },
];
