import { commandLine } from './en/command-line.ts';
import { desktop } from './en/desktop.ts';
import { headless } from './en/headless.ts';
import { first } from './en-first.ts';
import { later } from './en-later.ts';

/** English. One section per pane, in its own file; values are texts, or functions of what a text depends on. */
export const en = { ...first, ...later, commandLine, desktop, headless };

/** The same shape in any language: a text for a text, a function of the same arguments for a function. */
type InAnyLanguage<T> = T extends string
  ? string
  : T extends (...args: infer Args) => infer Result
    ? (...args: Args) => InAnyLanguage<Result>
    : { readonly [Key in keyof T]: InAnyLanguage<T[Key]> };

export type Texts = InAnyLanguage<typeof en>;
