import { isolated } from '../../show/isolated.ts';
import { formatCount } from '../../show/sizes.ts';
import { formatExactBytes } from './units.ts';

export const stream = {
  title: 'Stream',
  connection: 'Connection',
  newest: (name: string) => (name === '' ? 'Newest connection' : `Newest: ${isolated(name)}`),
  numbered: (connection: number, name: string) =>
    name === '' ? `#${formatCount(connection)}` : `#${formatCount(connection)} ${isolated(name)}`,
  ended: (name: string) => `${name} (closed)`,
  direction: 'Directions',
  directions: {
    both: { label: 'Both', name: 'Both directions, in the order of arrival' },
    sent: { label: '↑', name: 'Sent alone' },
    received: { label: '↓', name: 'Received alone' },
  },
  form: 'Shown as',
  forms: { text: 'Text', mixed: 'Mixed', hex: 'Hex' },
  whyForm: {
    text: 'A row is a line; bytes that are no text are marked.',
    mixed: 'Text in lines, and what is no text as hex.',
    hex: 'A row is 16 bytes.',
  },
  record: 'Record',
  after: 'After',
  damaged: (bytes: number) => `${formatExactBytes(bytes)} that cannot be relied on: the file is damaged here`,
  none: 'No connection yet',
  noneHint: 'A connection appears here as a conversation: what both sides said, in lines or as hex.',
  nothing: 'Nothing was sent or received yet',
  find: 'Find in the stream',
  findPlaceholder: 'Find: text, /expression/, hex:0d 0a',
  notSought: 'no bytes: hex:0d 0a',
  noExpression: 'not an expression',
  tooSlow: 'takes too long',
  previous: 'Previous match',
  next: 'Next match',
  matches: (number: number, count: number, areMore: boolean) => {
    const all = `${formatCount(count)}${areMore ? '+' : ''}`;
    if (number >= 0) return `${formatCount(number + 1)} of ${all}`;
    return `${all} ${count === 1 && !areMore ? 'match' : 'matches'}`;
  },
  saveChosen: 'Save the chosen bytes…',
  saveChosenAsText: 'Save the chosen rows as text…',
  saveAll: 'Save all bytes of the stream…',
  saveAsText: 'Save the stream as text…',
  showInLog: 'Show in the log',
  showInStream: 'Show in the stream',
};
