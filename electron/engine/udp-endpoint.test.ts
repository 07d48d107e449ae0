import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { defaultClient, defaultListener } from '../../shared/settings/endpoint.ts';
import { decodeRows } from '../../shared/wire/row-window.ts';
import { Engine } from './engine.ts';
import { testFolder } from './testing/folder.ts';
import { TestPage } from './testing/page.ts';

const workers = new URL('../../out/workers/', import.meta.url);
let folder: Awaited<ReturnType<typeof testFolder>>;
let engine: Engine;
let page: TestPage;

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
  await folder.remove();
});

const server = () => {
  const usual = defaultListener();
  return { ...usual, transport: 'udp', port: 0, reply: { ...usual.reply, kind: 'echo' } } as const;
};
const bytes = (text: string) => new TextEncoder().encode(text);
const everything = { connection: null, text: '' };

it('a page talks UDP through the contract, empty datagrams too, and sees every one of them', async () => {
  const id = await page.engine.addEndpoint(server());
  const { port } = await page.engine.startListening(id);
  const client = await page.engine.addEndpoint({ ...defaultClient(), transport: 'udp', port });
  await page.engine.connect(client);
  await page.untilEndpoint(client, ({ status }) => status.state === 'open');
  for (const [at, text] of ['first', '', 'third'].entries()) {
    expect(await page.engine.send(client, 'all', bytes(text))).toBe(1);
    await page.untilEndpoint(client, ({ records }) => records >= 2 + 2 * (at + 1));
  }
  const rows = await page.log(client);
  expect(rows.map(({ kind, length }) => [kind, kind === 'sent' || kind === 'received' ? length : 0])).toEqual(
    [
      ['bound', 0],
      ['opened', 0],
      ...[5, 0, 5].flatMap((length) => [
        ['sent', length],
        ['received', length],
      ]),
    ],
  );
  expect(rows[4]).toMatchObject({ peer: `127.0.0.1:${port}`, preview: new Uint8Array(0) });
  const empty = rows[4]!.sequence;
  expect(await page.engine.payload(client, empty, 0, 10)).toEqual(new Uint8Array(0));
  expect(await page.engine.record(client, empty)).toMatchObject({ kind: 'sent', length: 0, detail: null });

  const [peer] = (await page.peers(id)).rows;
  expect(peer).toMatchObject({ origin: 'accepted', state: 'open', receivedBytes: 10, sentBytes: 10 });
  expect(peer!.lastSeenAt).toBeGreaterThan(0);
  const { lost, status, openConnections } = await page.untilEndpoint(id, ({ sentBytes }) => sentBytes === 10);
  expect(lost).toBe(process.platform === 'linux' ? 0 : null);
  expect(openConnections).toBe(1);
  expect(status.udp!.receiveBufferBytes).toBeGreaterThan(0);

  await page.engine.disconnect(client, 'close');
  await page.engine.stopListening(id);
  await page.until(({ openSockets }) => openSockets === 0);
});

it('empty datagrams are found by no text, are kept over a restart, and their row comes with all others', async () => {
  const id = await page.engine.addEndpoint(server());
  const { port } = await page.engine.startListening(id);
  const peer = createSocket('udp4');
  for (const text of ['', 'word', '']) {
    const echoed = once(peer, 'message');
    peer.send(text, port, '127.0.0.1');
    await echoed;
  }
  peer.close();
  const found = await page.engine.openView(id, { ...everything, text: 'word' }, 'chunks');
  await page.until(({ views }) => views.some((view) => view.id === found.id && view.rows === 2));
  const all = await page.engine.openView(id, { ...everything, text: 'dir:received' }, 'chunks');
  expect(decodeRows(await page.engine.rows(all.id, 0, 9)).rows.map(({ length }) => length)).toEqual([
    0, 4, 0,
  ]);
  await page.engine.stopListening(id);
  await engine.close();
  await openEngine();
  const lengths = (await page.log(id)).filter(({ kind }) => kind === 'received').map(({ length }) => length);
  expect(lengths).toEqual([0, 4, 0]);
});

it('a page sends to an address, is told what is too long, and sees what failed', async () => {
  const id = await page.engine.addEndpoint(server());
  await expect(page.engine.send(id, { host: '127.0.0.1', port: 9 }, bytes('x'))).rejects.toMatchObject({
    code: 'NOT_BOUND',
  });
  await page.engine.startListening(id);
  const peer = createSocket('udp4');
  peer.bind(0, '127.0.0.1');
  await once(peer, 'listening');
  const heard = once(peer, 'message');
  const to = { host: '127.0.0.1', port: peer.address().port };
  expect(await page.engine.send(id, to, bytes('hello'))).toBe(1);
  expect(String((await heard)[0])).toBe('hello');
  await expect(page.engine.send(id, to, new Uint8Array(65_508))).rejects.toMatchObject({
    code: 'DATAGRAM_TOO_LONG',
  });
  peer.close();
  const second = await page.engine.addEndpoint({
    ...server(),
    port: (await page.until(() => true)).endpoints[0]!.status.local!.port,
  });
  await expect(page.engine.startListening(second)).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

it('an endpoint that was TCP becomes UDP at its next start, and back', async () => {
  const settings = server();
  const id = await page.engine.addEndpoint({ ...settings, transport: 'tcp' });
  await page.engine.startListening(id);
  await page.engine.changeEndpoint(id, settings);
  await page.engine.stopListening(id);
  await page.engine.startListening(id);
  await page.untilEndpoint(id, ({ status }) => status.udp !== null);
  await page.engine.changeEndpoint(id, { ...settings, transport: 'tcp' });
  await page.engine.stopListening(id);
  await page.engine.startListening(id);
  await page.untilEndpoint(id, ({ status }) => status.state === 'listening' && status.udp === null);
  expect((await page.log(id)).map(({ kind }) => kind)).toEqual(
    Array.from({ length: 3 }, () => ['listening', 'stopped'])
      .flat()
      .slice(0, 5),
  );
});
