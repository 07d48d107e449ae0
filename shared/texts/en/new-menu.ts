import type { ReadyMadeId } from '../../settings/ready-made.ts';

export type ReadyMadeTexts = {
  /** On its tab. */
  name: string;
  title: string;
  /** On the first page: a word or two, and what it does in a few. */
  short: readonly [name: string, does: string];
  /** Two sentences. */
  teaches: string;
  /** What to do once it is there; `address` is where it listens, or '' while it does not. */
  next: (address: string) => string;
};

const at = (address: string): string => address || 'the address above';

const readyMade: Record<ReadyMadeId, ReadyMadeTexts> = {
  'greeting-server': {
    name: 'Hello server',
    title: 'Hello-World greeting server',
    short: ['Greeting', 'speaks first, then closes'],
    teaches:
      'A server may speak first: every client gets a greeting as it connects, and the connection is closed. See how close sends FIN, and what a client reads then.',
    next: (address) =>
      `Connect to ${at(address)} and look at both logs: sent, received, and who closed. In Reply… let it stay connected, and compare.`,
  },
  'echo-server': {
    name: 'Echo server',
    title: 'Echo server with many clients',
    short: ['Echo', 'what comes in goes back'],
    teaches:
      'What a client sends comes back to it and to nobody else. One listener holds many connections, told apart by the client’s address and port.',
    next: (address) =>
      `Connect several clients to ${at(address)} and send from each. Peers lists them; choose one to see its records only.`,
  },
  'upper-case-server': {
    name: 'Upper-case server',
    title: 'Upper-case server',
    short: ['Upper case', 'answers line by line'],
    teaches:
      'Each line comes back in capitals: the first protocol with messages of its own. TCP has no messages, so the server looks for the line end.',
    next: (address) =>
      `Connect to ${at(address)} and send hello with End: LF. Then send hel and lo in two messages: the answer waits for the LF.`,
  },
  'timestamp-server': {
    name: 'Timestamp server',
    title: 'Timestamp server',
    short: ['Timestamp', 'answers with the time in front'],
    teaches:
      'Each message comes back with the time at which it was answered in front. Clocks of both sides and the way between them show in the log.',
    next: (address) =>
      `Connect to ${at(address)}, send a few messages, and compare the time in the answer with the log’s.`,
  },
  'udp-server': {
    name: 'UDP OK server',
    title: 'UDP “OK…” server',
    short: ['UDP “OK…”', 'answers each datagram'],
    teaches:
      'UDP has no connections: each datagram arrives whole, alone, or not at all. The server answers to the address that the datagram came from.',
    next: (address) =>
      `Send datagrams to ${at(address)}. Each answer is one datagram, however fast you send; stop the server and see that nothing tells you.`,
  },
  'http-get': {
    name: 'HTTP by hand',
    title: 'HTTP GET by hand',
    short: ['HTTP by hand', 'a request in four lines'],
    teaches:
      'A web request is a few lines of text that end in CR LF, and an empty line. What a browser hides is all in the log: status, headers, body.',
    next: () =>
      'Set the host, press Connect, then Send: the request is written below. Change its Host line to the same host.',
  },
  'https-get': {
    name: 'HTTPS by hand',
    title: 'HTTPS GET by hand',
    short: ['HTTPS by hand', 'the same inside TLS'],
    teaches:
      'The same request inside TLS: first both sides agree on keys, and the server proves its name with a certificate. The log shows version, cipher and certificate, then the plain text.',
    next: () =>
      'Set the host, press Connect, then Send. Connect by an address instead of the name, and see the verification fail.',
  },
  'prompt-client': {
    name: 'Prompt client',
    title: 'Prompt client',
    short: ['Prompt', 'sends what you type, as telnet or nc do'],
    teaches:
      'A client that sends the lines you type, like telnet or nc. Each send is one write, and the server may read it together with the next.',
    next: () =>
      'Set host and port of a server, such as one from this menu, and press Connect. Write a line below and press Send; arrow up brings it back.',
  },
  'chat-room': {
    name: 'Chat room',
    title: 'Chat room',
    short: ['Chat room', 'everybody hears everybody'],
    teaches:
      'Every line goes to everybody else who is connected. A server may write to any connection at any time, not only answer the one that spoke.',
    next: (address) =>
      `Connect two clients or more to ${at(address)} and talk. Write below to speak to the whole room as the server.`,
  },
  'rules-server': {
    name: 'Rules server',
    title: 'Server that answers by rules',
    short: ['Rules', 'a table decides the answers'],
    teaches:
      'A protocol is a table: what comes in decides what goes out, and whether the connection stays, closes or is reset. The first rule that matches answers, so their order counts.',
    next: (address) =>
      `Connect to ${at(address)} and send hello, my name is Ada, slow, bye or boom with End: LF. In Reply… change the rules and add your own.`,
  },
  'stuck-together-server': {
    name: 'Stuck-together messages',
    title: 'Messages that arrive stuck together and torn',
    short: ['Stuck together', 'chunks are no messages'],
    teaches:
      'TCP is a stream: what was sent as three messages may arrive as one chunk, or torn in two. A protocol marks where a message ends, and whoever reads cuts there.',
    next: (address) =>
      `Connect to ${at(address)} and look at the log of that client: two messages and a half in one chunk. Send it anything, and the other half comes. Then switch that log from Chunks to Frames.`,
  },
};

/** The menu of what can be begun, and the hint in a tab that came from it. */
export const newMenu = {
  open: 'New…',
  readyMadeHeading: 'Ready-made',
  readyMadeHelp: 'One for each classic program. Point at one to see what it teaches.',
  serverHelp: 'Listens on a port and talks to everyone who connects.',
  clientHelp: 'Connects to a host and port.',
  readyMade,
  hint: 'What to do next',
  teachesLabel: 'What it teaches',
  connectClient: 'Connect a client',
  ownClientNext:
    'Write a message below and press Send. What comes back appears in the log, and the server’s tab shows the same from its side.',
  clientName: (name: string) => `Client of ${name}`,
  help: 'Help',
  dismiss: 'Dismiss the hint',
};
