/** A program in Go, of its standard library alone. */
import {
  endsInSilence,
  hasAnswer,
  pauses,
  silenceSeconds,
  hasPath,
  isDatagram,
  isSecured,
  type ClientConversation,
  type Conversation,
  type ServerConversation,
} from './conversation.ts';
import { bracketed, code, indented, type Language } from './language.ts';
import { byteNames, piecesOf, utf8Literal } from './literals.ts';

export const go: Language = {
  extension: 'go',
  comment: '//',
  run: (file) => `go run ${file}`,
  client: ['tcp', 'tls', 'udp', 'unix'],
  server: ['tcp', 'tls', 'udp', 'unix'],
  write: (conversation, head) =>
    `${head}${conversation.role === 'client' ? client(conversation) : server(conversation)}`,
};

const step = '\t';
const text = (value: string): string => utf8Literal(value, byteNames.go, '"');

function bytes(value: Uint8Array): string {
  const [first, ...more] = piecesOf(value, byteNames.go).map((piece) => `"${piece}"`);
  return `[]byte(${[first!, ...indented(more, step)].join(' +\n')})`;
}

const imports = (...names: readonly (string | false)[]): string[] => [
  'package main',
  '',
  'import (',
  ...names
    .filter((name) => name !== false)
    .sort()
    .map((name) => `${step}"${name}"`),
  ')',
  '',
];

const block = (first: string, ...lines: readonly string[]): string[] => [
  `${first} {`,
  ...indented(lines, step),
  '}',
];
const orFatal = block('if err != nil', 'log.Fatal(err)');

const addressOf = (conversation: Conversation): string =>
  text(hasPath(conversation) ? conversation.path : `${bracketed(conversation.host)}:${conversation.port}`);

function client(conversation: ClientConversation): string {
  const { transport, messages, tls } = conversation;
  const waits = pauses(conversation);
  const isTls = isSecured(conversation);
  const isQuiet = endsInSilence(conversation);
  const names = waits ? 'at, message' : '_, message';
  return code(
    imports(
      isTls && 'crypto/tls',
      isTls && tls.ca !== null && 'crypto/x509',
      !isQuiet && 'io',
      'log',
      !isTls && 'net',
      'os',
      (isQuiet || waits) && 'time',
    ),
    [
      'var messages = [][]byte{',
      ...indented(
        messages.map((message) => `${bytes(message.bytes)},`),
        step,
      ),
      '}',
    ],
    '',
    waits && [`var pauses = []time.Duration{${messages.map(({ pauseMs }) => pauseMs).join(', ')}} // ms`, ''],
    block(
      'func main()',
      ...(isTls
        ? dialSecured(conversation)
        : [`connection, err := net.Dial("${transport}", ${addressOf(conversation)})`]),
      ...orFatal,
      'defer connection.Close()',
      ...block(
        `for ${names} := range messages`,
        ...(waits ? ['time.Sleep(pauses[at] * time.Millisecond)'] : []),
        ...block('if _, err := connection.Write(message); err != nil', 'log.Fatal(err)'),
      ),
      ...(isQuiet
        ? untilSilent
        : [
            `connection.(*net.${hasPath(conversation) ? 'UnixConn' : 'TCPConn'}).CloseWrite()`,
            'io.Copy(os.Stdout, connection)',
          ]),
    ),
  );
}

const untilSilent: readonly string[] = [
  'data := make([]byte, 65536)',
  ...block(
    'for',
    `connection.SetReadDeadline(time.Now().Add(${silenceSeconds} * time.Second))`,
    'count, err := connection.Read(data)',
    'os.Stdout.Write(data[:count])',
    ...block('if err != nil', 'return'),
  ),
];

function dialSecured(conversation: ClientConversation): string[] {
  const { verify, ca, servername, alpn } = conversation.tls;
  return [
    ...(ca === null
      ? []
      : [
          'authorities := x509.NewCertPool()',
          `pem, err := os.ReadFile(${text(ca)})`,
          ...orFatal,
          'authorities.AppendCertsFromPEM(pem)',
        ]),
    'config := &tls.Config{',
    ...indented(
      [
        ...(ca === null ? [] : ['RootCAs: authorities,']),
        ...(servername === '' ? [] : [`ServerName: ${text(servername)},`]),
        ...(verify ? [] : ['InsecureSkipVerify: true,']),
        ...(alpn.length > 0 ? [`NextProtos: []string{${alpn.map(text).join(', ')}},`] : []),
      ],
      step,
    ),
    '}',
    `connection, err := tls.Dial("tcp", ${addressOf(conversation)}, config)`,
  ];
}

function server(conversation: ServerConversation): string {
  const { greeting, answer } = conversation;
  const isUdp = isDatagram(conversation);
  const isTls = isSecured(conversation);
  const greets = greeting.length > 0 && !isUdp;
  const replies = hasAnswer(conversation);
  const what = answer instanceof Uint8Array ? 'answer' : 'data[:count]';
  return code(
    imports(isTls && 'crypto/tls', 'log', 'net', 'os'),
    greets && [`var greeting = ${bytes(greeting)}`, ''],
    answer instanceof Uint8Array && replies && [`var answer = ${bytes(answer)}`, ''],
    isUdp
      ? datagrams(conversation, replies ? [`socket.WriteTo(${what}, peer)`] : [])
      : streams(
          conversation,
          greets ? ['connection.Write(greeting)'] : [],
          replies ? [`connection.Write(${what})`] : [],
        ),
  );
}

const datagrams = (conversation: ServerConversation, reply: readonly string[]): string[] =>
  block(
    'func main()',
    `socket, err := net.ListenPacket("udp", ${addressOf(conversation)})`,
    ...orFatal,
    'data := make([]byte, 65536)',
    ...block(
      'for',
      `count, ${reply.length > 0 ? 'peer' : '_'}, err := socket.ReadFrom(data)`,
      ...orFatal,
      'os.Stdout.Write(data[:count])',
      ...reply,
    ),
  );

const streams = (
  conversation: ServerConversation,
  greet: readonly string[],
  reply: readonly string[],
): string[] => [
  ...block(
    'func talk(connection net.Conn)',
    'defer connection.Close()',
    ...greet,
    'data := make([]byte, 65536)',
    ...block(
      'for',
      'count, err := connection.Read(data)',
      ...block('if err != nil', 'return'),
      'os.Stdout.Write(data[:count])',
      ...reply,
    ),
  ),
  '',
  ...block(
    'func main()',
    ...listening(conversation),
    ...orFatal,
    ...block('for', 'connection, err := server.Accept()', ...orFatal, 'go talk(connection)'),
  ),
];

const listening = (conversation: ServerConversation): string[] =>
  isSecured(conversation)
    ? [
        'certificate, err := tls.LoadX509KeyPair("cert.pem", "key.pem")',
        ...orFatal,
        'config := &tls.Config{Certificates: []tls.Certificate{certificate}}',
        `server, err := tls.Listen("tcp", ${addressOf(conversation)}, config)`,
      ]
    : [`server, err := net.Listen("${conversation.transport}", ${addressOf(conversation)})`];
