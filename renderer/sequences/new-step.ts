/** Steps before anything was written in them, and what a step keeps when it becomes one of another kind. */
import { usualOnFailure, usualWithinMs, type Sequence, type Step } from '../../shared/sequences/sequence.ts';
import { texts } from '../../shared/texts/index.ts';

export const newSequence = (): Sequence => ({
  ...{ name: texts.sequenceTab.firstName, values: [] },
  steps: [stepOf('talk')],
});

export function stepOf(
  kind: Step['kind'],
  { name, onFailure }: Pick<Step, 'name' | 'onFailure'> = usual,
): Step {
  const named = { name, onFailure };
  switch (kind) {
    case 'talk':
      return { ...named, kind, send: null, expect: '', withinMs: usualWithinMs, set: [] };
    case 'wait':
      return { ...named, kind, ms: 1000 };
    case 'loop':
      return { ...named, kind, times: 2, steps: [] };
    case 'end':
      return { ...named, kind, how: 'finish' };
    case 'peer-ends':
      return { ...named, kind, how: 'any', withinMs: usualWithinMs };
    case 'stop':
      return { ...named, kind };
  }
}

const usual = { name: '', onFailure: usualOnFailure };
