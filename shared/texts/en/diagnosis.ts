import { isolated } from '../../show/isolated.ts';

/** What the port doctor found out about a failure, and what can be done about it. */
const process = (name: string, pid: number): string =>
  `${name || 'a program without a name'} (process ${pid})`;
const list = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;

export const diagnosis = {
  label: 'What was found out',
  looking: 'Looking for the reason…',
  why: 'Why and what else',
  again: 'Look again',
  againHint: 'Asks the system once more who has the port and what answers.',
  process,
  owner: (address: string, who: string) => `${address} belongs to ${who}`,
  ownerCommand: (command: string) => `started as ${command}`,
  ownEndpoint: (address: string, name: string) => `${address} belongs to “${isolated(name)}” in this app`,
  ownApp: (address: string) => `${address} belongs to this app itself`,
  hiddenOwner: (address: string) =>
    `${address} belongs to a program of another user, which the system does not name`,
  unknown: {
    'port-owner': 'Nobody is seen to have the port any more, or the system does not tell who has it',
    listeners: 'The system does not tell what listens on this machine',
  },
  freePort: (port: number) => `Port ${port} is free`,
  path: {
    stale: (path: string) => `Nobody listens on ${path} any more: a program left it behind`,
    live: (path: string) => `A program listens on ${path}`,
    'not-a-socket': (path: string) => `${path} is a file or folder, not a socket`,
    missing: (path: string) => `There is no ${path}`,
    'no-access': (path: string) => `This program may not look at ${path}, or use it`,
  },
  listeningHere: (who: string, addresses: readonly string[]) =>
    `On this machine ${who || 'a program'} listens on ${list(addresses)}`,
  nothingListens: (port: number) => `Nothing listens on port ${port} of this machine`,
  otherAnswers: (addresses: readonly string[]) =>
    `${list(addresses)} ${addresses.length === 1 ? 'answers' : 'answer'} now`,
  resolvesTo: (host: string, addresses: readonly string[], server: string) =>
    `DNS${server && ` (${server})`} says that ${host} is ${list(addresses)}, which is not what this system says`,
  resolvesToNothing: (host: string, code: string, server: string) =>
    `DNS${server && ` (${server})`} knows no address of ${host} either${code && ` (${code})`}`,
  noAnswer: (host: string, why: string, server: string) =>
    `DNS${server && ` (${server})`} did not say what ${host} is: ${why}`,
  /** `name`: '' for the app's own. */
  knownAuthority: (name: string) =>
    `${name === '' ? 'Socketscope’s own authority' : `“${name}”, which is kept here,`} signed this certificate, and this client does not trust it yet`,
  trustHere: 'Trust it here',
  privileged: (lowest: number) => `Ports below ${lowest} are reserved for the administrator of this machine`,
  usePort: (port: number) => `Use port ${port}`,
  useLocalPort: (port: number) => `Use local port ${port}`,
  startWhenFree: 'Start when it is free',
  removeStale: 'Remove the stale socket file and start',
  connectTo: (address: string) => `Connect to ${address} instead`,
  goTo: (name: string) => `Go to “${isolated(name)}”`,
};
