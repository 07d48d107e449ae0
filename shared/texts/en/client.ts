import { formatAge } from '../../show/times.ts';

/** The line that configures a client, and what it says about it. */
export const client = {
  role: 'Client',
  label: 'Client settings',
  noHost: 'no host yet',
  host: 'Host',
  hostPlaceholder: 'name, address, or a URL',
  port: 'Port',
  chosenBySystem: 'chosen by the system',
  name: { label: 'Name', hint: 'What this client is called in the list and on its tab.' },
  reconnectPlan: (delays: readonly string[]) => `Waits ${delays.join(', ')} …`,
  connect: 'Connect',
  cancel: 'Cancel',
  disconnect: 'Disconnect',
  changed: 'Not applied until the next connect.',
  waysLabel: 'How to end the connection',
  ways: {
    finish: {
      label: 'Finish sending',
      detail: 'FIN after the last queued byte; the peer can still send (half-close).',
    },
    close: { label: 'Close', detail: 'Sends what is queued, then closes both directions.' },
    reset: { label: 'Reset', detail: 'RST: ends at once, drops what is queued; the peer sees a failure.' },
  },
  states: {
    idle: 'Not connected to',
    waiting: 'Waiting to reconnect to',
    resolving: 'Looking up',
    connecting: 'Connecting to',
    proxying: 'Asking the proxy for',
    securing: 'Securing the connection to',
    open: 'Connected to',
    'half-closed-by-us': 'Finished sending, still receiving from',
    'half-closed-by-peer': 'Half-closed by the peer, still able to send to',
    closed: 'Closed the connection to',
    failed: 'Not connected to',
  },
  /** In place of the state 'closed': who ended it, and how. */
  endings: {
    byPeer: 'Ended by the peer:',
    finished: 'Both sides finished:',
    reset: 'Reset the connection to',
    cancelled: 'Cancelled connecting to',
    socket: 'Closed the socket for',
  },
  stopReading: {
    label: 'Stop reading',
    detail: 'The server’s bytes wait unread: once this side’s window is full, it must wait too.',
  },
  readAgain: { label: 'Read again', detail: 'Takes up reading where it was stopped.' },
  readingStopped: 'reading stopped',
  sendsTo: 'Sends to',
  from: 'from',
  through: 'through',
  retryIn: (ms: number) => `retry in ${formatAge(ms + 999)}`,
  attempt: (number: number) => `attempt ${number}`,
};
