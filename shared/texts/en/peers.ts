import { formatCount } from '../../show/sizes.ts';
import { counted } from './units.ts';

/** The list of a server's connections. */
export const peers = {
  title: 'Peers',
  label: 'Peers and what to do with them',
  capturedElsewhere: 'None is connected: this was captured elsewhere.',
  noneYet: 'No peers yet. They appear here as they connect.',
  none: 'Start listening, then peers appear here as they connect.',
  count: (open: number) => counted(open, 'peer'),
  some: (selected: number, open: number) => `${formatCount(selected)} of ${formatCount(open)}`,
  selected: 'Selected peers get the message',
  unknown: 'unknown address',
  find: 'Find peers',
  findPlaceholder: 'Address or name',
  findClose: 'End finding, and show all peers',
  foundNone: 'No peer has this in its address or name.',
  /** Announced while somebody types what is looked for. */
  found: (open: number, ended: number) =>
    ended === 0
      ? `${formatCount(open)} found`
      : `${formatCount(open)} found, and ${formatCount(ended)} closed`,
  headMenu: 'Order of the peers, and what to do with them',
  order: 'Order',
  orders: {
    oldest: 'First connected first',
    newest: 'Last connected first',
    activity: 'Last activity first',
    bytes: 'Most bytes first',
  },
  ofAll: 'All peers',
  ofSelected: (count: number) =>
    count === 1 ? 'The selected peer' : `The ${formatCount(count)} selected peers`,
  closed: (count: number) => `Closed ${formatCount(count)}`,
  clear: 'Clear',
  clearDetail: 'Take closed peers off the list. The log keeps their records.',
  giveName: 'Name this peer…',
  nameOf: (address: string) => `Name of ${address}`,
  nameHint: 'Enter keeps it, Esc leaves it as it was. An empty name is none.',
  ends: 'Disconnect',
  reply: 'Reply to this peer',
  endOthers: { label: 'Disconnect all others', help: 'This peer alone stays connected.' },
  forgetOthers: { label: 'Forget all others', help: 'They come back with their next datagrams.' },
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
    help: 'The peer’s bytes wait unread: once this side’s window is full, it must wait too.',
  },
  readAgain: { label: 'Read again', help: 'Takes up reading where it was stopped.' },
  readingStopped: 'reading stopped',
  lastSeen: (age: string) => `seen ${age} ago`,
  forget: 'Forget this peer',
  forgetHelp: 'It leaves the list, and comes back with its next datagram.',
  notReading: (queued: string) => `not reading, ${queued} queued`,
};
