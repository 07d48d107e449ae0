import { formatCount } from '../../show/sizes.ts';

/** The list of a server's connections. */
export const peers = {
  title: 'Peers',
  label: 'Peers and what to do with them',
  noneYet: 'No peers yet. They appear here as they connect.',
  none: 'Start listening, then peers appear here as they connect.',
  count: (open: number) => (open === 1 ? '1 peer' : `${formatCount(open)} peers`),
  some: (selected: number, open: number) => `${formatCount(selected)} of ${formatCount(open)}`,
  selected: 'Selected peers get the message',
  unknown: 'unknown address',
  endAll: 'Disconnect all peers',
  endSelected: 'Disconnect selected peers',
  showOnly: 'Show only this peer in the log',
  showAll: 'Show all peers in the log',
  more: (address: string) => `More for ${address}`,
  states: {
    resolving: 'looking up the name',
    connecting: 'connecting',
    proxying: 'asking the proxy',
    securing: 'TLS handshake',
    open: 'connected',
    'half-closed-by-us': 'half-closed by us',
    'half-closed-by-peer': 'half-closed by peer',
    closed: 'closed',
    failed: 'failed',
  },
  ended: (code: string | null, ago: string) => {
    if (code === null) return `closed ${ago} ago`;
    return code === 'ECONNRESET' ? `reset by peer ${ago} ago` : `failed (${code}) ${ago} ago`;
  },
  stopReading: {
    label: 'Stop reading',
    detail: 'The peer’s bytes wait unread: once this side’s window is full, it must wait too.',
  },
  readAgain: { label: 'Read again', detail: 'Takes up reading where it was stopped.' },
  readingStopped: 'reading stopped',
  lastSeen: (age: string) => `seen ${age} ago`,
  forget: 'Forget this peer',
  forgetDetail: 'It leaves the list, and comes back with its next datagram.',
  notReading: (queued: string) => `not reading, ${queued} queued`,
};
