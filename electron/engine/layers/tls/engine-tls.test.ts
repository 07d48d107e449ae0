import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { ClientSettings, ListenerSettings } from '../../../../shared/settings/settings.ts';
import { defaultClient, defaultListener } from '../../../../shared/settings/endpoint.ts';
import { defaultReply } from '../../../../shared/settings/reply.ts';
import { explain } from '../../../../shared/texts/index.ts';
import { Engine } from '../../engine.ts';
import { testFolder } from '../../testing/folder.ts';
import { TestPage } from '../../testing/page.ts';

const workers = new URL('../../../../out/workers/', import.meta.url);

let folder: Awaited<ReturnType<typeof testFolder>>;
let engine: Engine;
let page: TestPage;

beforeEach(async () => {
  folder = await testFolder();
  const chooseSaveFile = async (name: string) => {
    const path = join(folder.path, name);
    // A person may choose one that was there before, and that all can read.
    await writeFile(path, 'something of before', { mode: 0o644 });
    return { path, url: null };
  };
  const host = { kind: 'headless', version: '1', runtime: 'Node', chooseSaveFile } as const;
  engine = await Engine.open({ dataFolder: folder.path, workers, host });
  page = new TestPage(engine);
});
afterEach(async () => {
  await engine.close();
  await folder.remove();
});

const server = (change: Partial<ListenerSettings['tls']> = {}): ListenerSettings => {
  const usual = defaultListener();
  const reply = { ...defaultReply(), kind: 'echo' } as const;
  return { ...usual, transport: 'tls', port: 0, reply, tls: { ...usual.tls, ...change } };
};
const client = (port: number, change: Partial<ClientSettings['tls']> = {}): ClientSettings => {
  const usual = defaultClient();
  return { ...usual, transport: 'tls', host: '127.0.0.1', port, tls: { ...usual.tls, ...change } };
};

test('a page makes a certificate, serves with it, and connects to it: refused, anyway, and then trusted', async () => {
  const made = await page.engine.makeIdentity({ name: 'mine', hosts: ['127.0.0.1'], keyType: 'ec' });
  const listening = await page.engine.addEndpoint(server({ identities: [made.id], keyLog: true }));
  const { port } = await page.engine.startListening(listening);
  const connecting = await page.engine.addEndpoint(client(port));

  await page.engine.connect(connecting);
  const refused = await page.untilEndpoint(connecting, ({ status }) => status.state === 'failed');
  expect(refused.status).toMatchObject({ refusedChain: [{ subject: 'CN=127.0.0.1' }], notVerified: null });
  await page.untilEndpoint(listening, ({ openConnections }) => openConnections === 0);

  await page.engine.connectAnyway(connecting);
  const anyway = await page.untilEndpoint(connecting, ({ status }) => status.state === 'open');
  expect(anyway.status).toMatchObject({ refusedChain: null, notVerified: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  await page.engine.disconnect(connecting, 'close');
  await page.untilEndpoint(connecting, ({ status }) => status.state === 'closed');

  await page.engine.changeEndpoint(connecting, client(port, { authority: 'local' }));
  await page.engine.connect(connecting);
  await page.untilEndpoint(connecting, ({ status }) => status.state === 'open');
  expect(await page.engine.send(connecting, 'all', Buffer.from('hello'))).toBe(1);
  await page.untilEndpoint(connecting, ({ receivedBytes }) => receivedBytes === 5);
  const [connection] = (await page.peers(connecting)).rows;
  expect(connection?.tls).toMatchObject({ isVerified: true, verifyCode: null, version: 'TLSv1.3' });
  const kinds = (await page.log(connecting)).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'secured')).toHaveLength(2);

  const saved = await page.engine.saveKeyLog(listening);
  expect(await readFile(saved!.path, 'utf8')).toMatch(/^CLIENT_TRAFFIC_SECRET_0 /m);
  expect((await stat(saved!.path)).mode & 0o777).toBe(0o600);
  const exported = await page.engine.saveCertificate('local');
  expect(await readFile(exported!.path, 'utf8')).toMatch(/^-----BEGIN CERTIFICATE-----/);

  const kept = join(folder.path, 'keylogs', `${listening}.log`);
  expect((await stat(kept)).mode & 0o777).toBe(0o600);
  await page.engine.removeEndpoint(listening);
  await expect(stat(kept)).rejects.toThrow(/ENOENT/);
});

test('a server whose certificate was removed does not start, and says so', async () => {
  const made = await page.engine.makeIdentity({ name: 'mine', hosts: ['127.0.0.1'], keyType: 'ec' });
  const id = await page.engine.addEndpoint(server({ identities: [made.id] }));
  await page.engine.removeCertificate(made.id);
  await expect(page.engine.startListening(id)).rejects.toMatchObject({ code: 'CERTIFICATE_UNKNOWN' });
  const { status } = await page.untilEndpoint(id, (one) => one.status.state === 'failed');
  expect(status.failure?.code).toBe('CERTIFICATE_UNKNOWN');
});

test('a key log that nothing was kept in is not saved, and one that cannot be written stops the start', async () => {
  const id = await page.engine.addEndpoint(server({ keyLog: true }));
  await expect(page.engine.saveKeyLog(id)).rejects.toMatchObject({ code: 'KEY_LOG_EMPTY' });
  await writeFile(join(folder.path, 'keylogs'), 'a file in the place of the folder');
  await expect(page.engine.startListening(id)).rejects.toMatchObject({ code: 'KEY_LOG_UNWRITABLE' });
  const { status } = await page.untilEndpoint(id, (one) => one.status.state === 'failed');
  const { what, cause } = explain(status.failure!, 'listening');
  expect(what).toBe('The key log cannot be written, so TLS was not started (KEY_LOG_UNWRITABLE)');
  expect(cause).toMatch(/^Its file is .*keylogs.*\. The system says: (EEXIST|ENOTDIR): /);

  const connecting = await page.engine.addEndpoint(client(1, { keyLog: true }));
  await page.engine.connect(connecting);
  const refused = await page.untilEndpoint(connecting, (one) => one.status.state === 'failed');
  expect(refused.status.failure?.code).toBe('KEY_LOG_UNWRITABLE');
  expect((await page.log(connecting)).map(({ kind }) => kind)).toEqual(['failed']);
});

test('an engine closes in the middle of a hundred handshakes in both roles, long before their deadlines', async () => {
  const handshakeTimeoutMs = 600_000;
  const listening = await page.engine.addEndpoint(server({ handshakeTimeoutMs }));
  const { port } = await page.engine.startListening(listening);
  const silent = Array.from({ length: 100 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
  const mute = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(mute, 'listening');
  onTestFinished(() => {
    silent.forEach((socket) => socket.destroy());
    mute.close();
  });
  const mutePort = (mute.address() as AddressInfo).port;
  const connecting = await page.engine.addEndpoint(client(mutePort, { handshakeTimeoutMs }));
  await page.engine.connect(connecting);
  await page.untilEndpoint(connecting, ({ status }) => status.state === 'securing');
  await page.untilEndpoint(listening, ({ openConnections }) => openConnections === 100);
  await engine.close();
  await vi.waitFor(() => expect(silent.every(({ closed }) => closed)).toBe(true), { timeout: 20_000 });
});
