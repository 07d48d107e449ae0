import { formatCount } from '../../show/sizes.ts';

/** The line that configures a server, and what it says about it. */
export const server = {
  role: 'Server',
  label: 'Server settings',
  host: 'Host',
  anyAddress: 'any address',
  anyAddressHint: 'IPv4 and IPv6, from the network too.',
  loopbackHint: 'IPv4, from this machine only.',
  loopback6Hint: 'IPv6, from this machine only.',
  interfaceHint: (interfaceName: string) => `Address of ${interfaceName}, from its network.`,
  addresses: 'Addresses of this machine',
  port: 'Port',
  anyPort: 'any',
  reply: 'Reply',
  fields: {
    name: { label: 'Name', hint: 'What this server is called in the list and on its tab.' },
    backlog: {
      label: 'Backlog',
      hint: 'How many connections may wait to be accepted, 1 to 65,535; Linux caps it at net.core.somaxconn (listen(2)).',
    },
    maxConnections: {
      label: 'Connection limit',
      hint: 'Peers beyond it are refused and counted; 0 allows as many as the system does.',
    },
    afterPeerFinishes: {
      label: 'When a peer finishes sending',
      hint: 'A peer that finished sending (FIN) can still receive.',
    },
  },
  afterPeerFinishes: { finish: 'Finish too, once all is sent', stay: 'Keep this side open' },
  start: 'Start listening',
  startShort: 'Start',
  stop: 'Stop listening',
  stopShort: 'Stop',
  restart: 'Restart',
  changed: 'Not applied until the next start.',
  states: {
    stopped: 'Stopped',
    starting: 'Starting…',
    waiting: 'Waiting until the port is free',
    listening: 'Listening',
    stopping: 'Stopping…',
    failed: 'Not listening',
  },
  cancelWaiting: 'Cancel',
  waiting: 'Waiting until it is free:',
  listeningOn: 'Listening on',
  connected: (count: number) => `${formatCount(count)} connected`,
  backlog: (backlog: number) => `backlog ${backlog}`,
  refused: (count: number) => `${formatCount(count)} refused`,
  reachableAs: (address: string) => `reachable as ${address}`,
};
