import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClientSettings, ListenerSettings } from '../../shared/settings/settings.ts';
import type { EndpointId } from '../../shared/domain.ts';
import type { RecordInfo } from '../../shared/contract.ts';
import { defaultClient, defaultListener } from '../../shared/settings/endpoint.ts';
import { failureOf } from '../../shared/failure.ts';
import { Engine } from './engine.ts';
import { until } from './testing/stream-kit.ts';
import { testFolder } from './testing/folder.ts';
import { TestPage } from './testing/page.ts';

const workers = new URL('../../out/workers/', import.meta.url);
let folder: Awaited<ReturnType<typeof testFolder>>;
let engine: Engine;
let page: TestPage;
const closables: (() => void)[] = [];

const openEngine = async (): Promise<void> => {
  const host = { kind: 'headless', version: '1', runtime: 'Node', chooseSaveFile: async () => null } as const;
  engine = await Engine.open({ dataFolder: folder.path, workers, host });
  page = new TestPage(engine);
};
beforeEach(async () => {
  folder = await testFolder();
  await openEngine();
});
afterEach(async () => {
  await engine.close();
  for (const close of closables.splice(0)) close();
  await folder.remove();
});

const addServer = (changes: Partial<ListenerSettings>): Promise<EndpointId> =>
  page.engine.addEndpoint({ ...defaultListener(), port: 0, ...changes });
const addClient = (changes: Partial<ClientSettings>): Promise<EndpointId> =>
  page.engine.addEndpoint({ ...defaultClient(), ...changes });

/** The last ones: a flood has too many. */
const recordsOf = (id: EndpointId): Promise<RecordInfo[]> => {
  const { length } = engine.endpoint(id).capture;
  const from = Math.max(0, length - 1000);
  return Promise.all(Array.from({ length: length - from }, (_, i) => page.engine.record(id, from + i)));
};

/** Accepts, and says nothing. */
async function silentServer(): Promise<{ port: number; peers: () => number }> {
  let peers = 0;
  const server = createServer((socket) => {
    peers++;
    socket.on('error', () => undefined);
    closables.push(() => socket.destroy());
  }).listen(0, '127.0.0.1');
  closables.push(() => server.close());
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, peers: () => peers };
}

async function silentPeer(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => undefined);
  closables.push(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** Sends as fast as the loop allows, until the test is over. */
function flood(port: number): UdpSocket {
  const socket = createSocket('udp4').on('error', () => undefined);
  let isOver = false;
  const send = (): void => {
    if (!isOver) for (let i = 0; i < 20; i++) socket.send('x'.repeat(500), port, '127.0.0.1');
    if (!isOver) setImmediate(send);
  };
  closables.push(() => {
    isOver = true;
    socket.close();
  });
  send();
  return socket;
}

describe('an endpoint that changes from streams to datagrams', () => {
  const changed = async (): Promise<EndpointId> => {
    const id = await addServer({});
    await silentPeer((await page.engine.startListening(id)).port);
    await until(() => engine.endpoint(id).connections.openCount === 1);
    await page.engine.changeEndpoint(id, { ...defaultListener(), port: 0, transport: 'udp' });
    return id;
  };

  it('has one socket, however many start it at the same time', async () => {
    const id = await changed();
    const starts = [page.engine.startListening(id), page.engine.startListening(id)];
    const results = await Promise.allSettled(starts);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'EALREADY' },
    });
    expect(engine.endpoint(id).summary.status).toMatchObject({ state: 'listening' });
    await page.engine.stopListening(id);
    const [fulfilled] = results.filter((result) => result.status === 'fulfilled');
    const plain = createSocket('udp4').on('error', () => undefined);
    closables.push(() => plain.close());
    plain.bind(fulfilled!.value.port, '0.0.0.0');
    await once(plain, 'listening');
  });

  it('starts nothing when it is removed meanwhile', async () => {
    const id = await changed();
    const endpoint = engine.endpoint(id);
    const started = page.engine.startListening(id);
    const removed = page.engine.removeEndpoint(id);
    await expect(started).rejects.toMatchObject({ code: 'CANCELLED' });
    await removed;
    expect(endpoint.openSockets).toBe(0);
  });
});

it('the engine ends with handshakes, silent proxies, floods and waits under way, each with its one end', async () => {
  const silent = await silentServer();
  const proxy = { kind: 'socks5', host: '127.0.0.1', port: silent.port, username: '', password: '' } as const;
  const taken = await silentServer();

  const tls = await addServer({ transport: 'tls' });
  const { port: tlsPort } = await page.engine.startListening(tls);
  await Promise.all(Array.from({ length: 20 }, () => silentPeer(tlsPort)));
  const tcp = await addServer({ reply: { ...defaultListener().reply, kind: 'echo' } });
  const { port: tcpPort } = await page.engine.startListening(tcp);
  const deaf = await silentPeer(tcpPort);
  deaf.pause().write(Buffer.alloc(32 * 1024 * 1024));
  const udp = await addServer({ transport: 'udp' });
  flood((await page.engine.startListening(udp)).port);
  const waiting = await addServer({ port: taken.port });
  await page.engine.startWhenFree(waiting);
  const clients = [
    await addClient({ transport: 'tls', port: silent.port }),
    await addClient({ port: 9, proxy }),
    await addClient({ transport: 'tls', port: 9, proxy: { ...proxy, kind: 'http' } }),
    await addClient({ transport: 'udp', port: tcpPort }),
  ];
  for (const id of clients) await page.engine.connect(id);
  await until(
    () =>
      engine.endpoint(tls).connections.openCount === 20 &&
      engine.endpoint(tcp).connections.queuedBytes > 0 &&
      engine.endpoint(udp).connections.receivedBytes > 100_000 &&
      engine.endpoint(waiting).summary.status.state === 'waiting' &&
      silent.peers() === 3 &&
      engine.endpoint(clients[3]!).summary.status.state === 'open',
  );
  await engine.close();

  // On a slow machine the deadline of the end passes first; the folder is free when everything is in its files.
  const reopened = () =>
    openEngine().then(
      () => 'open',
      (error: unknown) => failureOf(error).code,
    );
  await expect.poll(reopened, { timeout: 20_000 }).toBe('open');
  for (const id of [tls, tcp, ...clients]) {
    const rows = await recordsOf(id);
    const ends = rows.filter(({ kind }) => kind === 'closed' || kind === 'failed');
    const opened = rows.filter(({ kind }) => kind === 'opened');
    expect(ends).toHaveLength(Math.max(1, opened.length));
    expect(new Set(ends.map(({ connection }) => connection)).size).toBe(ends.length);
  }
  for (const id of [tls, tcp, udp]) expect((await recordsOf(id)).at(-1)).toMatchObject({ kind: 'stopped' });
}, 60_000);
