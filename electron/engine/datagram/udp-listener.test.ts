import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../shared/failure.ts';
import { TestRecorder } from '../testing/recorder.ts';
import { tellsDrops } from './kernel-drops.ts';
import {
  hasIpv6,
  listening,
  listenerSettings,
  newListener,
  notes,
  plainSocket,
  received,
  sendAll,
  sendOut,
  sendTo,
  until,
} from '../testing/datagram-kit.ts';

/** What a datagram of one byte takes of a receive buffer at least, wherever this runs. */
const leastHeldBytes = process.platform === 'linux' ? 449 : 17;

describe('a UDP server', () => {
  it('keeps the boundaries of datagrams, the empty one too', async () => {
    const { recorder, port, listener } = await listening();
    const peer = await plainSocket();
    for (const text of ['one', '', 'three']) await sendTo(peer, port, text);
    await until(() => received(recorder).length === 3);
    expect(received(recorder).map(({ length }) => length)).toEqual([3, 0, 5]);
    expect(recorder.bytes('received').toString()).toBe('onethree');
    expect(listener.connections.receivedBytes).toBe(8);
  });

  it('lists each address once with a stream of its own, and answers the ones it is asked to', async () => {
    const { listener, recorder, port } = await listening();
    const [one, two, three] = [await plainSocket(), await plainSocket(), await plainSocket()];
    for (const [at, peer] of [one, two, three].entries()) {
      await sendTo(peer, port, `hello ${at}`);
      await until(() => listener.connections.openCount === at + 1);
    }
    await sendTo(one, port, 'again');
    await until(() => received(recorder).length === 4);
    const { connections } = listener;
    const peers = connections.list(0, 10);
    expect(peers.map(({ remote }) => remote!.port)).toEqual([one.port, two.port, three.port]);
    expect(peers[0]).toMatchObject({ origin: 'accepted', state: 'open', receivedBytes: 12, isReading: true });
    expect(peers[0]!.lastSeenAt).toBe(recorder.records.at(-1)!.time);
    expect(
      new Set(recorder.records.filter(({ kind }) => kind !== 'listening').map(({ stream }) => stream)),
    ).toEqual(new Set(peers.map(({ connection }) => connection)));
    expect(sendOut(listener, [peers[0]!.id], 'to one')).toBe(1);
    expect(sendOut(listener, [peers[0]!.id, peers[1]!.id, peers[1]!.id, 999_999], 'to two')).toBe(2);
    expect(sendOut(listener, 'all', 'to all')).toBe(3);
    await until(() => three.received.length === 1 && two.received.length === 2 && one.received.length === 3);
    expect(one.received.map(String)).toEqual(['to one', 'to two', 'to all']);
    expect(recorder.bytes('sent', peers[1]!.connection).toString()).toBe('to twoto all');
    expect(connections).toMatchObject({ sentBytes: 36, queuedBytes: 0, listedCount: 3 });
    expect(connections.list(1, 1).map(({ id }) => id)).toEqual([peers[1]!.id]);
  });

  it('sends to an address that it has not heard of, and knows the peer when it answers', async () => {
    const { listener, recorder, port } = await listening();
    const peer = await plainSocket();
    expect(sendOut(listener, { host: '127.0.0.1', port: peer.port }, 'first')).toBe(1);
    await until(() => peer.received.length === 1);
    await sendTo(peer, port, 'answer');
    await until(() => received(recorder).length === 1);
    expect(listener.connections.list(0, 9)).toMatchObject([
      { origin: 'initiated', sentBytes: 5, receivedBytes: 6 },
    ]);
    expect(recorder.details('opened')).toHaveLength(1);
  });

  it('resolves a name once for many datagrams, with its record, and says when it has no address', async () => {
    const { listener, recorder } = await listening();
    const peer = await plainSocket();
    for (const text of ['one', 'two']) sendOut(listener, { host: 'localhost', port: peer.port }, text);
    await until(() => peer.received.length === 2);
    expect(recorder.details('resolved')).toMatchObject([{ host: 'localhost', code: null }]);
    sendOut(listener, { host: 'no-such-host.invalid', port: peer.port }, 'lost');
    await until(() => notes(recorder, 'datagram-failed').length === 1);
    expect(recorder.details('resolved')[1]!.code).toMatch(/ENOTFOUND|EAI_AGAIN/);
    expect(notes(recorder, 'datagram-failed')[0]!.code).toBe(recorder.details('resolved')[1]!.code);
    expect(listener.connections.queuedBytes).toBe(0);
  });

  it('takes a peer off its list when told, and knows it as a new one later', async () => {
    const { listener, recorder, port } = await listening();
    const peer = await plainSocket();
    await sendTo(peer, port, 'one');
    await until(() => listener.connections.openCount === 1);
    listener.connections.end('all', 'close');
    expect(recorder.details('closed')).toMatchObject([{ by: 'us', receivedBytes: 3 }]);
    expect(listener.connections.openCount).toBe(0);
    await sendTo(peer, port, 'two');
    await until(() => listener.connections.openCount === 1);
    expect(recorder.details('opened')).toHaveLength(2);
  });

  it('names its peers again after the log was cleared, and keeps bytes that wait out of it', async () => {
    const { listener, recorder, port } = await listening();
    const peer = await plainSocket();
    await sendTo(peer, port, 'before');
    await until(() => listener.connections.openCount === 1);
    recorder.forgetful = true;
    sendAll(listener, 'waits');
    expect(listener.connections.needsCleared).toBe(false);
    listener.carry();
    expect(listener.connections.needsCleared).toBe(true);
    const [info] = listener.connections.list(0, 1);
    await until(() => peer.received.length === 1);
    const sent = recorder.records.find(({ kind }) => kind === 'sent')!;
    expect(sent.stream).toBe(info!.connection);
    expect(sent.place).toBeGreaterThan(recorder.records.find(({ kind }) => kind === 'received')!.place + 6);
    expect(listener.connections.needsCleared).toBe(false);
    expect(recorder.details('opened').map(({ carried }) => carried)).toEqual([false, true]);
    expect(recorder.details('listening')).toHaveLength(2);
  });

  it('forgets the peer it saw least recently, and the list does not grow under a flood of addresses', async () => {
    const { listener, recorder, port } = await listening({}, { mostPeers: 3 });
    const peers = [await plainSocket(), await plainSocket(), await plainSocket(), await plainSocket()];
    for (const at of [0, 1, 2, 0, 3]) {
      const before = received(recorder).length;
      await sendTo(peers[at]!, port, String(at));
      await until(() => received(recorder).length === before + 1);
    }
    expect(listener.connections.list(0, 9).map(({ remote }) => remote!.port)).toEqual(
      [0, 2, 3].map((at) => peers[at]!.port),
    );
    const forgotten = recorder.records.find(
      ({ detail }) => detail?.kind === 'note' && detail.note === 'forgotten',
    )!;
    expect(recorder.records[forgotten.stream]!.detail).toMatchObject({ remote: { port: peers[1]!.port } });
    await sendTo(peers[1]!, port, 'back');
    await until(() => notes(recorder, 'forgotten').length === 2);
    expect(listener.connections.openCount).toBe(3);
  });

  it('holds 10,000 peers and not one more', async () => {
    const { listener } = await listening();
    const { connections } = listener;
    for (let i = 0; i < 30_000; i++)
      connections.received(Buffer.of(1), `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, 1 + (i % 65_535));
    expect(connections.openCount).toBe(10_000);
    expect(connections.list(9_999, 5)).toMatchObject([{ remote: { host: '10.0.117.47' } }]);
    await listener.stop();
    expect(connections).toMatchObject({ openCount: 0, listedCount: 200 });
    expect(connections.list(0, 1)).toMatchObject([{ remote: { host: '10.0.117.47' }, state: 'closed' }]);
  });

  it('does not read while told so, loses nothing that the kernel has room for, and says both', async () => {
    const { listener, recorder, port } = await listening();
    const peer = await plainSocket();
    await sendTo(peer, port, 'one');
    await until(() => received(recorder).length === 1);
    listener.connections.setReading('all', false);
    expect(listener.connections.list(0, 1)).toMatchObject([{ isReading: false }]);
    for (const text of ['two', 'three']) await sendTo(peer, port, text);
    const other = await listening();
    await sendTo(peer, other.port, 'a sign that time has passed');
    await until(() => received(other.recorder).length === 1);
    expect(received(recorder)).toHaveLength(1);
    listener.connections.setReading('all', true);
    await until(() => received(recorder).length === 3);
    expect(notes(recorder, 'paused')).toMatchObject([{ why: 'user' }]);
    expect(notes(recorder, 'resumed')).toMatchObject([{ why: 'user' }]);
  });

  it('leaves datagrams with the kernel while the capture has no room', async () => {
    const { recorder, port } = await listening();
    const peer = await plainSocket();
    recorder.congested = true;
    for (let i = 0; i < 40; i++) await sendTo(peer, port, 'x');
    await until(() => received(recorder).length === 1);
    recorder.relieve();
    await until(() => received(recorder).length === 40);
  });

  it('drops replies that its queue has no room for, says so, and goes on', async () => {
    const { listener, recorder, port } = await listening({
      reply: 'echo',
      options: { highWaterBytes: 1024 },
    });
    const peer = await plainSocket();
    recorder.forgetful = true;
    await sendTo(peer, port, Buffer.alloc(1025));
    await until(() => notes(recorder, 'reply-failed').length === 1);
    expect(notes(recorder, 'reply-failed')).toMatchObject([{ code: 'QUEUE_FULL', rule: null }]);
    await sendTo(peer, port, Buffer.alloc(1024));
    await until(() => peer.received.length === 1);
    expect(listener.connections.queuedBytes).toBe(0);
  });

  it('and another echo server feed each other without growing', async () => {
    const [one, two] = [await listening({ reply: 'echo' }), await listening({ reply: 'echo' })];
    sendOut(one.listener, { host: '127.0.0.1', port: two.port }, 'ping');
    await until(() => received(one.recorder).length > 2000);
    expect(one.listener.connections.queuedBytes + two.listener.connections.queuedBytes).toBeLessThan(64);
    await one.listener.stop();
    await two.listener.stop();
  });
});

describe('the kernel of a UDP server', () => {
  it('tells what it granted of the buffers, and what it would', async () => {
    const { listener } = await listening({ udp: { receiveBufferBytes: 65_536, sendBufferBytes: 32_768 } });
    const { udp } = listener.status;
    expect(udp!.receiveBufferBytes).toBeGreaterThanOrEqual(65_536);
    expect(udp!.sendBufferBytes).toBeGreaterThanOrEqual(32_768);
    expect(typeof udp!.receiveBufferLimit).toBe(process.platform === 'linux' ? 'number' : 'object');
    listener.change(listenerSettings({ udp: { receiveBufferBytes: 131_072, sendBufferBytes: 32_768 } }));
    expect(listener.status.udp!.receiveBufferBytes).toBeGreaterThanOrEqual(131_072);
  });

  it.runIf(tellsDrops)('counts what it dropped while nobody read', async () => {
    const { listener, recorder, port } = await listening({ udp: { receiveBufferBytes: 4096 } });
    const peer = await plainSocket();
    await sendTo(peer, port, 'x');
    await until(() => received(recorder).length === 1);
    listener.connections.setReading('all', false);
    for (let i = 0; i < 100; i++) await sendTo(peer, port, Buffer.alloc(1000));
    await until(() => (listener.lost ?? 0) > 0 && notes(recorder, 'dropped').length > 0);
    const { lost } = listener;
    listener.connections.setReading('all', true);
    await until(() => received(recorder).length + lost! === 101);
  });
});

describe('starting and stopping a UDP server', () => {
  const start = (changes: Parameters<typeof listenerSettings>[0]) => {
    const recorder = new TestRecorder();
    const listener = newListener(recorder);
    return { recorder, listener, started: listener.start(listenerSettings(changes)) };
  };

  it('shares a port among sockets with reuseAddress, as multicast needs it', async () => {
    const { port } = await listening({ udp: { reuseAddress: true } });
    const { listener, started } = start({ port, udp: { reuseAddress: true } });
    await expect(started).resolves.toMatchObject({ port });
    await listener.stop();
  });

  it('shares a port with SO_REUSEPORT, or says that this Node cannot', async () => {
    const { listener, started } = start({ options: { reusePort: true } });
    const outcome = await started.catch((error: { code: string }) => error.code);
    if (typeof outcome === 'string') {
      expect(outcome).toBe('REUSEPORT_UNSUPPORTED');
      expect(listener.status.state).toBe('failed');
    } else {
      const second = start({ port: outcome.port, options: { reusePort: true } });
      await expect(second.started).resolves.toMatchObject({ port: outcome.port });
    }
  });

  it.each([
    ['fe80::1', 'LINK_LOCAL_WITHOUT_ZONE'],
    ['fe80::1%nowhere9', 'UNKNOWN_ZONE'],
    ['a b', 'INVALID_ARGUMENT'],
  ])('refuses the host %s', async (host, code) => {
    await expect(start({ host }).started).rejects.toMatchObject({ code });
  });

  it('keeps at its stop what the kernel had for it, also where nobody reads just now', async () => {
    const { listener, recorder, port } = await listening({ reply: 'echo' });
    const peer = await plainSocket();
    await sendTo(peer, port, 'read');
    await until(() => peer.received.length === 1);
    listener.connections.setReading('all', false);
    for (let i = 0; i < 100; i++) await sendTo(peer, port, String(i % 10));
    await listener.stop();
    expect(received(recorder)).toHaveLength(101);
    expect(recorder.bytes('received').toString()).toBe(`read${'0123456789'.repeat(10)}`);
    expect(notes(recorder, 'resumed')).toMatchObject([{ why: 'user' }]);
    expect(recorder.records.at(-1)!.kind).toBe('stopped');
    // Whoever asked in time is answered.
    await until(() => peer.received.length === 101);
  });

  it('keeps it while the capture has no room, too', async () => {
    const { listener, recorder, port } = await listening();
    const peer = await plainSocket();
    recorder.congested = true;
    for (let i = 0; i < 40; i++) await sendTo(peer, port, 'x');
    await until(() => received(recorder).length > 0);
    await listener.stop();
    expect(received(recorder)).toHaveLength(40);
  });

  it('ends in the middle of a flood', async () => {
    const { listener, recorder, port } = await listening();
    const script = `
      const socket = require('dgram').createSocket('udp4').on('error', () => undefined);
      const flood = () => setImmediate(flood, Array.from({ length: 50 }, () => socket.send('x', ${port}, '127.0.0.1')));
      flood();`;
    const sender = spawn(process.execPath, ['-e', script], { stdio: 'inherit' });
    await until(() => received(recorder).length > 1000);
    await listener.stop();
    sender.kill('SIGKILL');
    await once(sender, 'exit');
    expect(listener.status.state).toBe('stopped');
    expect(recorder.details('stopped')).toHaveLength(1);
  });

  it('reads at its stop no more than its buffer can have held, where the kernel never runs out', async () => {
    const peer = await plainSocket();
    /** One more is on its way for each that was read. */
    class Refilled extends TestRecorder {
      override append(...args: Parameters<TestRecorder['append']>): number {
        if (args[0] === 'received') peer.send('x', port, '127.0.0.1');
        return super.append(...args);
      }
    }
    const recorder = new Refilled();
    const listener = newListener(recorder);
    const { port } = await listener.start(listenerSettings({ udp: { receiveBufferBytes: 65_536 } }));
    for (let i = 0; i < 50; i++) await sendTo(peer, port, 'x');
    await until(() => received(recorder).length > 500);
    const before = received(recorder).length;
    const held = listener.status.udp!.receiveBufferBytes;
    await listener.stop();
    // The first turn, and the last one, still read a few.
    expect(received(recorder).length - before).toBeLessThan(held / leastHeldBytes + 100);
  });

  it('says at its stop how much was never sent', async () => {
    const { listener, recorder } = await listening({}, { lookup: () => undefined });
    sendOut(listener, { host: 'silent.test', port: 9 }, 'for nobody');
    await listener.stop();
    expect(notes(recorder, 'datagram-failed')).toMatchObject([{ code: 'CANCELLED', length: 10 }]);
    expect(recorder.details('stopped')).toHaveLength(1);
  });

  it('goes on reading when an address is what is not to be read: only peers can be named', async () => {
    const { listener, recorder, port } = await listening();
    listener.connections.setReading({ host: '127.0.0.1', port: 9 }, false);
    await sendTo(await plainSocket(), port, 'x');
    await until(() => received(recorder).length === 1);
    expect(notes(recorder, 'paused')).toEqual([]);
  });

  it('can be stopped twice, before it started and at any time, and says once how many peers it had', async () => {
    const { listener, recorder, port } = await listening();
    await sendTo(await plainSocket(), port, 'x');
    await until(() => listener.connections.openCount === 1);
    await Promise.all([listener.stop(), listener.stop()]);
    await listener.stop();
    expect(recorder.details('stopped')).toMatchObject([{ connections: 1 }]);
    expect(listener.status).toMatchObject({ state: 'stopped', local: null, udp: null });
    expect(listener.connections.list(0, 9)).toMatchObject([{ state: 'closed', endedAt: expect.any(Number) }]);
    await newListener().stop();
  });

  it('does not start twice', async () => {
    const { listener } = await listening();
    await expect(listener.start(listenerSettings())).rejects.toMatchObject({ code: 'EALREADY' });
    expect(listener.status.state).toBe('listening');
  });
});

describe.runIf(hasIpv6)('families', () => {
  const hears = async (host: string, ipv6Only: boolean) => {
    const { listener, recorder, port } = await listening({ host, options: { ipv6Only } });
    const [four, six] = [await plainSocket('127.0.0.1'), await plainSocket('::1')];
    // Nobody is told of a datagram that nobody hears: each goes out twice, and what is heard is heard by then.
    for (let i = 0; i < 2; i++) {
      await sendTo(four, port, '4').catch(() => undefined);
      await sendTo(six, port, '6', '::1').catch(() => undefined);
    }
    const wanted = host === '' && !ipv6Only ? 4 : 2;
    await until(() => received(recorder).length === wanted);
    return { listener, recorder, heard: recorder.bytes('received').toString() };
  };

  it('are both heard on any address, and IPv4 peers are shown as such and answered', async () => {
    const { listener, heard } = await hears('', false);
    expect([...heard].toSorted().join('')).toBe('4466');
    expect(listener.status.local).toMatchObject({ host: '::' });
    const peers = listener.connections.list(0, 9);
    expect(peers.map(({ remote }) => remote!.host).toSorted()).toEqual(['127.0.0.1', '::1']);
    expect(sendAll(listener, 'both')).toBe(2);
    const target = await plainSocket();
    sendOut(listener, { host: '127.0.0.1', port: target.port }, 'mapped');
    await until(() => target.received.length === 1);
  });

  it('are told apart by options that count for IPv6 alone on a socket of both', async () => {
    const udp = { ttl: 7, multicastLoopback: false };
    const alone = [
      { option: 'udp.ttl', code: 'IPV6_ALONE' },
      { option: 'udp.multicastLoopback', code: 'IPV6_ALONE' },
    ];
    expect(notes((await listening({ host: '', udp })).recorder, 'option-failed')).toMatchObject(alone);
    for (const host of ['::1', '0.0.0.0'])
      expect(notes((await listening({ host, udp })).recorder, 'option-failed')).toEqual([]);
    const six = await listening({ host: '', udp, options: { ipv6Only: true } });
    expect(notes(six.recorder, 'option-failed')).toEqual([]);
  });

  it('IPv6 alone is heard with IPv6 only', async () => {
    expect((await hears('', true)).heard).toBe('66');
  });

  it('IPv4 alone is heard on an IPv4 address, which cannot send to IPv6', async () => {
    const { listener, heard } = await hears('0.0.0.0', false);
    expect(heard).toBe('44');
    expect(() => sendOut(listener, { host: '::1', port: 9 }, 'x')).toThrow(
      expect.objectContaining({ code: 'EAFNOSUPPORT' }) as Error,
    );
  });

  it('have one peer for the many ways to write an IPv6 address', async () => {
    const { listener, port } = await listening({ host: '::1' });
    const peer = await plainSocket('::1');
    sendOut(listener, { host: '0:0::0001', port: peer.port }, 'x');
    await until(() => peer.received.length === 1);
    await sendTo(peer, port, 'y', '::1');
    await until(() => listener.connections.receivedBytes === 1);
    expect(listener.connections.openCount).toBe(1);
  });

  it('differ in the longest datagram', async () => {
    const { listener } = await listening({ host: '' });
    const [four, six] = [await plainSocket(), await plainSocket('::1')];
    six.setRecvBufferSize(1_000_000);
    expect(() => sendOut(listener, { host: '127.0.0.1', port: four.port }, Buffer.alloc(65_508))).toThrow(
      expect.objectContaining({
        failure: expect.objectContaining({
          code: 'DATAGRAM_TOO_LONG',
          why: { name: 'datagram-bytes', bytes: 65_508, most: 65_507 },
        }) as Failure,
      }) as Error,
    );
    sendOut(listener, { host: '::1', port: six.port }, Buffer.alloc(65_527));
    await until(() => six.received.length === 1);
    expect(six.received[0]).toHaveLength(65_527);
    expect(() => sendOut(listener, { host: '::1', port: six.port }, Buffer.alloc(65_528))).toThrow(
      expect.objectContaining({ code: 'DATAGRAM_TOO_LONG' }) as Error,
    );
  });
});

describe('what cannot be sent', () => {
  it('is refused before anything leaves: port 0, a host with a space, no socket', async () => {
    const { listener } = await listening();
    expect(() => sendOut(listener, { host: '127.0.0.1', port: 0 }, 'x')).toThrow(
      expect.objectContaining({ code: 'ERR_SOCKET_BAD_PORT' }) as Error,
    );
    expect(() => sendOut(listener, { host: 'a b', port: 9 }, 'x')).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }) as Error,
    );
    expect(sendAll(listener, 'nobody')).toBe(0);
    await listener.stop();
    expect(sendAll(listener, 'nobody')).toBe(0);
    expect(() => sendOut(listener, { host: '127.0.0.1', port: 9 }, 'x')).toThrow(
      expect.objectContaining({ code: 'NOT_BOUND' }) as Error,
    );
  });

  it('is refused when too many wait already', async () => {
    const { listener } = await listening({ reply: 'none' });
    const { connections } = listener;
    const place = connections.recorder.store(new Uint8Array(0));
    const target = await plainSocket();
    const send = () => connections.send({ host: '127.0.0.1', port: target.port }, place, 0);
    expect(() => {
      for (let i = 0; i < 260_000; i++) send();
    }).toThrow(expect.objectContaining({ code: 'QUEUE_FULL' }) as Error);
  });

  it('to a broadcast address without the option fails with EACCES, and with it leaves', async () => {
    const { listener, recorder } = await listening({ host: '0.0.0.0' });
    const send = () => sendOut(listener, { host: '127.255.255.255', port: 9 }, 'all of you');
    send();
    await until(() => notes(recorder, 'datagram-failed').length === 1);
    expect(notes(recorder, 'datagram-failed')).toMatchObject([{ code: 'EACCES', length: 10 }]);
    expect(listener.status.state).toBe('listening');
    listener.change(listenerSettings({ udp: { broadcast: true } }));
    send();
    await until(() => listener.connections.sentBytes === 10);
    expect(listener.connections.queuedBytes).toBe(0);
  });
});
