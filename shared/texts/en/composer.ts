import { escapeLine } from '../../payload/format.ts';
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
  modes: { text: 'Text', hex: 'Hex', 'as-is': 'Text as it is' },
  textPlaceholder: 'Text with \\r \\n \\t \\0 \\\\ \\xHH \\u{…}',
  asIsPlaceholder: 'Text, exactly as it is written: a backslash is a backslash',
  hexPlaceholder: '68 65 6C 6C 6F, 68656c, 0x68, \\x68',
  textHelp: 'The exact bytes appear here. {{ offers functions; arrow up brings earlier messages back.',
  hexHelp: 'Every token is bytes; a lone digit is one byte. {{ offers functions.',
  otherModeTooLong: (mode: string, length: number, most: number) =>
    `As ${mode.toLowerCase()} this message would have ${formatCount(length)} characters; ${formatCount(most)} fit here. It stays as it is.`,
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
  dumpTaken: (bytes: number) =>
    `A hex dump was pasted: its ${formatCount(bytes)} bytes were taken, without offsets and the text column.`,
  keepAsPasted: 'Keep as pasted',
  sending: (percent: number) => `Sending, ${percent} %`,
  nobodyTook: 'Nobody took the message: its peers are gone. It is in the editor again.',
  nobodyTookEmpty: 'Nobody took the datagram: its peers are gone.',
  problemAt: (line: number, column: number, sentence: string) =>
    `Line ${line}, column ${column}: ${sentence}`,
  /** Announced. */
  selectionDeleted: 'Selection deleted',
  moreProblems: (count: number) => `and ${formatCount(count)} more`,
};
