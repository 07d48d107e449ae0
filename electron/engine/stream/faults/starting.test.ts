import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { defaultOptions } from '../../../../shared/settings/options.ts';
import { TestRecorder } from '../../testing/recorder.ts';
import {
  closeLater,
  freePort,
  listenerSettings,
  listening,
  newListener,
  plainPeer,
  plainServer,
  portOf,
  until,
  type ListenerChanges,
} from '../../testing/stream-kit.ts';
import { asOrdinaryUser, lowestOpenPort } from '../../testing/paths.ts';
import { expectOneEnd, survives } from '../../testing/fault-kit.ts';

const failsToListen = async (changes: ListenerChanges, code: string): Promise<void> => {
  const recorder = new TestRecorder();
  const listener = newListener(recorder);
  await expect(listener.start(listenerSettings(changes))).rejects.toMatchObject({ code });
  expect(listener.status).toMatchObject({ state: 'failed', local: null, failure: { code } });
  expectOneEnd(recorder, { kind: 'failed', during: 'listening', code });
};

describe('a server', () => {
  test('on a port in use fails once, and whoever has the port goes on', () =>
    survives(async () => {
      const server = await plainServer((socket) => socket.end('mine'));
      await failsToListen({ port: portOf(server) }, 'EADDRINUSE');
      const peer = await plainPeer(portOf(server));
      await until(() => Buffer.concat(peer.received).toString() === 'mine');
    }));

  test('on an address of another machine fails once', () =>
    survives(() => failsToListen({ host: '203.0.113.7' }, 'EADDRNOTAVAIL')));

  test('on a name that does not exist fails once', () =>
    survives(async () => {
      const recorder = new TestRecorder();
      const start = newListener(recorder).start(listenerSettings({ host: 'no-such-host.invalid' }));
      await expect(start).rejects.toMatchObject({ code: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/) });
      expectOneEnd(recorder, { kind: 'failed', during: 'listening' });
    }));

  // Where the administrator has opened all ports to everybody, none is privileged.
  test.runIf(lowestOpenPort > 80)('on a privileged port fails once for an ordinary user', () =>
    survives(() => asOrdinaryUser(() => failsToListen({ port: 80 }, 'EACCES'))),
  );

  test.each([-1, 65_536, 1.5, Number.NaN])('on port %s opens nothing', (port) =>
    survives(async () => {
      const recorder = new TestRecorder();
      const start = newListener(recorder).start(listenerSettings({ port }));
      await expect(start).rejects.toMatchObject({ code: 'ERR_SOCKET_BAD_PORT' });
      expect(recorder.length).toBe(0);
    }),
  );

  test('on both families finds its port taken by an IPv4 socket alone', () =>
    survives(async () => {
      const server = await plainServer(() => undefined, '0.0.0.0');
      await failsToListen({ host: '', port: portOf(server) }, 'EADDRINUSE');
      await failsToListen({ host: '::', port: portOf(server) }, 'EADDRINUSE');
    }));

  test('on IPv6 only shares its port number with an IPv4 socket', () =>
    survives(async () => {
      const server = await plainServer(() => undefined, '0.0.0.0');
      const options = { ...defaultOptions(), ipv6Only: true };
      const { listener, port } = await listening({ host: '::', port: portOf(server), options });
      await Promise.all([plainPeer(port, '::1'), plainPeer(port, '127.0.0.1')]);
      await until(() => listener.connections.openCount === 1);
    }));

  test('on IPv4 leaves the port to an IPv6 socket', () =>
    survives(async () => {
      const port = await freePort();
      const other = createServer().listen({ host: '::', port, ipv6Only: true });
      closeLater(() => other.close());
      await new Promise((resolve) => other.once('listening', resolve));
      await listening({ host: '0.0.0.0', port });
    }));

  test('started and stopped a hundred times at once leaves nothing open', () =>
    survives(async () => {
      const recorder = new TestRecorder();
      const listener = newListener(recorder);
      for (let round = 0; round < 100; round++) {
        const start = listener.start(listenerSettings()).catch(() => undefined);
        if (round % 2 === 1) await start;
        await listener.stop();
        await start;
      }
      expect(recorder.details('stopped')).toHaveLength(recorder.details('listening').length);
      expect(recorder.ends()).toEqual([]);
    }));

  test('stopped with fifty open peers ends each of them once', () =>
    survives(async () => {
      const { listener, recorder, port } = await listening();
      await Promise.all(Array.from({ length: 50 }, () => plainPeer(port)));
      await until(() => listener.connections.openCount === 50);
      await listener.stop();
      expect(recorder.details('closed')).toHaveLength(50);
      expect(recorder.details('closed').every(({ by }) => by === 'us')).toBe(true);
      expect(recorder.details('failed')).toEqual([]);
    }));
});
