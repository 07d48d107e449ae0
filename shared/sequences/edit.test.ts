import { expect, test } from 'vitest';
import { insertStep, moveStep, placeAfter, stepAt, withoutStep, withStep } from './edit.ts';
import { mostDepth, stepsOf, usualOnFailure, type Step } from './sequence.ts';

const named = (name: string) => ({ name, onFailure: usualOnFailure });
const leaf = (name: string): Step => ({ ...named(name), kind: 'stop' });
const loop = (name: string, steps: Step[]): Step => ({ ...named(name), kind: 'loop', times: 2, steps });
const written = (steps: readonly Step[]): string =>
  steps.map((step) => step.name + (step.kind === 'loop' ? `(${written(step.steps)})` : '')).join(' ');

const steps = [leaf('a'), loop('l', [leaf('b'), leaf('c')]), leaf('d')];

test('a step is found, changed, put in and taken out by its path, in loops too', () => {
  expect(stepAt(steps, [1, 1])?.name).toBe('c');
  expect(stepAt(steps, [0, 1])).toBeNull();
  expect(stepAt(steps, [7])).toBeNull();
  expect(written(withStep(steps, [1, 0], leaf('x')))).toBe('a l(x c) d');
  expect(written(withoutStep(steps, [1, 0]))).toBe('a l(c) d');
  expect(written(insertStep(steps, [1, 2], leaf('x')))).toBe('a l(b c x) d');
  expect(written(steps)).toBe('a l(b c) d');
});

test('the next step is written behind the chosen one, in an empty loop, or at the end', () => {
  expect(placeAfter(steps, [1, 0])).toEqual([1, 1]);
  expect(placeAfter(steps, [1])).toEqual([2]);
  expect(placeAfter([loop('l', [])], [0])).toEqual([0, 0]);
  expect(placeAfter(steps, null)).toEqual([3]);
  expect(placeAfter(steps, [9])).toEqual([3]);
});

test('a step moves by rows through all loops, down and up again', () => {
  let now = { steps: [...steps], path: [0] };
  const seen: string[] = [];
  const go = (by: 1 | -1): void => {
    for (
      let next = moveStep(now.steps, now.path, by);
      next !== null;
      next = moveStep(now.steps, now.path, by)
    ) {
      now = next;
      expect(stepAt(now.steps, now.path)?.name).toBe('a');
      seen.push(written(now.steps));
    }
  };
  go(1);
  expect(seen).toEqual(['l(a b c) d', 'l(b a c) d', 'l(b c a) d', 'l(b c) a d', 'l(b c) d a']);
  go(-1);
  expect(written(now.steps)).toBe('a l(b c) d');
});

test('a loop goes around one in which it would be too deep', () => {
  let deep = loop('0', []);
  for (let depth = 1; depth < mostDepth; depth++) deep = loop(String(depth), [deep]);
  const moved = moveStep([deep, loop('x', [leaf('y')])], [0], 1)!;
  expect(moved.path).toEqual([1]);
  expect([...stepsOf(moved.steps)]).toHaveLength(mostDepth + 2);
});
