/** The table of languages of the page: of each, what the window shows at once, and the rest, which comes a little later. */
import { language, texts, useLanguage } from './chosen.ts';
import { first } from './en-first.ts';
import type { Texts } from './en.ts';
import { inBrackets } from './in-brackets.ts';
import { nearestLanguage } from './nearest-language.ts';

/** Of these, what the window shows at once; the rest has all of them. */
type Begun = 'actions' | 'sidebar';
type First = Pick<Texts, Exclude<keyof typeof first, Begun>> & Pick<typeof first, Begun>;
type Later = Omit<Texts, Exclude<keyof First, Begun> | 'commandLine' | 'desktop' | 'headless'>;

const laterEnglish = async (): Promise<Later> => (await import('./en-later.ts')).later;

const languages = new Map<string, { first: First; later: () => Promise<Later> }>([
  ['en', { first, later: laterEnglish }],
  ['en-XA', { first: inBrackets(first), later: async () => inBrackets(await laterEnglish()) }],
]);

let isComplete = false;

/** As `chooseLanguage`. Until `completeLanguage` has resolved, only what the window shows at once may be read. */
export function beginLanguage(wanted: readonly string[]): void {
  const id = nearestLanguage(wanted, [...languages.keys()]);
  useLanguage(id, languages.get(id)!.first as unknown as Texts);
}

/** Rejects where the rest cannot be had; the next call tries again. */
export async function completeLanguage(): Promise<void> {
  if (isComplete) return;
  useLanguage(language, { ...texts, ...(await languages.get(language)!.later()) });
  isComplete = true;
}
