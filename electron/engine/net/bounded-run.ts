/** Runs code that may take for ever, such as a regular expression on a message made against it, for a while only. */
import { createContext, Script } from 'node:vm';

/** Made at the first use: a context costs a millisecond and most engines never need one. */
let bounded: { script: Script; context: { work: () => void } } | null = null;

/**
 * True when `work` has come to its end; false when it was stopped in its middle after `ms` of the wall clock, wherever
 * that was: `finally` does not run, so it must leave nothing half done. V8 stops regular expressions too. What it
 * throws is thrown on. Costs about 0.1 ms, for the thread that watches the time. Within another its time is that of the other.
 */
export function runBounded(work: () => void, ms: number): boolean {
  if (isInside) {
    work();
    return true;
  }
  bounded ??= {
    script: new Script('work()'),
    context: createContext({ work }) as { work: () => void },
  };
  bounded.context.work = work;
  isInside = true;
  try {
    bounded.script.runInContext(bounded.context, { timeout: ms });
    return true;
  } catch (error) {
    if (isTimeout(error)) return false;
    throw error;
  } finally {
    isInside = false;
    bounded.context.work = nothing;
  }
}

let isInside = false;
/** Work of a bounded run goes on: its time is counted by whoever began it. */
export const isInBoundedRun = (): boolean => isInside;
const nothing = (): void => undefined;
const isTimeout = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
