import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { ClientSettings, ListenerSettings } from '../../../shared/settings/settings.ts';
import { compile, parse, withLineEnd } from '../../../shared/payload/payload.ts';
import { readyMade, readyMadeIds, type ReadyMadeId } from '../../../shared/settings/ready-made.ts';
import * as tcp from '../testing/stream-kit.ts';
import { plainPeer, plainServer, portOf, sendAll, until } from '../testing/stream-kit.ts';
import * as udp from '../testing/datagram-kit.ts';

const closables: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closables.splice(0)) await close();
});

const settingsOf = (id: ReadyMadeId) => readyMade(id).settings;
async function startServer(id: ReadyMadeId) {
  const settings = settingsOf(id) as ListenerSettings;
  const listener = settings.transport === 'udp' ? udp.newListener() : tcp.newListener();
  const { port } = await listener.start(settings);
  return { port, listener };
}
type Peer = Awaited<ReturnType<typeof plainPeer>>;
const heard = (peer: Peer, expected: string | RegExp) =>
  until(() => {
    const said = Buffer.concat(peer.received).toString();
    return typeof expected === 'string' ? said === expected : expected.test(said);
  });
/** What Send sends in a tab that was just made. */
function firstMessage(id: ReadyMadeId): Uint8Array {
  const { mode, draft, lineEnd } = readyMade(id).composer!;
  const parsed = parse({ mode, text: draft });
  if (parsed.problems.length > 0) throw new Error('the draft has problems');
  return compile(withLineEnd(parsed, lineEnd)).fill();
}

const servers: Partial<Record<ReadyMadeId, (port: number, openCount: () => number) => Promise<void>>> = {
  'greeting-server': async (port) => {
    const peer = await plainPeer(port);
    await once(peer, 'end');
    await heard(peer, 'Hello, World!\r\n');
  },
  'echo-server': async (port) => {
    const peers = await Promise.all([plainPeer(port), plainPeer(port), plainPeer(port)]);
    for (const [index, peer] of peers.entries()) peer.write(`client ${index}`);
    await Promise.all(peers.map((peer, index) => heard(peer, `client ${index}`)));
  },
  'upper-case-server': async (port) => {
    const peer = await plainPeer(port);
    peer.write('hel');
    peer.write('lo\nwor');
    await heard(peer, 'HELLO\n');
  },
  'timestamp-server': async (port) => {
    const peer = await plainPeer(port);
    peer.write('hello');
    await heard(peer, /^\[\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}\] hello$/);
  },
  'udp-server': async (port) => {
    const socket = createSocket('udp4');
    closables.push(() => socket.close());
    const answer = once(socket, 'message') as Promise<[Buffer]>;
    socket.send('hello', port, '127.0.0.1');
    expect((await answer)[0].toString()).toBe('OK...hello');
  },
  'chat-room': async (port, openCount) => {
    const [ada, ben] = await Promise.all([plainPeer(port), plainPeer(port)]);
    await until(() => openCount() === 2);
    ada.write('hi\n');
    await heard(ben, 'hi\n');
    ben.write('hello ada\n');
    await heard(ada, 'hello ada\n');
  },
  'rules-server': async (port) => {
    const peer = await plainPeer(port);
    const greeting = 'Say hello, my name is ..., slow, bye or boom\r\n';
    await heard(peer, greeting);
    peer.write('hello\r\nmy name is Ada\nslow\nwhat\r\nbye\r\n');
    await once(peer, 'end');
    await heard(
      peer,
      `${greeting}Hello to you too\r\nNice to meet you, Ada\r\nThat took a second\r\nI do not know “what”\r\nGoodbye\r\n`,
    );
    const other = await plainPeer(port);
    await heard(other, greeting);
    const failed = once(other, 'error') as Promise<[NodeJS.ErrnoException]>;
    other.write('boom\n');
    expect((await failed)[0].code).toBe('ECONNRESET');
  },
  'stuck-together-server': async (port) => {
    const peer = await plainPeer(port);
    await heard(peer, 'one\r\ntwo\r\nthr');
    peer.write('?');
    await heard(peer, 'one\r\ntwo\r\nthree\r\n');
  },
};

describe('ready-made servers', () => {
  const ids = readyMadeIds.filter((id) => settingsOf(id).role === 'listener');

  test.each(ids)('%s does what it promises to plain sockets', async (id) => {
    const { port, listener } = await startServer(id);
    await servers[id]!(port, () => listener.connections.openCount);
  });
});

describe('ready-made clients', () => {
  const connectTo = async (id: ReadyMadeId, port: number) => {
    const settings = { ...(settingsOf(id) as ClientSettings), host: '127.0.0.1', port };
    return tcp.connected(port, settings);
  };

  test('http-get gets a page, and the connection ends on both sides', async () => {
    const server = createServer((request, response) => response.end(`for ${request.headers.host}`));
    closables.push(() => server.close());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { client, recorder } = await connectTo('http-get', (server.address() as AddressInfo).port);
    sendAll(client, firstMessage('http-get'));
    await until(() => recorder.ends().length === 1);
    const answer = recorder.bytes('received').toString();
    expect([answer.slice(0, 15), answer.endsWith('for example.com')]).toEqual(['HTTP/1.1 200 OK', true]);
    expect(recorder.details('closed')).toMatchObject([{ by: 'peer', how: 'finish' }]);
  });

  test('prompt-client sends the line that waits in its composer', async () => {
    const lines: Buffer[] = [];
    const server = await plainServer((socket) => socket.on('data', (bytes) => lines.push(bytes)));
    const { client } = await connectTo('prompt-client', portOf(server));
    sendAll(client, firstMessage('prompt-client'));
    await until(() => Buffer.concat(lines).toString() === 'hello\n');
  });

  test('https-get asks for the same over TLS, as a web server expects it', () => {
    expect(settingsOf('https-get')).toMatchObject({
      transport: 'tls',
      port: 443,
      tls: { alpn: ['http/1.1'], verify: true },
    });
    expect(firstMessage('https-get')).toEqual(firstMessage('http-get'));
  });
});
