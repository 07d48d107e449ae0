/** Keeps programs apart on a machine with few cores: what a receiver loses would else depend on where the sender runs. */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

const canPin =
  availableParallelism() > 1 && spawnSync('taskset', ['--version'], { stdio: 'ignore' }).status === 0;

export const pinNote = canPin
  ? 'sender on core 0, receiver with all its threads on core 1'
  : 'cores shared by all (no taskset)';

/** A command line that runs on core 0. */
export const besides = (program: string, args: string[]): [program: string, args: string[]] =>
  canPin ? ['taskset', ['-c', '0', program, ...args]] : [program, args];

/** Moves all threads of a process to core 1. */
export function pin(pid: number): void {
  if (canPin) spawnSync('taskset', ['-acp', '1', String(pid)], { stdio: 'ignore' });
}
