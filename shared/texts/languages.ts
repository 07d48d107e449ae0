/** The table of languages: one entry each. The page has its own, `page-languages.ts`, whose words come in two parts. */
import { useLanguage } from './chosen.ts';
import { en, type Texts } from './en.ts';
import { inBrackets } from './in-brackets.ts';
import { nearestLanguage } from './nearest-language.ts';

/** By BCP 47 names. `en-XA` is what ICU calls an English that is made up to find words outside the texts. */
export const languages = new Map<string, Texts>([
  ['en', en],
  ['en-XA', inBrackets(en)],
]);

/** The nearest of `wanted`, by BCP 47 names in the order of the wish. */
export function chooseLanguage(wanted: readonly string[]): void {
  const id = nearestLanguage(wanted, [...languages.keys()]);
  useLanguage(id, wordsIn(id));
}

/** Of a name that may come from a page. */
export const wordsIn = (id: string): Texts => languages.get(id) ?? en;
