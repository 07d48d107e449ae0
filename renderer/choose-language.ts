/** The first import of the page: its other modules keep the words that they find. */
import { language } from '../shared/texts/index.ts';
import { beginLanguage } from '../shared/texts/page-languages.ts';

beginLanguage(navigator.languages);
document.documentElement.lang = language;
