/** A program for Node.js 18 or later, as a module. */
import {
  hasAnswer,
  pauses,
  silenceSeconds,
  hasPath,
  isDatagram,
  isSecured,
  type ClientConversation,
  type Message,
  type ServerConversation,
} from './conversation.ts';
import { code, indented, isIpv6, type Language } from './language.ts';
import { byteNames, piecesOf, utf16Literal } from './literals.ts';

export const node: Language = {
  extension: 'mjs',
  comment: '//',
  run: (file) => `node ${file}`,
  client: ['tcp', 'tls', 'udp', 'unix'],
  server: ['tcp', 'tls', 'udp', 'unix'],
  write: (conversation, head) =>
    `${head}${conversation.role === 'client' ? client(conversation) : server(conversation)}`,
};

const step = '  ';
const text = (value: string): string => utf16Literal(value, byteNames.javascript, "'");

function bytes(value: Uint8Array): string {
  const pieces = piecesOf(value, byteNames.javascript).map((piece) => `'${piece}'`);
  if (pieces.length === 1) return `Buffer.from(${pieces[0]!}, 'latin1')`;
  return `Buffer.from(\n${indented(pieces, step).join(' +\n')},\n${step}'latin1',\n)`;
}

function client(conversation: ClientConversation): string {
  const { messages } = conversation;
  const waits = pauses(conversation);
  const item = (message: Message) =>
    waits ? `[${message.pauseMs}, ${bytes(message.bytes)}],` : `${bytes(message.bytes)},`;
  const send = (...lines: readonly string[]): string[] => [
    `for (const ${waits ? '[pause, message]' : 'message'} of messages) {`,
    ...indented([...(waits ? ['await sleep(pause);'] : []), ...lines], step),
    '}',
  ];
  return code(
    imports(conversation, waits),
    '',
    ['const messages = [', ...indented(messages.map(item), step), '];', ''],
    isDatagram(conversation) ? datagrams(conversation, send) : stream(conversation, send),
  );
}

function imports(conversation: ClientConversation, waits: boolean): string[] {
  const { tls } = conversation;
  const module = isDatagram(conversation) ? 'dgram' : isSecured(conversation) ? 'tls' : 'net';
  return [
    ...(isSecured(conversation) && tls.ca !== null ? ["import { readFileSync } from 'node:fs';"] : []),
    `import ${module} from 'node:${module}';`,
    ...(waits ? ["import { setTimeout as sleep } from 'node:timers/promises';"] : []),
  ];
}

type Send = (...lines: readonly string[]) => string[];

function stream(conversation: ClientConversation, send: Send): string[] {
  const { host, port, path, tls } = conversation;
  const options = [
    ...(hasPath(conversation) ? [`path: ${text(path)}`] : [`host: ${text(host)}`, `port: ${port}`]),
    ...(!isSecured(conversation)
      ? []
      : [
          ...(tls.servername === '' ? [] : [`servername: ${text(tls.servername)}`]),
          ...(tls.verify ? [] : ['rejectUnauthorized: false']),
          ...(tls.ca === null ? [] : [`ca: readFileSync(${text(tls.ca)})`]),
          ...(tls.alpn.length > 0 ? [`ALPNProtocols: [${tls.alpn.map(text).join(', ')}]`] : []),
        ]),
  ];
  const module = isSecured(conversation) ? 'tls' : 'net';
  return [
    `const socket = ${module}.connect({ ${options.join(', ')} });`,
    'socket.pipe(process.stdout);',
    ...send('socket.write(message);'),
    isSecured(conversation)
      ? `socket.setTimeout(${silenceSeconds * 1000}, () => socket.destroy());`
      : 'socket.end();',
  ];
}

const datagrams = ({ host, port }: ClientConversation, send: Send): string[] => [
  'let silence;',
  `const socket = dgram.createSocket('${isIpv6(host) ? 'udp6' : 'udp4'}');`,
  "socket.on('message', (data) => {",
  `${step}process.stdout.write(data);`,
  `${step}silence?.refresh();`,
  '});',
  ...send(`await new Promise((sent) => socket.send(message, ${port}, ${text(host)}, sent));`),
  `silence = setTimeout(() => socket.close(), ${silenceSeconds * 1000});`,
];

function server(conversation: ServerConversation): string {
  const { host, port, path, greeting, answer } = conversation;
  const what = answer instanceof Uint8Array ? 'answer' : 'data';
  const own = answer instanceof Uint8Array ? [`const answer = ${bytes(answer)};`] : [];
  const replies = hasAnswer(conversation);
  if (isDatagram(conversation))
    return code(
      "import dgram from 'node:dgram';",
      '',
      own.length > 0 && [...own, ''],
      `const socket = dgram.createSocket('${isIpv6(host || '::') ? 'udp6' : 'udp4'}');`,
      "socket.on('message', (data, peer) => {",
      `${step}process.stdout.write(data);`,
      replies && `${step}socket.send(${what}, peer.port, peer.address);`,
      '});',
      `socket.bind(${port}${host === '' ? '' : `, ${text(host)}`});`,
    );
  const isTls = isSecured(conversation);
  const greets = greeting.length > 0;
  const values = [...(greets ? [`const greeting = ${bytes(greeting)};`] : []), ...own];
  const options = isTls ? "{ cert: readFileSync('cert.pem'), key: readFileSync('key.pem') }, " : '';
  return code(
    isTls && "import { readFileSync } from 'node:fs';",
    isTls ? "import tls from 'node:tls';" : "import net from 'node:net';",
    '',
    values.length > 0 && [...values, ''],
    `const server = ${isTls ? 'tls' : 'net'}.createServer(${options}(socket) => {`,
    indented(
      [
        "socket.on('error', (error) => console.error(error.message));",
        ...(greets ? ['socket.write(greeting);'] : []),
        "socket.on('data', (data) => {",
        `${step}process.stdout.write(data);`,
        ...(replies ? [`${step}socket.write(${what});`] : []),
        '});',
      ],
      step,
    ),
    '});',
    isTls && "server.on('tlsClientError', (error) => console.error(error.message));",
    hasPath(conversation)
      ? `server.listen(${text(path)});`
      : `server.listen(${port}${host === '' ? '' : `, ${text(host)}`});`,
  );
}
