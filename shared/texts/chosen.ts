/** The language in use. Programs choose it before their other modules load, because those keep what they read of it. */
import type { Texts } from './en.ts';

export let texts: Texts;
/** BCP 47, as in <html lang>. */
export let language: string;

/** Once, at the start of a program or of a test. */
export function useLanguage(id: string, words: Texts): void {
  language = id;
  texts = words;
}
