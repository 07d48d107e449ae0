import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { ListenerSettings } from '../../../shared/settings/settings.ts';
import { FailureError } from '../../../shared/failure.ts';
import { TestRecorder } from '../testing/recorder.ts';
import { mostConnections } from '../net/descriptor-limit.ts';
import {
  connected,
  freePort,
  listenerSettings,
  listening,
  newListener,
  pattern,
  plainPeer,
  plainServer,
  portOf,
  sendAll,
  until,
} from '../testing/stream-kit.ts';

const failureCode = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'none',
    (error: unknown) => (error instanceof FailureError ? error.code : `not a FailureError: ${String(error)}`),
  );

describe('starting', () => {
  test('shows the port that the system chose', async () => {
    const { listener, recorder, port } = await listening();
    expect(port).toBeGreaterThan(0);
    expect(listener.status).toMatchObject({
      state: 'listening',
      local: { host: '127.0.0.1', port, family: 'IPv4' },
    });
    expect(recorder.details('listening')).toEqual([
      { kind: 'listening', local: { host: '127.0.0.1', port, family: 'IPv4' }, backlog: 511 },
    ]);
  });

  test('listens on both families when no host is given', async () => {
    const { port, recorder } = await listening({ host: '' });
    await Promise.all([plainPeer(port, '127.0.0.1'), plainPeer(port, '::1')]);
    await until(() => recorder.details('opened').length === 2);
    const families = recorder.details('opened').map(({ remote }) => remote?.family);
    expect(families.sort()).toEqual(['IPv4', 'IPv6']);
  });

  test('says that the port is in use, keeps the code, and records it', async () => {
    const port = portOf(await plainServer(() => undefined));
    const recorder = new TestRecorder();
    const listener = newListener(recorder);
    expect(await failureCode(listener.start(listenerSettings({ port })))).toBe('EADDRINUSE');
    expect(listener.status).toMatchObject({
      state: 'failed',
      failure: { code: 'EADDRINUSE', subject: `127.0.0.1:${port}` },
    });
    expect(recorder.details('failed')).toMatchObject([
      { during: 'listening', code: 'EADDRINUSE', host: '127.0.0.1', port },
    ]);
  });

  test('can be tried again after a failure', async () => {
    const server = await plainServer(() => undefined);
    const listener = newListener();
    const settings = listenerSettings({ port: portOf(server) });
    expect(await failureCode(listener.start(settings))).toBe('EADDRINUSE');
    await new Promise((resolve) => server.close(resolve));
    await listener.start(settings);
    expect(listener.status).toMatchObject({ state: 'listening', failure: null });
  });

  test('refuses an address that this machine does not have', async () => {
    expect(await failureCode(newListener().start(listenerSettings({ host: '203.0.113.7' })))).toBe(
      'EADDRNOTAVAIL',
    );
  });

  test.each([-1, 65_536, 1.5, Number.NaN, 'abc', '80'])(
    'refuses the port %s before anything is opened',
    async (port) => {
      const recorder = new TestRecorder();
      const listener = newListener(recorder);
      const settings = { ...listenerSettings(), port } as ListenerSettings;
      expect(await failureCode(listener.start(settings))).toBe('ERR_SOCKET_BAD_PORT');
      expect(listener.status.state).toBe('stopped');
      expect(recorder.length).toBe(0);
    },
  );

  test('explains a link-local address without its zone', async () => {
    expect(await failureCode(newListener().start(listenerSettings({ host: 'fe80::1' })))).toBe(
      'LINK_LOCAL_WITHOUT_ZONE',
    );
    expect(await failureCode(newListener().start(listenerSettings({ host: 'fe80::1%nowhere' })))).toBe(
      'UNKNOWN_ZONE',
    );
  });

  test('is refused while it is listening already', async () => {
    const { listener, recorder } = await listening();
    expect(await failureCode(listener.start(listenerSettings()))).toBe('EALREADY');
    expect(listener.status.state).toBe('listening');
    expect(recorder.details('failed')).toEqual([]);
  });
});

describe('stopping', () => {
  test('right after starting takes the start back and leaves the port free', async () => {
    const port = await freePort();
    const recorder = new TestRecorder();
    const listener = newListener(recorder);
    const start = failureCode(listener.start(listenerSettings({ port })));
    await listener.stop();
    expect(await start).toBe('CANCELLED');
    expect(listener.status).toMatchObject({ state: 'stopped', local: null, failure: null });
    expect(recorder.length).toBe(0);
    await plainServer(() => undefined, '127.0.0.1', port);
  });

  test('a hundred times at once leaves every start and stop answered', async () => {
    const recorder = new TestRecorder();
    const listener = newListener(recorder);
    const port = await freePort();
    for (let round = 0; round < 100; round++) {
      const start = failureCode(listener.start(listenerSettings({ port })));
      if (round % 3 === 1) await Promise.resolve();
      if (round % 3 === 2) expect(await start).toBe('none');
      await Promise.all([listener.stop(), listener.stop()]);
      expect(['none', 'CANCELLED']).toContain(await start);
    }
    expect(recorder.details('stopped').length).toBe(recorder.details('listening').length);
    await plainServer(() => undefined, '127.0.0.1', port);
  });

  test('twice, or before any start, is harmless', async () => {
    const { listener, recorder } = await listening();
    await Promise.all([listener.stop(), listener.stop()]);
    await listener.stop();
    expect(recorder.details('stopped')).toHaveLength(1);
    await newListener().stop();
  });

  test('ends fifty open peers, each with one end record before the record that it stopped', async () => {
    const { listener, recorder, port } = await listening({ reply: 'echo' });
    const peers = await Promise.all(Array.from({ length: 50 }, () => plainPeer(port)));
    for (const peer of peers) peer.write('hello');
    await until(() => peers.every(({ received }) => Buffer.concat(received).length === 5));
    await listener.stop();
    expect(listener.connections.openCount).toBe(0);
    expect(recorder.ends()).toHaveLength(50);
    expect(new Set(recorder.ends().map(({ stream }) => stream)).size).toBe(50);
    expect(recorder.records.at(-1)!.detail).toMatchObject({ kind: 'stopped', connections: 50 });
    await until(() => peers.every((peer) => peer.readableEnded || peer.destroyed));
  });

  test('does not wait for a peer that never reads', async () => {
    const { listener, recorder, port } = await listening();
    const peer = await plainPeer(port);
    peer.pause();
    await until(() => listener.connections.openCount === 1);
    sendAll(listener, Buffer.alloc(20_000_000));
    await listener.stop();
    expect(recorder.details('note')).toMatchObject([{ note: 'close-deadline' }]);
    const [end] = recorder.details('closed');
    expect(end).toMatchObject({ by: 'us', how: 'reset' });
    expect(end!.sentBytes + end!.unsentBytes).toBe(20_000_000);
    expect(recorder.bytes('sent')).toHaveLength(end!.sentBytes);
  });

  test('and starting again listens on the same port', async () => {
    const { listener, port } = await listening();
    const peer = await plainPeer(port);
    await until(() => listener.connections.openCount === 1);
    const stopped = listener.stop();
    const again = await listener.start(listenerSettings({ port }));
    await stopped;
    expect(again.port).toBe(port);
    expect(listener.status.state).toBe('listening');
    peer.destroy();
  });
});

describe('accepting', () => {
  test('counts and notes the connections beyond the limit', async () => {
    const { listener, recorder, port } = await listening({ maxConnections: 2 });
    const peers = await Promise.all(Array.from({ length: 5 }, () => plainPeer(port)));
    await until(() => listener.status.refused === 3);
    await until(() => peers.filter((peer) => peer.destroyed || peer.readableEnded).length === 3);
    expect(listener.connections.openCount).toBe(2);
    await listener.stop();
    const notes = recorder
      .details('note')
      .map((note) => (note.note === 'refused' ? note : expect.unreachable()));
    expect(notes.reduce((sum, { count }) => sum + count, 0)).toBe(3);
    expect(notes.every(({ limit }) => limit === 2)).toBe(true);
    expect(listener.status.refused).toBe(3);
  });

  test('takes new peers again when others have left', async () => {
    const { listener, port } = await listening({ maxConnections: 1 });
    for (let round = 1; round <= 5; round++) {
      const peer = await plainPeer(port);
      await until(() => listener.connections.openCount === 1);
      peer.end();
      await until(() => listener.connections.openCount === 0);
    }
    expect(listener.status.refused).toBe(0);
    expect(listener.connections.listedCount).toBe(5);
  });

  test.each(['buffer', 'data'] as const)('survives peers that reset at once (%s)', async (readMode) => {
    const { listener, recorder, port } = await listening({}, { readMode });
    for (let round = 0; round < 50; round++) {
      const peer = connect(port, '127.0.0.1').on('error', () => undefined);
      await new Promise((resolve) => peer.once('connect', resolve));
      peer.resetAndDestroy();
    }
    await until(() => recorder.details('opened').length === 50 && listener.connections.openCount === 0);
    expect(recorder.ends()).toHaveLength(50);
    expect(
      recorder.details('failed').every(({ code, during }) => code === 'ECONNRESET' && during === 'open'),
    ).toBe(true);
    const survivor = await plainPeer(port);
    await until(() => listener.connections.openCount === 1);
    survivor.destroy();
  });

  test('serves a thousand peers at once and forgets none of their bytes', async () => {
    const { listener, recorder, port } = await listening({ reply: 'echo' });
    const peers = await Promise.all(Array.from({ length: 1000 }, () => plainPeer(port)));
    peers.forEach((peer, index) => peer.end(`peer ${index}`));
    await until(() => peers.every((peer) => peer.readableEnded));
    peers.forEach(({ received }, index) => expect(Buffer.concat(received).toString()).toBe(`peer ${index}`));
    await until(() => listener.connections.openCount === 0);
    expect(recorder.details('closed')).toHaveLength(1000);
    expect(listener.connections.receivedBytes).toBe(listener.connections.sentBytes);
    expect(listener.connections.listedCount).toBe(200);
  });

  test('lists open connections first and the last ended one next', async () => {
    const { listener, port } = await listening();
    const [first] = [await plainPeer(port), await plainPeer(port), await plainPeer(port)];
    await until(() => listener.connections.openCount === 3);
    first!.end();
    await until(() => listener.connections.openCount === 2);
    const listed = listener.connections.list(0, 10);
    expect(listed.map(({ state }) => state)).toEqual(['open', 'open', 'closed']);
    expect(listener.connections.list(1, 2)).toEqual(listed.slice(1));
    expect(listener.connections.list(2, 5)).toEqual(listed.slice(2));
    expect(listener.connections.list(9, 5)).toEqual([]);
  });

  test('stays below the limit of descriptors', () => {
    expect(mostConnections('Max open files            1024                 4096                 files')).toBe(
      960,
    );
    expect(mostConnections('')).toBeGreaterThan(1000);
    expect(mostConnections('Max open files  10  10  files')).toBe(1);
  });
});

describe('the log', () => {
  test('is carried on: what listens and what is open is said again, under new stream numbers', async () => {
    const { listener, recorder, port } = await listening();
    const peer = await plainPeer(port);
    await until(() => listener.connections.openCount === 1);
    const cleared = recorder.length;
    listener.carry();
    const carried = recorder.records.slice(cleared);
    expect(carried.map(({ kind }) => kind)).toEqual(['listening', 'opened']);
    expect(carried[1]!.detail).toMatchObject({ carried: true, remote: { port: peer.localPort } });
    const stream = carried[1]!.sequence;
    expect(listener.connections.list(0, 1)[0]!.connection).toBe(stream);
    peer.end(pattern(10));
    await until(() => recorder.ends().length === 1);
    expect(recorder.of(stream).map(({ kind }) => kind)).toEqual([
      'opened',
      'received',
      'half-closed',
      'closed',
    ]);
  });

  test('of an echo holds the bytes once, named by both records', async () => {
    const { recorder, port } = await listening({ reply: 'echo' });
    const { client } = await connected(port);
    sendAll(client, Buffer.from('once'));
    await until(() => client.connections.receivedBytes === 4);
    const [received, sent] = ['received', 'sent'].map((kind) =>
      recorder.records.find((record) => record.kind === kind)!,
    );
    expect(sent!.place).toBe(received!.place);
    expect(sent!.length).toBe(4);
  });
});
