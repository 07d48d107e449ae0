/** Tests speak English, whatever the machine's language is; they choose it as a program does, before other modules load. */
import { chooseLanguage } from '../shared/texts/languages.ts';

chooseLanguage(['en']);
