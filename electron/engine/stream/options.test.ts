import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { defaultOptions } from '../../../shared/settings/options.ts';
import type { SocketOptions } from '../../../shared/settings/settings.ts';
import { TestRecorder } from '../testing/recorder.ts';
import { sharesPorts } from './bind.ts';
import { idleWatchCount } from './idle-watch.ts';
import {
  clientSettings,
  connected,
  freePort,
  isInstalled,
  listenerSettings,
  listening,
  newClient,
  newListener,
  pattern,
  plainPeer,
  plainServer,
  portOf,
  sendAll,
  until,
} from '../testing/stream-kit.ts';

const options = (changes: Partial<SocketOptions>): SocketOptions => ({ ...defaultOptions(), ...changes });
const idleNotes = (recorder: TestRecorder): unknown[] =>
  recorder.details('note').filter(({ note }) => note === 'idle');

/** What the kernel says of the first connection's socket: another process gets it and asks. */
async function kernelSays(port: number, side: 'accepted' | 'initiated'): Promise<number[]> {
  const script = [
    'import socket',
    's = socket.socket(fileno=3)',
    't = socket.IPPROTO_TCP',
    'print(s.getsockopt(t, socket.TCP_NODELAY), s.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE), s.getsockopt(t, socket.TCP_KEEPIDLE))',
  ].join('\n');
  const descriptor = descriptorOf(port, side);
  const child = spawn('python3', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit', descriptor] });
  let output = '';
  child.stdout!.on('data', (bytes: Buffer) => (output += bytes.toString()));
  await once(child, 'close');
  return output.trim().split(' ').map(Number);
}

/** The descriptor of this process's socket whose local (accepted) or remote (initiated) port is `port`. */
function descriptorOf(port: number, side: 'accepted' | 'initiated'): number {
  type Inner = { localPort?: number; remotePort?: number; _handle?: { fd: number } | null };
  const handles = (process as unknown as { _getActiveHandles(): Inner[] })._getActiveHandles();
  const key = side === 'accepted' ? 'localPort' : 'remotePort';
  return handles.find((handle) => handle[key] === port && handle._handle)!._handle!.fd;
}

describe('the options of the kernel', () => {
  const needsPython = isInstalled('python3') ? test : test.skip;

  needsPython.each([
    { noDelay: true, keepAlive: true, keepAliveDelayMs: 77_000, said: [1, 1, 77] },
    { noDelay: false, keepAlive: false, keepAliveDelayMs: 77_000, said: [0, 0, 7200] },
  ])('are set on the accepted socket that lives: $said (needs python3)', async ({ said, ...changes }) => {
    const { listener, port } = await listening({ options: options(changes) });
    await plainPeer(port);
    await until(() => listener.connections.openCount === 1);
    expect((await kernelSays(port, 'accepted')).slice(0, changes.keepAlive ? 3 : 2)).toEqual(
      said.slice(0, changes.keepAlive ? 3 : 2),
    );
  });

  needsPython('are set on the initiated socket too (needs python3)', async () => {
    const server = await plainServer(() => undefined);
    const changes = { noDelay: true, keepAlive: true, keepAliveDelayMs: 45_000 };
    await connected(portOf(server), { options: options(changes) });
    expect(await kernelSays(portOf(server), 'initiated')).toEqual([1, 1, 45]);
  });
});

describe('a silence', () => {
  const closing = options({ idleTimeoutMs: 150, onIdle: 'close' });
  const warning = options({ idleTimeoutMs: 150, onIdle: 'warn' });

  test('ends a connection that is to be closed when idle, and says why first', async () => {
    const { listener, recorder, port } = await listening({ options: closing });
    const peer = await plainPeer(port);
    await until(() => recorder.ends().length === 1);
    expect(recorder.records.map(({ kind }) => kind)).toEqual(['listening', 'opened', 'note', 'closed']);
    expect(idleNotes(recorder)).toMatchObject([{ closes: true }]);
    expect(recorder.details('closed')).toMatchObject([{ by: 'us', how: 'close' }]);
    await until(() => peer.readableEnded);
    expect(listener.connections.openCount).toBe(0);
    expect(idleWatchCount()).toBe(0);
  });

  test('is told once, and again after the next byte in either direction', async () => {
    const server = await plainServer((socket) => socket.on('data', () => undefined));
    const { client, recorder } = await connected(portOf(server), { options: warning });
    await until(() => idleNotes(recorder).length === 1);
    // The timer has looked several times by then: a message a good while later would make a second note.
    await until(() => recorder.records.at(-1)!.time + 500 < performance.timeOrigin + performance.now());
    expect(idleNotes(recorder)).toHaveLength(1);
    sendAll(client, pattern(1));
    await until(() => idleNotes(recorder).length === 2);
    expect(client.status.state).toBe('open');
    expect(recorder.details('note').every((note) => note.note === 'idle' && note.idleMs >= 150)).toBe(true);
  });

  test('is watched by nobody where no timeout is set', async () => {
    const { listener, port } = await listening();
    await Promise.all(Array.from({ length: 20 }, () => plainPeer(port)));
    await until(() => listener.connections.openCount === 20);
    expect(idleWatchCount()).toBe(0);
  });
});

describe('IPv6 only', () => {
  test.each(['::', ''])('takes no IPv4 on the address “%s”, and leaves the port to another', async (host) => {
    const port = await freePort('::');
    const listener = newListener();
    const settings = listenerSettings({ host, port, options: options({ ipv6Only: true }) });
    expect(await listener.start(settings)).toMatchObject({ host: '::', port, family: 'IPv6' });
    await plainServer(() => undefined, '0.0.0.0', port);
    await plainPeer(port, '::1');
    await until(() => listener.connections.openCount === 1);
  });

  test('is not there by default: an address “::” takes both families', async () => {
    const { listener, port } = await listening({ host: '::' });
    await Promise.all([plainPeer(port, '::1'), plainPeer(port, '127.0.0.1')]);
    await until(() => listener.connections.openCount === 2);
  });

  test('is no matter for an IPv4 address', async () => {
    const { listener, port } = await listening({ options: options({ ipv6Only: true }) });
    await plainPeer(port);
    await until(() => listener.connections.openCount === 1);
  });
});

test('sharing a port works between two servers, or is refused where Node would ignore it', async () => {
  const sharing = { options: options({ reusePort: true }) };
  if (await sharesPorts()) {
    const first = await listening(sharing);
    const second = newListener();
    await expect(second.start(listenerSettings({ ...sharing, port: first.port }))).resolves.toMatchObject({
      port: first.port,
    });
  } else {
    const recorder = new TestRecorder();
    const listener = newListener(recorder);
    await expect(listener.start(listenerSettings(sharing))).rejects.toMatchObject({
      code: 'REUSEPORT_UNSUPPORTED',
    });
    expect(recorder.details('failed')).toMatchObject([
      { code: 'REUSEPORT_UNSUPPORTED', during: 'listening' },
    ]);
  }
});

test('the backlog asked for is the one in the record, and connections beyond the limit are refused', async () => {
  const { listener, recorder, port } = await listening({ backlog: 7, maxConnections: 1 });
  expect(recorder.details('listening')).toMatchObject([{ backlog: 7 }]);
  await plainPeer(port);
  await until(() => listener.connections.openCount === 1);
  connect(port, '127.0.0.1').on('error', () => undefined);
  await until(() => listener.status.refused === 1);
});

test('reply bytes above the high-water mark stop the reading from that peer alone', async () => {
  const { listener, port } = await listening({ reply: 'echo', options: options({ highWaterBytes: 1024 }) });
  const deaf = await plainPeer(port);
  deaf.pause();
  const bytes = pattern(64 * 1024);
  for (let round = 0; round < 400; round++) deaf.write(bytes);
  const other = await plainPeer(port);
  other.write('still here');
  await until(() => Buffer.concat(other.received).toString() === 'still here');
  await until(() => deaf.writableLength > 0 && listener.connections.queuedBytes > 0);
  expect(listener.connections.queuedBytes).toBeLessThan(1024 * 1024);
});

test('while reading is held back the peer’s writes stall, and afterwards nothing is missing', async () => {
  const { listener, recorder, port } = await listening();
  const peer = await plainPeer(port);
  await until(() => listener.connections.openCount === 1);
  const { id } = listener.connections.list(0, 1)[0]!;
  listener.connections.setReading([id], false);
  expect(listener.connections.list(0, 1)[0]).toMatchObject({ isReading: false });
  const bytes = pattern(32 * 1024 * 1024);
  peer.end(bytes);
  // The window is full when nothing moves any more between two looks.
  let seen = -1;
  await until(() => {
    const still = peer.writableLength === seen && peer.writableLength > 0;
    seen = peer.writableLength;
    return still;
  });
  const before = recorder.bytes('received').length;
  expect(before).toBeLessThan(bytes.length);
  listener.connections.setReading('all', true);
  await until(() => recorder.ends().length === 1);
  expect(recorder.bytes('received').equals(bytes)).toBe(true);
  expect(recorder.details('note')).toMatchObject([
    { note: 'paused', why: 'user' },
    { note: 'resumed', why: 'user' },
  ]);
});

test('a client that no longer reads can be ended all the same', async () => {
  const server = await plainServer((socket) => socket.write(pattern(1024 * 1024)));
  const client = newClient();
  client.connect(clientSettings(portOf(server)));
  await until(() => client.status.state === 'open');
  client.connections.setReading('all', false);
  client.disconnect('reset');
  await until(() => client.connections.openCount === 0);
});
