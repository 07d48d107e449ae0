/** A script of bash, which has sockets of its own: /dev/tcp and /dev/udp. */
import { shellWaitSeconds, silenceSeconds, isDatagram, type ClientConversation } from './conversation.ts';
import { code, type Language } from './language.ts';
import { hasEmptyDatagram, sending, word } from './shell.ts';

export const bash: Language = {
  extension: 'sh',
  comment: '#',
  run: (file) => `bash ${file}`,
  client: ['tcp', 'udp'],
  server: [],
  lacks: (conversation) =>
    conversation.role === 'client' && hasEmptyDatagram(conversation) ? ['empty-datagram'] : [],
  write: (conversation, head) =>
    `#!/usr/bin/env bash\n${head}${conversation.role === 'client' ? client(conversation) : ''}`,
};

function client(conversation: ClientConversation): string {
  const { transport, host, port } = conversation;
  const commands = sending(conversation, false).map((line) =>
    line.startsWith('sleep ') ? line : `${line} >&3`,
  );
  return code(
    `exec 3<>${word(`/dev/${transport}/${host}/${port}`)} || exit`,
    commands,
    `timeout ${isDatagram(conversation) ? silenceSeconds : shellWaitSeconds} cat <&3`,
  );
}
