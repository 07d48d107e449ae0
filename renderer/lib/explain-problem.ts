import { formatCount } from '../../shared/sizes.ts';
import { texts } from '../../shared/texts/index.ts';

type Bounds = { min: number | null; max: number | null };
type Explainable = { code: Exclude<keyof typeof texts.errors, 'range'> } & Partial<Bounds>;

/** A problem with something typed, as a sentence. */
export function explainProblem({ code, min = null, max = null }: Explainable): string {
  if (code === 'number-range' && min !== null && max !== null)
    return texts.errors.range(formatCount(min), formatCount(max));
  return texts.errors[code];
}
