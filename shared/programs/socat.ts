/** A command line of socat. */
import {
  silenceSeconds,
  shellWaitSeconds,
  endsInSilence,
  isDatagram,
  isSecured,
  type ClientConversation,
  type Conversation,
  type Lack,
  type ServerConversation,
} from './conversation.ts';
import { isIpv6, type Language } from './language.ts';
import { hasEmptyDatagram, piped, word } from './shell.ts';

export const socat: Language = {
  extension: 'sh',
  comment: '#',
  run: (file) => `sh ${file}`,
  client: ['tcp', 'tls', 'udp', 'unix'],
  server: ['tcp', 'tls', 'udp', 'unix'],
  lacks,
  write: (conversation, head) =>
    `#!/bin/sh\n${head}${conversation.role === 'client' ? client(conversation) : server(conversation)}`,
};

function lacks(conversation: Conversation): Lack[] {
  if (conversation.role === 'client')
    return [
      ...(hasEmptyDatagram(conversation) ? (['empty-datagram'] as const) : []),
      ...(conversation.tls.alpn.length > 0 ? (['alpn'] as const) : []),
    ];
  return [
    ...(conversation.greeting.length > 0 ? (['greeting'] as const) : []),
    ...(conversation.answer instanceof Uint8Array ? (['answer'] as const) : []),
  ];
}

/** A part of one of its addresses, in which a backslash takes the meaning from each sign. */
const part = (text: string): string => text.replaceAll(/[^\p{L}\p{N}_./@+=~-]/gu, '\\$&');
const hostPart = (host: string): string => (isIpv6(host) ? `[${host}]` : part(host));

function client(conversation: ClientConversation): string {
  const { transport, host, port, path, tls } = conversation;
  const secured = [
    ...(tls.verify ? [] : ['verify=0']),
    ...(tls.ca === null ? [] : [`cafile=${part(tls.ca)}`]),
    ...(tls.servername === '' ? [] : [`snihost=${part(tls.servername)},commonname=${part(tls.servername)}`]),
  ];
  const where = `${hostPart(host)}:${port}`;
  const address = {
    tcp: `TCP:${where}`,
    tls: `OPENSSL:${where}`,
    udp: `UDP:${where}`,
    unix: `UNIX-CONNECT:${part(path)}`,
  }[transport];
  const options = isSecured(conversation) ? secured.map((one) => `,${one}`).join('') : '';
  const most = isDatagram(conversation) ? '-b 65536 ' : '';
  return piped(
    conversation,
    `socat ${most}-t ${endsInSilence(conversation) ? silenceSeconds : shellWaitSeconds} - ${word(address + options)}`,
  );
}

function server(conversation: ServerConversation): string {
  const { transport, host, port, path, answer } = conversation;
  const echoes = answer === 'echo';
  const any = host === '' ? ['ipv6only=0'] : [`bind=${hostPart(host)}`];
  const six = isIpv6(host || '::') ? '6' : '';
  const isUdp = isDatagram(conversation);
  const [name, options] = {
    tcp: [`TCP${six}-LISTEN:${port}`, [...any, 'reuseaddr']],
    tls: [
      `OPENSSL-LISTEN:${port}`,
      [...(six === '' ? [] : ['pf=ip6']), ...any, 'reuseaddr', 'cert=cert.pem', 'key=key.pem', 'verify=0'],
    ],
    udp: [`UDP${six}-${echoes ? 'RECVFROM' : 'RECV'}:${port}`, any],
    unix: [`UNIX-LISTEN:${part(path)}`, []],
  }[transport] as [string, string[]];
  const address = [name, ...options, ...(isUdp && !echoes ? [] : ['fork'])].join(',');
  const most = isUdp ? '-b 65536 ' : '';
  return echoes
    ? `socat ${most}${word(address)} 'SYSTEM:tee /dev/stderr'\n`
    : `socat -u ${most}${word(address)} STDOUT\n`;
}
