import type { TlsMessageName } from '../../certificates.ts';
import { formatCount } from '../../show/sizes.ts';
import { counted } from './units.ts';

/** The life of one connection, in the inspector. */
export const timeline = {
  tab: 'Timeline',
  label: 'Timeline of the connection',
  steps: 'Steps',
  kinds: {
    resolve: 'name',
    attempt: 'attempt',
    proxy: 'proxy',
    open: 'connected',
    handshake: 'TLS handshake',
    message: 'TLS message',
    'first-sent': 'sent',
    'first-received': 'received',
    'pause-sending': 'peer does not read',
    'pause-reading': 'reading paused',
    'half-close': 'half-closed',
    end: 'end',
    note: 'note',
  },
  firstSent: (peer: string) => `First bytes sent${peer && ` to ${peer}`}`,
  firstReceived: (peer: string) => `First bytes received${peer && ` from ${peer}`}`,
  messages: {
    us: (name: string) => `Sent ${name}`,
    peer: (name: string) => `Received ${name}`,
  },
  /** The others are called what the RFCs call them. */
  messageNames: {
    Alert: 'an alert',
    encrypted: 'encrypted handshake messages',
    unknown: 'a handshake message of an unknown type',
  } as Partial<Record<TlsMessageName, string>>,
  gaveUp: (remote: string, duration: string, why: string) => `Gave up on ${remote} after ${duration}: ${why}`,
  beaten: 'another address answered first',
  cancelled: 'connecting was cancelled',
  unreadable: 'An event whose words cannot be read any more',
  goesOn: 'goes on',
  stillOpen: (duration: string) => `open, ${duration} so far`,
  lasted: (duration: string) => `took ${duration} in all`,
  omitted: (count: number) =>
    `${formatCount(count)} further ${count === 1 ? 'record' : 'records'} of pauses and notes are not shown`,
  scale: 'Scale',
  scales: { whole: 'All', setup: 'Connecting' },
  copy: 'Copy as text',
  copyShort: 'Copy',
  copied: (steps: number) => `Copied ${counted(steps, 'step')}`,
  loading: 'Reading the records…',
};
