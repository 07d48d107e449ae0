/** The table of languages: one entry each. */
import { useLanguage } from './chosen.ts';
import { en, type Texts } from './en.ts';
import { inBrackets } from './in-brackets.ts';

/** By BCP 47 names. `en-XA` is what ICU calls an English that is made up to find words outside the texts. */
export const languages = new Map<string, Texts>([
  ['en', en],
  ['en-XA', inBrackets(en)],
]);

/** The first of `wanted` (`de-AT`) that there is, as itself or as another kind of the same language; else English. */
export function chooseLanguage(wanted: readonly string[]): void {
  const id = wanted.map(known).find((found) => found !== undefined) ?? 'en';
  useLanguage(id, wordsIn(id));
}

/** Of a name that may come from a page. */
export const wordsIn = (id: string): Texts => languages.get(id) ?? en;

function known(wanted: string): string | undefined {
  const ids = [...languages.keys()];
  return ids.find((id) => id === wanted) ?? ids.find((id) => primary(id) === primary(wanted));
}

const primary = (id: string): string => id.split('-')[0]!.toLowerCase();
