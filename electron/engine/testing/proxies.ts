/** Proxies of plain node sockets, for tests: written from the RFCs, apart from the code they test. */
import { connect, isIP, type Server, type Socket } from 'node:net';
import { plainServer, portOf } from './stream-kit.ts';

export type TestProxy = { port: number; server: Server; asked: string[] };

/** SOCKS 5 (RFC 1928). `login`: the only user name and password, as `name:password`. */
export async function socksProxy(login: string | null = null): Promise<TestProxy> {
  const asked: string[] = [];
  const server = await plainServer((client) => void serveSocks(client, login, asked));
  return { port: portOf(server), server, asked };
}

async function serveSocks(client: Socket, login: string | null, asked: string[]): Promise<void> {
  const read = reader(client);
  const [, methods = 0] = await read(2);
  const wanted = login === null ? 0 : 2;
  const isOffered = (await read(methods)).includes(wanted);
  client.write(Uint8Array.of(5, isOffered ? wanted : 255));
  if (!isOffered) return void client.end();
  if (login !== null) {
    const name = (await read((await read(2))[1]!)).toString();
    const password = (await read((await read(1))[0]!)).toString();
    const isRight = `${name}:${password}` === login;
    client.write(Uint8Array.of(1, isRight ? 0 : 1));
    if (!isRight) return void client.end();
  }
  const [, , , kind] = await read(4);
  const bytes = await read(kind === 1 ? 4 : kind === 4 ? 16 : (await read(1))[0]!);
  const host = kind === 3 ? bytes.toString() : kind === 1 ? bytes.join('.') : ipv6(bytes);
  const port = (await read(2)).readUInt16BE();
  asked.push(`${kind === 3 ? 'name' : 'address'} ${host} ${port}`);
  open(client, host, port, (error) =>
    Uint8Array.of(5, error === null ? 0 : error.code === 'ECONNREFUSED' ? 5 : 4, 0, 1, 127, 0, 0, 1, 0, 0),
  );
}

/** HTTP CONNECT; everything but the answer's head is the target's. */
export async function httpProxy(): Promise<TestProxy> {
  const asked: string[] = [];
  const server = await plainServer(async (client) => {
    const read = reader(client);
    let head = '';
    while (!head.endsWith('\r\n\r\n')) head += (await read(1)).toString();
    asked.push(head);
    const [, host = '', port = ''] = /^CONNECT \[?(.+?)\]?:(\d+) HTTP\/1\.1\r\n/.exec(head) ?? [];
    open(client, host, Number(port), (error) =>
      Buffer.from(`HTTP/1.1 ${error === null ? '200 OK' : '502 Bad Gateway'}\r\nVia: test\r\n\r\n`),
    );
  });
  return { port: portOf(server), server, asked };
}

/** The target's first bytes leave in one write with the answer: a client must not lose them. */
function open(
  client: Socket,
  host: string,
  port: number,
  answer: (error: NodeJS.ErrnoException | null) => Uint8Array,
): void {
  const name = host === 'target.test' ? '127.0.0.1' : host;
  const target = connect({ host: name, port, family: isIP(name) || 4, allowHalfOpen: true });
  client.on('close', () => target.destroy());
  target.once('error', (error) => client.end(answer(error)));
  target.once('connect', () => {
    client.cork();
    client.write(answer(null));
    target.once('data', () => client.uncork());
    // A target that waits for its client to begin has no first bytes.
    setTimeout(() => client.uncork(), 50);
    target.pipe(client);
    client.pipe(target);
  });
}

/** Reads exactly so many bytes. */
function reader(socket: Socket): (length: number) => Promise<Buffer> {
  return async (length) => {
    for (;;) {
      const bytes = length === 0 ? Buffer.alloc(0) : (socket.read(length) as Buffer | null);
      if (bytes !== null) return bytes;
      await new Promise((resolve) => socket.once('readable', resolve));
    }
  };
}

const ipv6 = (bytes: Buffer): string =>
  Array.from({ length: 8 }, (_, group) => bytes.readUInt16BE(group * 2).toString(16)).join(':');
