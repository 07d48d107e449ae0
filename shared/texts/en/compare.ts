import { formatCount } from '../../show/sizes.ts';
import { counted, formatExactBytes } from './units.ts';

const differences = (count: number): string => counted(count, 'difference');

/** Two records, or what else has bytes, beside each other. */
export const compare = {
  absent: 'absent',
  after: (span: string) => `${span} after the record before`,
  ignoredFields: (equal: number, ignored: number) =>
    `${equal === 1 ? 'The other one is' : `The other ${formatCount(equal)} are`} equal${ignored === 0 ? '' : `; ${counted(ignored, 'is', 'are')} ignored`}.`,
  heading: (a: string, b: string) => `Compare ${a} with ${b}`,
  tab: (a: string, b: string) => `Compare ${a} · ${b}`,
  sum: (count: number, bytes: number) =>
    count === 0 ? 'No difference' : `${differences(count)}, ${formatExactBytes(bytes)}`,
  ofRecord: (sequence: number) => `#${formatCount(sequence)}`,
  ofFrame: (sequence: number) => `frame #${formatCount(sequence)}`,
  ofConnection: (connection: number) => `connection #${formatCount(connection)}`,
  ofSeveral: (count: number, sequence: number) =>
    count === 1
      ? `bytes from #${formatCount(sequence)}`
      : `${formatCount(count)} parts from #${formatCount(sequence)}`,
  onlyFirst: (most: number) => `Only the first ${formatCount(most)} of them are compared.`,
  ofSelection: (name: string, start: number, end: number) =>
    `${name} [${formatCount(start)}–${formatCount(end - 1)}]`,
  marked: (name: string) => `Marked ${name}. Shift M compares another one with it.`,
  noMark: 'M marks a record first; Shift M then compares the chosen one with it.',
  mark: 'Mark for comparing',
  compareWith: (name: string) => `Compare with ${name}`,
  compareConnections: (name: string) => `Compare its connection with ${name}`,
  markConnection: 'Mark its connection for comparing',
  compareTwo: 'Compare these two',
  markSeveral: 'Mark these for comparing',
  compareMarked: 'Compare with what is marked',
  isMarked: 'Marked for comparing',
  ignore: 'Ignore',
  addRule: 'Ignore this too',
  rulePlaceholder: 'bytes:0..1, field:sent, times',
  badRule: 'bytes:0..1, field:NAME, times or ids.',
  removeRule: (rule: string) => `Ignore ${rule} no more`,
  view: 'How the bytes are shown',
  views: { bytes: 'Bytes', text: 'Text' },
  directions: 'Which direction',
  next: 'Next difference',
  previous: 'Previous difference',
  place: (at: number, count: number) => `${formatCount(at)} of ${formatCount(count)}`,
  side: (letter: string, bytes: number) => `${letter}: ${formatExactBytes(bytes)}`,
  showInLog: 'Show in log',
  isGone: 'What is compared here is not in the log any more.',
  reading: 'Comparing…',
  isCut: (most: string) => `Only the first ${most} of each are compared.`,
  isLate: 'The rest took too long to align: it counts as one difference.',
  as: 'As what they are read',
  automatic: (name: string) => `Automatic${name === '' ? '' : ` (${name})`}`,
  fields: 'Fields that differ',
  noFields: 'Nothing here reads both.',
  noFieldDiffers: 'No field differs.',
  more: (count: number) => `and ${formatCount(count)} more`,
  timing: 'Timing',
  sinceBefore: 'After the record before',
  sinceOpening: 'Since the connection opened',
  apart: 'From A to B',
  timesAsLong: (times: string) => `${times} times as long`,
  rows: 'Both, byte beside byte',
  states: { same: 'equal', changed: 'differs', added: 'only in B', removed: 'only in A', ignored: 'ignored' },
};
