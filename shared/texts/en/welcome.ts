/** The window before anything is open. */
export const welcome = {
  title: 'Open a socket, see every byte',
  lead: 'Listen or connect, send, and watch every byte and every event of the socket.',
  noTabs: 'No tab is open. Choose an endpoint on the left, or begin a new one.',
  demo: 'See it work in one click',
  demoHelp: 'An echo server and a client on a free port of this machine, in two tabs',
  startDemo: 'Start the demo',
  servers: 'Servers',
  clients: 'Clients',
  byHand: 'By hand',
  server: 'Listen on a port',
  serverHelp: 'TCP, TLS, UDP or Unix',
  client: 'Connect to a host',
  clientHelp: 'by name or address',
  anyAction: 'Any action:',
  demoServerName: 'Echo server',
  demoClientName: 'Echo client',
};
