/** The first import of the page: its other modules keep the words that they find. */
import { language } from '../shared/texts/index.ts';
import { chooseLanguage } from '../shared/texts/languages.ts';

chooseLanguage(navigator.languages);
document.documentElement.lang = language;
