/** What this program says to a person, who may sit at a terminal: no text of a peer, a file or a command line acts on it. */
import type { Command } from 'commander';
import { helpWords, mistakeInWords } from './commander-words.ts';
import { escapeLine } from '../../shared/payload/format.ts';

/** Lines as they are, with controls, bidi and invisible characters in them as escapes. */
export const forTerminal = (text: string): string => text.split('\n').map(escapeLine).join('\n');

/** On standard error. The one way there. */
export const tell = (text: string): void => void process.stderr.write(forTerminal(text));

/** On standard output, for all that is no output of a run. */
export const print = (text: string): void => void process.stdout.write(forTerminal(text));

/** What commander says of a command and those below it, such as mistakes that repeat what was typed. */
export const sayingHere = (command: Command): Command =>
  command
    .configureOutput({
      writeOut: print,
      writeErr: tell,
      outputError: (said, write) => write(mistakeInWords(said)),
    })
    .configureHelp(helpWords);
