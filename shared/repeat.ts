/** The same message again and again: what may be asked of it, and what is told of it while it goes on. */
import type { Address } from './address.ts';
import type { Target } from './domain.ts';

export type RepeatPlan = {
  /** From one message to the next, in milliseconds; 0: as fast as they are taken. */
  everyMs: number;
  /** Each is sent up to so much later than its time, by chance: what comes after is no later for it. */
  jitterMs: number;
  /** Null: until somebody stops it. */
  times: number | null;
  stopsOnFailure: boolean;
  /**
   * At 0 ms, on a stream, of bytes that are the same each time: as many as fill `mostJoinedBytes` are one write, and one
   * record.
   */
  joins: boolean;
};

export const usualRepeat: RepeatPlan = {
  ...{ everyMs: 1000, jitterMs: 0, times: null, stopsOnFailure: false, joins: false },
};

/** Unless it is 0. Below it nothing but the loop itself would be measured. */
export const leastEveryMs = 0.1;
export const mostEveryMs = 24 * 3600 * 1000;
export const mostTimes = 1_000_000_000;
export const mostJoinedBytes = 64 * 1024;
/** Of a message that is repeated, it stays in memory. */
export const mostRepeatedBytes = 16 * 1024 * 1024;

export type RepeatProblemCode = 'repeat-every' | 'repeat-jitter' | 'repeat-times';
export type RepeatProblem = { field: 'everyMs' | 'jitterMs' | 'times'; code: RepeatProblemCode };

/** What of a plan cannot be done, in the order of its fields. */
export function checkRepeat({ everyMs, jitterMs, times }: RepeatPlan): RepeatProblem[] {
  const isTime = everyMs === 0 || (everyMs >= leastEveryMs && everyMs <= mostEveryMs);
  // With more than that, a later one would come first.
  const isJitter = jitterMs >= 0 && (jitterMs <= everyMs || (!isTime && jitterMs <= mostEveryMs));
  const isCount = times === null || (Number.isInteger(times) && times >= 1 && times <= mostTimes);
  return [
    ...(isTime ? [] : [{ field: 'everyMs', code: 'repeat-every' } as const]),
    ...(isJitter ? [] : [{ field: 'jitterMs', code: 'repeat-jitter' } as const]),
    ...(isCount ? [] : [{ field: 'times', code: 'repeat-times' } as const]),
  ];
}

/** 'gone': nobody is left, and nobody will be, who could take one more. */
export type RepeatEnd = 'times' | 'stopped' | 'failure' | 'gone';

/** Told at most four times a second. */
export type RepeatFacts = {
  /** The beginning of the message, as it was written; of bytes as text with escapes. */
  said: string;
  plan: RepeatPlan;
  target: Target;
  /** Of the one peer that it goes to; null for several, and where there is no address. */
  remote: Address | null;
  /** Of one message, in bytes; null before the first one. */
  length: number | null;
  /**
   * With the kernel, of each target that took them; those that nobody took, that never came so far, or that the network
   * gave back, are `failed`.
   */
  sent: number;
  /** Queued, and neither of both yet: a peer that takes nothing, a slow network. Goes on changing after the end. */
  waiting: number;
  failed: number;
  /** Not sent, because their time was long over, as after the machine has slept. They are made up for at the end. */
  leftOut: number;
  /** Reached in the last seconds; null before there are two. */
  perSecond: number | null;
  /** So late were 99 of 100 at most; null where nothing can be late. */
  lateP99Ms: number | null;
  /** The next one should have been sent long ago. */
  isBehind: boolean;
  /** Null while it goes on. */
  ended: RepeatEnd | null;
};
