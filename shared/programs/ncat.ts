/** A command line of ncat (Nmap). */
import {
  silenceSeconds,
  hasPath,
  isDatagram,
  isSecured,
  type ClientConversation,
  type ServerConversation,
} from './conversation.ts';
import type { Language } from './language.ts';
import { hasEmptyDatagram, piped, printf, word } from './shell.ts';

/** Bytes of standard input that it takes at once, and sends as a datagram. */
const mostRead = 8192;

export const ncat: Language = {
  extension: 'sh',
  comment: '#',
  run: (file) => `sh ${file}`,
  client: ['tcp', 'tls', 'udp', 'unix'],
  server: ['tcp', 'tls', 'unix'],
  lacks: (conversation) => {
    if (conversation.role === 'server') return conversation.answer instanceof Uint8Array ? ['answer'] : [];
    const { tls, messages } = conversation;
    const isLong = isDatagram(conversation) && messages.some(({ bytes }) => bytes.length > mostRead);
    return [
      ...(isLong ? (['long-datagram'] as const) : []),
      ...(hasEmptyDatagram(conversation) ? (['empty-datagram'] as const) : []),
      ...(tls.alpn.some((name) => name.includes(',')) ? (['alpn'] as const) : []),
    ];
  },
  write: (conversation, head) =>
    `#!/bin/sh\n${head}${conversation.role === 'client' ? client(conversation) : server(conversation)}`,
};

/** What begins with a hyphen would be read as an option. */
const file = (path: string): string => word(path.startsWith('-') ? `./${path}` : path);

function client(conversation: ClientConversation): string {
  const { host, port, path } = conversation;
  const options = [
    ...(isDatagram(conversation) ? ['-u'] : isSecured(conversation) ? secured(conversation) : []),
    ...(isSecured(conversation) ? [`-i ${silenceSeconds}`] : []),
    ...(hasPath(conversation) ? [`-U ${file(path)}`] : [`${word(host)} ${port}`]),
  ];
  // At the end of its input it would not wait for an answer.
  const waits = isDatagram(conversation) ? [`sleep ${silenceSeconds}`] : [];
  return piped(conversation, `ncat ${options.join(' ')}`, ...waits);
}

const secured = ({ tls }: ClientConversation): string[] => [
  '--ssl',
  ...(tls.verify ? ['--ssl-verify'] : []),
  ...(tls.ca === null ? [] : [`--ssl-trustfile ${file(tls.ca)}`]),
  ...(tls.servername === '' ? [] : [`--ssl-servername ${word(tls.servername)}`]),
  ...(tls.alpn.length > 0 ? [`--ssl-alpn ${word(tls.alpn.join(','))}`] : []),
];

function server(conversation: ServerConversation): string {
  const { host, port, path, greeting, answer } = conversation;
  const echo = answer === 'echo';
  const greets = greeting.length > 0;
  // What a command is given does not show by itself.
  const command = [...(greets ? [printf(greeting)] : []), echo ? 'tee /dev/stderr' : 'cat >&2'].join('; ');
  const options = [
    ...(isSecured(conversation) ? ['--ssl --ssl-cert cert.pem --ssl-key key.pem'] : []),
    ...(echo || greets ? [`--sh-exec ${word(command)}`] : []),
    ...(hasPath(conversation) ? [`-U ${file(path)}`] : [...(host === '' ? [] : [word(host)]), String(port)]),
  ];
  return `ncat -l -k ${options.join(' ')}\n`;
}
