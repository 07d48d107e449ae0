export const welcome = {
  title: 'Welcome to Socketscope',
  lead: 'Open a server or connect to a host, send messages, and see every byte and every socket event.',
  demo: 'Start an echo server and connect to it',
  demoHelp: 'On a free port of this machine: two tabs show both sides of one conversation.',
  newServer: 'New server',
  newServerHelp: 'Listen on a port and talk to everyone who connects.',
  newClient: 'New client',
  newClientHelp: 'Connect to a host and port.',
  paletteHint: (shortcut: string) => `${shortcut} reaches every action.`,
  demoServerName: 'Echo server',
  demoClientName: 'Echo client',
  noTabs: 'No tab is open. Choose an endpoint on the left, or make a new one.',
};
