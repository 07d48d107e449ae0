import { formatCount } from '../show/sizes.ts';
import { texts as chosen } from './chosen.ts';
import type { Texts } from './en.ts';

type Bounds = { min: number | null; max: number | null };
type Explainable = {
  code: Exclude<keyof Texts['errors'], 'range' | 'standsHere'>;
  character?: string | null;
} & Partial<Bounds>;

/** A problem with something typed, as a sentence, and the name of a character there that nobody would see. */
export function explainProblem(
  { code, min = null, max = null, character = null }: Explainable,
  texts: Texts = chosen,
): string {
  const isRange = code === 'number-range' && min !== null && max !== null;
  const { errors } = texts;
  return naming(isRange ? errors.range(formatCount(min), formatCount(max)) : errors[code], character, texts);
}

/** The sentence, and what `strangerIn` found. */
export const naming = (sentence: string, character: string | null, { errors }: Texts = chosen): string =>
  character === null ? sentence : errors.standsHere(sentence, character);
