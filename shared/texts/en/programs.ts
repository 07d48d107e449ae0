import type { Conversation, Lack } from '../../programs/conversation.ts';
import type { ProgramId } from '../../programs/program-ids.ts';
import type { Refusal } from '../../programs/programs.ts';
import { formatCount } from '../../show/sizes.ts';
import { counted, formatExactBytes } from './units.ts';

const names = {
  python: 'Python',
  node: 'Node.js',
  c: 'C (POSIX)',
  bash: 'bash, by /dev/tcp',
  ncat: 'ncat',
  socat: 'socat',
  openssl: 'openssl',
  go: 'Go',
  csharp: 'C#',
  java: 'Java',
} satisfies Record<ProgramId, string>;

const transports = { tcp: 'TCP', tls: 'TLS', udp: 'UDP', unix: 'Unix sockets' } as const;

const messages = (count: number): string => counted(count, 'message');

type TooMuch = Exclude<Refusal, { code: 'transport' | 'server' }>;

const tooMuch = (refusal: TooMuch): string =>
  refusal.code === 'too-long'
    ? `${formatExactBytes(refusal.length)} are too many for a program, which holds at most ${formatExactBytes(refusal.most)}. Choose less, or save the bytes as a file and send that.`
    : `${messages(refusal.count)} are too many for a program, which sends at most ${formatCount(refusal.most)}. Choose less.`;

/** Endpoints and records as programs. */
export const programs = {
  copyAs: 'Copy as a program',
  names,
  /** At the top of a program. None of them holds what a peer or a user wrote. */
  comments: {
    opening: (conversation: Conversation) =>
      conversation.role === 'client'
        ? `Sends ${messages(conversation.messages.length)} over ${transports[conversation.transport]} and prints what comes back.`
        : `Listens for ${transports[conversation.transport]} and prints what comes; Ctrl-C ends it.`,
    run: (command: string) => `Run it: ${command}`,
    ends: (seconds: number) => `It ends when the peer does, or when nothing has come for ${seconds} s.`,
    waits: (seconds: number) =>
      `It cannot finish sending alone: it ends when the peer does, or after ${seconds} s.`,
    certificate: 'It needs a certificate and its key in cert.pem and key.pem. One for a test:',
    makeCertificate:
      'openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -subj /CN=localhost',
    lacks: {
      alpn: 'ALPN is left out: it cannot be asked for here.',
      answer: 'It answers nothing: what the server answers cannot be written here.',
      'answer-per-message': 'It answers each chunk that comes, not each message.',
      authority: 'It trusts the authorities of the system, not those that were chosen.',
      'authority-file': 'Save the authorities that it is to trust as ca.pem.',
      'client-certificate': 'It shows no certificate of its own.',
      'client-certificates': 'It asks for no client certificates.',
      'empty-datagram': 'Empty datagrams are left out: they cannot be sent here.',
      'filled-once': 'What functions such as {{counter}} make was made once, and is the same each time.',
      greeting: 'The greeting is left out: it cannot be written here.',
      'greeting-then-close': 'It does not close behind its greeting.',
      'local-address': 'The system chooses the local address and port.',
      'long-datagram': 'Messages of more than 8,192 bytes go out as several datagrams.',
      proxy: 'It connects directly, not through the proxy.',
      'tls-options': 'TLS versions, ciphers and ALPN are the usual ones, not those that were chosen.',
      'udp-options': 'It joins no group, sends no broadcasts, and keeps the usual time to live.',
      unverified: 'It takes any certificate: it does not know whom it talks to.',
    } satisfies Record<Lack, string>,
  },
  refused: (id: ProgramId, refusal: Refusal): string => {
    switch (refusal.code) {
      case 'server':
        return `${names[id]} cannot be a server. Choose another language.`;
      case 'transport':
        return `${names[id]} cannot do this over ${transports[refusal.transport]}. Choose another language.`;
      default:
        return tooMuch(refusal);
    }
  },
  tooMuch,
  copied: (id: ProgramId, conversation: Conversation) =>
    conversation.role === 'client'
      ? `Copied: ${names[id]}, which sends ${messages(conversation.messages.length)}.`
      : `Copied: a server in ${names[id]}.`,
  nothingToSend: 'None of these records has bytes that a program could send.',
  startFirst: 'Start the server first: it is to be on any free port, which nobody knows yet.',
  noDraft: 'The message cannot be made now. Send it, and copy its record as a program.',
};
