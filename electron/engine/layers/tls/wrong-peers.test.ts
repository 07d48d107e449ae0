import { connect, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { plainPeer, plainServer, portOf, until } from '../../testing/stream-kit.ts';
import { connecting, failed, newKit, serving, settled, tlsPeer } from '../../testing/tls-kit.ts';

const noise = Buffer.from(Array.from({ length: 600 }, (_, index) => ((index * 197 + 131) % 251) | 128));

const alert = (level: number, description: number): Buffer =>
  Buffer.from([21, 3, 3, 0, 2, level, description]);

type Peer = { name: string; act: (socket: Socket) => void; code: string };

const common: Peer[] = [
  {
    name: 'plain text',
    act: (socket) => socket.write('220 mail.example.org ESMTP\r\n'),
    code: 'TLS_PLAIN_TEXT',
  },
  { name: 'random bytes', act: (socket) => socket.write(noise), code: 'TLS_NOT_TLS' },
  { name: 'silence', act: () => undefined, code: 'TLS_SILENT' },
  {
    name: 'half a record',
    act: (socket) => socket.write(Buffer.from([22, 3, 1])),
    code: 'TLS_HANDSHAKE_TIMEOUT',
  },
  { name: 'two letters and no more', act: (socket) => socket.write('hi'), code: 'TLS_PLAIN_TEXT' },
  { name: 'its end at once', act: (socket) => socket.end(), code: 'TLS_CLOSED_IN_HANDSHAKE' },
  { name: 'a word and its end', act: (socket) => socket.end('bye\n'), code: 'TLS_PLAIN_TEXT' },
];

/** What a client of node:tls says first. */
async function greeting(): Promise<Buffer> {
  let said: Buffer | null = null;
  const server = await plainServer((socket) => void socket.once('data', (bytes: Buffer) => (said = bytes)));
  await Promise.race([tlsPeer(portOf(server)), until(() => said !== null)]);
  return said!;
}

describe('a server', () => {
  /** `newer`: what OpenSSL 3.5 (Node 24) says, which looks at the kind of a record before its version. */
  type Break = { name: string; act: (socket: Socket) => void; code: string; newer?: string };
  test.each<Break>([
    { name: 'its end', act: (socket) => socket.end(), code: 'TLS_CLOSED_IN_HANDSHAKE' },
    { name: 'a reset', act: (socket) => void socket.resetAndDestroy(), code: 'ECONNRESET' },
    { name: 'silence', act: () => undefined, code: 'TLS_HANDSHAKE_TIMEOUT' },
    {
      name: 'an alert',
      act: (socket) => socket.write(alert(2, 46)),
      code: 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN',
    },
    {
      name: 'plain text',
      act: (socket) => socket.write('never mind, plain text\r\n'),
      code: 'ERR_SSL_WRONG_VERSION_NUMBER',
      newer: 'ERR_SSL_BAD_RECORD_TYPE',
    },
  ])('tells a client that began TLS and went on with $name by $code', async ({ act, code, newer }) => {
    const { recorder, listener, port } = await serving({ handshakeTimeoutMs: 1000 });
    const peer = await plainPeer(port);
    peer.write(await greeting());
    await until(() => peer.received.length > 0);
    act(peer);
    const end = await failed(recorder);
    expect([code, newer]).toContain(end.code);
    expect(end.during).toBe('securing');
    expect(recorder.details('secured')).toHaveLength(0);
    expect(listener.connections.openCount).toBe(0);
  });

  const peers = [
    ...common,
    {
      name: 'an HTTP request',
      act: (socket) => socket.write('GET / HTTP/1.1\r\n\r\n'),
      code: 'TLS_HTTP_REQUEST',
    },
    { name: 'a reset', act: (socket) => void socket.resetAndDestroy(), code: 'ECONNRESET' },
    {
      name: 'an alert before anything else',
      act: (socket) => socket.write(alert(2, 40)),
      code: 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
    },
    {
      name: 'a warning, an alert and its end',
      act: (socket) => {
        socket.write(Buffer.concat([alert(1, 90), alert(2, 48)]), () => socket.end());
      },
      code: 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
    },
    {
      name: 'an alert that has no name',
      act: (socket) => socket.write(alert(2, 199)),
      code: 'TLS_UNKNOWN_ALERT',
    },
  ] satisfies Peer[];
  test.each(peers)('tells a client that sends $name by $code, and goes on serving', async ({ act, code }) => {
    const { recorder, listener, port } = await serving({ handshakeTimeoutMs: 300 }, { reply: 'echo' });
    const bystander = await tlsPeer(port);
    act(await plainPeer(port));
    expect(await failed(recorder)).toMatchObject({ code, during: 'securing' });
    bystander.write('still here');
    await until(() => Buffer.concat(bystander.received).toString() === 'still here');
    expect(listener.connections.openCount).toBe(1);
    expect(recorder.details('secured')).toHaveLength(1);
  });

  test('serves others while a hundred clients are silent, and gives each of those up', async () => {
    const { recorder, listener, port } = await serving({ handshakeTimeoutMs: 4000 }, { reply: 'echo' });
    const silent = Array.from({ length: 100 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
    onTestFinished(() => silent.forEach((socket) => socket.destroy()));
    await until(() => listener.connections.openCount === 100);
    const peer = await tlsPeer(port);
    peer.write('quick');
    await until(() => Buffer.concat(peer.received).toString() === 'quick');
    expect(recorder.ends()).toHaveLength(0);
    await until(() => listener.connections.openCount === 1);
    const codes = recorder.details('failed').map(({ code }) => code);
    expect(codes).toEqual(Array.from({ length: 100 }, () => 'TLS_SILENT'));
  });

  test('says what it got in place of TLS, with nothing in it that a terminal would obey', async () => {
    const { recorder, port } = await serving();
    (await plainPeer(port)).write('GET /\u001b[31m HTTP/1.1\r\n\r\n');
    expect(await failed(recorder)).toMatchObject({
      code: 'TLS_HTTP_REQUEST',
      message: '“GET /·[31m HTTP/1.1····”',
    });
  });
});

describe('a client', () => {
  const peers = [
    ...common,
    {
      name: 'an alert',
      act: (socket) => socket.write(alert(2, 40)),
      code: 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
    },
    {
      name: 'an alert and a reset',
      act: (socket) => {
        socket.once('data', () => socket.write(alert(2, 80), () => socket.resetAndDestroy()));
      },
      code: 'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR',
    },
    {
      name: 'a warning that OpenSSL passes over, and its end',
      act: (socket) => socket.once('data', () => socket.end(alert(1, 112))),
      code: 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME',
    },
    {
      name: 'goodbye at once',
      act: (socket) => socket.once('data', () => socket.end(alert(1, 0))),
      code: 'TLS_CLOSED_IN_HANDSHAKE',
    },
    {
      name: 'an HTTP answer',
      act: (socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
      code: 'TLS_HTTP_ANSWER',
    },
    {
      name: 'a reset',
      act: (socket) => socket.once('data', () => socket.resetAndDestroy()),
      code: 'ECONNRESET',
    },
  ] satisfies Peer[];
  test.each(peers)('tells a server that sends $name by $code', async ({ act, code }) => {
    const server = await plainServer(act);
    const used = connecting(portOf(server), await newKit(), { handshakeTimeoutMs: 300 });
    expect(await failed(used.recorder)).toMatchObject({ code, during: 'securing' });
    await settled(used);
    expect(used.client.status).toMatchObject({ state: 'failed', failure: { code }, refusedChain: null });
    expect(used.client.openSockets).toBe(0);
  });

  test('that is disconnected during the handshake has closed it itself', async () => {
    const server = await plainServer(() => undefined);
    const { client, recorder } = connecting(portOf(server), await newKit());
    await until(() => client.status.state === 'securing');
    client.disconnect('close');
    await until(() => recorder.ends().length > 0);
    expect(recorder.ends().map(({ detail }) => detail)).toMatchObject([{ kind: 'closed', by: 'us' }]);
  });
});
