/** Rows of the result table, and the arithmetic behind them. */

/** What the goal is measured by: our own value, or our value divided by the reference of the same run. */
export type Goal = { of: 'ours' | 'ratio'; is: 'at most' | 'at least'; value: number };

export type Row = {
  benchmark: string;
  unit: string;
  /** null: could not be measured; the note says why. */
  ours: number | null;
  reference: number | null;
  ratio: number | null;
  /** Lowest and highest ratio of neighbouring runs; null for fewer than two. */
  spread: [number, number] | null;
  goal: Goal | null;
  met: boolean | null;
  note: string;
  samples: { ours: number[]; reference: number[] };
};

export type Measured = {
  benchmark: string;
  unit: string;
  ours: readonly number[];
  reference?: readonly number[];
  goal?: Goal;
  note?: string;
  /** How several samples become one value; the median unless a worst case is asked for. */
  by?: (values: readonly number[]) => number;
};

/** NaN for no values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle) - 1] ?? NaN)) / 2;
}

export const worst = (values: readonly number[]): number => Math.max(...values);

/**
 * A row out of samples. The ratio is the median of the ratios of neighbouring runs, so that a machine that gets slower
 * during the benchmark does not shift it.
 */
export function row({ benchmark, unit, ours, reference = [], goal, note = '', by = median }: Measured): Row {
  const oursValue = ours.length ? by(ours) : null;
  const pairs = ours.slice(0, reference.length).map((value, i) => value / reference[i]!);
  const ratio = pairs.length ? median(pairs) : null;
  const judged = goal?.of === 'ratio' ? ratio : oursValue;
  return {
    benchmark,
    unit,
    ours: oursValue,
    reference: reference.length ? by(reference) : null,
    ratio,
    spread: pairs.length > 1 ? [Math.min(...pairs), Math.max(...pairs)] : null,
    goal: goal ?? null,
    met:
      goal && judged !== null ? (goal.is === 'at most' ? judged <= goal.value : judged >= goal.value) : null,
    note,
    samples: { ours: [...ours], reference: [...reference] },
  };
}

/** A row for what could not be measured here: it meets no goal, and says why. */
export const unmeasured = (benchmark: string, unit: string, goal: Goal | null, reason: string): Row => ({
  ...row({ benchmark, unit, ours: [], note: reason }),
  goal,
});

export const notes = (...parts: (string | false | null)[]): string => parts.filter(Boolean).join('; ');
