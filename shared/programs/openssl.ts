/** A command line of openssl, which talks TLS alone. */
import { silenceSeconds, type ClientConversation, type Conversation, type Lack } from './conversation.ts';
import { bracketed, isIpv6, type Language } from './language.ts';
import { piped, word } from './shell.ts';

export const openssl: Language = {
  extension: 'sh',
  comment: '#',
  run: (file) => `sh ${file}`,
  client: ['tls'],
  server: ['tls'],
  lacks,
  write: (conversation, head) => {
    if (conversation.role === 'client') return `#!/bin/sh\n${head}${client(conversation)}`;
    const { host, port } = conversation;
    const where = word(host === '' ? String(port) : `${bracketed(host)}:${port}`);
    return `#!/bin/sh\n${head}openssl s_server -quiet -accept ${where} -cert cert.pem -key key.pem\n`;
  },
};

function lacks(conversation: Conversation): Lack[] {
  if (conversation.role === 'client')
    return conversation.tls.alpn.some((name) => name.includes(',')) ? ['alpn'] : [];
  return [
    ...(conversation.greeting.length > 0 ? (['greeting'] as const) : []),
    ...(conversation.answer === 'none' ? [] : (['answer'] as const)),
  ];
}

const isAddress = (host: string): boolean => isIpv6(host) || /^[\d.]+$/.test(host);

function client(conversation: ClientConversation): string {
  const { host, port, tls } = conversation;
  const name = tls.servername || host;
  const checked = isAddress(name) ? `-verify_ip ${word(name)}` : `-verify_hostname ${word(name)}`;
  // Without -nocommands a message that begins with Q would end it; with -ign_eof, which -quiet means, nothing would.
  const options = [
    '-quiet -no_ign_eof -nocommands',
    `-connect ${word(`${bracketed(host)}:${port}`)}`,
    ...(isAddress(name) ? [] : [`-servername ${word(name)}`]),
    ...(tls.verify ? [`-verify_return_error ${checked}`] : []),
    ...(tls.ca === null ? [] : [`-CAfile ${word(tls.ca)}`]),
    ...(tls.alpn.length > 0 ? [`-alpn ${word(tls.alpn.join(','))}`] : []),
  ];
  return piped(conversation, `openssl s_client ${options.join(' ')}`, `sleep ${silenceSeconds}`);
}
