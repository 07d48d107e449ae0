import type { ReadyMadeId } from '../../settings/ready-made.ts';

export type ReadyMadeTexts = {
  /** On its tab. */
  name: string;
  title: string;
  /** On the first page: a word or two, and what it does in a few. */
  short: readonly [name: string, does: string];
  /** Two sentences. */
  teaches: string;
};

const readyMade: Record<ReadyMadeId, ReadyMadeTexts> = {
  'greeting-server': {
    name: 'Hello server',
    title: 'Hello-World greeting server',
    short: ['Greeting', 'speaks first, then closes'],
    teaches:
      'A server may speak first: every client gets a greeting as it connects, and the connection is closed. See how close sends FIN, and what a client reads then.',
  },
  'echo-server': {
    name: 'Echo server',
    title: 'Echo server with many clients',
    short: ['Echo', 'what comes in goes back'],
    teaches:
      'What a client sends comes back to it and to nobody else. One listener holds many connections, told apart by the client’s address and port.',
  },
  'upper-case-server': {
    name: 'Upper-case server',
    title: 'Upper-case server',
    short: ['Upper case', 'answers line by line'],
    teaches:
      'Each line comes back in capitals: the first protocol with messages of its own. TCP has no messages, so the server looks for the line end.',
  },
  'timestamp-server': {
    name: 'Timestamp server',
    title: 'Timestamp server',
    short: ['Timestamp', 'answers with the time in front'],
    teaches:
      'Each message comes back with the time at which it was answered in front. Clocks of both sides and the way between them show in the log.',
  },
  'udp-server': {
    name: 'UDP OK server',
    title: 'UDP “OK…” server',
    short: ['UDP “OK…”', 'answers each datagram'],
    teaches:
      'UDP has no connections: each datagram arrives whole, alone, or not at all. The server answers to the address that the datagram came from.',
  },
  'http-get': {
    name: 'HTTP by hand',
    title: 'HTTP GET by hand',
    short: ['HTTP by hand', 'a request in four lines'],
    teaches:
      'A web request is a few lines of text that end in CR LF, and an empty line. What a browser hides is all in the log: status, headers, body.',
  },
  'https-get': {
    name: 'HTTPS by hand',
    title: 'HTTPS GET by hand',
    short: ['HTTPS by hand', 'the same inside TLS'],
    teaches:
      'The same request inside TLS: first both sides agree on keys, and the server proves its name with a certificate. The log shows version, cipher and certificate, then the plain text.',
  },
  'prompt-client': {
    name: 'Prompt client',
    title: 'Prompt client',
    short: ['Prompt', 'sends what you type, as telnet or nc do'],
    teaches:
      'A client that sends the lines you type, like telnet or nc. Each send is one write, and the server may read it together with the next.',
  },
  'chat-room': {
    name: 'Chat room',
    title: 'Chat room',
    short: ['Chat room', 'everybody hears everybody'],
    teaches:
      'Every line goes to everybody else who is connected. A server may write to any connection at any time, not only answer the one that spoke.',
  },
  'rules-server': {
    name: 'Rules server',
    title: 'Server that answers by rules',
    short: ['Rules', 'a table decides the answers'],
    teaches:
      'A protocol is a table: what comes in decides what goes out, and whether the connection stays, closes or is reset. The first rule that matches answers, so their order counts.',
  },
  'stuck-together-server': {
    name: 'Stuck-together messages',
    title: 'Messages that arrive stuck together and torn',
    short: ['Stuck together', 'chunks are no messages'],
    teaches:
      'TCP is a stream: what was sent as three messages may arrive as one chunk, or torn in two. A protocol marks where a message ends, and whoever reads cuts there.',
  },
};

/** The menu of what can be begun. */
export const newMenu = {
  readyMadeHeading: 'Ready-made',
  readyMadeHelp: 'One for each classic program. Point at one to see what it teaches.',
  serverHelp: 'Listens on a port and talks to everyone who connects.',
  clientHelp: 'Connects to a host and port.',
  sequenceHelp: 'Steps on one connection: what is sent, what is waited for, and what a failure does.',
  readyMade,
  clientName: (name: string) => `Client of ${name}`,
};
