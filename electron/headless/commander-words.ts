/** What commander says by itself, in the language of the program: headings of its help, and mistakes of a command line. */
import type { Help, Option } from 'commander';
import { texts } from '../../shared/texts/index.ts';

/** For `configureHelp`: the headings, and what it adds to an option's description. */
export const helpWords: Partial<Help> = {
  styleTitle: (title) => texts.commandLine.headings[title] ?? title,
  optionDescription: ({ description, argChoices, defaultValue, required }: Option) => {
    const words = texts.commandLine;
    const facts = [
      argChoices && words.choices(argChoices.join(', ')),
      required && defaultValue !== undefined && words.usually(String(defaultValue)),
    ].filter(Boolean);
    return facts.length === 0 ? description : `${description} (${facts.join(', ')})`;
  },
};

type Mistakes = (typeof texts)['commandLine']['mistakes'];
/** Its sentences, which have no other form; what they quote was typed and may hold anything. */
const sentences: [RegExp, (words: Mistakes, parts: string[]) => string][] = [
  [/^unknown option '(.*)'$/s, (words, [option]) => words.unknownOption(option!)],
  [/^unknown command '(.*)'$/s, (words, [command]) => words.unknownCommand(command!)],
  [/^missing required argument '(.*)'$/, (words, [argument]) => words.missing(argument!)],
  [/^required option '(.*)' not specified$/, (words, [option]) => words.optionMissing(option!)],
  [/^option '(.*)' argument missing$/, (words, [option]) => words.valueMissing(option!)],
  [/^too many arguments.* but got (\d+)\.$/, (words, [count]) => words.tooMany(count!)],
  [
    /^option '(.+?)' argument '(.*)' is invalid\. Allowed choices are (.*)\.$/s,
    (words, [option, value, choices]) => words.noChoice(option!, value!, choices!),
  ],
  [
    /^option '(.+?)' argument '(.*?)' is invalid\. (.*)$/s,
    (words, [option, value, problem]) => words.invalid(option!, value!, problem!),
  ],
];

/** A mistake as commander tells it; one that is not known stays as it is, as do those that are our own words. */
export function mistakeInWords(said: string): string {
  const [, mistake, similar] = /^error: (.*?)(?:\n\(Did you mean (.*)\?\))?\n?$/s.exec(said) ?? [];
  if (mistake === undefined) return said;
  const words = texts.commandLine.mistakes;
  const known = sentences.find(([sentence]) => sentence.test(mistake));
  const told = known ? known[1](words, known[0].exec(mistake)!.slice(1)) : mistake;
  return `${words.error(told)}\n${similar === undefined ? '' : `${words.similar(similar)}\n`}`;
}
