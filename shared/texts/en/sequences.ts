import { isolated } from '../../show/isolated.ts';
import type { FileCode } from '../../sequences/yaml.ts';
import { counted } from './units.ts';

type Said = { found: string; choices: readonly string[] };
const meant = ({ choices }: Said): string =>
  choices.length === 0
    ? ''
    : choices.length === 1
      ? ` Is “${choices[0]}” meant?`
      : ` There is: ${choices.join(', ')}.`;

/** What is wrong with the file of a sequence; '' where the reader of that text says it better. */
const problems: Record<FileCode, (said: Said) => string> = {
  'too-many-steps': () => 'A sequence has at most 1,000 steps, those in loops included.',
  'too-long': () => 'Its texts have more than 1,048,576 characters together.',
  'bad-message': () => '',
  'no-message': ({ found }) =>
    `The saved message${found === '' ? '' : ` ${isolated(found)}`} is not there any more, or several have its name.`,
  'bad-filter': () => '',
  'bad-expression': () => 'This regular expression cannot be read.',
  'bad-name': () => 'A value has a name of letters, digits, - and _, and begins with a letter or _.',
  'set-of-nothing': () => 'Only what was waited for can set a value: “expect” is missing.',
  'file-too-long': () => 'The file has more than 524,288 characters.',
  'not-yaml': ({ found }) => `This is no YAML: ${found}`,
  'not-a-map': () => 'Here stand keys with their values, such as “wait: 1s”.',
  'not-a-list': () => 'Here stands a list: each step behind a dash.',
  'not-text': () => 'Here stands a text, in single quotes where it has signs of YAML in it.',
  'unknown-key': (said) => `There is no “${said.found}” here.${meant(said)}`,
  'key-twice': ({ found }) => `“${found}” stands here twice.`,
  version: () => 'The file begins with “version: 1”, the only one that there is.',
  'no-steps': () => 'The steps are missing: “steps:” and below it a list.',
  'no-action': (said) => `The step does nothing.${meant(said)}`,
  'two-actions': () => 'A step does one thing; “send” or “message” and “expect” are one.',
  duration: () => 'A duration has a unit: 250ms, 1.5s, 2m or 1h, of at most 24h.',
  choice: (said) => `“${said.found}” cannot stand here.${meant(said)}`,
  times: () => 'A loop has a number of times, or “forever”.',
  'on-failure': () => 'It is “stop”, “go on”, or such as “3 again, then go on”.',
  wrap: (said) => `This cannot stand around a message.${meant(said)}`,
  'too-deep': () => 'Loops stand in loops at most 8 deep.',
  alias: () => 'Anchors, aliases and tags of YAML are not taken.',
  'escape-in-double-quotes': () =>
    'In double quotes YAML itself reads the backslash: \\xff becomes a character of two bytes. Single quotes leave it.',
};

export const sequences = {
  problems,
  /** `place`: such as “3:11”. */
  problemAt: (path: string, line: number, column: number, message: string) =>
    `${path}:${line}:${column}: ${message}`,
  warningAt: (path: string, line: number, column: number, message: string) =>
    `${path}:${line}:${column}: warning: ${message}`,
  problemIn: (path: string, step: string, message: string) => `${path}: ${step}: ${message}`,
  step: (path: readonly number[], name: string) =>
    `Step ${path.map((at) => at + 1).join('.')}${name === '' ? '' : ` (${name})`}`,
  /** Of the command line; `peer`: '' where there is one alone. */
  stepFailed: (peer: string, step: string, tries: number, failure: string) =>
    `socketscope: ${peer === '' ? '' : `${peer}: `}${step}${tries > 1 ? `, tried ${tries} times` : ''}: ${failure}`,
  ended: (
    peer: string,
    state: 'passed' | 'failed' | 'cancelled',
    done: number,
    failed: number,
    ms: string,
  ) => {
    const how = {
      passed: 'The sequence is through',
      failed: 'The sequence stopped',
      cancelled: 'The sequence was cancelled',
    };
    return `${peer === '' ? '' : `${peer}: `}${how[state]}: ${counted(done, 'step')}${failed > 0 ? `, ${failed} failed` : ''}, ${ms}`;
  },
};
