import { connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { connect as connectTls, createSecureContext, TLSSocket } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { defaultReply } from '../../../../shared/settings/reply.ts';
import { pattern, plainServer, portOf, sendAll, until } from '../../testing/stream-kit.ts';
import {
  connecting,
  failed,
  newKit,
  serving,
  settled,
  testLeaf,
  tlsPeer,
  tlsServer,
} from '../../testing/tls-kit.ts';

/** A TLS client whose socket can be ended without TLS knowing of it. */
async function peerOverSocket(port: number, maxVersion: 'TLSv1.2' | 'TLSv1.3' = 'TLSv1.3') {
  const socket: Socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).on(
    'error',
    () => undefined,
  );
  await new Promise((resolve) => socket.once('connect', resolve));
  const tls = connectTls({ socket, rejectUnauthorized: false, maxVersion }).on('error', () => undefined);
  onTestFinished(() => {
    tls.destroy();
    socket.destroy();
  });
  await new Promise((resolve) => tls.once('secureConnect', resolve));
  return { socket, tls: tls.resume() };
}

/** A TLS client whose next record can be cut: so many of its bytes go out, and then a FIN. */
async function peerThatIsCut(port: number, maxVersion: 'TLSv1.2' | 'TLSv1.3') {
  const socket: Socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).on(
    'error',
    () => undefined,
  );
  let cutAt: number | null = null;
  const outside = new Duplex({
    read: () => undefined,
    write: (bytes: Buffer, _, done) => {
      if (cutAt === null) socket.write(bytes);
      else socket.end(bytes.subarray(0, cutAt));
      done();
    },
  });
  socket.on('data', (bytes) => outside.push(bytes));
  const tls = connectTls({ socket: outside, rejectUnauthorized: false, maxVersion }).on(
    'error',
    () => undefined,
  );
  onTestFinished(() => {
    tls.destroy();
    socket.destroy();
  });
  await new Promise((resolve) => tls.once('secureConnect', resolve));
  return { tls: tls.resume(), cutNext: (bytes: number) => (cutAt = bytes) };
}

describe('the end of a peer', () => {
  test.each([true, false])('with close_notify is told as that (read at once: %s)', async (readsAtOnce) => {
    const { recorder, listener, port } = await serving({}, { afterPeerFinishes: 'stay' });
    const { tls } = await peerOverSocket(port);
    await until(() => recorder.details('secured').length === 1);
    if (!readsAtOnce) listener.connections.setReading('all', false);
    tls.end('last words');
    if (!readsAtOnce) listener.connections.setReading('all', true);
    await until(() => recorder.details('half-closed').length === 1);
    expect(recorder.details('half-closed')).toMatchObject([{ by: 'peer', closeNotify: true }]);
    expect(recorder.bytes('received').toString()).toBe('last words');
  });

  test('with a FIN and no close_notify is told as cut off', async () => {
    const { recorder, port } = await serving({}, { afterPeerFinishes: 'stay' });
    const { socket, tls } = await peerOverSocket(port);
    await new Promise<void>((resolve) => tls.write('half a mess', () => resolve()));
    socket.end();
    await until(() => recorder.details('half-closed').length === 1);
    expect(recorder.details('half-closed')).toMatchObject([{ by: 'peer', closeNotify: false }]);
    expect(recorder.bytes('received').toString()).toBe('half a mess');
  });

  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'in the middle of a record is told as cut off, whole records before it are kept, and it has one end (%s)',
    async (version) => {
      const { recorder, listener, port } = await serving();
      const through = await peerThatIsCut(port, version);
      through.tls.write('whole');
      await until(() => recorder.bytes('received').toString() === 'whole');
      through.cutNext(10);
      through.tls.write('this record does not arrive whole');
      await until(() => recorder.ends().length === 1);
      expect(recorder.details('half-closed')[0]).toMatchObject({ by: 'peer', closeNotify: false });
      expect(recorder.bytes('received').toString()).toBe('whole');
      expect(recorder.ends()).toHaveLength(1);
      expect(listener.connections.openCount).toBe(0);
    },
  );

  test('of a client’s server without close_notify is told as cut off, with its bytes and one end', async () => {
    const server = await plainServer(async (socket) => {
      const context = createSecureContext(await testLeaf());
      const tls = new TLSSocket(socket, { isServer: true, secureContext: context });
      tls.on('error', () => undefined).once('data', () => tls.write('half', () => socket.end()));
    });
    const used = await settled(connecting(portOf(server), await newKit(), { verify: false }));
    sendAll(used.client, Buffer.from('go'));
    await until(() => used.recorder.ends().length > 0);
    expect(used.recorder.bytes('received').toString()).toBe('half');
    expect(used.recorder.details('half-closed')[0]).toMatchObject({ by: 'peer', closeNotify: false });
    expect(used.recorder.ends()).toHaveLength(1);
  });

  test('with close_notify and FIN together is no truncation, even where this side had finished before', async () => {
    const { recorder, listener, port } = await serving();
    const { tls } = await peerOverSocket(port);
    await until(() => recorder.details('secured').length === 1);
    listener.connections.end('all', 'finish');
    tls.end();
    await until(() => recorder.ends().length === 1);
    expect(recorder.details('half-closed').every(({ closeNotify }) => closeNotify === true)).toBe(true);
    expect(recorder.details('closed')).toMatchObject([{ how: 'finish' }]);
  });

  test('by a reset is a failure, and all that came before it is kept', async () => {
    const { recorder, port } = await serving();
    const { socket, tls } = await peerOverSocket(port);
    const sent = pattern(70_001);
    await new Promise<void>((resolve) => tls.write(sent, () => resolve()));
    await until(() => recorder.bytes('received').length > 0);
    socket.resetAndDestroy();
    expect(await failed(recorder)).toMatchObject({
      code: 'ECONNRESET',
      during: 'open',
      receivedBytes: 70_001,
    });
    expect(recorder.bytes('received').equals(sent)).toBe(true);
    expect(recorder.details('half-closed')).toHaveLength(0);
  });

  test('of a client’s server is told in the same way', async () => {
    // Not at once: node:tls leaves close_notify out while its session tickets are still on their way.
    const port = await tlsServer({}, (socket) => void socket.once('data', () => socket.end('bye')));
    const used = await settled(
      connecting(port, await newKit(), { verify: false }, { afterPeerFinishes: 'stay' }),
    );
    sendAll(used.client, Buffer.from('go'));
    await until(() => used.recorder.details('half-closed').length === 1);
    expect(used.recorder.details('half-closed')).toMatchObject([{ by: 'peer', closeNotify: true }]);
    expect(used.recorder.bytes('received').toString()).toBe('bye');
  });
});

describe('this side', () => {
  test('says goodbye with close_notify, even where it closes as soon as it has greeted', async () => {
    const reply = {
      ...defaultReply(),
      greeting: { mode: 'text', text: 'hi' },
      greetingThenClose: true,
    } as const;
    const { port } = await serving({}, { reply });
    const used = connecting(port, await newKit(), { verify: false }, { afterPeerFinishes: 'stay' });
    await until(() => used.recorder.details('half-closed').length === 1);
    expect(used.recorder.details('half-closed')).toMatchObject([{ by: 'peer', closeNotify: true }]);
    expect(used.recorder.bytes('received').toString()).toBe('hi');
  });

  test('half-closes with close_notify, and still receives', async () => {
    let ended = false;
    const port = await tlsServer({}, (socket) => {
      socket.on('end', () => {
        ended = true;
        socket.end('afterwards');
      });
      socket.resume();
    });
    const used = await settled(connecting(port, await newKit(), { verify: false }));
    sendAll(used.client, Buffer.from('question'));
    used.client.disconnect('finish');
    await until(() => used.recorder.ends().length === 1);
    expect(ended).toBe(true);
    expect(used.recorder.bytes('received').toString()).toBe('afterwards');
    expect(used.recorder.details('half-closed')).toMatchObject([{ by: 'us', closeNotify: true }]);
    expect(used.recorder.details('closed')).toMatchObject([{ by: 'us', how: 'finish', sentBytes: 8 }]);
  });

  test('closes only when all that was queued has left', async () => {
    const received: Buffer[] = [];
    const port = await tlsServer({}, (socket) => void socket.on('data', (piece) => received.push(piece)));
    const used = await settled(connecting(port, await newKit(), { verify: false }));
    const sent = pattern(5_000_000);
    sendAll(used.client, sent);
    used.client.disconnect('close');
    await until(() => used.recorder.ends().length === 1);
    expect(used.recorder.details('closed')).toMatchObject([
      { by: 'us', sentBytes: sent.length, unsentBytes: 0 },
    ]);
    await until(() => Buffer.concat(received).length === sent.length);
    expect(Buffer.concat(received).equals(sent)).toBe(true);
  });

  test('resets at once', async () => {
    const { recorder, listener, port } = await serving();
    const { socket, tls } = await peerOverSocket(port);
    await until(() => recorder.details('secured').length === 1);
    const gone = new Promise<NodeJS.ErrnoException>((resolve) => {
      tls.once('error', resolve);
      socket.once('error', resolve);
    });
    listener.connections.end('all', 'reset');
    expect((await gone).code).toBe('ECONNRESET');
    await until(() => recorder.ends().length === 1);
    expect(recorder.details('closed')).toMatchObject([{ by: 'us', how: 'reset' }]);
    expect(listener.openSockets).toBe(1);
  });

  test('stops with silent handshakes and open peers within its deadline', async () => {
    const { recorder, listener, port } = await serving();
    const silent = connect(port, '127.0.0.1').on('error', () => undefined);
    onTestFinished(() => void silent.destroy());
    await peerOverSocket(port);
    await until(() => listener.connections.openCount === 2);
    await listener.stop();
    expect(recorder.ends()).toHaveLength(2);
    expect(listener.openSockets).toBe(0);
  });

  test('holds back a peer whose bytes the user does not want to read, and loses none', async () => {
    const { recorder, listener, port } = await serving();
    const { tls } = await peerOverSocket(port);
    await until(() => recorder.details('secured').length === 1);
    listener.connections.setReading('all', false);
    const sent = pattern(20_000_000);
    tls.end(sent);
    await until(() => tls.writableLength > 0);
    listener.connections.setReading('all', true);
    await until(() => recorder.ends().length === 1);
    expect(recorder.bytes('received').equals(sent)).toBe(true);
  });

  test('keeps what a closed connection had received when it was closed unread', async () => {
    const { recorder, listener, port } = await serving();
    const { tls } = await peerOverSocket(port);
    await until(() => recorder.details('secured').length === 1);
    listener.connections.setReading('all', false);
    await new Promise<void>((resolve) => tls.write('unread', () => resolve()));
    await new Promise((resolve) => setImmediate(resolve));
    listener.connections.end('all', 'reset');
    await until(() => recorder.ends().length === 1);
    expect(recorder.bytes('received').toString()).toBe('unread');
  });
});

describe('in the middle of a connection', () => {
  test('a record that is no TLS ends it with its cause, and nobody else', async () => {
    const { recorder, listener, port } = await serving({}, { reply: 'echo' });
    const bystander = await tlsPeer(port);
    const { socket } = await peerOverSocket(port);
    await until(() => recorder.details('secured').length === 2);
    socket.write('GET / HTTP/1.1\r\n\r\n');
    expect(await failed(recorder)).toMatchObject({
      during: 'open',
      code: expect.stringMatching(/^ERR_SSL_/),
    });
    bystander.write('fine');
    await until(() => Buffer.concat(bystander.received).toString() === 'fine');
    expect(listener.connections.openCount).toBe(1);
  });

  test('a client that wants another handshake is refused and ended', async () => {
    const { recorder, port } = await serving({ maxVersion: 'TLSv1.2' });
    const { tls } = await peerOverSocket(port, 'TLSv1.2');
    await until(() => recorder.details('secured').length === 1);
    tls.renegotiate({}, () => undefined);
    expect(await failed(recorder)).toMatchObject({ code: 'ERR_TLS_RENEGOTIATION_DISABLED', during: 'open' });
  });

  test('a server that wants another handshake is refused and ended', async () => {
    const context = createSecureContext({ ...(await testLeaf()), maxVersion: 'TLSv1.2' });
    const server = await plainServer((socket) => {
      const tls = new TLSSocket(socket, { isServer: true, secureContext: context });
      tls.on('error', () => undefined);
      tls.once('secure', () => tls.renegotiate({}, () => undefined));
    });
    const used = connecting(portOf(server), await newKit(), { verify: false });
    expect(await failed(used.recorder)).toMatchObject({ code: 'ERR_TLS_RENEGOTIATION_DISABLED' });
  });

  test('a peer that does not read is named, and takes all when it reads again', async () => {
    let peer: TLSSocket | undefined;
    const port = await tlsServer({}, (socket) => (peer = socket));
    const used = await settled(connecting(port, await newKit(), { verify: false }));
    const sent = pattern(30_000_000);
    sendAll(used.client, sent);
    await until(() => used.recorder.details('note').some(({ note }) => note === 'not-reading'));
    let received = 0;
    peer?.on('data', (piece: Buffer) => (received += piece.length));
    await until(() => received === sent.length);
    expect(used.recorder.details('note').map(({ note }) => note)).toEqual(['not-reading', 'reading-again']);
  });
});
