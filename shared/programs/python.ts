/** A program in Python 3.8 or later, of its standard library alone. */
import {
  endsInSilence,
  hasAnswer,
  pauses,
  silenceSeconds,
  hasPath,
  isDatagram,
  isSecured,
  type ClientConversation,
  type ServerConversation,
} from './conversation.ts';
import { code, indented, isIpv6, type Language } from './language.ts';
import { byteNames, piecesOf, pythonText as text } from './literals.ts';

export const python: Language = {
  extension: 'py',
  comment: '#',
  run: (file) => `python3 ${file}`,
  client: ['tcp', 'tls', 'udp', 'unix'],
  server: ['tcp', 'tls', 'udp', 'unix'],
  write: (conversation, head) =>
    `#!/usr/bin/env python3\n${head}${conversation.role === 'client' ? client(conversation) : server(conversation)}`,
};

const step = '    ';

function bytes(value: Uint8Array): string {
  const pieces = piecesOf(value, byteNames.python).map((piece) => `b'${piece}'`);
  return pieces.length === 1 ? pieces[0]! : `(\n${indented(pieces, step).join('\n')}\n)`;
}

const show = ['sys.stdout.buffer.write(data)', 'sys.stdout.buffer.flush()'];
const imports = (...names: readonly (string | false)[]): string[] =>
  names
    .filter((name) => name !== false)
    .sort()
    .map((name) => `import ${name}`);
const family = (host: string): string => `socket.AF_INET${isIpv6(host) ? '6' : ''}`;

function client(conversation: ClientConversation): string {
  const { messages } = conversation;
  const waits = pauses(conversation);
  const isTls = isSecured(conversation);
  const list = messages.map((message) => {
    const value = bytes(message.bytes);
    return `${waits ? `(${message.pauseMs / 1000}, ${value})` : value},`;
  });
  const talk = [
    waits ? 'for pause, message in messages:' : 'for message in messages:',
    ...indented([...(waits ? ['time.sleep(pause)'] : []), 'connection.sendall(message)'], step),
    ...receive(conversation),
  ];
  return code(
    imports('socket', isTls && 'ssl', 'sys', waits && 'time'),
    '',
    ['messages = [', ...indented(list, step), ']', ''],
    isTls && [...context(conversation), ''],
    open(conversation),
    indented(talk, step),
  );
}

function receive(conversation: ClientConversation): string[] {
  if (!endsInSilence(conversation))
    return [
      'connection.shutdown(socket.SHUT_WR)',
      'while data := connection.recv(65536):',
      ...indented(show, step),
    ];
  // A datagram may be empty, and ends nothing.
  const isStream = isSecured(conversation);
  const loop = isStream
    ? ['while data := connection.recv(65536):', ...indented(show, step)]
    : ['while True:', ...indented(['data = connection.recv(65536)', ...show], step)];
  return [
    `connection.settimeout(${silenceSeconds})`,
    'try:',
    ...indented(loop, step),
    'except socket.timeout:',
    `${step}pass`,
  ];
}

function context({ tls }: ClientConversation): string[] {
  const { verify, ca, alpn } = tls;
  return [
    `context = ssl.create_default_context(${ca === null ? '' : `cafile=${text(ca)}`})`,
    ...(verify ? [] : ['context.check_hostname = False', 'context.verify_mode = ssl.CERT_NONE']),
    ...(alpn.length > 0 ? [`context.set_alpn_protocols([${alpn.map(text).join(', ')}])`] : []),
  ];
}

function open({ transport, host, port, path, tls }: ClientConversation): string[] {
  const address = `(${text(host)}, ${port})`;
  switch (transport) {
    case 'tcp':
      return [`with socket.create_connection(${address}) as connection:`];
    case 'tls':
      return [
        `with socket.create_connection(${address}) as plain, \\`,
        `${step.repeat(2)}context.wrap_socket(plain, server_hostname=${text(tls.servername || host)}) as connection:`,
      ];
    case 'udp':
      return [
        `with socket.socket(${family(host)}, socket.SOCK_DGRAM) as connection:`,
        `${step}connection.connect(${address})`,
      ];
    case 'unix':
      return [
        'with socket.socket(socket.AF_UNIX) as connection:',
        `${step}connection.connect(${text(path)})`,
      ];
  }
}

function server(conversation: ServerConversation): string {
  const { greeting, answer } = conversation;
  const own = answer instanceof Uint8Array ? [`answer = ${bytes(answer)}`] : [];
  const greets = greeting.length > 0 && !isDatagram(conversation);
  const values = [...(greets ? [`greeting = ${bytes(greeting)}`] : []), ...own];
  const what = answer instanceof Uint8Array ? 'answer' : 'data';
  return code(
    imports('socket', isSecured(conversation) && 'ssl', 'sys', !isDatagram(conversation) && 'threading'),
    '',
    values.length > 0 && [...values, ''],
    isDatagram(conversation)
      ? datagrams(conversation, hasAnswer(conversation) && `connection.sendto(${what}, peer)`)
      : streams(conversation, greets, hasAnswer(conversation) && `connection.sendall(${what})`),
  );
}

const orNothing = (line: string | false): string[] => (line === false ? [] : [line]);

const datagrams = ({ host, port }: ServerConversation, reply: string | false): string[] => [
  `with socket.socket(${family(host || '::')}, socket.SOCK_DGRAM) as connection:`,
  ...indented(
    [
      `connection.bind((${text(host || '::')}, ${port}))`,
      'while True:',
      ...indented(['data, peer = connection.recvfrom(65536)', ...show, ...orNothing(reply)], step),
    ],
    step,
  ),
];

function streams(conversation: ServerConversation, greets: boolean, reply: string | false): string[] {
  const isTls = isSecured(conversation);
  const talk = [
    ...(greets ? ['connection.sendall(greeting)'] : []),
    'while data := connection.recv(65536):',
    ...indented([...show, ...orNothing(reply)], step),
  ];
  // The handshake is up to the peer: it must hold up nobody else.
  const wrapped = isTls
    ? ['with context.wrap_socket(plain, server_side=True) as connection:', ...indented(talk, step)]
    : talk;
  const name = isTls ? 'plain' : 'connection';
  return [
    ...(isTls
      ? [
          'context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)',
          "context.load_cert_chain('cert.pem', 'key.pem')",
          '',
        ]
      : []),
    ...['', `def talk(${name}):`],
    ...indented([`with ${name}:`, ...indented(wrapped, step)], step),
    ...['', '', `with ${listening(conversation)} as server:`],
    ...(hasPath(conversation)
      ? indented([`server.bind(${text(conversation.path)})`, 'server.listen()'], step)
      : []),
    ...indented(
      [
        'while True:',
        ...indented(
          [
            'connection, peer = server.accept()',
            'threading.Thread(target=talk, args=(connection,), daemon=True).start()',
          ],
          step,
        ),
      ],
      step,
    ),
  ];
}

function listening(conversation: ServerConversation): string {
  const { host, port } = conversation;
  if (hasPath(conversation)) return 'socket.socket(socket.AF_UNIX)';
  if (host === '') return `socket.create_server(('', ${port}), family=socket.AF_INET6, dualstack_ipv6=True)`;
  return `socket.create_server((${text(host)}, ${port})${isIpv6(host) ? ', family=socket.AF_INET6' : ''})`;
}
