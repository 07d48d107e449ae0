/** What belongs to the whole window. */
export const app = {
  attaching: 'Attaching to the engine…',
  detached:
    'The connection to the engine is lost. Trying again; what is on screen is as of before. If the host was started anew, open the address that it printed.',
  dismiss: 'Dismiss',
  close: 'Close',
  received: 'received',
  sent: 'sent',
  queued: (size: string) => `${size} queued`,
  separatorSidebar: 'Width of the endpoints list',
  separatorPeers: 'Width of the peers list',
  separatorInspector: 'Width of the log',
};
