/** The window before anything is open. */
export const welcome = {
  title: 'Open a socket, see every byte',
  lead: 'Listen on a port or connect to a host, send messages, and watch every byte and every socket event.',
  noTabs: 'No tab is open. Choose an endpoint on the left, or begin a new one.',
  demo: 'Start an echo server and connect to it',
  demoHelp: 'On a free port of this machine: two tabs show both sides of one conversation.',
  server: 'Listen on a port',
  serverHelp: 'A server: talk to everyone who connects.',
  client: 'Connect to a host',
  clientHelp: 'By name or address, IPv4 and IPv6.',
  palette: 'All actions',
  paletteHelp: 'The command palette reaches each by its name.',
  help: 'Help',
  helpHelp: 'Signs, words and shortcuts.',
  demoServerName: 'Echo server',
  demoClientName: 'Echo client',
};
