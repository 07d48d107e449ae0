import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { defaultClient, defaultListener } from '../../shared/settings/endpoint.ts';
import { Engine } from './engine.ts';
import { testFolder } from './testing/folder.ts';
import { TestPage } from './testing/page.ts';

const workers = new URL('../../out/workers/', import.meta.url);
let folder: Awaited<ReturnType<typeof testFolder>>;
let engine: Engine;
let page: TestPage;
let peer: Server;
let port: number;

beforeEach(async () => {
  folder = await testFolder();
  const host = { kind: 'headless', version: '1', runtime: 'Node', chooseSaveFile: async () => null } as const;
  engine = await Engine.open({ dataFolder: folder.path, workers, host });
  page = new TestPage(engine);
  peer = createServer((socket) => socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1');
  await once(peer, 'listening');
  ({ port } = peer.address() as AddressInfo);
});
afterEach(async () => {
  await engine.close();
  peer.close();
  await folder.remove();
});

const told = (id: string) => engine.endpoint(id).summary;

it('a connection is named by what it was told to reach, also for a page that attaches later', async () => {
  const before = { ...defaultClient(), port };
  const id = await page.engine.addEndpoint(before);
  expect(told(id).running).toBeNull();
  await page.engine.connect(id);
  await page.untilEndpoint(id, ({ status }) => status.state === 'open');
  expect(told(id).running).toMatchObject({ transport: 'tcp', host: '127.0.0.1', port, isChanged: false });
  await page.engine.changeEndpoint(id, { ...before, transport: 'udp', host: '192.0.2.1', port: 9 });
  const later = new TestPage(engine);
  await later.untilEndpoint(id, ({ running }) => running?.isChanged === true);
  expect(told(id).running).toMatchObject({ transport: 'tcp', host: '127.0.0.1', port });
  await page.engine.changeEndpoint(id, { ...before, name: 'lab' });
  expect(told(id).running).toMatchObject({ isChanged: false });
  // Refused while it is connected: what runs is what ran.
  await page.engine.changeEndpoint(id, { ...before, port: 9 });
  await expect(page.engine.connect(id)).rejects.toThrow('EISCONN');
  expect(told(id).running).toMatchObject({ port, isChanged: true });
  await page.engine.disconnect(id, 'close');
  await page.untilEndpoint(id, ({ running }) => running === null);
});

it('a server is told with the backlog and the buffer that it was started with', async () => {
  const before = { ...defaultListener(), port: 0, backlog: 7 };
  const id = await page.engine.addEndpoint(before);
  await page.engine.startListening(id);
  await page.engine.changeEndpoint(id, { ...before, backlog: 8, port: 5502 });
  await expect(page.engine.startListening(id)).rejects.toThrow('EALREADY');
  expect(told(id).running).toMatchObject({ port: 0, backlog: 7, isChanged: true });
});

it('a failure is forgotten once other settings count, and not for another name or reply', async () => {
  const taken = { ...defaultListener(), port };
  const server = await page.engine.addEndpoint(taken);
  await expect(page.engine.startListening(server)).rejects.toThrow('EADDRINUSE');
  await page.engine.changeEndpoint(server, {
    ...taken,
    name: 'lab',
    reply: { ...taken.reply, kind: 'echo' },
  });
  expect(told(server).status).toMatchObject({ state: 'failed', failure: { code: 'EADDRINUSE' } });
  await page.engine.changeEndpoint(server, { ...taken, port: 0 });
  expect(told(server).status).toMatchObject({ state: 'stopped', failure: null });
  await page.engine.startListening(server);
  expect(told(server).status).toMatchObject({ state: 'listening', failure: null });

  peer.close();
  const refused = { ...defaultClient(), port };
  const client = await page.engine.addEndpoint(refused);
  await page.engine.connect(client);
  await page.untilEndpoint(client, ({ status }) => status.state === 'failed');
  await page.engine.changeEndpoint(client, { ...refused, port: port === 9 ? 10 : 9 });
  expect(told(client).status).toMatchObject({
    state: 'idle',
    failure: null,
    remote: null,
    refusedChain: null,
  });
  expect(await page.engine.diagnose(client)).toMatchObject({ findings: [] });
});
