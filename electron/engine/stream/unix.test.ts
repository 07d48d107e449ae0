import { chmodSync, existsSync, lstatSync, unlinkSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ClientSettings } from '../../../shared/settings/settings.ts';
import { testFolder } from '../testing/folder.ts';
import { TestRecorder } from '../testing/recorder.ts';
import {
  clientSettings,
  closeLater,
  listenerSettings,
  newClient,
  newListener,
  pattern,
  sendAll,
  until,
  type ListenerChanges,
} from '../testing/stream-kit.ts';
import { asOrdinaryUser } from '../testing/paths.ts';
import type { Client } from './client.ts';
import type { Listener } from './listener.ts';

let folder: Awaited<ReturnType<typeof testFolder>>;
const at = (name: string): string => join(folder.path, name);
beforeEach(async () => void (folder = await testFolder()));
afterEach(() => folder.remove());

async function listeningAt(
  path: string,
  changes: ListenerChanges = {},
): Promise<{ listener: Listener; recorder: TestRecorder }> {
  const recorder = new TestRecorder();
  const listener = newListener(recorder);
  await listener.start(listenerSettings({ transport: 'unix', path, ...changes }));
  return { listener, recorder };
}

function connecting(
  path: string,
  changes: Partial<ClientSettings> = {},
): { client: Client; recorder: TestRecorder } {
  const recorder = new TestRecorder();
  const client = newClient(recorder);
  client.connect(clientSettings(1, { transport: 'unix', path, ...changes }));
  return { client, recorder };
}

async function peerAt(path: string): Promise<Socket & { received: Buffer[] }> {
  const socket = connect({ path, allowHalfOpen: true }).on('error', () => socket.destroy());
  closeLater(() => socket.destroy());
  await new Promise((resolve) => socket.once('connect', resolve));
  const received: Buffer[] = [];
  socket.on('data', (bytes) => received.push(bytes));
  return Object.assign(socket, { received });
}

describe('a server on a socket file', () => {
  test('serves peers, which are numbered because they have no address', async () => {
    const { listener, recorder } = await listeningAt(at('s'), { reply: 'echo' });
    expect(listener.status.local).toEqual({ host: at('s'), port: 0, family: 'Unix' });
    const [one, two] = [await peerAt(at('s')), await peerAt(at('s'))];
    one.write('one');
    two.write('two');
    await until(() => [one, two].every(({ received }) => Buffer.concat(received).length === 3));
    expect(recorder.details('opened').map(({ local, remote }) => [local?.host, remote])).toEqual([
      [at('s'), { host: '', port: 1, family: 'Unix' }],
      [at('s'), { host: '', port: 2, family: 'Unix' }],
    ]);
    one.end();
    two.destroy();
    await until(() => recorder.ends().length === 2);
  });

  test('removes its file when it stops, and can listen there again', async () => {
    const { listener } = await listeningAt(at('s'));
    expect(lstatSync(at('s')).isSocket()).toBe(true);
    await listener.stop();
    expect(existsSync(at('s'))).toBe(false);
    await listener.start(listenerSettings({ transport: 'unix', path: at('s') }));
    const stopped = listener.stop();
    await listener.start(listenerSettings({ transport: 'unix', path: at('s') }));
    await stopped;
    expect(listener.status.state).toBe('listening');
    await peerAt(at('s'));
  });

  test('lets nobody in but its own user', async () => {
    await listeningAt(at('s'));
    expect(lstatSync(at('s')).mode & 0o777).toBe(0o600);
  });

  test('leaves alone what somebody else has put in the place of its file', async () => {
    const { listener } = await listeningAt(at('s'));
    unlinkSync(at('s'));
    const other = createServer((socket) => socket.end('other')).listen({ path: at('s') });
    closeLater(() => other.close());
    await new Promise((resolve) => other.once('listening', resolve));
    await listener.stop();
    const peer = await peerAt(at('s'));
    await until(() => Buffer.concat(peer.received).toString() === 'other');

    const again = await listeningAt(at('t'));
    unlinkSync(at('t'));
    writeFileSync(at('t'), 'precious');
    await again.listener.stop();
    expect(lstatSync(at('t')).isFile()).toBe(true);
  });

  test('ends a peer at once when asked to reset it, although such sockets know no reset', async () => {
    const { listener, recorder } = await listeningAt(at('s'));
    const peer = await peerAt(at('s'));
    peer.pause();
    await until(() => listener.connections.openCount === 1);
    sendAll(listener, pattern(5_000_000));
    listener.connections.end('all', 'reset');
    await until(() => recorder.ends().length === 1);
    const [end] = recorder.details('closed');
    expect(end).toMatchObject({ by: 'us', how: 'close' });
    expect(end!.sentBytes + end!.unsentBytes).toBe(5_000_000);
  });

  test('stopped while it starts leaves no file', async () => {
    const recorder = new TestRecorder();
    const listener = newListener(recorder);
    for (let round = 0; round < 20; round++) {
      const start = listener.start(listenerSettings({ transport: 'unix', path: at('s') })).catch(() => null);
      if (round % 2 === 1) await Promise.resolve();
      await listener.stop();
      await start;
      expect(existsSync(at('s'))).toBe(false);
    }
  });
});

describe('a client of a socket file', () => {
  test('holds a conversation of 10 MB, half-closes, and records each step', async () => {
    await listeningAt(at('s'), { reply: 'echo' });
    const { client, recorder } = connecting(at('s'));
    await until(() => client.status.state === 'open');
    expect(client.status).toMatchObject({ local: null, remote: { host: at('s'), port: 0, family: 'Unix' } });
    const bytes = pattern(10_000_000);
    sendAll(client, bytes);
    client.disconnect('finish');
    await until(() => recorder.ends().length === 1);
    expect(recorder.bytes('received').equals(bytes)).toBe(true);
    expect(recorder.details('attempted')).toMatchObject([
      { remote: { host: at('s'), port: 0, family: 'Unix' }, outcome: 'connected', code: null },
    ]);
    expect(recorder.details('resolved')).toEqual([]);
    expect(recorder.details('closed')).toMatchObject([{ how: 'finish' }]);
  });

  test('connects again by itself when the server comes back', async () => {
    const reconnect = { enabled: true, delayMs: 100, growth: 1, maxDelayMs: 100 };
    const { client, recorder } = connecting(at('s'), { reconnect });
    await until(() => client.status.retries >= 1);
    expect(recorder.details('failed')[0]).toMatchObject({
      code: 'ENOENT',
      during: 'connecting',
      host: at('s'),
    });
    await listeningAt(at('s'));
    await until(() => client.status.state === 'open');
  });

  test('is told when it has no right to connect', async () => {
    await listeningAt(at('s'));
    chmodSync(at('s'), 0);
    await asOrdinaryUser(async () => {
      const { recorder } = connecting(at('s'));
      await until(() => recorder.ends().length === 1);
      expect(recorder.details('failed')).toMatchObject([{ code: 'EACCES', during: 'connecting' }]);
    });
  });
});
