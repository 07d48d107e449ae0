/** What was captured as a file for another program: against copying the same bytes, and against writing the same blocks. */
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { followed } from '../electron/engine/testing/followed.ts';
import type { Benchmark } from './harness/benchmark.ts';
import { row, unmeasured, worst, type Goal, type Row } from './harness/measure.ts';
import { startHelper } from './harness/processes.ts';
import { freeBytes, withFolder } from './harness/scratch.ts';
import type { CaptureTool, Exported } from './processes/capture.ts';
import type { Remote } from '../shared/wire/rpc.ts';

const pairs = 3;
const largeBytes = 64 * 1024;
const smallBytes = 128;
/** SOCKETSCOPE_BENCH_EXPORT_MIB says another size of each capture. */
const captureBytes = Number(process.env.SOCKETSCOPE_BENCH_EXPORT_MIB ?? 512) * 1024 ** 2;
const copyGoal: Goal = { of: 'ratio', is: 'at least', value: 0.3 };
const blocksGoal: Goal = { of: 'ratio', is: 'at least', value: 0.5 };
const textGoal: Goal = { of: 'ours', is: 'at least', value: 30 };
/** From a capture of a quarter of the size to the whole one. */
const memoryGoal: Goal = { of: 'ratio', is: 'at most', value: 1.3 };

type Tool = Remote<CaptureTool>;
const rate = ({ ms, bytes }: Pick<Exported, 'ms' | 'bytes'>): number => bytes / 1e3 / ms;

/** A process each, so that nobody has the memory of another. */
async function withTool<T>(use: (tool: Tool) => Promise<T>): Promise<T> {
  const tool = startHelper<CaptureTool>('capture');
  try {
    return await use(tool.call);
  } finally {
    await tool.stop();
  }
}

const exported = (folder: string, format: 'pcapng' | 'text', path: string): Promise<Exported> =>
  withTool((tool) => tool.exportTo(folder, format, path));

/** Of the files that hold the payloads. */
function copied(folder: string, into: string): { ms: number; bytes: number } {
  const files = readdirSync(folder)
    .filter((name) => name.startsWith('data-'))
    .map((name) => join(folder, name));
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  const begin = performance.now();
  const { status } = spawnSync('cp', [...files, into]);
  if (status !== 0) throw new Error('cp failed');
  return { ms: performance.now() - begin, bytes };
}

async function large(folder: string): Promise<Row[]> {
  const capture = join(folder, 'large');
  await withTool((tool) => tool.fill(capture, Math.ceil(captureBytes / largeBytes), largeBytes));
  const [ours, reference, text]: [number[], number[], number[]] = [[], [], []];
  for (let i = 0; i < pairs; i++) {
    const path = join(folder, 'large.out');
    ours.push(rate(await exported(capture, 'pcapng', path)));
    rmSync(path);
    reference.push(rate(copied(capture, folder)));
    text.push(captureBytes / 1e3 / (await exported(capture, 'text', path)).ms);
    rmSync(path);
  }
  const of = 'export of records of 64 KiB';
  return [
    row({
      benchmark: `${of}: pcapng`,
      unit: 'MB/s',
      ours,
      reference,
      goal: copyGoal,
      note: 'reference: cp of the same bytes',
    }),
    row({ benchmark: `${of}: text`, unit: 'MB/s', ours: text, goal: textGoal, note: 'payload bytes' }),
  ];
}

async function small(folder: string): Promise<Row[]> {
  const [capture, quarter] = [join(folder, 'small'), join(folder, 'quarter')];
  const records = Math.ceil(captureBytes / 2 / smallBytes);
  await withTool((tool) => tool.fill(capture, records, smallBytes));
  await withTool((tool) => tool.fill(quarter, Math.ceil(records / 4), smallBytes));
  const path = join(folder, 'small.pcapng');
  const [ours, reference, whole, part, text]: number[][] = [[], [], [], [], []];
  for (let i = 0; i < pairs; i++) {
    const made = await exported(capture, 'pcapng', path);
    ours!.push(rate(made));
    whole!.push(made.mostResidentBytes / 2 ** 20);
    const ms = await withTool((tool) => tool.writeBlocks(path, join(folder, 'blocks.pcapng')));
    reference!.push(rate({ ms, bytes: made.bytes }));
    part!.push((await exported(quarter, 'pcapng', path)).mostResidentBytes / 2 ** 20);
    text!.push((records * smallBytes) / 1e3 / (await exported(capture, 'text', path)).ms);
  }
  const of = 'export of records of 128 bytes';
  return [
    row({
      benchmark: `${of}: pcapng`,
      unit: 'MB/s',
      ours: ours!,
      reference: reference!,
      goal: blocksGoal,
      note: 'reference: the same blocks from memory',
    }),
    row({
      benchmark: `${of}: most memory`,
      unit: 'MiB',
      ours: whole!,
      reference: part!,
      goal: memoryGoal,
      by: worst,
      note: 'reference: of a quarter of it',
    }),
    row({ benchmark: `${of}: text`, unit: 'MB/s', ours: text!, goal: textGoal, note: 'payload bytes' }),
  ];
}

/** Both ways together; SOCKETSCOPE_BENCH_FOLLOW_MIB says another size. */
const followedBytes = Number(process.env.SOCKETSCOPE_BENCH_FOLLOW_MIB ?? 1024) * 1024 ** 2;

/** What tshark follows in the file is what was captured, byte for byte. */
async function followable(folder: string): Promise<Row[]> {
  const benchmark = `export of ${followedBytes / 2 ** 20} MiB as pcapng: directions that tshark follows byte for byte`;
  const goal: Goal = { of: 'ours', is: 'at least', value: 2 };
  if (spawnSync('tshark', ['--version']).status !== 0)
    return [unmeasured(benchmark, '', goal, 'tshark is not installed')];
  const [capture, path] = [join(folder, 'talk'), join(folder, 'talk.pcapng')];
  const payloads = Math.ceil(followedBytes / 2 / largeBytes);
  const said = await withTool((tool) => tool.fillTalk(capture, payloads, largeBytes));
  await exported(capture, 'pcapng', path);
  const [client, server] = await followed(path, 0);
  const right = [client.sha256 === said.received, server.sha256 === said.sent].filter(Boolean).length;
  rmSync(path);
  const note = `${(client.bytes + server.bytes).toLocaleString('en')} bytes followed, by SHA-256`;
  return [row({ benchmark, unit: '', ours: [right], goal, note })];
}

async function run(): Promise<Row[]> {
  if ((await freeBytes()) < captureBytes * 6)
    return [
      unmeasured('export of records of 64 KiB: pcapng', 'MB/s', copyGoal, 'the disk has too little room'),
    ];
  return withFolder('export', async (folder) => [
    ...(await large(folder)),
    ...(await small(folder)),
    ...(await followable(folder)),
  ]);
}

export const exportBenchmarks: Benchmark[] = [
  {
    name: 'export',
    about: 'a capture as pcapng and as text: against cp, against the same blocks from memory, and its memory',
    run,
  },
];
