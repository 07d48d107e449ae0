/** A sequence's steps with one of them changed: all of these leave what they are given as it is. */
import { mostDepth, type Step } from './sequence.ts';

type Steps = readonly Step[];
type Path = readonly number[];

export const isSamePath = (a: Path, b: Path): boolean => a.join() === b.join();

export function stepAt(steps: Steps, path: Path): Step | null {
  const [at, ...rest] = path;
  const step = at === undefined ? undefined : steps[at];
  if (step === undefined) return null;
  if (rest.length === 0) return step;
  return step.kind === 'loop' ? stepAt(step.steps, rest) : null;
}

/** The list that a path ends in is another one. */
function inList(steps: Steps, path: Path, change: (list: Step[], at: number) => Step[]): Step[] {
  const [at, ...rest] = path;
  if (at === undefined) return [...steps];
  if (rest.length === 0) return change([...steps], at);
  return steps.map((step, place) =>
    place === at && step.kind === 'loop' ? { ...step, steps: inList(step.steps, rest, change) } : step,
  );
}

export const withStep = (steps: Steps, path: Path, step: Step): Step[] =>
  inList(steps, path, (list, at) => list.with(at, step));
export const withoutStep = (steps: Steps, path: Path): Step[] =>
  inList(steps, path, (list, at) => list.toSpliced(at, 1));
/** It stands at that path then. */
export const insertStep = (steps: Steps, path: Path, step: Step): Step[] =>
  inList(steps, path, (list, at) => list.toSpliced(at, 0, step));

/** Where the next step is written: in an empty loop, else behind `path`; at the end without one. */
export function placeAfter(steps: Steps, path: Path | null): number[] {
  const step = path === null ? null : stepAt(steps, path);
  if (path === null || step === null) return [steps.length];
  if (step.kind === 'loop' && step.steps.length === 0 && path.length <= mostDepth) return [...path, 0];
  return [...path.slice(0, -1), path.at(-1)! + 1];
}

/** By one row, into the loop that stands there and out of the one that it is in. Null where it cannot go on. */
export function moveStep(steps: Steps, path: Path, by: 1 | -1): { steps: Step[]; path: number[] } | null {
  const step = stepAt(steps, path);
  if (step === null) return null;
  const to = placeOfMove(steps, path, step, by);
  if (to === null) return null;
  return { steps: insertStep(withoutStep(steps, path), to, step), path: to };
}

/** As paths are once it was taken out. */
function placeOfMove(steps: Steps, path: Path, step: Step, by: 1 | -1): number[] | null {
  const at = path.at(-1)!;
  const above = path.slice(0, -1);
  const beside = stepAt(steps, [...above, at + by]);
  if (beside?.kind === 'loop' && above.length + 1 + depthOf(step) <= mostDepth)
    return by < 0 ? [...above, at - 1, beside.steps.length] : [...above, at, 0];
  if (beside !== null) return [...above, at + by];
  if (above.length === 0) return null;
  return [...above.slice(0, -1), above.at(-1)! + (by < 0 ? 0 : 1)];
}

/** Of loops: 0 for what is none. */
const depthOf = (step: Step): number =>
  step.kind === 'loop' ? 1 + Math.max(0, ...step.steps.map(depthOf)) : 0;
