/** Why a file cannot be brought in, or not all of it. The words are in `shared/texts/`. */

export const importProblems = [
  'unknown-format',
  'file-cut',
  'file-damaged',
  'packet-too-long',
  'too-many',
  'inflates-too-far',
  'nothing-found',
] as const;
export type ImportProblem = (typeof importProblems)[number];

/** `offset`: of the file, or of what it inflates to. */
export class ImportError extends Error {
  readonly problem: ImportProblem;
  readonly offset: number;

  constructor(problem: ImportProblem, offset: number) {
    super(problem);
    this.problem = problem;
    this.offset = offset;
  }
}
