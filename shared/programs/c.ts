/** A program in C99 with POSIX sockets. */
import {
  hasAnswer,
  pauses,
  silenceSeconds,
  hasPath,
  isDatagram,
  type ClientConversation,
  type Conversation,
  type ServerConversation,
} from './conversation.ts';
import { code, indented, type Language } from './language.ts';
import { byteNames, piecesOf, utf8Literal } from './literals.ts';

export const c: Language = {
  extension: 'c',
  comment: '//',
  run: (file) => `cc -o program ${file} && ./program`,
  client: ['tcp', 'udp', 'unix'],
  server: ['tcp', 'udp', 'unix'],
  write: (conversation, head) =>
    `${head}${conversation.role === 'client' ? client(conversation) : server(conversation)}`,
};

const step = '    ';
const text = (value: string): string => utf8Literal(value, byteNames.c, '"');
const pieces = (value: Uint8Array): string[] => piecesOf(value, byteNames.c).map((piece) => `"${piece}"`);

const block = (first: string, ...lines: readonly string[]): string[] => [
  `${first} {`,
  ...indented(lines, step),
  '}',
];

const includes = (...names: readonly (string | false)[]): string[] => [
  '#define _POSIX_C_SOURCE 200809L',
  ...names
    .filter((name) => name !== false)
    .sort()
    .map((name) => `#include <${name}>`),
  '',
];

const ofAddress = (conversation: Conversation): string => (hasPath(conversation) ? 'sys/un.h' : 'netdb.h');
const usual = ['stdio.h', 'stdlib.h', 'sys/socket.h', 'unistd.h'] as const;

const sendAll = [
  ...block(
    'static void send_all(int fd, const char *bytes, size_t length)',
    ...block(
      'while (length > 0)',
      'ssize_t count = send(fd, bytes, length, 0);',
      ...block('if (count < 0)', 'perror("send");', 'exit(1);'),
      'bytes += count;',
      'length -= count;',
    ),
  ),
  '',
];

/** A socket that `use` (connect or bind) was called for; what does it. */
function opened(conversation: Conversation, use: 'connect' | 'bind'): string[] {
  const { host, port, path } = conversation;
  if (hasPath(conversation))
    return [
      `struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = ${text(path)} };`,
      'int fd = socket(AF_UNIX, SOCK_STREAM, 0);',
      ...block(
        `if (fd < 0 || ${use}(fd, (struct sockaddr *)&address, sizeof address) != 0)`,
        `perror("${use}");`,
        'return 1;',
      ),
    ];
  const isStream = !isDatagram(conversation);
  const hints = [
    `.ai_socktype = ${isStream ? 'SOCK_STREAM' : 'SOCK_DGRAM'}`,
    ...(use === 'bind' ? ['.ai_flags = AI_PASSIVE'] : []),
  ];
  const reuse =
    use === 'bind' && isStream ? ['setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int));'] : [];
  return [
    `struct addrinfo hints = { ${hints.join(', ')} }, *addresses;`,
    `int problem = getaddrinfo(${text(host || '::')}, "${port}", &hints, &addresses);`,
    ...block('if (problem != 0)', 'fprintf(stderr, "%s\\n", gai_strerror(problem));', 'return 1;'),
    'int fd = -1;',
    ...block(
      'for (struct addrinfo *each = addresses; each != NULL; each = each->ai_next)',
      'fd = socket(each->ai_family, each->ai_socktype, each->ai_protocol);',
      'if (fd < 0) continue;',
      ...reuse,
      `if (${use}(fd, each->ai_addr, each->ai_addrlen) == 0) break;`,
      'close(fd);',
      'fd = -1;',
    ),
    'freeaddrinfo(addresses);',
    ...block('if (fd < 0)', `perror("${use}");`, 'return 1;'),
  ];
}

function client(conversation: ClientConversation): string {
  const { messages } = conversation;
  const waits = pauses(conversation);
  const isUdp = isDatagram(conversation);
  const list = messages.flatMap(({ bytes, pauseMs }) => {
    const [first, ...more] = pieces(bytes);
    const lines = [`{ ${waits ? `${pauseMs}, ` : ''}${bytes.length}, ${first!}`, ...indented(more, '  ')];
    return [...lines.slice(0, -1), `${lines.at(-1)!} },`];
  });
  const has = messages.length > 0;
  return code(
    includes(...usual, ofAddress(conversation), isUdp && 'sys/time.h', waits && 'time.h'),
    has && [
      `static const struct { ${waits ? 'long pause_ms; ' : ''}size_t length; const char *bytes; } messages[] = {`,
      ...indented(list, step),
      '};',
      '',
    ],
    has && !isUdp && sendAll,
    block(
      'int main(void)',
      ...opened(conversation, 'connect'),
      '',
      ...(has ? sending(isUdp, waits) : []),
      ...(isUdp
        ? [
            `struct timeval silence = { ${silenceSeconds}, 0 };`,
            'setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &silence, sizeof silence);',
          ]
        : ['shutdown(fd, SHUT_WR);']),
      '',
      'static char data[65536];',
      'ssize_t count;',
      ...block(
        // A datagram may be empty, and ends nothing.
        `while ((count = recv(fd, data, sizeof data, 0)) ${isUdp ? '>=' : '>'} 0)`,
        'fwrite(data, 1, count, stdout);',
        'fflush(stdout);',
      ),
      'close(fd);',
      isUdp ? 'return 0;' : 'return count < 0;',
    ),
  );
}

const sending = (isUdp: boolean, waits: boolean): string[] =>
  block(
    'for (size_t i = 0; i < sizeof messages / sizeof *messages; i++)',
    ...(waits
      ? [
          'long ms = messages[i].pause_ms;',
          'nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);',
        ]
      : []),
    ...(isUdp
      ? ['if (send(fd, messages[i].bytes, messages[i].length, 0) < 0) perror("send");']
      : ['send_all(fd, messages[i].bytes, messages[i].length);']),
  );

function server(conversation: ServerConversation): string {
  const { greeting, answer } = conversation;
  const isUdp = isDatagram(conversation);
  const greets = greeting.length > 0 && !isUdp;
  const own = answer instanceof Uint8Array;
  const value = (name: string, bytes: Uint8Array) => [
    `static const char ${name}[] =`,
    ...indented(pieces(bytes), step).map((line, at, all) => (at === all.length - 1 ? `${line};` : line)),
    '',
  ];
  const replies = hasAnswer(conversation);
  const reply = own ? 'answer, sizeof answer - 1' : 'data, count';
  return code(
    includes(...usual, ofAddress(conversation), !isUdp && 'signal.h'),
    greets && value('greeting', greeting),
    own && replies && value('answer', answer),
    !isUdp && (greets || replies) && sendAll,
    'static char data[65536];',
    '',
    block(
      'int main(void)',
      ...opened(conversation, 'bind'),
      '',
      ...(isUdp
        ? datagrams(replies && `sendto(fd, ${reply}, 0, (struct sockaddr *)&peer, length);`)
        : streams(
            greets && 'send_all(peer, greeting, sizeof greeting - 1);',
            replies && `send_all(peer, ${reply});`,
          )),
    ),
  );
}

const orNothing = (line: string | false): string[] => (line === false ? [] : [line]);

const datagrams = (reply: string | false): string[] =>
  block(
    'for (;;)',
    'struct sockaddr_storage peer;',
    'socklen_t length = sizeof peer;',
    'ssize_t count = recvfrom(fd, data, sizeof data, 0, (struct sockaddr *)&peer, &length);',
    'if (count < 0) continue;',
    'fwrite(data, 1, count, stdout);',
    'fflush(stdout);',
    ...orNothing(reply),
  );

/** A process for each peer. */
const streams = (greet: string | false, reply: string | false): string[] => [
  ...block('if (listen(fd, SOMAXCONN) != 0)', 'perror("listen");', 'return 1;'),
  'signal(SIGCHLD, SIG_IGN);',
  ...block(
    'for (;;)',
    'int peer = accept(fd, NULL, NULL);',
    'if (peer < 0) continue;',
    ...block(
      'if (fork() == 0)',
      'ssize_t count;',
      ...orNothing(greet),
      ...block(
        'while ((count = recv(peer, data, sizeof data, 0)) > 0)',
        'fwrite(data, 1, count, stdout);',
        'fflush(stdout);',
        ...orNothing(reply),
      ),
      'exit(0);',
    ),
    'close(peer);',
  ),
];
