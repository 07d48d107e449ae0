/** A SOCKS5 proxy of plain sockets, written from RFC 1928 and RFC 1929. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export type SocksProxy = {
  port: number;
  /** Where it was asked to connect to, as `host:port`; names as they were sent. */
  asked: string[];
  close: () => Promise<void>;
};

/** `login`: the only user name and password that it takes, as `name:password`; null lets everybody in. */
export async function socksProxy(login: string | null = null): Promise<SocksProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    // An end that is torn down with the test is no failure of it.
    return socket.on('error', () => socket.destroy());
  };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    keep(client);
    void serve(client, login, asked, keep);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

async function serve(
  client: Socket,
  login: string | null,
  asked: string[],
  keep: (socket: Socket) => Socket,
): Promise<void> {
  const read = readerOf(client);
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
  const host = kind === 3 ? (await read((await read(1))[0]!)).toString() : [...(await read(4))].join('.');
  const port = (await read(2)).readUInt16BE();
  asked.push(`${host}:${port}`);
  const target = keep(connect({ host, port, family: 4, allowHalfOpen: true }));
  const answer = (code: number): Uint8Array => Uint8Array.of(5, code, 0, 1, 127, 0, 0, 1, 0, 0);
  target.once('error', () => client.end(answer(5)));
  target.once('connect', () => {
    client.write(answer(0));
    target.pipe(client);
    client.pipe(target);
  });
}

/** Reads exactly so many bytes. */
function readerOf(socket: Socket): (length: number) => Promise<Buffer> {
  return async (length) => {
    for (;;) {
      const bytes = length === 0 ? Buffer.alloc(0) : (socket.read(length) as Buffer | null);
      if (bytes !== null) return bytes;
      await once(socket, 'readable');
    }
  };
}
