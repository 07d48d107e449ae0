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
  namedPeer: (name: string, address: string) => `${name} (${address})`,
  endedPeer: (address: string) => `${address} (ended)`,
  noPeer: 'Nobody is connected.',
  notConnected: 'Not connected. Press Connect.',
  notConnectedYet: 'Not connected yet.',
  finishedSending: 'This side has finished sending.',
  notListening: 'Not listening. Press Start.',
  notListeningYet: 'Not listening yet.',
  mode: 'Mode',
  modes: { text: 'Text', hex: 'Hex' },
  textPlaceholder: 'Text in UTF-8, with \\r \\n \\t \\0 \\\\ \\xHH \\u{…}',
  hexPlaceholder: '68 65 6C 6C 6F, 68656c, 0x68, \\x68',
  textHelp: 'The exact bytes appear here. Arrow up brings earlier messages back.',
  hexHelp: 'Every token is bytes; a lone digit is one byte. Arrow up brings earlier messages back.',
  otherModeTooLong: (mode: string, length: number, most: number) =>
    `As ${mode.toLowerCase()} this message would have ${formatCount(length)} characters; ${formatCount(most)} fit here. It stays as it is.`,
  lineEnd: 'End',
  lineEnds: { none: 'None', lf: 'LF', cr: 'CR', crlf: 'CRLF' },
  send: 'Send',
  sendTo: (count: number) => `Send to ${formatCount(count)}`,
  sending: (percent: number) => `Sending, ${percent} %`,
  nobodyTook: 'Nobody took the message: its peers are gone. It is in the editor again.',
  nobodyTookEmpty: 'Nobody took the datagram: its peers are gone.',
  problemAt: (line: number, column: number, sentence: string) =>
    `Line ${line}, column ${column}: ${sentence}`,
  /** Announced. */
  selectionDeleted: 'Selection deleted',
  moreProblems: (count: number) => `and ${formatCount(count)} more`,
};
