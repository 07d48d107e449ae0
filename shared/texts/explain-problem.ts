import type { FilterProblem } from '../filter/reading.ts';
import type { FileProblem } from '../sequences/yaml.ts';
import type { FramingProblem } from '../framing/problem.ts';
import { formatCount } from '../show/sizes.ts';
import { texts as chosen } from './chosen.ts';
import type { Texts } from './en.ts';

type Bounds = { min: number | null; max: number | null };
type Explainable = {
  code: Exclude<
    keyof Texts['errors'],
    | 'range'
    | 'standsHere'
    | 'readerSays'
    | 'filterKeys'
    | 'filterChoices'
    | 'framingChoices'
    | 'framingBounds'
    | 'framingMissing'
    | 'meant'
    | 'missing'
  >;
  character?: string | null;
  nearest?: string;
} & Partial<Bounds>;

/** A problem with something typed, as a sentence, and the name of a character there that nobody would see. */
export function explainProblem(
  { code, min = null, max = null, character = null, nearest }: Explainable,
  texts: Texts = chosen,
): string {
  const isRange = code === 'number-range' && min !== null && max !== null;
  const { errors } = texts;
  if (nearest !== undefined)
    return code === 'call-missing' ? errors.missing(nearest) : errors.meant(errors[code], nearest);
  return naming(isRange ? errors.range(formatCount(min), formatCount(max)) : errors[code], character, texts);
}

/** The same of a filter, with what may be meant and what the reader of expressions says. */
export function explainFilterProblem(problem: FilterProblem, texts: Texts = chosen): string {
  const { code, choices, message, character = null } = problem;
  const { filterKeys, filterChoices, readerSays } = texts.errors;
  if (choices.length > 0)
    return naming((code === 'filter-choice' ? filterChoices : filterKeys)(choices), character, texts);
  const sentence = explainProblem({ code, character }, texts);
  return message === '' ? sentence : readerSays(sentence, message);
}

/** The same of a framing, with what may be meant, or what is needed. */
export function explainFramingProblem(problem: FramingProblem, texts: Texts = chosen): string {
  const { code, choices, least, most, character = null } = problem;
  const { framingChoices, framingBounds, framingMissing, [code]: plain } = texts.errors;
  if (code === 'frame-value-missing') return framingMissing(choices);
  if (choices.length > 0) return naming(framingChoices(plain, choices), character, texts);
  return naming(least === '' ? plain : framingBounds(plain, least, most), character, texts);
}

/** The same of a sequence's file: the reader of a text says what is wrong in it. */
export function explainSequenceProblem(
  { code, of, found, choices }: Pick<FileProblem, 'code' | 'of' | 'found' | 'choices'>,
  texts: Texts = chosen,
): string {
  if (of === null) return texts.sequences.problems[code]({ found, choices });
  return 'message' in of ? explainFilterProblem(of, texts) : explainProblem(of, texts);
}

/** The sentence, and what `strangerIn` found. */
export const naming = (sentence: string, character: string | null, { errors }: Texts = chosen): string =>
  character === null ? sentence : errors.standsHere(sentence, character);
