import { escapeLine } from '../../payload/format.ts';
import type { PastedKind } from '../../payload/recognise.ts';
import { isolated } from '../../show/isolated.ts';
import { formatCount } from '../../show/sizes.ts';

/** Where messages are written. */
export const composer = {
  label: 'Compose a message',
  message: 'Message',
  to: 'To',
  allPeers: (open: number) =>
    open === 0 ? 'all peers' : open === 1 ? 'the one peer' : `all ${formatCount(open)} peers`,
  selectedPeers: (count: number) =>
    count === 1 ? '1 selected peer' : `${formatCount(count)} selected peers`,
  firstPeer: 'whoever comes first',
  shownEnded: 'The peer in To has ended: choose another one there.',
  namedPeer: (name: string, address: string) => `${isolated(name)} (${address})`,
  endedPeer: (address: string) => `${address} (ended)`,
  noPeer: 'Nobody is connected.',
  notConnectedYet: 'Not connected yet.',
  finishedSending: 'This side has finished sending.',
  notListening: 'Not listening. Press Start.',
  notListeningYet: 'Not listening yet.',
  how: 'How the message is written',
  mode: 'Mode',
  modes: { text: 'Text', hex: 'Hex', base64: 'Base64', 'as-is': 'Text as it is' },
  /** In a sentence. */
  modeNames: { text: 'text', hex: 'hex', base64: 'Base64', 'as-is': 'text as it is' },
  textPlaceholder: 'Text with \\r \\n \\t \\0 \\\\ \\xHH \\u{…}',
  asIsPlaceholder: 'Text, exactly as it is written: a backslash is a backslash',
  hexPlaceholder: '68 65 6C 6C 6F, 68656c, 0x68, \\x68',
  base64Placeholder: 'aGVsbG8=, with or without padding, over any lines',
  textHelp: 'The exact bytes appear here. {{ offers functions; arrow up brings earlier messages back.',
  hexHelp: 'Every token is bytes; a lone digit is one byte. {{ offers functions.',
  base64Help: 'Both alphabets are read; the exact bytes appear here.',
  noCallsAs: (mode: string) =>
    `What stands in {{…}} is made as it is sent: there is none in ${mode}. The message stays as it is.`,
  otherModeTooLong: (mode: string, length: number, most: number) =>
    `As ${mode} this message would have ${formatCount(length)} characters; ${formatCount(most)} fit here. It stays as it is.`,
  asIs: 'As is',
  asIsHelp: 'Escapes and {{…}} mean nothing: a backslash is a backslash',
  notAsIs: 'As it is, this text would be other bytes. It is written with escapes.',
  keepText: 'Keep text',
  keepTextHelp: 'What is sent stays in the editor',
  enterSends: { label: 'Enter sends', detail: 'Shift+Enter breaks the line' },
  enterBreaks: { label: 'Enter makes a line', detail: 'Shift+Enter sends' },
  enterKey: '⏎',
  lineEnd: 'Line end',
  lineEnds: { none: 'None', lf: 'LF', cr: 'CR', crlf: 'CRLF' },
  send: 'Send',
  sendTo: (count: number) => `Send to ${formatCount(count)}`,
  moreToSend: 'More to send',
  breakIsSentAs: (lineEnd: string) => `↵ is sent as ${lineEnd}`,
  waiting: 'Connecting; the message goes out once it is open.',
  notOpened: 'The connection did not open, so nothing was sent. The message is still in the editor.',
  chooseHere: 'Which file is sent?',
  choose: 'Choose…',
  attached: 'What is sent',
  detach: 'Do not send this',
  cancelSending: 'Cancel',
  pastedName: 'Pasted text',
  part: 'part',
  encoding: 'Encoding',
  changesEachTime: 'Another one in each message.',
  sentAsItIs: 'sent as it is, without a line end',
  dropHere: 'Drop the file to send it.',
  oneFile: (name: string) => `One file at a time: only ${isolated(escapeLine(name))} was taken.`,
  unreadable: (name: string) =>
    `${isolated(escapeLine(name))} could not be read: it has changed or is gone. Nothing was sent; choose it again.`,
  datagramTooLong: (length: number, most: number) =>
    `A datagram takes at most ${formatCount(most)} bytes; this message has ${formatCount(length)}.`,
  fileTooLong: (length: number, most: number) =>
    `At most ${formatCount(most)} bytes are sent at once; this file has ${formatCount(length)}. Longer ones: socketscope connect ADDRESS --send-file FILE.`,
  /** In sentences. */
  pasted: {
    dump: 'a hex dump',
    c: 'an array of numbers',
    python: 'Python bytes',
    'c-string': 'a string of C',
    hercules: 'Hercules notation',
    sokit: 'sokit notation',
    packetsender: 'Packet Sender notation',
    'full-width': 'full-width letters',
  } satisfies Record<PastedKind, string>,
  pastedAs: (notation: string, bytes: number) =>
    `Pasted as ${notation}: ${bytes === 1 ? 'its one byte was' : `its ${formatCount(bytes)} bytes were`} taken.`,
  argumentsOf: (name: string) => `Arguments of ${name}`,
  editArguments: (name: string) => `${name}…`,
  /** Where nothing is written; `usual` is what counts then. */
  usualArgument: (usual: string) => (usual === '' || usual === '""' ? 'none' : `${usual} if left empty`),
  neededArgument: 'must be given',
  allow: 'Allow…',
  undoPaste: 'Undo',
  looksLike: (notation: string) => `This looks like ${notation}. It stays the text that it is.`,
  takeBytes: (bytes: number) => (bytes === 1 ? 'Take its byte' : `Take its ${formatCount(bytes)} bytes`),
  warned: (sentence: string, more: number) => (more === 0 ? sentence : `${sentence} (+${formatCount(more)})`),
  showPlace: 'Goes to its place',
  sending: (percent: number) => `Sending, ${percent} %`,
  nobodyTook: 'Nobody took the message: its peers are gone. It is in the editor again.',
  nobodyTookEmpty: 'Nobody took the datagram: its peers are gone.',
  problemAt: (line: number, column: number, sentence: string) =>
    `Line ${line}, column ${column}: ${sentence}`,
  /** Announced. */
  selectionDeleted: 'Selection deleted',
  moreProblems: (count: number) => `and ${formatCount(count)} more`,
};
