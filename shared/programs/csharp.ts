/** A program in C# for .NET, which the older Mono takes too. */
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
  type Lack,
  type ServerConversation,
} from './conversation.ts';
import { code, indented, isIpv6, type Language } from './language.ts';
import { byteNames, piecesOf, utf16Literal } from './literals.ts';

export const csharp: Language = {
  extension: 'cs',
  comment: '//',
  run: (file) => `dotnet run ${file}`,
  client: ['tcp', 'tls', 'udp', 'unix'],
  server: ['tcp', 'udp'],
  lacks,
  write: (conversation, head) =>
    `${head}${conversation.role === 'client' ? client(conversation) : server(conversation)}`,
};

function lacks(conversation: Conversation): Lack[] {
  if (conversation.role === 'server' || !isSecured(conversation)) return [];
  const { alpn, ca } = conversation.tls;
  return [...(alpn.length > 0 ? (['alpn'] as const) : []), ...(ca === null ? [] : (['authority'] as const))];
}

const step = '    ';
const text = (value: string): string => utf16Literal(value, byteNames.csharp, '"');

function bytes(value: Uint8Array): string {
  const pieces = piecesOf(value, byteNames.csharp).map((piece) => `"${piece}"`);
  return pieces.length === 1 ? `Bytes(${pieces[0]!})` : `Bytes(\n${indented(pieces, step).join(',\n')})`;
}

const block = (first: string, ...lines: readonly string[]): string[] => [
  first,
  '{',
  ...indented(lines, step),
  '}',
];

const toBytes = block(
  'static byte[] Bytes(params string[] parts)',
  'return Encoding.GetEncoding("ISO-8859-1").GetBytes(string.Concat(parts));',
);

const using = (...names: readonly (string | false)[]): string[] => [
  ...names
    .filter((name) => name !== false)
    .sort()
    .map((name) => `using ${name};`),
  '',
];

const output = 'var output = Console.OpenStandardOutput();';

function client(conversation: ClientConversation): string {
  const { messages } = conversation;
  const isTls = isSecured(conversation);
  const waits = pauses(conversation);
  const list = messages.map((message) => `${bytes(message.bytes)},`);
  return code(
    using(
      'System',
      endsInSilence(conversation) && isTls && 'System.IO',
      isTls && 'System.Net.Security',
      isDatagram(conversation) && 'System.Net',
      'System.Net.Sockets',
      'System.Text',
      waits && 'System.Threading',
    ),
    block(
      'class Program',
      ...toBytes,
      '',
      ...block(
        'static void Main()',
        ...['var messages = new byte[][]', '{', ...indented(list, step), '};'],
        ...(waits ? [`var pauses = new[] { ${messages.map(({ pauseMs }) => pauseMs).join(', ')} };`] : []),
        output,
        ...(isDatagram(conversation) ? datagrams(conversation, waits) : stream(conversation, waits)),
      ),
    ),
  );
}

const sending = (send: string, waits: boolean): string[] =>
  block(
    'for (var i = 0; i < messages.Length; i++)',
    ...(waits ? ['Thread.Sleep(pauses[i]);'] : []),
    `${send}(messages[i], 0, messages[i].Length);`,
  );

function stream(conversation: ClientConversation, waits: boolean): string[] {
  const { host, port, path, tls } = conversation;
  if (hasPath(conversation))
    return [
      'var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);',
      `socket.Connect(new UnixDomainSocketEndPoint(${text(path)}));`,
      'var stream = new NetworkStream(socket, true);',
      ...sending('stream.Write', waits),
      'socket.Shutdown(SocketShutdown.Send);',
      'stream.CopyTo(output);',
    ];
  const open = `var client = new TcpClient(${text(host)}, ${port});`;
  if (!isSecured(conversation))
    return [
      open,
      'var stream = client.GetStream();',
      ...sending('stream.Write', waits),
      'client.Client.Shutdown(SocketShutdown.Send);',
      'stream.CopyTo(output);',
    ];
  const anybody = tls.verify ? '' : ', false, (sender, certificate, chain, errors) => true';
  return [
    open,
    `client.ReceiveTimeout = ${silenceSeconds * 1000};`,
    `var stream = new SslStream(client.GetStream()${anybody});`,
    `stream.AuthenticateAsClient(${text(tls.servername || host)});`,
    ...sending('stream.Write', waits),
    'stream.Flush();',
    ...block('try', 'stream.CopyTo(output);'),
    ...block('catch (IOException)'),
  ];
}

const datagrams = ({ host, port }: ClientConversation, waits: boolean): string[] => [
  `var client = new UdpClient(${text(host)}, ${port});`,
  `client.Client.ReceiveTimeout = ${silenceSeconds * 1000};`,
  ...block(
    'for (var i = 0; i < messages.Length; i++)',
    ...(waits ? ['Thread.Sleep(pauses[i]);'] : []),
    'client.Send(messages[i], messages[i].Length);',
  ),
  'IPEndPoint peer = null;',
  ...block(
    'try',
    ...block('while (true)', 'var data = client.Receive(ref peer);', 'output.Write(data, 0, data.Length);'),
  ),
  ...block('catch (SocketException)'),
];

function server(conversation: ServerConversation): string {
  const { greeting, answer } = conversation;
  const isUdp = isDatagram(conversation);
  const greets = greeting.length > 0 && !isUdp;
  const replies = hasAnswer(conversation);
  const own = answer instanceof Uint8Array && replies;
  const reply = !replies
    ? []
    : isUdp
      ? [own ? 'socket.Send(answer, answer.Length, peer);' : 'socket.Send(data, data.Length, peer);']
      : [own ? 'stream.Write(answer, 0, answer.Length);' : 'stream.Write(data, 0, count);'];
  const values = [
    ...(greets ? [`static readonly byte[] greeting = ${bytes(greeting)};`] : []),
    ...(own ? [`static readonly byte[] answer = ${bytes(answer)};`] : []),
  ];
  return code(
    using('System', 'System.Net', 'System.Net.Sockets', 'System.Text', !isUdp && 'System.Threading'),
    block(
      'class Program',
      ...(values.length > 0 ? [...toBytes, '', ...values, ''] : []),
      ...(isUdp
        ? receive(conversation, reply)
        : serve(conversation, greets ? ['stream.Write(greeting, 0, greeting.Length);'] : [], reply)),
    ),
  );
}

const any = (host: string): string =>
  host === '' ? 'IPAddress.IPv6Any' : `Dns.GetHostAddresses(${text(host)})[0]`;

const receive = ({ host, port }: ServerConversation, reply: readonly string[]): string[] =>
  block(
    'static void Main()',
    output,
    `var socket = new UdpClient(AddressFamily.InterNetwork${isIpv6(host || '::') ? 'V6' : ''});`,
    ...(host === '' ? ['socket.Client.DualMode = true;'] : []),
    `socket.Client.Bind(new IPEndPoint(${any(host)}, ${port}));`,
    ...block(
      'while (true)',
      'IPEndPoint peer = null;',
      'var data = socket.Receive(ref peer);',
      'output.Write(data, 0, data.Length);',
      'output.Flush();',
      ...reply,
    ),
  );

const serve = (
  { host, port }: ServerConversation,
  greet: readonly string[],
  reply: readonly string[],
): string[] => [
  ...block(
    'static void Talk(TcpClient client)',
    output,
    ...block(
      'using (var stream = client.GetStream())',
      ...greet,
      'var data = new byte[65536];',
      'int count;',
      ...block(
        'while ((count = stream.Read(data, 0, data.Length)) > 0)',
        'output.Write(data, 0, count);',
        'output.Flush();',
        ...reply,
      ),
    ),
  ),
  '',
  ...block(
    'static void Main()',
    `var server = new TcpListener(${any(host)}, ${port});`,
    ...(host === '' ? ['server.Server.DualMode = true;'] : []),
    'server.Start();',
    ...block(
      'while (true)',
      'var client = server.AcceptTcpClient();',
      'new Thread(() => Talk(client)).Start();',
    ),
  ),
];
