/** What failures of a capture and of its disk mean to a person. The subject is its folder or file, where it has one. */
import { formatBytes } from '../../show/sizes.ts';
import type { Failure } from '../../failure.ts';
import type { FailureSituation, FailureText } from '../failure-situation.ts';
import { counted } from './units.ts';

const where = (start: string, { subject, code }: FailureSituation): string =>
  `${start}${subject && ` ${subject}`} (${code})`;

/** To which record and byte a capture is in its files; what came later is in memory. */
const safety = ({ safe }: FailureSituation): string =>
  safe === undefined
    ? 'What was captured before is safe; sockets are paused, not closed.'
    : `${safe.records === 0 ? 'No record is' : `The first ${counted(safe.records, 'record')} (${formatBytes(safe.bytes)}) ${safe.records === 1 ? 'is' : 'are'}`} in the files; what came later waits in memory, and sockets are paused, not closed.`;

/** One sentence or two about an end at which not all could be written; the message alone where nothing is known of that. */
export const notAllSafe = ({ message, subject, code, safe }: Failure): string =>
  safe === undefined
    ? message
    : `${message}${message.includes(code) ? '' : ` (${code})`}${/[.!?]$/.test(message) ? '' : '.'} Of all captures in ${subject}, ${counted(safe.records, 'record is', 'records are')} in the files; what came later is lost.`;

const diskFull: FailureText = (situation) => ({
  what: where(`The disk is full${situation.subject && ': nothing more can be written to'}`, situation),
  cause: `The captured records could not be written. ${safety(situation)}`,
  tryThis: 'Free some disk space, or clear logs that you no longer need; the capture then goes on by itself.',
});

const nearlyFull: FailureText = (situation) => ({
  what: where('The disk has no more room than is to be kept free, at', situation),
  cause: `So that the machine stays usable, nothing is captured into its last free space. ${safety(situation)}`,
  tryThis:
    'Free some disk space, clear logs that you no longer need, or let less be kept free (in the settings, or with --keep-free); the capture then goes on by itself.',
});

const gone: FailureText = (situation) => ({
  what: where('The folder of the capture is gone, or is another one:', situation),
  cause: `It was removed or renamed, or its drive was unmounted. ${
    situation.safe === undefined || situation.safe.records === 0
      ? safety(situation)
      : `What was written went with it: ${counted(situation.safe.records, 'record')} (${formatBytes(situation.safe.bytes)}). What came later waits in memory, and sockets are paused, not closed.`
  }`,
  tryThis: 'Put the folder back where it was; the capture then goes on by itself.',
});

const diskError: FailureText = (situation) => ({
  what: where(`The disk reported an error${situation.subject && ' at'}`, situation),
  cause:
    `The disk failed, or a network or removable drive is gone. ${situation.safe === undefined ? '' : safety(situation)}`.trim(),
  tryThis: 'Check the drive and the system’s log, and keep a copy of the data folder.',
});

const damaged: FailureText = ({ subject, code }) => ({
  what: `Bytes of this record are damaged on the disk${subject && `, in ${subject}`} (${code})`,
  cause: 'They are not what was written: a failing disk or memory, or another program, changed the file.',
  tryThis: 'All other records can be read. Check the disk, and keep a copy of the data folder.',
});

const checksumDamaged: FailureText = ({ subject, code }) => ({
  what: `Whether bytes of this record${subject && ` in ${subject}`} are right cannot be told (${code})`,
  cause: 'Their checksum is damaged or gone: a failing disk or another program changed its file.',
  tryThis: 'All other records can be read. Check the disk, and keep a copy of the data folder.',
});

const missing: FailureText = ({ subject, code }) => ({
  what: `Bytes of this record are not in the capture any more${subject && `, in ${subject}`} (${code})`,
  cause: 'The log was cleared, or another program changed its files.',
  tryThis: 'Select another record. If the log was not cleared, check the disk.',
});

const importDamaged: FailureText = ({ subject, code }) => ({
  what: `Not all of ${subject || 'the file'} is what was written (${code})`,
  cause: 'It was cut, or a disk or another program changed it. What is whole was imported all the same.',
  tryThis: '“Verify the log” names what is damaged, and writes what is whole into a new capture.',
});

const oldestGone: FailureText = () => ({
  what: 'The size limit of the log took this record (RECORD_GONE)',
  cause: 'The log keeps the newest records, as much as its limit allows; the oldest go first.',
  tryThis: 'To keep more, raise the limit in the options, under General.',
});

const newer: FailureText = ({ subject }) => ({
  what: 'A capture was written by a later version of Socketscope (CAPTURE_NEWER)',
  cause: 'This version cannot read it and leaves it as it is. A new capture was begun.',
  tryThis: subject ? `It is kept as ${subject}: open it with the later version.` : 'Use the later version.',
});

const fileDamaged: FailureText = ({ subject }) => ({
  what: `${subject || 'The file'} is no capture file, or both its first and its last line are damaged (CAPTURE_FILE_DAMAGED)`,
  cause: 'They say which files of a capture are in it, and one of them is enough.',
  tryThis: 'Save the capture once more, or copy the file again.',
});

const framesFull: FailureText = ({ code }) => ({
  what: `This log holds more frames than can be kept in view, about 8 million (${code})`,
  cause: 'The frames so far are shown; those behind them are not looked for. The records are all there.',
  tryThis: 'Clear what is no longer needed, or look at a framing with longer frames.',
});

const full: FailureText = () => ({
  what: 'This log is full',
  cause: 'A log holds at most about four thousand million records. Its sockets are paused.',
  tryThis: 'Save it as text if it is needed, remove this endpoint, and make a new one.',
});

const annotationsNotRead: FailureText = ({ subject, code }) => ({
  what: `Bookmarks, notes and tags of a log cannot be read${subject && ` from ${subject}`} (${code})`,
  cause: 'What lies there is no file, or is far longer than all that can be said of records.',
  tryThis: 'The log itself is whole. Look at what has that name, move it away, and start Socketscope again.',
});

const annotationsDamaged: FailureText = ({ subject, message, code }) => ({
  what: `Some bookmarks, notes or tags of a log cannot be read${subject && ` from ${subject}`} (${code})`,
  cause:
    `${message} A run was killed while it wrote them, or a disk or another program changed the file.`.trim(),
  tryThis:
    'All others are there, and the log itself is whole. What cannot be read stays in the file, which is text, a line for each change.',
});

const closed: FailureText = () => ({
  what: 'This capture is closed',
  cause: 'Its endpoint was removed, or the engine is ending.',
  tryThis: 'Start Socketscope again if it has ended.',
});

export const captureFailures = {
  ENOSPC: diskFull,
  EIO: diskError,
  DISK_NEARLY_FULL: nearlyFull,
  CAPTURE_GONE: gone,
  ESTALE: gone,
  CAPTURE_NEWER: newer,
  CAPTURE_FILE_DAMAGED: fileDamaged,
  IMPORT_DAMAGED: importDamaged,
  CAPTURE_FULL: full,
  FRAMES_FULL: framesFull,
  ANNOTATIONS_NOT_READ: annotationsNotRead,
  ANNOTATIONS_DAMAGED: annotationsDamaged,
  CAPTURE_CLOSED: closed,
  BYTES_DAMAGED: damaged,
  CHECKSUM_DAMAGED: checksumDamaged,
  BYTES_MISSING: missing,
  RECORD_GONE: oldestGone,
};
