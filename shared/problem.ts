import { strangerIn } from './typed.ts';

/** Something a person typed that cannot be taken, with its place; words are in `shared/texts/` under `errors`. */
export type Problem<Code extends string = string> = {
  /** First and behind-last place in UTF-16 units of what was typed. Equal where something is missing. */
  start: number;
  end: number;
  code: Code;
  /** Name of the character at fault, where a person may not see it or take it for another: `U+200B ZERO WIDTH SPACE`. */
  character?: string;
};

/** A problem at a place of `text`, with the name of a strange character there. */
export function problemIn<Code extends string>(
  text: string,
  start: number,
  end: number,
  code: Code,
): Problem<Code> {
  const character = strangerIn(text, start, end);
  return character === null ? { start, end, code } : { start, end, code, character };
}

/** A text of nothing but mistakes lists this many: more help nobody, and 10 MB of them would cost memory. */
export const mostProblems = 100;
