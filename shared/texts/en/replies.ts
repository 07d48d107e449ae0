import { formatCount } from '../../show/sizes.ts';
import type { Rule, RuleMatch } from '../../settings/settings.ts';

const ruleMatches: Record<RuleMatch, string> = {
  exact: 'is exactly',
  contains: 'contains',
  starts: 'starts with',
  ends: 'ends with',
  regex: 'matches the expression',
  'exact-hex': 'is exactly the bytes',
  hex: 'contains the bytes',
  filter: 'passes the filter',
};

/** What a server answers by itself. */
export const replies = {
  open: 'Reply…',
  part: 'Reply',
  label: 'What the server answers',
  kinds: {
    none: 'None',
    echo: 'Echo',
    upper: 'Upper-case',
    timestamp: 'Timestamp',
    prefix: 'Prefix',
    fixed: 'Fixed message',
    greeting: 'Greeting',
    http: 'HTTP answer',
    rules: 'Rules',
    chat: 'Chat room',
  },
  explained: {
    none: 'Nothing is answered: what peers get is what you send from the composer below.',
    echo: 'What a peer sends comes back to it as it came (RFC 862).',
    upper: 'Each message comes back in capitals, read as UTF-8; bytes that are no text stay as they are.',
    timestamp:
      'Each message comes back behind the time at which it was answered: [Fri Nov 20 14:02:11 2026] text.',
    prefix: 'Each message comes back behind the bytes below; without any, nothing is answered.',
    fixed: 'Each message gets the same answer, whatever it says.',
    greeting: 'Each peer gets the greeting below as it connects, and nothing after that.',
    http: 'Each request gets this HTTP/1.1 answer. Content-Length is counted for you, and right.',
    rules: 'The first rule that matches a message answers it; the rules after it are not looked at.',
    chat: 'Each message goes to everybody else who is connected, as in a chat room.',
  },
  atOnce: 'Changes count at once, for everybody connected.',
  boundary: 'A message is',
  boundaries: { chunk: 'a chunk', line: 'a line', frame: 'a frame' },
  boundaryHints: {
    chunk:
      'One read of the socket. TCP keeps no boundaries: two messages sent quickly may arrive stuck together as one chunk, and a long one in several.',
    line: 'Everything up to a line feed (LF). Messages that are stuck together come apart; one without its LF waits for it, or for the peer to finish sending.',
    frame:
      'What the received bytes are cut into here; where nothing is set, each chunk. What is left when the peer finishes is a message, too.',
  },
  setFrames: 'Set what a frame is',
  datagramBoundary: 'A message is a datagram: UDP keeps the boundaries of what was sent.',
  mode: (label: string) => `${label}: mode`,
  encoding: (label: string) => `${label}: encoding`,
  noBytes: 'No bytes',
  textPlaceholder: 'Text in UTF-8, with \\r \\n \\t \\0 \\\\ \\xHH \\u{…}',
  hexPlaceholder: '68 65 6C 6C 6F, 68656c, 0x68, \\x68',
  prefix: { label: 'In front of each message', hint: 'Then comes the message as it was received.' },
  fixed: { label: 'Answer', hint: 'These bytes, for every message.' },
  greeting: {
    label: 'Greeting',
    hint: 'Sent to each peer as it connects, whatever else is answered.',
    then: 'After the greeting',
    thens: { stay: 'Stay connected', close: 'Close the connection' },
    thenHint:
      'Closed right after its greeting, a peer gets no other answer: so a daytime server says the time (RFC 867).',
  },
  http: {
    status: 'Status',
    statusHint: 'Three digits: 2xx success, 3xx look elsewhere, 4xx the client is wrong, 5xx the server is.',
    headers: 'Headers',
    headersHint: 'One “Name: value” a line. Content-Length is added.',
    body: 'Body',
    preview: 'The exact answer',
    madeAsSent: 'The body is made as the answer is sent, with the right Content-Length.',
  },
  rules: {
    list: 'Rules',
    rule: (place: number) => `Rule ${place}`,
    /** Before its pattern. */
    when: (match: RuleMatch) => `When it ${ruleMatches[match]}`,
    silent: 'no answer',
    extras: ({ delayMs, then, note }: Pick<Rule, 'delayMs' | 'then' | 'note'>) =>
      [
        ...(delayMs > 0 ? [`after ${formatCount(delayMs)} ms`] : []),
        ...(then === 'close' ? ['then closes'] : then === 'reset' ? ['then resets'] : []),
        ...(note === '' ? [] : [note]),
      ]
        .map((part) => `· ${part}`)
        .join(' '),
    answered: (times: number) => `answered ${formatCount(times)}×`,
    answeredSince: 'Since the server began to listen',
    none: 'No rules yet: nothing is answered.',
    waiting: (count: number) =>
      `${count === 1 ? 'This rule answers' : `These ${formatCount(count)} rules answer`} nothing as long as the server answers otherwise.`,
    answerByRules: 'Answer by rules',
    add: 'Add a rule',
    full: (most: number) => `There are at most ${formatCount(most)} rules.`,
    remove: (place: number) => `Remove rule ${place}`,
    shortly: { up: 'Up', down: 'Down', duplicate: 'Duplicate', remove: 'Remove' },
    up: (place: number) => `Move rule ${place} up`,
    down: (place: number) => `Move rule ${place} down`,
    duplicate: (place: number) => `Duplicate rule ${place}`,
    drag: 'Drag to another place; by keys: Alt ↑, Alt ↓',
    match: 'A message that',
    matches: ruleMatches,
    pattern: 'Pattern',
    patternHints: {
      exact: 'Text with escapes such as \\r \\n \\xHH; with lines, without the line end.',
      contains: 'Text with escapes such as \\r \\n \\xHH.',
      starts: 'Text with escapes such as \\r \\n \\xHH.',
      ends: 'Text with escapes such as \\r \\n \\xHH.',
      regex:
        'A regular expression; the answer may use its groups: $1, $<name>, $& for all of it, $$ for a dollar.',
      'exact-hex': 'All of its bytes as hex, ?? for any byte: 02 ?? ?? 03.',
      hex: 'Bytes as hex, ?? for any byte: 02 ?? ?? 03.',
      filter: 'As in the log: ping -pong, "two words", hex:0d 0a, /expression/, OR, NOT and brackets.',
    },
    answer: 'Answer',
    delay: 'Wait, ms',
    delayHint: 'Before the answer.',
    then: 'Then',
    thens: { stay: 'Stay connected', close: 'Close the connection', reset: 'Reset it (RST)' },
    note: 'Note',
    noteHint: 'Words for the log',
    on: 'On',
    needsPattern: 'A rule needs a pattern before it can be on.',
  },
  tryIt: {
    label: 'Try a message',
    tryRecord: (sequence: number) => `Try on #${sequence}`,
    recordTooLong: (most: number) => `Only a record of at most ${formatCount(most)} bytes can be tried.`,
    hint: 'Nothing is sent: this only tells which rule would answer.',
    silent: (place: number) => `Rule ${place} matches, and answers nothing.`,
    answers: (place: number) => `Rule ${place} answers`,
    outcomes: {
      nobody: 'No rule answers this message.',
      'made-as-sent': 'A rule matches. Its answer is made for each peer as it is sent.',
      'too-long': 'A rule matches, and with what it found put in, its answer would be longer than 16 MiB.',
      'too-slow':
        'A regular expression takes longer than a second for this message: say more exactly what it looks for.',
    },
  },
};
