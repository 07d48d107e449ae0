/** What became of a sequence, so far or at its end. */
import type { Failure } from '../failure.ts';

export type RunState = 'running' | 'passed' | 'failed' | 'cancelled';
/** The newest go of one step. */
export type StepRun = {
  path: number[];
  state: RunState;
  /** Of this go. */
  tries: number;
  /** How often in all: a step in a loop is gone through again. */
  passed: number;
  failed: number;
  /** Milliseconds since the epoch. */
  began: number;
  ms: number;
  /** The record that comes first after it began; and what came for it, or instead of it. */
  from: number;
  record: number | null;
  failure: Failure | null;
};
/** `at`: the path of the step that is under way, or was last. `done`: steps that were gone through. */
export type SequenceRun = {
  state: RunState;
  at: number[];
  done: number;
  failed: number;
  ms: number;
  steps: StepRun[];
};
