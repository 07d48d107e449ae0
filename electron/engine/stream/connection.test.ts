import { describe, expect, test } from 'vitest';
import { TestRecorder } from '../testing/recorder.ts';
import {
  connected,
  listening,
  pattern,
  plainPeer,
  plainServer,
  portOf,
  runMeanwhile,
  sendAll,
  until,
} from '../testing/stream-kit.ts';

const modes = ['buffer', 'data'] as const;
const kinds = (recorder: TestRecorder, stream: number): string[] =>
  recorder.of(stream).map(({ kind }) => kind);
const streamOf = (recorder: TestRecorder): number =>
  recorder.records.find(({ kind }) => kind === 'opened')!.sequence;

describe.each(modes)('receiving (%s)', (readMode) => {
  test('keeps what the peer sent before it reset', async () => {
    const { recorder, port } = await listening({}, { readMode });
    const bytes = pattern(70_001);
    const peer = await plainPeer(port);
    peer.write(bytes, () => peer.resetAndDestroy());
    await until(() => recorder.ends().length === 1);
    expect(recorder.bytes('received').equals(bytes)).toBe(true);
    expect(recorder.details('failed')).toMatchObject([
      { code: 'ECONNRESET', during: 'open', receivedBytes: 70_001 },
    ]);
    expect(recorder.details('closed')).toEqual([]);
    expect(recorder.details('half-closed')).toEqual([]);
  });

  test('keeps what peers sent that had reset before they were accepted', async () => {
    const { recorder, port } = await listening({}, { readMode });
    const peer = `const s = require('net').connect(process.argv[1], '127.0.0.1', () =>
      s.write(Buffer.alloc(70001, 7), () => s.resetAndDestroy()));`;
    for (let round = 0; round < 3; round++) runMeanwhile(peer, port);
    await until(() => recorder.ends().length === 3);
    expect(recorder.bytes('received')).toHaveLength(3 * 70_001);
    expect(recorder.details('failed').map(({ code }) => code)).toEqual([
      'ECONNRESET',
      'ECONNRESET',
      'ECONNRESET',
    ]);
  });

  test('keeps what the peer sent before it reset although writing was what failed', async () => {
    const { listener, recorder, port } = await listening({}, { readMode });
    await plainPeer(port).then((peer) => peer.pause());
    await until(() => listener.connections.openCount === 1);
    const doomed = `const s = require('net').connect(process.argv[1], '127.0.0.1', () =>
      s.write(Buffer.alloc(70001, 7), () => s.resetAndDestroy()));`;
    for (let round = 0; round < 5; round++) {
      const peer = await plainPeer(port);
      peer.write(Buffer.alloc(70_001, 7), () => peer.resetAndDestroy());
      await until(() => recorder.details('opened').length === round + 2);
      sendAll(listener, pattern(1000));
    }
    runMeanwhile(doomed, port);
    await until(() => recorder.ends().length === 6);
    expect(recorder.bytes('received')).toHaveLength(6 * 70_001);
    expect(recorder.details('failed')).toHaveLength(6);
  });

  test('of 20 MB, echoed, is byte-exact and captured both ways', async () => {
    const { recorder, port } = await listening({ reply: 'echo' }, { readMode });
    const bytes = pattern(20_000_000);
    const peer = await plainPeer(port);
    peer.end(bytes);
    await until(() => peer.readableEnded);
    expect(Buffer.concat(peer.received).equals(bytes)).toBe(true);
    await until(() => recorder.ends().length === 1);
    expect(recorder.bytes('received').equals(bytes)).toBe(true);
    expect(recorder.bytes('sent').equals(bytes)).toBe(true);
    expect(recorder.details('closed')).toMatchObject([
      { by: 'peer', how: 'finish', receivedBytes: 20_000_000, sentBytes: 20_000_000, unsentBytes: 0 },
    ]);
  });

  test('waits while the capture has no room, and goes on without a gap', async () => {
    const { listener, recorder, port } = await listening({}, { readMode });
    recorder.congested = true;
    const bytes = pattern(8_000_000);
    const peers = [await plainPeer(port), await plainPeer(port)];
    for (const peer of peers) peer.end(bytes);
    await until(() => recorder.records.filter(({ kind }) => kind === 'received').length === 2);
    const paused = listener.connections.receivedBytes;
    expect(paused).toBeLessThan(1_000_000);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(listener.connections.receivedBytes).toBe(paused);
    recorder.relieve();
    await until(() => recorder.ends().length === 2);
    for (const { sequence } of recorder.records.filter(({ kind }) => kind === 'opened'))
      expect(recorder.bytes('received', sequence).equals(bytes)).toBe(true);
  });
});

describe('sending', () => {
  test('records a message when the kernel has it, to each target from the same place', async () => {
    const { listener, recorder, port } = await listening();
    const peers = [await plainPeer(port), await plainPeer(port), await plainPeer(port)];
    await until(() => listener.connections.openCount === 3);
    const place = recorder.store(Buffer.from('to all'));
    expect(listener.connections.send('all', place, 6)).toBe(3);
    const [first] = listener.connections.list(0, 1);
    expect(
      listener.connections.send([first!.id, first!.id, 999_999], recorder.store(Buffer.from('!')), 1),
    ).toBe(1);
    await until(() => listener.connections.queuedBytes === 0);
    const sent = recorder.records.filter(({ kind, length }) => kind === 'sent' && length === 6);
    expect(sent.map((record) => record.place)).toEqual([place, place, place]);
    await until(
      () => peers.map(({ received }) => Buffer.concat(received).length).reduce((a, b) => a + b) === 19,
    );
  });

  test('keeps 20,000 small messages in order, each with its own record', async () => {
    const { recorder, port } = await listening();
    const { client, recorder: sender } = await connected(port);
    for (let index = 0; index < 20_000; index++) sendAll(client, Buffer.from(`message ${index}\n`));
    client.disconnect('finish');
    await until(() => recorder.ends().length === 1 && sender.ends().length === 1);
    const expected = Array.from({ length: 20_000 }, (_, index) => `message ${index}\n`).join('');
    expect(recorder.bytes('received').toString()).toBe(expected);
    expect(sender.records.filter(({ kind }) => kind === 'sent')).toHaveLength(20_000);
    expect(sender.bytes('sent').toString()).toBe(expected);
  });

  test('reads back from disk what has left memory', async () => {
    const { recorder, port } = await listening();
    const { client, recorder: sender } = await connected(port);
    sender.forgetful = true;
    const bytes = pattern(3_000_000);
    sendAll(client, bytes);
    sendAll(client, Buffer.from('behind'));
    client.disconnect('finish');
    await until(() => recorder.ends().length === 1);
    expect(recorder.bytes('received').equals(Buffer.concat([bytes, Buffer.from('behind')]))).toBe(true);
  });

  test('fails the connection with the cause when the message cannot be read back', async () => {
    const { port } = await listening();
    const { client, recorder } = await connected(port);
    recorder.forgetful = true;
    recorder.read = () => Promise.reject(Object.assign(new Error('read EIO'), { code: 'EIO' }));
    sendAll(client, Buffer.from('lost'));
    await until(() => recorder.ends().length === 1);
    expect(recorder.details('failed')).toMatchObject([
      { code: 'EIO', during: 'open', sentBytes: 0, unsentBytes: 4 },
    ]);
  });

  test('of 100 MB to a peer that does not read costs little memory, names it, and goes on when it reads', async () => {
    const { listener, recorder, port } = await listening({}, {}, new TestRecorder(false));
    const peer = await plainPeer(port);
    peer.removeAllListeners('data').pause();
    await until(() => listener.connections.openCount === 1);
    const piece = Buffer.alloc(1_000_000);
    const before = process.memoryUsage().rss;
    for (let index = 0; index < 100; index++) sendAll(listener, piece);
    const info = () => listener.connections.list(0, 1)[0]!;
    await until(() => info().notReadingSince !== null);
    expect(info().queuedBytes).toBeGreaterThan(80_000_000);
    expect(info().queuedBytes + info().sentBytes).toBe(100_000_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000);
    const [note] = recorder.details('note');
    expect(note).toMatchObject({ note: 'not-reading', queuedBytes: info().queuedBytes });
    let taken = 0;
    peer.on('data', (bytes) => (taken += bytes.length)).resume();
    await until(() => taken === 100_000_000 && info().queuedBytes === 0);
    expect(info().notReadingSince).toBeNull();
    expect(recorder.details('note').at(-1)).toMatchObject({ note: 'reading-again' });
    expect(recorder.records.filter(({ kind }) => kind === 'sent')).toHaveLength(100);
  });

  test('an echo to a peer that does not read stops reading from it, so that its queue stays bounded', async () => {
    const { listener, port } = await listening({ reply: 'echo' }, {}, new TestRecorder(false));
    const peer = await plainPeer(port);
    peer.removeAllListeners('data').pause();
    peer.write(Buffer.alloc(100_000_000));
    const info = () => listener.connections.list(0, 1)[0]!;
    await until(() => listener.connections.openCount === 1 && info().notReadingSince !== null);
    expect(info().queuedBytes).toBeLessThan(5_000_000);
    let taken = 0;
    peer.on('data', (bytes) => (taken += bytes.length)).resume();
    await until(() => taken === 100_000_000);
    expect(info().receivedBytes).toBe(100_000_000);
  });

  test('records how much of a message the kernel had when the connection was reset in its middle', async () => {
    const { listener, recorder, port } = await listening();
    const peer = await plainPeer(port);
    peer.pause();
    await until(() => listener.connections.openCount === 1);
    sendAll(listener, pattern(30_000_000));
    await until(() => listener.connections.list(0, 1)[0]!.notReadingSince !== null);
    listener.connections.end('all', 'reset');
    await until(() => recorder.ends().length === 1);
    const [end] = recorder.details('closed');
    expect(end).toMatchObject({ by: 'us', how: 'reset' });
    expect(end!.sentBytes).toBeGreaterThan(0);
    expect(end!.sentBytes + end!.unsentBytes).toBe(30_000_000);
    expect(recorder.records.filter(({ kind }) => kind === 'sent').map(({ length }) => length)).toEqual([
      end!.sentBytes,
    ]);
    expect(recorder.records.at(-1)!.kind).toBe('closed');
  });

  test('goes on while the log is cleared, and what is sent afterwards is in the new log', async () => {
    const { listener, recorder, port } = await listening();
    const peer = await plainPeer(port);
    peer.pause();
    await until(() => listener.connections.openCount === 1);
    const bytes = pattern(30_000_000);
    sendAll(listener, bytes.subarray(0, 100));
    sendAll(listener, bytes.subarray(100));
    await until(() => listener.connections.list(0, 1)[0]!.notReadingSince !== null);
    const boundary = recorder.store(Buffer.from('|'));
    listener.connections.beforeClear();
    const cleared = recorder.length;
    listener.carry();
    expect(listener.connections.needsCleared).toBe(true);
    const { sentBytes } = listener.connections;
    // Nothing is in neither of the two logs.
    expect(recorder.bytes('sent').equals(bytes.subarray(0, sentBytes))).toBe(true);
    sendAll(listener, Buffer.from('next'));
    peer.resume();
    await until(() => listener.connections.queuedBytes === 0);
    expect(listener.connections.needsCleared).toBe(false);
    await until(() => Buffer.concat(peer.received).length === 30_000_004);
    const after = recorder.records.slice(cleared).filter(({ kind }) => kind === 'sent');
    expect(after.every(({ place }) => place > boundary)).toBe(true);
    const stream = listener.connections.list(0, 1)[0]!.connection;
    const expected = Buffer.concat([bytes.subarray(sentBytes), Buffer.from('next')]);
    expect(recorder.bytes('sent', stream).equals(expected)).toBe(true);
  });

  test('is refused, connection by connection, once this side has finished', async () => {
    const { port } = await listening({ afterPeerFinishes: 'stay' });
    const { client } = await connected(port);
    client.disconnect('finish');
    await until(() => client.status.state === 'half-closed-by-us');
    expect(sendAll(client, Buffer.from('too late'))).toBe(0);
  });
});

describe('ending', () => {
  test('a half-closed peer still gets its reply, then both sides have finished', async () => {
    const { listener, recorder, port } = await listening({ afterPeerFinishes: 'stay' });
    const peer = await plainPeer(port);
    peer.end('question');
    await until(() => listener.connections.list(0, 1)[0]?.state === 'half-closed-by-peer');
    expect(sendAll(listener, Buffer.from('answer'))).toBe(1);
    listener.connections.end('all', 'finish');
    await until(() => peer.readableEnded && recorder.ends().length === 1);
    expect(Buffer.concat(peer.received).toString()).toBe('answer');
    expect(kinds(recorder, streamOf(recorder))).toEqual([
      'opened',
      'received',
      'half-closed',
      'sent',
      'closed',
    ]);
    expect(recorder.details('half-closed')).toEqual([{ kind: 'half-closed', by: 'peer', closeNotify: null }]);
    expect(recorder.details('closed')).toMatchObject([
      { by: 'peer', how: 'finish', receivedBytes: 8, sentBytes: 6 },
    ]);
  });

  test('finishing lets the peer answer, and is told apart from closing', async () => {
    const server = await plainServer((socket) => socket.on('end', () => socket.end('still here')).resume());
    const { client, recorder } = await connected(portOf(server));
    sendAll(client, Buffer.from('last words'));
    client.disconnect('finish');
    await until(() => recorder.ends().length === 1);
    expect(recorder.bytes('received').toString()).toBe('still here');
    expect(kinds(recorder, streamOf(recorder))).toEqual([
      'opened',
      'sent',
      'half-closed',
      'received',
      'closed',
    ]);
    expect(recorder.details('closed')).toMatchObject([{ by: 'us', how: 'finish' }]);
  });

  test('closing sends what is queued first', async () => {
    const { recorder, port } = await listening();
    const { client, recorder: sender } = await connected(port);
    const bytes = pattern(5_000_000);
    sendAll(client, bytes);
    client.disconnect('close');
    await until(() => recorder.ends().length === 1 && sender.ends().length === 1);
    expect(recorder.bytes('received').equals(bytes)).toBe(true);
    expect(sender.details('closed')).toMatchObject([
      { by: 'us', how: 'close', sentBytes: 5_000_000, unsentBytes: 0 },
    ]);
    expect(sender.details('half-closed')).toEqual([]);
  });

  test('closing towards a peer that never reads becomes a reset, and says so', async () => {
    const { listener, recorder, port } = await listening();
    const peer = await plainPeer(port);
    peer.pause();
    await until(() => listener.connections.openCount === 1);
    sendAll(listener, Buffer.alloc(30_000_000));
    listener.connections.end('all', 'close');
    await until(() => recorder.ends().length === 1);
    expect(recorder.details('note').at(-1)).toMatchObject({ note: 'close-deadline' });
    expect(recorder.details('closed')).toMatchObject([{ by: 'us', how: 'reset' }]);
  });

  test.each(modes)('resetting right behind finishing ends it all the same (%s)', async (readMode) => {
    const { listener, recorder, port } = await listening({}, { readMode });
    await plainPeer(port);
    await until(() => listener.connections.openCount === 1);
    listener.connections.end('all', 'finish');
    listener.connections.end('all', 'reset');
    await until(() => listener.connections.openCount === 0);
    expect(recorder.ends().map(({ detail }) => detail)).toMatchObject([
      { kind: 'closed', by: 'us', how: 'reset' },
    ]);
  });

  test('resetting ends it at once for both sides', async () => {
    const { recorder, port } = await listening();
    const { client, recorder: ours } = await connected(port);
    await until(() => recorder.details('opened').length === 1);
    client.disconnect('reset');
    await until(() => recorder.ends().length === 1 && ours.ends().length === 1);
    expect(ours.details('closed')).toMatchObject([{ by: 'us', how: 'reset' }]);
    expect(recorder.details('failed')).toMatchObject([{ code: 'ECONNRESET', during: 'open' }]);
  });

  test('sending to a peer that has gone fails with EPIPE or ECONNRESET, once', async () => {
    const { listener, recorder, port } = await listening({ afterPeerFinishes: 'stay' });
    const peer = await plainPeer(port);
    await until(() => listener.connections.openCount === 1);
    peer.destroy();
    await until(() => listener.connections.list(0, 1)[0]?.state === 'half-closed-by-peer');
    const poke = setInterval(() => sendAll(listener, Buffer.from('hello?')), 5);
    await until(() => recorder.ends().length === 1).finally(() => clearInterval(poke));
    expect(recorder.details('failed').map(({ code }) => code)).toEqual([
      expect.stringMatching(/^(EPIPE|ECONNRESET)$/),
    ]);
    expect(listener.connections.list(0, 1)[0]).toMatchObject({ state: 'failed', queuedBytes: 0 });
    expect(listener.connections.queuedBytes).toBe(0);
  });

  test('any way, at any moment, writes exactly one end record, and nothing behind it', async () => {
    const { listener, recorder, port } = await listening({ reply: 'echo' });
    const ways = ['finish', 'close', 'reset'] as const;
    const peers = await Promise.all(Array.from({ length: 60 }, () => plainPeer(port)));
    await until(() => listener.connections.openCount === 60);
    const open = [...listener.connections.open];
    peers.forEach((peer, index) => {
      peer.write(pattern(index * 5000));
      if (index % 2 === 0) open[index]!.end(ways[index % 3]!);
      if (index % 4 === 0) open[index]!.end(ways[(index >> 2) % 3]!);
      if (index % 5 < 3) peer.end();
      else peer.resetAndDestroy();
    });
    await until(() => listener.connections.openCount === 0);
    for (const { sequence } of recorder.records.filter(({ kind }) => kind === 'opened')) {
      const ends = recorder.of(sequence).filter(({ kind }) => kind === 'closed' || kind === 'failed');
      expect(ends).toHaveLength(1);
      expect(recorder.of(sequence).at(-1)).toBe(ends[0]);
    }
    expect(listener.connections.queuedBytes).toBe(0);
  });

  test('leaves no timer and no socket behind', async () => {
    const { listener, port } = await listening({ reply: 'echo' });
    const { client } = await connected(port);
    sendAll(client, pattern(1_000_000));
    await until(() => client.connections.receivedBytes === 1_000_000);
    await Promise.all([client.stop(), listener.stop()]);
    const sockets = () =>
      process.getActiveResourcesInfo().filter((name) => /^TCP(Socket|Server)Wrap$/.test(name));
    await until(() => sockets().length === 0);
  });
});
