/** A program in Java 17 or later, in one file. */
import {
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
import { code, indented, type Language } from './language.ts';
import { byteNames, piecesOf, utf16Literal } from './literals.ts';

export const java: Language = {
  extension: 'java',
  comment: '//',
  run: (file) => `java ${file}`,
  client: ['tcp', 'tls', 'udp', 'unix'],
  server: ['tcp', 'udp'],
  lacks,
  write: (conversation, head) =>
    `${head}${conversation.role === 'client' ? client(conversation) : server(conversation)}`,
};

function lacks(conversation: Conversation): Lack[] {
  if (conversation.role === 'server' || !isSecured(conversation)) return [];
  return conversation.tls.ca === null ? [] : ['authority'];
}

const step = '    ';
const text = (value: string): string => utf16Literal(value, byteNames.java, '"');

function bytes(value: Uint8Array): string {
  const pieces = piecesOf(value, byteNames.java).map((piece) => `"${piece}"`);
  return pieces.length === 1 ? `bytes(${pieces[0]!})` : `bytes(\n${indented(pieces, step).join(',\n')})`;
}

const block = (first: string, ...lines: readonly string[]): string[] => [
  `${first} {`,
  ...indented(lines, step),
  '}',
];

/** A constant of more than 65,535 bytes does not compile: the pieces are put together as it runs. */
const toBytes = block(
  'static byte[] bytes(String... parts)',
  'return String.join("", parts).getBytes(StandardCharsets.ISO_8859_1);',
);

const imports = (...names: readonly (string | false)[]): string[] => [
  ...names
    .filter((name) => name !== false)
    .sort()
    .map((name) => `import ${name};`),
  '',
];
const charsets = 'java.nio.charset.StandardCharsets';

function client(conversation: ClientConversation): string {
  const { messages, tls } = conversation;
  const waits = pauses(conversation);
  const list = messages.map((message) => `${bytes(message.bytes)},`);
  const isTls = isSecured(conversation);
  const trusts = isTls && !tls.verify;
  return code(
    imports(
      charsets,
      !isDatagram(conversation) && !hasPath(conversation) && 'java.net.Socket',
      ...(isDatagram(conversation)
        ? ['DatagramPacket', 'DatagramSocket', 'InetSocketAddress', 'SocketTimeoutException'].map(
            (name) => `java.net.${name}`,
          )
        : []),
      ...(hasPath(conversation)
        ? [
            'java.net.UnixDomainSocketAddress',
            'java.nio.ByteBuffer',
            'java.nio.channels.Channels',
            'java.nio.channels.SocketChannel',
          ]
        : []),
      ...(isTls
        ? ['java.net.SocketTimeoutException', 'javax.net.ssl.SSLContext', 'javax.net.ssl.SSLSocket']
        : []),
      ...(trusts
        ? [
            'java.security.cert.X509Certificate',
            'javax.net.ssl.SSLEngine',
            'javax.net.ssl.TrustManager',
            'javax.net.ssl.X509ExtendedTrustManager',
          ]
        : []),
    ),
    block(
      'public class Program',
      ...[`static final byte[][] messages = {`, ...indented(list, step), '};'],
      ...(waits
        ? [`static final long[] pauses = { ${messages.map(({ pauseMs }) => pauseMs).join(', ')} };`]
        : []),
      '',
      ...toBytes,
      '',
      ...(trusts ? [...anybody, ''] : []),
      ...block('public static void main(String[] arguments) throws Exception', ...talk(conversation, waits)),
    ),
  );
}

const sending = (send: string, waits: boolean): string[] =>
  block('for (int i = 0; i < messages.length; i++)', ...(waits ? ['Thread.sleep(pauses[i]);'] : []), send);

function talk(conversation: ClientConversation, waits: boolean): string[] {
  const { transport, host, port, path } = conversation;
  const write = sending('socket.getOutputStream().write(messages[i]);', waits);
  switch (transport) {
    case 'tcp':
      return block(
        `try (Socket socket = new Socket(${text(host)}, ${port}))`,
        ...write,
        'socket.shutdownOutput();',
        'socket.getInputStream().transferTo(System.out);',
        'System.out.flush();',
      );
    case 'unix':
      return block(
        `try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(${text(path)})))`,
        ...sending('channel.write(ByteBuffer.wrap(messages[i]));', waits),
        'channel.shutdownOutput();',
        'Channels.newInputStream(channel).transferTo(System.out);',
        'System.out.flush();',
      );
    case 'tls':
      return secured(conversation, write);
    case 'udp':
      return block(
        'try (DatagramSocket socket = new DatagramSocket())',
        `InetSocketAddress peer = new InetSocketAddress(${text(host)}, ${port});`,
        ...sending('socket.send(new DatagramPacket(messages[i], messages[i].length, peer));', waits),
        ...untilSilent(
          'DatagramPacket data = new DatagramPacket(new byte[65536], 65536);',
          ...block(
            'while (true)',
            'socket.receive(data);',
            'System.out.write(data.getData(), 0, data.getLength());',
            'data.setLength(65536);',
          ),
        ),
      );
  }
}

const untilSilent = (...lines: readonly string[]): string[] => [
  `socket.setSoTimeout(${silenceSeconds * 1000});`,
  ...block('try', ...lines),
  ...block('catch (SocketTimeoutException silence)'),
  'System.out.flush();',
];

function secured({ host, port, tls }: ClientConversation, write: readonly string[]): string[] {
  const name = text(tls.servername || host);
  return [
    'SSLContext context = SSLContext.getInstance("TLS");',
    tls.verify
      ? 'context.init(null, null, null);'
      : 'context.init(null, new TrustManager[] { new Anybody() }, null);',
    ...block(
      `try (Socket plain = new Socket(${text(host)}, ${port});\n${step.repeat(2)}SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, ${name}, ${port}, true))`,
      'var parameters = socket.getSSLParameters();',
      ...(tls.verify ? ['parameters.setEndpointIdentificationAlgorithm("HTTPS");'] : []),
      ...(tls.alpn.length > 0
        ? [`parameters.setApplicationProtocols(new String[] { ${tls.alpn.map(text).join(', ')} });`]
        : []),
      'socket.setSSLParameters(parameters);',
      ...write,
      ...untilSilent('socket.getInputStream().transferTo(System.out);'),
    ),
  ];
}

const check = (who: string, socket: string): string =>
  `public void check${who}Trusted(X509Certificate[] chain, String type${socket}) { }`;
const anybody = block(
  'static class Anybody extends X509ExtendedTrustManager',
  ...['Client', 'Server'].flatMap((who) =>
    ['', ', Socket socket', ', SSLEngine engine'].map((socket) => check(who, socket)),
  ),
  'public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }',
);

function server(conversation: ServerConversation): string {
  const { greeting, answer } = conversation;
  const isUdp = isDatagram(conversation);
  const greets = greeting.length > 0 && !isUdp;
  const replies = hasAnswer(conversation);
  const own = answer instanceof Uint8Array && replies;
  const values = [
    ...(greets ? [`static final byte[] greeting = ${bytes(greeting)};`] : []),
    ...(own ? [`static final byte[] answer = ${bytes(answer)};`] : []),
  ];
  const datagram = own
    ? 'socket.send(new DatagramPacket(answer, answer.length, data.getSocketAddress()));'
    : 'socket.send(data);';
  const write = own
    ? 'peer.getOutputStream().write(answer);'
    : 'peer.getOutputStream().write(data, 0, count);';
  const greet = greets ? ['peer.getOutputStream().write(greeting);'] : [];
  return code(
    imports(
      ...(isUdp
        ? ['java.net.DatagramPacket', 'java.net.DatagramSocket']
        : ['java.io.IOException', 'java.net.ServerSocket', 'java.net.Socket']),
      'java.net.InetSocketAddress',
      values.length > 0 && charsets,
    ),
    block(
      'public class Program',
      ...(values.length > 0 ? [...values, '', ...toBytes, ''] : []),
      ...(isUdp
        ? receive(conversation, replies ? [datagram] : [])
        : serve(conversation, greet, replies ? [write] : [])),
    ),
  );
}

const where = ({ host, port }: ServerConversation): string =>
  `new InetSocketAddress(${host === '' ? '' : `${text(host)}, `}${port})`;

const receive = (conversation: ServerConversation, reply: readonly string[]): string[] =>
  block(
    'public static void main(String[] arguments) throws Exception',
    `DatagramSocket socket = new DatagramSocket(${where(conversation)});`,
    'DatagramPacket data = new DatagramPacket(new byte[65536], 65536);',
    ...block(
      'while (true)',
      'data.setLength(65536);',
      'socket.receive(data);',
      'System.out.write(data.getData(), 0, data.getLength());',
      'System.out.flush();',
      ...reply,
    ),
  );

const serve = (
  conversation: ServerConversation,
  greet: readonly string[],
  reply: readonly string[],
): string[] => [
  ...block(
    'static void talk(Socket peer)',
    ...block(
      'try (peer)',
      ...greet,
      'byte[] data = new byte[65536];',
      'int count;',
      ...block(
        'while ((count = peer.getInputStream().read(data)) > 0)',
        'System.out.write(data, 0, count);',
        'System.out.flush();',
        ...reply,
      ),
    ),
    ...block('catch (IOException problem)', 'System.err.println(problem);'),
  ),
  '',
  ...block(
    'public static void main(String[] arguments) throws Exception',
    'ServerSocket server = new ServerSocket();',
    `server.bind(${where(conversation)});`,
    ...block('while (true)', 'Socket peer = server.accept();', 'new Thread(() -> talk(peer)).start();'),
  ),
];
