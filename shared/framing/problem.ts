/** What is wrong with a framing as it is written. Words are in `shared/texts/` under `errors`. */
import type { PayloadProblemCode } from '../payload/parts.ts';
import type { Problem } from '../problem.ts';

export type FramingProblemCode =
  | 'frame-missing'
  | 'frame-unknown'
  | 'frame-option-none'
  | 'frame-option-unknown'
  | 'frame-option-twice'
  | 'frame-value-missing'
  | 'frame-number'
  | 'frame-time'
  | 'frame-choice'
  | 'frame-bytes'
  | 'frame-volatile'
  | 'frame-expression-bytes'
  | 'frame-expression-open'
  | 'frame-expression-stray'
  | 'frame-expression-unknown'
  | 'frame-expression-empty'
  | 'frame-expression-large'
  | PayloadProblemCode;

export type FramingProblem = Problem<FramingProblemCode> & {
  /** Of an unknown name: the one that may be meant, or all that there are. Of a missing value: its name. */
  choices: readonly string[];
  /** Of a number, a time and bytes: the bounds as they would be written; '' for the rest. */
  least: string;
  most: string;
};

/** `start` and `end`: in what was given to whoever threw it; whoever cut that out of a longer text moves them. */
export class FramingError extends Error {
  readonly problem: Omit<FramingProblem, 'character'>;

  constructor(
    code: FramingProblemCode,
    start: number,
    end: number,
    facts: Partial<Pick<FramingProblem, 'choices' | 'least' | 'most'>> = {},
  ) {
    super(code);
    this.problem = { code, start, end, choices: [], least: '', most: '', ...facts };
  }
}

/** What `read` says of a part of a text that begins at `offset`, with its place in the whole. */
export function within<T>(offset: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FramingError)) throw error;
    const { code, start, end, ...facts } = error.problem;
    throw new FramingError(code, start + offset, end + offset, facts);
  }
}
