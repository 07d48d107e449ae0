import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { connect as connectSecured, createServer as createSecured } from 'node:tls';
import { afterAll, beforeAll, describe, it, type ExpectStatic } from 'vitest';
import type { ClientConversation, ServerConversation } from '../shared/programs/conversation.ts';
import { programIds, type ProgramId } from '../shared/programs/program-ids.ts';
import { languages, programOf } from '../shared/programs/programs.ts';
import type { Transport } from '../shared/settings/transports.ts';
import { texts } from '../shared/texts/index.ts';
import { freePort } from '../electron/engine/testing/stream-kit.ts';
import { isMissing, ProgramFolder } from './program-kit.ts';

const folder = new ProgramFolder();
beforeAll(() => folder.makeCertificate());
afterAll(() => folder.remove());

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
/** What ends literals, names files, begins options, or is a command to whoever reads it. */
const hostile = [
  'hello\n',
  '你好, мир\r\n',
  `'"\`$(touch pwned)\${HOME}%s%n\\n\\{{now}} !! ??/ */ -- #\n`,
  '-n',
  'Q\n',
  '\0' + '07',
].map(utf8);
const messages = [...hostile, all, Uint8Array.from({ length: 9_000 }, (_, at) => (at * 7919) % 251)];
const answer = Uint8Array.from(all).reverse();
/** In a path. */
const strange = `'"$HOME\`,:!!()[]{}\\;<>|&*?~#%é`;
const patience = { timeout: 30_000 };

const written = (id: ProgramId, conversation: ClientConversation | ServerConversation): string => {
  const program = programOf(id, conversation, texts.programs.comments);
  if (!program.ok) throw new Error(program.refusal.code);
  return program.text;
};

const client = (where: Partial<ClientConversation>): ClientConversation => ({
  role: 'client',
  ...{ transport: 'tcp', host: '127.0.0.1', port: 0, path: '' },
  tls: { verify: false, ca: null, servername: '', alpn: [] },
  messages: messages.map((bytes, at) => ({ bytes, pauseMs: at === 1 ? pauseMs : 0 })),
  ...where,
});
/** Behind the first message: longer than most of them take to begin. */
const pauseMs = 300;

const secrets = () => ({
  cert: readFileSync(folder.file('cert.pem')),
  key: readFileSync(folder.file('key.pem')),
});

/** Keeps what the one client sends, and answers once that is as long as `length`. */
class Peer {
  received = Buffer.alloc(0);
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(transport: Transport, length: number, endsFirst: boolean) {
    const take = (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('data', (bytes: Buffer) => {
        this.received = Buffer.concat([this.received, bytes]);
        if (this.received.length < length) return;
        if (endsFirst) socket.end(answer);
        else socket.write(answer);
      });
      if (!endsFirst) socket.on('end', () => socket.end());
    };
    this.#server =
      transport === 'tls'
        ? createSecured({ ...secrets(), ALPNProtocols: ['echo/1', 'x'] }, take)
        : createServer({ allowHalfOpen: true }, take);
  }

  async listen(path: string | null, host = '127.0.0.1'): Promise<number> {
    if (path === null) this.#server.listen(0, host);
    else this.#server.listen(path);
    await once(this.#server, 'listening');
    return path === null ? (this.#server.address() as AddressInfo).port : 0;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

const cases = (role: 'client' | 'server') =>
  programIds.flatMap((id) => languages[id][role].map((transport) => [id, transport] as const));
const length = messages.reduce((sum, bytes) => sum + bytes.length, 0);

describe.concurrent('a program that is a client', { timeout: 60_000 }, () => {
  const streams = cases('client').filter(([, transport]) => transport !== 'udp');
  for (const [id, transport] of streams)
    it.skipIf(isMissing(id))(
      `in ${id} over ${transport} sends just these bytes, and prints the answer`,
      async ({ expect }) => {
        // Some cannot finish sending: the peer ends for them.
        const peer = new Peer(transport, length, transport === 'tls' || id === 'bash');
        const path = folder.file(`${id} ${strange}.sock`);
        const port = await peer.listen(transport === 'unix' ? path : null);
        const knowsAuthorities = !['csharp', 'java'].includes(id);
        const program = await folder.start(
          id,
          written(
            id,
            client({
              ...{ transport, port, path },
              tls: {
                ...{
                  verify: knowsAuthorities,
                  ca: knowsAuthorities ? 'ca.pem' : null,
                  servername: 'localhost',
                },
                alpn: languages[id]
                  .lacks?.(
                    client({ transport, tls: { verify: true, ca: null, servername: '', alpn: ['x'] } }),
                  )
                  .includes('alpn')
                  ? []
                  : ['x'],
              },
            }),
          ),
        );
        const { output, errors, ms } = await program.ended;
        expect(peer.received.toString('hex'), errors).toBe(Buffer.concat(messages).toString('hex'));
        expect(output.toString('hex'), errors).toBe(Buffer.from(answer).toString('hex'));
        expect(ms).toBeGreaterThan(pauseMs);
        await peer.close();
      },
    );

  for (const [id] of cases('client').filter(([, transport]) => transport === 'tcp'))
    it.skipIf(isMissing(id))(
      `in ${id} connects over IPv6, and may have nothing to say`,
      async ({ expect }) => {
        const peer = new Peer('tcp', 2, id === 'bash');
        const port = await peer.listen(null, '::1');
        const one = { bytes: utf8('v6'), pauseMs: 0 };
        const talks = await folder.start(id, written(id, client({ host: '::1', port, messages: [one] })));
        const { output, errors } = await talks.ended;
        expect(peer.received.toString(), errors).toBe('v6');
        expect(output.length).toBe(answer.length);
        if (id === 'bash') return peer.close();
        const silent = await folder.start(id, written(id, client({ host: '::1', port, messages: [] })));
        expect(await silent.ended).toMatchObject({ code: 0, output: Buffer.alloc(0) });
        await peer.close();
      },
    );

  const datagrams = cases('client').filter(([, transport]) => transport === 'udp');
  for (const [id] of datagrams)
    it.skipIf(isMissing(id))(`in ${id} over udp sends each message as a datagram`, async ({ expect }) => {
      const received: string[] = [];
      // What cannot be sent is said at the top of the program; Mono, unlike .NET, sends no empty ones.
      const isWithout = ['bash', 'ncat', 'socat', 'csharp'].includes(id);
      const own = [
        ...messages.filter((bytes) => id !== 'ncat' || bytes.length <= 8192),
        ...(isWithout ? [] : [utf8('')]),
      ];
      const socket: UdpSocket = createSocket('udp4');
      socket.on('message', (data, peer) => {
        received.push(data.toString('hex'));
        if (received.length === own.length) socket.send(answer, peer.port, peer.address);
      });
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
      const { port } = socket.address();
      const program = await folder.start(
        id,
        written(
          id,
          client({ transport: 'udp', port, messages: own.map((bytes) => ({ bytes, pauseMs: 0 })) }),
        ),
      );
      const { output, errors } = await program.ended;
      expect(received, errors).toEqual(own.map((bytes) => Buffer.from(bytes).toString('hex')));
      expect(output.toString('hex'), errors).toBe(Buffer.from(answer).toString('hex'));
      socket.close();
    });

  for (const [id] of cases('client').filter(([, transport]) => transport === 'tls'))
    it.skipIf(isMissing(id))(
      `in ${id} tells nothing to a server whose certificate it does not trust`,
      async ({ expect }) => {
        const peer = new Peer('tls', 1, true);
        const port = await peer.listen(null);
        const tls = { verify: true, ca: null, servername: 'localhost', alpn: [] };
        const program = await folder.start(id, written(id, client({ transport: 'tls', port, tls })));
        const { output } = await program.ended;
        expect({ received: peer.received.length, output: output.length }).toEqual({ received: 0, output: 0 });
        await peer.close();
      },
    );
});

const server = (where: Partial<ServerConversation>): ServerConversation => ({
  role: 'server',
  ...{ transport: 'tcp', host: '127.0.0.1', port: 0, path: '' },
  ...{ greeting: new Uint8Array(0), answer: 'echo' },
  ...where,
});

/** The program may take a while to listen. */
async function reach(transport: Transport, port: number, path: string): Promise<Socket> {
  for (let left = 300; ; left--) {
    const socket: Socket =
      transport === 'tls'
        ? connectSecured({ port, host: '127.0.0.1', rejectUnauthorized: false })
        : transport === 'unix'
          ? connect(path)
          : connect(port, '127.0.0.1');
    const isThere = await new Promise<boolean>((resolve) => {
      socket.once(transport === 'tls' ? 'secureConnect' : 'connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    if (isThere) return socket;
    if (left === 0) throw new Error('It does not listen.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe.concurrent('a program that is a server', { timeout: 60_000 }, () => {
  for (const [id, transport] of cases('server'))
    for (const kind of ['echo', 'fixed'] as const)
      it.skipIf(isMissing(id))(
        `in ${id} over ${transport} answers (${kind}) as far as it says so`,
        async ({ expect }) => {
          const port = await freePort();
          const path = folder.file(`${id} ${kind} ${strange}.sock`);
          const conversation = server({
            // Any address; of openssl and of IPv6 alone it is not sure that they take IPv4 too.
            host: kind === 'fixed' ? '' : '127.0.0.1',
            ...{ transport, port, path, greeting: hostile[2]!, answer: kind === 'echo' ? 'echo' : answer },
          });
          const lacks = languages[id].lacks?.(conversation) ?? [];
          const program = await folder.start(id, written(id, conversation));
          const expected = Buffer.concat([
            ...(lacks.includes('greeting') || transport === 'udp' ? [] : [hostile[2]!]),
            ...(lacks.includes('answer') ? [] : [kind === 'echo' ? all : answer]),
          ]).toString('hex');
          const received =
            transport === 'udp'
              ? await askByDatagram(expect, port, expected !== '', () => program.output.length > 0)
              : await ask(expect, await reach(transport, port, path), expected.length / 2);
          expect(received, program.errors).toBe(expected);
          const shown = () => program.output.toString('latin1') + program.errors;
          await expect.poll(shown, patience).toContain(Buffer.from(all).toString('latin1'));
          process.kill(-program.child.pid!, 'SIGKILL');
          await program.ended;
        },
      );
});

/** Says all bytes, and reads so many. `expect`: of the test, as several run at once. */
async function ask(expect: ExpectStatic, socket: Socket, most: number): Promise<string> {
  let received = Buffer.alloc(0);
  socket.on('error', () => undefined);
  socket.on('data', (bytes: Buffer) => (received = Buffer.concat([received, bytes])));
  socket.write(all);
  await expect.poll(() => received.length, patience).toBeGreaterThanOrEqual(most);
  socket.destroy();
  return received.toString('hex');
}

/** Again and again, because nothing tells when the program has bound its socket. */
async function askByDatagram(
  expect: ExpectStatic,
  port: number,
  isAnswered: boolean,
  isShown: () => boolean,
): Promise<string> {
  const socket = createSocket('udp4');
  let received = '';
  socket.on('message', (bytes) => (received = bytes.toString('hex')));
  await expect
    .poll(
      () => {
        socket.send(all, port, '127.0.0.1');
        return isAnswered ? received !== '' : isShown();
      },
      { ...patience, interval: 100 },
    )
    .toBe(true);
  socket.close();
  return received;
}
