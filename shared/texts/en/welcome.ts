/** The window before anything is open. */
export const welcome = {
  title: 'Open a socket, see every byte',
  lead: 'Listen on a port or connect to a host, send messages, and watch every byte and every socket event.',
  noTabs: 'No tab is open. Choose an endpoint on the left, or begin a new one.',
  demo: 'Start an echo server and connect to it',
  demoHelp: 'On a free port of this machine: two tabs show both sides of one conversation.',
  newServerHelp: 'Listen on a port and talk to everyone who connects.',
  newClientHelp: 'Connect to a host and port.',
  paletteHelp: 'Reaches every action by its name.',
  helpHelp: 'Signs, words and shortcuts.',
  demoServerName: 'Echo server',
  demoClientName: 'Echo client',
};
