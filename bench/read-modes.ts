/** Accepted sockets that we take from Node and read into one buffer, against the same engine on Node's own 'data' events. */
import { runAccept } from './connections.ts';
import { loads, runLoad } from './fixed-load.ts';
import type { Benchmark } from './harness/benchmark.ts';
import type { Row } from './harness/measure.ts';

const modes = ['buffer', 'data'] as const;

async function run(): Promise<Row[]> {
  const rows = await runAccept(modes);
  for (const load of loads) rows.push(...(await runLoad(load, modes)));
  return rows.map((row) => ({
    ...row,
    benchmark: `one buffer against 'data': ${row.benchmark}`,
    goal: null,
    met: null,
  }));
}

export const readModeBenchmarks: Benchmark[] = [
  { name: 'read-modes', about: 'taking accepted sockets, against reading them by events', run },
];
