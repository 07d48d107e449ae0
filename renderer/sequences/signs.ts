import type { RunState } from '../../shared/sequences/run.ts';

/** Of a step or of a run; 'none': not gone through. */
export const runSigns = {
  ...{ running: '◌', passed: '✓', failed: '✕', cancelled: '⊘', none: '○' },
} as const satisfies Record<RunState | 'none', string>;
