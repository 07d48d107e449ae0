/** What is said of a file that is brought in as a capture. */
import { formatDateTime } from '../../show/times.ts';
import { formatBytes, formatCount } from '../../show/sizes.ts';
import { counted } from './units.ts';

type Sums = {
  packets: number;
  lines: number;
  connections: number;
  missingBytes: number;
  fragment: number;
  overlap: number;
  other: number;
  malformed: number;
};
const problems: Partial<Record<string, string>> = {
  'unknown-format':
    'it is no file of packets, no conversation of Wireshark, no JSON Lines of ours and no log of Packet Sender',
  'file-cut': 'it ends in the middle',
  'file-damaged': 'what stands there cannot be read',
  'packet-too-long': 'something there is longer than any packet',
  'too-many': 'it has more connections than can be told apart',
  'inflates-too-far': 'it unpacks to far more than it is',
  'nothing-found': 'nothing that sockets sent is in it',
};

const problem = (name: string, offset: number): string =>
  `${problems[name] ?? name}${offset === 0 ? '' : ` (byte ${formatCount(offset)})`}`;

export const captureImport = {
  /** `offset`: of the file, or of what it unpacks to. */
  problem,
  nothingCame: (file: string, name: string, offset: number) =>
    `Nothing of ${file} was imported: ${problem(name, offset)}`,
  came: ({ connections, packets }: Sums) =>
    `${counted(connections, 'connection')}${packets === 0 ? '' : ` of ${counted(packets, 'packet')}`}`,
  leftOut: ({ lines, fragment, overlap, other, malformed, missingBytes }: Sums): string[] => [
    ...(missingBytes > 0 ? [`${formatBytes(missingBytes)} that were sent are not in the file`] : []),
    ...(fragment > 0
      ? [`left out: ${counted(fragment, 'fragment')} of IP packets, others of which are not in the file`]
      : []),
    ...(overlap > 0
      ? [
          `left out: ${counted(overlap, 'fragment')} of IP packets that say different things in the same place`,
        ]
      : []),
    ...(other > 0
      ? [`left out: ${counted(other, 'packet that is', 'packets that are')} neither TCP nor UDP`]
      : []),
    ...(malformed > 0 ? [`left out: ${counted(malformed, 'packet')} with lengths that cannot be`] : []),
    ...(lines > 0
      ? [`left out: ${counted(lines, 'line that has', 'lines that have')} no place in a capture`]
      : []),
  ],
  stopped: (problem: string) => `not all of it could be read: ${problem}`,
  done: (folder: string, came: string) =>
    `${folder} has ${came}. Look at it with “socketscope show ${folder}”.`,
  doneRecords: (folder: string, records: number) =>
    `${folder} has ${counted(records, 'record')}. Look at it with “socketscope show ${folder}”.`,
  needsFolder: 'This is a file of captured traffic: say by --to DIR into which data folder it goes.',
  wholeAlone:
    'A capture file has all of a log: --filter, --frame, --decode, --redact, --bytes, --times and --dry-run are for other formats, and --leave-out takes annotations alone.',
  notFor: '--format is for messages: a capture has none.',
  /** In the window. */
  section: 'Captures',
  bring: 'Import a capture…',
  /** When it was captured, and its size; and where it came from, unless its name says so. */
  listed: (
    { name, importedFrom }: { name: string; importedFrom: string },
    summary: { capturedAt: number | null; diskBytes: number } | null,
  ) =>
    [
      summary?.capturedAt && formatDateTime(summary.capturedAt).slice(0, 16),
      summary && formatBytes(summary.diskBytes),
      name !== importedFrom && `from ${importedFrom}`,
    ]
      .filter(Boolean)
      .join(' · '),
  line: 'Captured elsewhere',
  readOnly: 'Nothing is sent or received here: it is read only.',
  isCaptured: 'Captured traffic. It comes in as a log of its own, which is read only.',
  take: 'Import capture',
  progress: (done: number, total: number) => `${formatBytes(done)} of ${formatBytes(total)}`,
  cancel: 'Cancel',
  goesOn: 'Closing this lets the import go on in the status bar.',
  imported: (came: string) => `Imported: ${came}`,
  undo: 'Undo',
  unreadable: 'The file could not be read on.',
};
