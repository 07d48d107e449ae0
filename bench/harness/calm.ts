/** Whether the machine was quiet enough for a benchmark to be believed. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** Each core's piece of work; a few milliseconds would miss what comes and goes. */
const rounds = 60_000_000;
/** Slower than the best by this much is a machine that does something else beside. */
const mostSlower = 1.25;

const work = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', (rounds) => {
    const begin = performance.now();
    let sum = 0;
    for (let i = 0; i < rounds; i++) sum = (sum + i * 31) | 0;
    parentPort.postMessage([performance.now() - begin, sum]);
  });
`;

let workers: Worker[] | null = null;
let best = Infinity;
let looks: number[] = [];

const timed = (worker: Worker): Promise<number> =>
  new Promise((done) => {
    worker.once('message', ([ms]: [number]) => done(ms));
    worker.postMessage(rounds);
  });

/** Does the same work on every core at once; the slowest counts. To be called where nothing is measured. */
export async function look(): Promise<void> {
  workers ??= Array.from({ length: availableParallelism() }, () => new Worker(work, { eval: true }));
  for (const worker of workers) worker.unref();
  // A worker that nobody awaits keeps no process alive.
  const alive = setInterval(() => undefined, 1000);
  const ms = Math.max(...(await Promise.all(workers.map(timed))));
  clearInterval(alive);
  best = Math.min(best, ms);
  looks.push(ms);
}

/** What to say of the looks since the last call; '' where the machine was calm. */
export function disturbance(): string {
  const slower = Math.max(0, ...looks) / best;
  const many = looks.filter((ms) => ms > best * mostSlower).length;
  const note =
    many === 0
      ? ''
      : `THE MACHINE WAS BUSY: the same work took up to ${slower.toFixed(1)} times its best, in ${many} of ${looks.length} looks`;
  looks = [];
  return note;
}
