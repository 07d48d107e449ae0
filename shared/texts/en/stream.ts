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
  chunkEdge: 'a chunk ended',
  frameEdge: 'a frame ended',
  counts: (records: number, bytes: number) =>
    `${records === 1 ? '1 chunk' : `${formatCount(records)} chunks`} · ${formatExactBytes(bytes)}`,
  reading: (percent: number) => `Reading ${percent} %`,
  loading: 'Loading',
  damaged: (bytes: number) => `${formatExactBytes(bytes)} that cannot be relied on: the file is damaged here`,
  none: 'No connection yet',
  noneHint: 'A connection appears here as a conversation: what both sides said, in lines or as hex.',
  nothing: 'Nothing was sent or received yet',
  copy: 'Copy',
  showInLog: 'Show in the log',
  showInStream: 'Show in the stream',
};
