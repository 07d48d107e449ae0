/** Runs benchmarks, prints one table, and writes out/bench/results.json. */
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { captureBenchmarks } from './capture.ts';
import { connectionBenchmarks } from './connections.ts';
import { crashBenchmarks } from './crash.ts';
import { decoderBenchmarks } from './decoders.ts';
import { encodingBenchmarks } from './encodings.ts';
import { exportBenchmarks } from './export.ts';
import { fairnessBenchmarks } from './fairness.ts';
import { fileBenchmarks } from './file.ts';
import { fixedLoadBenchmarks } from './fixed-load.ts';
import { flatOutBenchmarks } from './flat-out.ts';
import { frameBenchmarks } from './frames.ts';
import { listBenchmarks } from './list.ts';
import { millionBenchmarks } from './million.ts';
import { pullBenchmarks } from './pull.ts';
import { readModeBenchmarks } from './read-modes.ts';
import { repeatBenchmarks } from './repeat.ts';
import { searchBenchmarks } from './search.ts';
import { soakBenchmarks } from './soak.ts';
import { importBenchmarks } from './import.ts';
import { statisticsBenchmarks } from './stats.ts';
import { streamBenchmarks } from './stream.ts';
import { tlsBenchmarks } from './tls.ts';
import { udpBenchmarks } from './udp.ts';
import { windowBenchmarks } from './window.ts';
import type { Benchmark, Context } from './harness/benchmark.ts';
import { disturbance } from './harness/calm.ts';
import { notes, type Row } from './harness/measure.ts';
import { outFolder } from './harness/scratch.ts';
import { renderTable } from './harness/table.ts';

const benchmarks: Benchmark[] = [
  ...fixedLoadBenchmarks,
  ...flatOutBenchmarks,
  ...connectionBenchmarks,
  ...tlsBenchmarks,
  ...udpBenchmarks,
  ...readModeBenchmarks,
  ...fairnessBenchmarks,
  ...repeatBenchmarks,
  ...fileBenchmarks,
  ...captureBenchmarks,
  ...pullBenchmarks,
  ...exportBenchmarks,
  ...frameBenchmarks,
  ...decoderBenchmarks,
  ...encodingBenchmarks,
  ...statisticsBenchmarks,
  ...importBenchmarks,
  ...streamBenchmarks,
  ...searchBenchmarks,
  ...listBenchmarks,
  ...windowBenchmarks,
  ...millionBenchmarks,
  ...crashBenchmarks,
  ...soakBenchmarks,
];

export type Run = Context & { names: string[] };

/** Returns the exit code: 0 whatever the numbers say, 1 when a benchmark could not run, 2 for a name there is not. */
export async function runBenchmarks({ names, ...context }: Run): Promise<number> {
  const unknown = names.filter((name) => !benchmarks.some((benchmark) => benchmark.name === name));
  if (unknown.length) {
    console.error(`No benchmark ${unknown.join(', ')}. There are:`);
    for (const { name, about } of benchmarks) console.error(`  ${name.padEnd(16)} ${about}`);
    return 2;
  }
  const rows: Row[] = [];
  const failed: string[] = [];
  for (const benchmark of benchmarks) {
    if (names.length === 0 ? benchmark.isLong : !names.includes(benchmark.name)) continue;
    console.log(`${benchmark.name}: ${benchmark.about}`);
    const begin = performance.now();
    try {
      const found = await benchmark.run(context);
      const busy = disturbance();
      rows.push(...found.map((row) => ({ ...row, note: notes(busy, row.note) })));
      console.log(`  ${((performance.now() - begin) / 1000).toFixed(0)} s`);
    } catch (error) {
      failed.push(benchmark.name);
      console.error(error);
    }
  }
  console.log(`\n${renderTable(rows)}`);
  if (failed.length) console.log(`\nCould not run: ${failed.join(', ')}`);
  const machine = {
    node: process.version,
    platform: process.platform,
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? '',
    memory: totalmem(),
  };
  writeFileSync(
    join(outFolder, 'results.json'),
    JSON.stringify({ time: new Date().toISOString(), machine, rows, failed }, null, 2),
  );
  return failed.length ? 1 : 0;
}
