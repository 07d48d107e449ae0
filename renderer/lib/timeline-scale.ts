/** Where the steps of a timeline stand on a common scale. */
import type { Timeline, TimelineStep } from '../../shared/timeline.ts';

/** In parts of the scale's width, 0 to 1. */
export type Bar = { from: number; width: number };
export type TimelineScale = 'whole' | 'setup';

/** A part of the whole below which the beginning could not be told apart. */
const smallPart = 0.2;
const setupKinds: ReadonlySet<TimelineStep['kind']> = new Set([
  'resolve',
  'attempt',
  'proxy',
  'open',
  'handshake',
  'message',
]);

const endOf = ({ time, durationMs }: TimelineStep): number => time + (durationMs ?? 0);

/** The last moment on the scale; what goes on reaches to it. `now`: for a connection that is open. */
export function spanOf({ start, end, steps }: Timeline, scale: TimelineScale, now: number): number {
  if (scale === 'setup') return setupEnd(steps, start);
  return Math.max(start, end ?? now, ...lastOf(steps));
}

/** Whether the beginning is too short to be seen beside the rest, so that a scale of its own helps. */
export function hasTwoScales(timeline: Timeline, now: number): boolean {
  const whole = spanOf(timeline, 'whole', now) - timeline.start;
  const setup = setupEnd(timeline.steps, timeline.start) - timeline.start;
  return setup > 0 && setup < whole * smallPart;
}

/** Null for a step beyond the scale's end. */
export function barOf(step: TimelineStep, start: number, end: number): Bar | null {
  const span = end - start;
  if (step.time > end) return null;
  if (span <= 0) return { from: 0, width: 0 };
  const to = step.isGoingOn ? end : Math.min(endOf(step), end);
  return { from: (step.time - start) / span, width: (to - step.time) / span };
}

function setupEnd(steps: readonly TimelineStep[], start: number): number {
  return steps.reduce((end, step) => (setupKinds.has(step.kind) ? Math.max(end, endOf(step)) : end), start);
}

const lastOf = (steps: readonly TimelineStep[]): number[] => {
  const last = steps.at(-1);
  return last ? [endOf(last)] : [];
};
