/** The first import of each program: its other modules keep the words that they find. */
import { chooseLanguage } from '../../shared/texts/languages.ts';
import { speakForSystem } from '../../shared/texts/system-command.ts';

// Of the system, which on Linux and macOS reads LC_ALL, LC_MESSAGES and LANG (locale(7)).
chooseLanguage([Intl.DateTimeFormat().resolvedOptions().locale]);
speakForSystem(process.platform);
