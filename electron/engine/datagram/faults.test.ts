import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../shared/failure.ts';
import { explain } from '../../../shared/texts/index.ts';
import { expectOneEnd, survives } from '../testing/fault-kit.ts';
import { closeLater, pattern } from '../testing/stream-kit.ts';
import { asOrdinaryUser, lowestOpenPort } from '../testing/paths.ts';
import { TestRecorder } from '../testing/recorder.ts';
import { tellsDrops } from './kernel-drops.ts';
import { Peer } from './peer.ts';
import {
  clientSettings,
  freePort,
  hasIpv6,
  listening,
  listenerSettings,
  newClient,
  newListener,
  notes,
  opened,
  plainSocket,
  received,
  sendAll,
  sendTo,
  until,
  type ListenerChanges,
} from '../testing/datagram-kit.ts';
import { UdpSender } from './udp-sender.ts';
import { UdpSocket } from './udp-socket.ts';

const loopbacks = hasIpv6 ? (['127.0.0.1', '::1'] as const) : (['127.0.0.1'] as const);

/** Does not listen, says so once with this code, and can listen elsewhere afterwards. */
async function failsToListen(changes: ListenerChanges, code: string): Promise<void> {
  const recorder = new TestRecorder();
  const listener = newListener(recorder);
  await expect(listener.start(listenerSettings(changes))).rejects.toMatchObject({ code });
  expect(listener.status).toMatchObject({ state: 'failed', local: null, failure: { code } });
  expect(listener.openSockets).toBe(0);
  expectOneEnd(recorder, { kind: 'failed', during: 'listening', code });
  expect(recorder.details('failed')[0]!.message).toMatch(/^listen /);
  await listener.start(listenerSettings());
  expect(listener.status.state).toBe('listening');
}

/** A port where nobody hears, and that nobody else can take meanwhile: its socket is connected to elsewhere. */
async function deafPort(): Promise<{ port: number; release: () => Promise<void> }> {
  const socket = createSocket('udp4').on('error', () => undefined);
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  await new Promise<void>((resolve) => socket.connect(9, '127.0.0.1', () => resolve()));
  let released: Promise<void> | null = null;
  const release = (): Promise<void> => (released ??= new Promise((resolve) => socket.close(resolve)));
  closeLater(release);
  return { port: socket.address().port, release };
}

describe('a UDP server', () => {
  it('on a port in use fails once, and whoever has the port goes on', () =>
    survives(async () => {
      const holder = await plainSocket();
      await failsToListen({ port: holder.port }, 'EADDRINUSE');
      await sendTo(await plainSocket(), holder.port, 'still mine');
      await until(() => holder.received.length === 1);
    }));

  it('on an address of another machine fails once', () =>
    survives(() => failsToListen({ host: '203.0.113.7' }, 'EADDRNOTAVAIL')));

  it.runIf(lowestOpenPort > 7)('on a privileged port fails once for an ordinary user', () =>
    survives(() => asOrdinaryUser(() => failsToListen({ port: 7 }, 'EACCES'))),
  );

  it.each([70_000, -1, 1.5, Number.NaN])('on port %s opens nothing', (port) =>
    survives(async () => {
      const recorder = new TestRecorder();
      const start = newListener(recorder).start(listenerSettings({ port }));
      await expect(start).rejects.toMatchObject({ code: 'ERR_SOCKET_BAD_PORT' });
      expect(recorder.length).toBe(0);
    }),
  );

  it.runIf(hasIpv6)('on both families finds its port taken by an IPv4 socket alone', () =>
    survives(async () => {
      const { port } = await plainSocket('0.0.0.0');
      await failsToListen({ host: '', port }, 'EADDRINUSE');
      await failsToListen({ host: '::', port }, 'EADDRINUSE');
    }),
  );

  it.runIf(hasIpv6)('on IPv6 only shares its port number with an IPv4 socket', () =>
    survives(async () => {
      const four = await plainSocket('0.0.0.0');
      const { recorder, port } = await listening({
        host: '::',
        port: four.port,
        options: { ipv6Only: true },
      });
      await sendTo(await plainSocket(), port, 'four');
      await sendTo(await plainSocket('::1'), port, 'six', '::1');
      await until(() => four.received.length === 1 && received(recorder).length === 1);
      expect(String(four.received[0])).toBe('four');
      expect(recorder.bytes('received').toString()).toBe('six');
    }),
  );

  it('started and stopped a hundred times at once leaves its port free each time', () =>
    survives(async () => {
      const port = await freePort();
      const recorder = new TestRecorder();
      const listener = newListener(recorder);
      for (let i = 0; i < 100; i++) {
        const started = listener
          .start(listenerSettings({ port }))
          .catch((error: { code: string }) => error.code);
        if (i % 2 === 0) await started;
        await listener.stop();
        expect(await started).toEqual(
          i % 2 === 0 ? { host: '127.0.0.1', port, family: 'IPv4' } : 'CANCELLED',
        );
      }
      expect(recorder.details('listening')).toHaveLength(50);
      expect(recorder.details('stopped')).toHaveLength(50);
      expect(recorder.ends()).toEqual([]);
      const plain = await plainSocket('127.0.0.1', port);
      expect(plain.port).toBe(port);
    }));

  it('stopped with fifty peers says so once', () =>
    survives(async () => {
      const { listener, recorder, port } = await listening();
      for (let count = 1; count <= 50; count++) await sendTo(await plainSocket(), port, 'here');
      await until(() => listener.connections.openCount === 50);
      await listener.stop();
      expect(recorder.details('stopped')).toMatchObject([{ connections: 50 }]);
      expect(recorder.ends()).toEqual([]);
    }));

  it.each(loopbacks)('echoes 11 sizes from 0 to 65,507 bytes over %s as they came', (host) =>
    survives(async () => {
      const { listener, recorder, port } = await listening({ reply: 'echo', host });
      const { client, recorder: heard } = await opened(port, { host });
      const sizes = [0, 1, 2, 64, 512, 1400, 1472, 1473, 9000, 65_506, 65_507];
      for (const [at, size] of sizes.entries()) {
        expect(sendAll(client, pattern(size))).toBe(1);
        await until(() => received(heard).length === at + 1);
      }
      const all = Buffer.concat(sizes.map(pattern));
      for (const one of [recorder, heard]) {
        expect(received(one).map(({ length }) => length)).toEqual(sizes);
        expect(one.bytes('received').equals(all)).toBe(true);
        expect(one.bytes('sent').equals(all)).toBe(true);
      }
      expect(client.connections.queuedBytes).toBe(0);
      await client.stop();
      await listener.stop();
      const counters = { receivedBytes: all.length, sentBytes: all.length, unsentBytes: 0 };
      expectOneEnd(heard, { kind: 'closed', by: 'us', ...counters });
      expect(recorder.details('stopped')).toHaveLength(1);
    }),
  );

  it.runIf(tellsDrops)('has 200,000 datagrams of which captured and dropped are all that were sent', () =>
    survives(async () => {
      const recorder = new TestRecorder(false);
      const listener = newListener(recorder);
      const { port } = await listener.start(listenerSettings({ udp: { receiveBufferBytes: 65_536 } }));
      const script = `
        const socket = require('dgram').createSocket('udp4');
        const bytes = Buffer.alloc(512);
        let sent = 0, done = 0;
        socket.connect(${port}, '127.0.0.1', function next() {
          for (let i = 0; i < 200 && sent < 200000; i++, sent++)
            socket.send(bytes, (error) => {
              if (error) throw error;
              if (++done === 200000) socket.close();
              else if (done % 200 === 0) setImmediate(next);
            });
        });`;
      const sender = spawn(process.execPath, ['-e', script], { stdio: 'inherit' });
      const [status] = await once(sender, 'exit');
      expect(status).toBe(0);
      // Stopped at once: what the kernel still has is read, and what it dropped is counted, before the end.
      await listener.stop();
      const captured = received(recorder).length;
      expect(captured + listener.lost!).toBe(200_000);
      expect(listener.connections.receivedBytes).toBe(512 * captured);
      const told = notes(recorder, 'dropped');
      expect(told.reduce((sum, { count }) => sum + count, 0)).toBe(listener.lost);
      expect(told.at(-1)?.total ?? 0).toBe(listener.lost);
      expect(recorder.details('stopped')).toMatchObject([{ connections: 1 }]);
    }),
  );
});

describe('a UDP client', () => {
  it('whose local port is taken fails once, and the failure says local', () =>
    survives(async () => {
      const [server, holder] = [await plainSocket(), await plainSocket()];
      const recorder = new TestRecorder();
      const client = newClient(recorder);
      const local = { localHost: '127.0.0.1', localPort: holder.port };
      client.connect(clientSettings(server.port, local));
      await until(() => client.status.state === 'failed');
      const at = { host: '127.0.0.1', port: holder.port };
      expectOneEnd(recorder, { kind: 'failed', during: 'connecting', code: 'EADDRINUSE', ...at });
      const { failure } = client.status;
      expect(failure).toMatchObject({ subject: `127.0.0.1:${holder.port}` });
      expect(explain(failure!, 'connecting').what).toMatch(/local/i);
      expect(client.openSockets).toBe(0);
    }));

  it('whose host does not exist fails once, in the resolving', () =>
    survives(async () => {
      const recorder = new TestRecorder();
      const client = newClient(recorder);
      client.connect(clientSettings(9, { host: 'no-such-host.invalid' }));
      await until(() => client.status.state === 'failed');
      expectOneEnd(recorder, { kind: 'failed', during: 'resolving' });
    }));

  it('that is connected is told each time that nobody has the port, and stays usable', () =>
    survives(async () => {
      const { port, release } = await deafPort();
      const { client, recorder } = await opened(port, { udp: { connected: true } });
      for (let i = 1; i <= 3; i++) {
        sendAll(client, `try ${i}`);
        await until(() => notes(recorder, 'datagram-failed').length === i);
      }
      expect(notes(recorder, 'datagram-failed')).toMatchObject(
        [1, 2, 3].map(() => ({ code: 'ECONNREFUSED', length: null })),
      );
      expect(client.status).toMatchObject({ state: 'open', failure: null });
      expect(client.connections).toMatchObject({ sentBytes: 15, queuedBytes: 0 });
      await release();
      const server = await plainSocket('127.0.0.1', port);
      sendAll(client, 'somebody there?');
      await until(() => server.received.length === 1);
      expect(server.received.map(String)).toEqual(['somebody there?']);
      await client.stop();
      expectOneEnd(recorder, { kind: 'closed', by: 'us', sentBytes: 30, unsentBytes: 0 });
    }));

  it('refuses what is longer than a datagram, with the limit, and sends nothing of it', () =>
    survives(async () => {
      const server = await plainSocket();
      const { client, recorder } = await opened(server.port);
      expect(() => sendAll(client, Buffer.alloc(65_508))).toThrow(
        expect.objectContaining({
          failure: expect.objectContaining({
            code: 'DATAGRAM_TOO_LONG',
            why: { name: 'datagram-bytes', bytes: 65_508, most: 65_507 },
          }) as Failure,
        }) as Error,
      );
      expect(client.connections.queuedBytes).toBe(0);
      sendAll(client, 'short');
      await until(() => server.received.length === 1);
      await client.stop();
      expectOneEnd(recorder, { kind: 'closed', by: 'us', sentBytes: 5, unsentBytes: 0 });
    }));

  it('opened and closed a hundred times at once has one end each time', () =>
    survives(async () => {
      const server = await plainSocket();
      const recorder = new TestRecorder();
      const client = newClient(recorder);
      const localPort = await freePort();
      for (let i = 0; i < 100; i++) {
        client.connect(clientSettings(server.port, { localPort, udp: { connected: i % 3 === 0 } }));
        if (i % 2 === 0) await until(() => client.status.state === 'open');
        await client.stop();
      }
      expect(recorder.ends()).toHaveLength(100);
      expect(recorder.details('failed')).toEqual([]);
      expect(client.openSockets).toBe(0);
    }));
});

it('the kernel’s EMSGSIZE is told of one datagram, and the next is sent', () =>
  survives(async () => {
    const receiver = await plainSocket();
    const about = { host: '127.0.0.1', port: 0, ipv6Only: false, reusePort: false, reuseAddress: false };
    const quiet = { received: () => undefined, failed: () => undefined, note: () => undefined };
    const socket = await UdpSocket.open(about, quiet);
    const source = new TestRecorder();
    const told: string[] = [];
    const sender = new UdpSender(socket, {
      sent: ({ length }) => told.push(`sent ${length}`),
      failed: ({ length }, error) => told.push(`${(error as { code: string }).code} ${length}`),
      answered: () => told.push('answered'),
    });
    const { local } = socket;
    const peer = new Peer({
      ...{ origin: 'initiated', local, openedAt: 0, isFixed: false },
      ...{ wireHost: '127.0.0.1', port: receiver.port },
    });
    const { longest } = peer;
    for (const length of [longest + 1, longest, 0]) {
      const place = source.store(Buffer.alloc(length));
      sender.push({ peer, source, place, length, isReply: false, age: sender.age, fate: null });
    }
    await sender.drained(10_000);
    expect(told.toSorted()).toEqual(['EMSGSIZE 65508', 'sent 0', 'sent 65507']);
    await until(() => receiver.received.length === 2);
    await socket.close();
    await socket.close();
  }));
