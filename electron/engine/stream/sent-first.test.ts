import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { defaultProxy } from '../../../shared/settings/proxy.ts';
import { testFolder } from '../testing/folder.ts';
import type { TestRecorder } from '../testing/recorder.ts';
import { connecting, newKit, testLeaf } from '../testing/tls-kit.ts';
import { opened } from '../testing/datagram-kit.ts';
import type { UdpClient } from '../datagram/udp-client.ts';
import type { Client } from './client.ts';
import { echoThread, type EchoThread } from '../testing/echo-thread.ts';
import { connected, until } from '../testing/stream-kit.ts';

type Pair = {
  client: { connections: Client['connections'] | UdpClient['connections'] };
  recorder: TestRecorder;
  echo: EchoThread;
};

async function overTcp(waits: boolean, proxied = false): Promise<Pair> {
  const echo = await echoThread({ kind: 'tcp', waits, connect: proxied });
  const proxy = { ...defaultProxy(), kind: 'http', port: echo.port } as const;
  return { echo, ...(await connected(echo.port, proxied ? { proxy } : {})) };
}

async function overUnix(waits: boolean): Promise<Pair> {
  const { path: folder, remove } = await testFolder();
  onTestFinished(remove);
  const path = join(folder, 'echo');
  const echo = await echoThread({ kind: 'unix', waits, path });
  return { echo, ...(await connected(0, { transport: 'unix', path })) };
}

async function overTls(
  waits: boolean,
  tls: Parameters<typeof connecting>[2] = {},
  proxied = false,
): Promise<Pair> {
  const echo = await echoThread({ kind: 'tls', waits, connect: proxied, ...named(await testLeaf()) });
  const proxy = { ...defaultProxy(), kind: 'http', port: echo.port } as const;
  const settings = { verify: false, ...tls };
  const used = connecting(echo.port, await newKit(), settings, proxied ? { proxy } : {});
  await until(() => used.client.status.state === 'open');
  return { echo, ...used };
}

const named = ({ cert, key }: Awaited<ReturnType<typeof testLeaf>>) => ({ cert, key });

async function overUdp(connected: boolean): Promise<Pair> {
  const echo = await echoThread({ kind: 'udp' });
  return { echo, ...(await opened(echo.port, { udp: { connected } })) };
}

const ways: Record<string, (waits: boolean) => Promise<Pair>> = {
  TCP: overTcp,
  'TCP through a proxy': (waits) => overTcp(waits, true),
  'Unix sockets': overUnix,
  'TLS 1.3': overTls,
  'TLS 1.2': (waits) => overTls(waits, { maxVersion: 'TLSv1.2' }),
  'TLS through a proxy': (waits) => overTls(waits, {}, true),
  UDP: () => overUdp(false),
  'connected UDP': () => overUdp(true),
};
const streams = Object.entries(ways).filter(([name]) => !name.includes('UDP'));

function sendAll({ connections }: Pair['client'], bytes: Uint8Array): void {
  connections.send('all', connections.recorder.store(bytes), bytes.length);
}

const nobody = new Int32Array(new SharedArrayBuffer(4));
const standStill = (): void => void Atomics.wait(nobody, 0, 0, 20);

/** How many bytes came back before they were said to be sent. */
function early({ records }: TestRecorder): number {
  let ahead = 0;
  let most = 0;
  for (const { kind, length } of records) {
    if (kind === 'sent') ahead -= length;
    if (kind === 'received') ahead += length;
    most = Math.max(most, ahead);
  }
  return most;
}

describe('what was sent is recorded before what answers it', () => {
  it.each(Object.entries(ways))('over %s', async (_, open) => {
    const { client, recorder, echo } = await open(false);
    for (let round = 0; round < 5; round++) {
      // From a timer, so that sockets are read next, before anything that was put off.
      await new Promise((resolve) => setTimeout(resolve, 1));
      sendAll(client, Buffer.from('hi'));
      echo.awaitBytes(2);
      await until(() => client.connections.receivedBytes === 2 * (round + 1));
    }
    expect(recorder.records.filter(({ kind }) => kind === 'sent')).toHaveLength(5);
    expect(early(recorder)).toBe(0);
  });

  it.each(streams)('over %s, while the kernel has a part of what waits', async (_, open) => {
    const { client, recorder, echo } = await open(true);
    const message = Buffer.alloc(1000, 'm');
    const count = 12_000;
    for (let sent = 0; sent < count; sent++) sendAll(client, message);
    echo.begin();
    // What the kernel has comes back while this thread reads nothing, which is then read before more is sent.
    for (let round = 0; round < 20; round++) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      standStill();
    }
    await until(() => client.connections.receivedBytes === count * message.length);
    expect(recorder.records.filter(({ kind }) => kind === 'sent')).toHaveLength(count);
    // The rest of a message that has begun to come back while it leaves.
    expect(early(recorder)).toBeLessThan(message.length);
  });
});
