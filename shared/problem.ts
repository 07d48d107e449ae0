/** Something a person typed that cannot be taken, with its place; words are in `shared/texts/` under `errors`. */
export type Problem<Code extends string = string> = {
  /** First and behind-last place in UTF-16 units of what was typed. Equal where something is missing. */
  start: number;
  end: number;
  code: Code;
};

/** A text of nothing but mistakes lists this many: more help nobody, and 10 MB of them would cost memory. */
export const mostProblems = 100;
