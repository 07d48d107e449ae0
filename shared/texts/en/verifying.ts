/** What is said of a capture that was gone through. */
import { isolated } from '../../show/isolated.ts';
import { formatBytes, formatCount } from '../../show/sizes.ts';
import { counted } from './units.ts';

const codes: Partial<Record<string, string>> = {
  BYTES_DAMAGED: 'they are not what was written',
  CHECKSUM_DAMAGED: 'their checksum is damaged or gone',
  BYTES_MISSING: 'they are gone',
};
type Stretch = { first: number; last: number };
const stretch = ({ first, last }: Stretch): string =>
  first === last ? `#${first}` : `#${first} to #${last}`;

function howMany(records: number, damaged: number): string {
  if (records === 1) return damaged === 0 ? 'it is whole' : 'it is damaged';
  return damaged === 0 ? 'all of them are whole' : `${counted(damaged, 'of them is', 'of them are')} damaged`;
}

export const verifying = {
  command:
    'Go through a capture: say what of it is not what was written, and write what is whole into a new one.',
  repair: 'write what is whole into this data folder, as one more capture of it',
  examples: `Examples:
  socketscope verify captured
  socketscope verify captured --repair whole
  socketscope verify ~/.local/share/socketscope --endpoint 'Server 9000' --format jsonl

Nothing of the capture is changed. In the new one, records keep their numbers; in the place of each that is damaged
stands a note that says so, and what was cleared before the first one is left out.

Exit codes:
  0        every byte is what was written
  1        something is damaged, torn or missing: the output says where, and which records it concerns
  2        the command line is wrong, or there is no such capture`,
  /** `bytes` of `file`, from an offset to another. */
  place: (
    file: string,
    { from, end, code }: { from: number; end: number; code: string },
    records: number,
    stretches: readonly Stretch[],
  ) =>
    `${file}, bytes ${formatCount(from)} to ${formatCount(end - 1)}: ${codes[code] ?? code} (${code}); ${counted(records, 'record')}: ${stretches.map(stretch).join(', ')}${stretches.reduce((sum, { first, last }) => sum + last - first + 1, 0) < records ? ' …' : ''}`,
  damagedRecord: (
    sequence: number,
    file: string,
    { from, end, code }: { from: number; end: number; code: string },
  ) =>
    `socketscope: record #${sequence} is damaged: bytes ${formatCount(from)} to ${formatCount(end - 1)} of ${file} (${code})`,
  moreRecords: (count: number) =>
    `socketscope: ${counted(count, 'more record is', 'more records are')} damaged; “socketscope verify” names them`,
  morePlaces: (count: number) => `and ${counted(count, 'more place')}`,
  head: 'the first or the last line of the file: it is not what was written; the other one says the same',
  meta: 'capture.json: it is not what was written; what had been cleared is in the log again',
  annotations: (lines: number) => `annotations.jsonl: ${counted(lines, 'line')} cannot be read`,
  torn: 'the end: the last record was not written whole, and is left out',
  notClosed: 'the end: the program that wrote it was killed; what it had not written is not here',
  gone: (records: number, bytes: number) =>
    `The size limit took the oldest ${counted(records, 'record')} with ${formatBytes(bytes)} sent and received.`,
  unchecked: 'Some of it was written before there were checksums: whether payloads are right cannot be told.',
  whole: (records: number, bytes: number) =>
    `${counted(records, 'record')}, ${formatBytes(bytes)}: every byte is what was written`,
  damaged: (records: number, bytes: number, damaged: number) =>
    `${counted(records, 'record')}, ${formatBytes(bytes)}${records === 0 ? '' : `: ${howMany(records, damaged)}`}`,
  /** In the window. */
  title: 'Verify the log',
  about: 'Every byte on the disk against its checksum. Nothing of the log is changed.',
  looking: 'Looking at every byte…',
  goesOn: 'Closing this lets it go on in the status bar.',
  again: 'Verify again',
  notDone: 'It was not gone through to its end.',
  show: (record: number) => `Show #${record}`,
  told: (name: string, said: string) => `${isolated(name)}: ${said}`,
  repairAbout:
    'What is whole can be written into a new capture: records keep their numbers, and in the place of each that is damaged stands a note that says so.',
  repairHere: 'Repair into a new capture',
  madeWhole: (name: string) => `${isolated(name)} has what is whole.`,
  whatIsWhole: (name: string) => `${name} (what is whole)`,
  repaired: (folder: string, records: number) =>
    `${folder} has what is whole: ${counted(records, 'record')}. Look at it with “socketscope show ${folder}”.`,
  notRepaired: (folder: string, message: string) => `socketscope: ${folder} cannot be written: ${message}`,
};
