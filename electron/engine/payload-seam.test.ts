/** A payload function that is made here is sent and answered with, and nothing else is changed for it. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { payloadFunctions } from '../../shared/payload/functions/functions.ts';
import { countOf, ofBytes, ofNumber } from '../../shared/payload/functions/value.ts';
import { defaultListener } from '../../shared/settings/endpoint.ts';
import { defaultReply } from '../../shared/settings/reply.ts';
import type { ListenerSettings, ReplySettings } from '../../shared/settings/settings.ts';
import { Engine } from './engine.ts';
import { plainSocket } from './testing/datagram-kit.ts';
import { testFolder } from './testing/folder.ts';
import { TestPage } from './testing/page.ts';
import { newRule, testPeer, text } from './testing/peer-port.ts';
import { plainPeer, until } from './testing/stream-kit.ts';

let folder: Awaited<ReturnType<typeof testFolder>>;
let engine: Engine;
let page: TestPage;

beforeEach(async () => {
  let count = 0;
  payloadFunctions.set('made-here', {
    ...{ family: 'text', isVolatile: true, example: '{{made-here 5}}' },
    parameters: [{ name: 'from', kind: 'integer', initial: '0' }],
    make: ([from]) => ofNumber(countOf(from!, 1000) + count++),
  });
  folder = await testFolder();
  const host = { kind: 'headless', version: '1', runtime: 'Node', chooseSaveFile: async () => null } as const;
  const workers = new URL('../../out/workers/', import.meta.url);
  engine = await Engine.open({ dataFolder: folder.path, workers, host });
  page = new TestPage(engine);
});
afterEach(async () => {
  for (const name of ['made-here', 'third']) payloadFunctions.delete(name);
  await engine.close();
  await folder.remove();
});

async function serving(change: Partial<ListenerSettings> = {}) {
  const id = await page.engine.addEndpoint({ ...defaultListener(), port: 0, ...change });
  return { id, ...(await page.engine.startListening(id)) };
}
const written = (draft: string) => ({ mode: 'text', text: draft, lineEnd: 'lf' }) as const;

it('each connection gets what is made for it alone, and the log has just that', async () => {
  const { id, port } = await serving();
  const peers = [await plainPeer(port), await plainPeer(port), await plainPeer(port)];
  await page.untilEndpoint(id, ({ openConnections }) => openConnections === 3);
  expect(await page.engine.send(id, 'all', written('n={{made-here 10}}'))).toBe(3);
  await until(() => peers.every((peer) => Buffer.concat(peer.received).length === 5));
  const got = peers.map((peer) => Buffer.concat(peer.received).toString());
  expect(got.sort()).toEqual(['n=10\n', 'n=11\n', 'n=12\n']);
  await page.untilEndpoint(id, ({ sentBytes }) => sentBytes === 15);
  const sent = (await page.log(id)).filter(({ kind }) => kind === 'sent');
  expect(sent.map(({ preview }) => Buffer.from(preview).toString()).sort()).toEqual(got);
  for (const peer of peers) peer.destroy();
});

it('what would be sent is shown with what changes in it, and nothing is counted', async () => {
  const { id } = await serving();
  const message = written('n={{counter}}{{u8 7}}{{counter}}');
  const shown = {
    length: 6,
    bytes: Uint8Array.from(Buffer.from('n=1\x072\n')),
    parts: [
      { from: 2, to: 13, start: 2, end: 3, changes: true },
      { from: 13, to: 21, start: 3, end: 4, changes: false },
      { from: 21, to: 32, start: 4, end: 5, changes: true },
    ],
  };
  for (let i = 0; i < 2; i++) expect(await page.engine.preview(id, 'all', message)).toEqual(shown);
  await expect(page.engine.preview(id, 'all', written('{{remotePort}}'))).rejects.toMatchObject({
    code: 'MESSAGE_NOT_MADE',
  });
});

it('what is written without it is stored once for all', async () => {
  const { id, port } = await serving();
  const peers = [await plainPeer(port), await plainPeer(port)];
  await page.untilEndpoint(id, ({ openConnections }) => openConnections === 2);
  const { capture } = engine.endpoint(id);
  const before = capture.end;
  expect(await page.engine.send(id, 'all', written('same\\0'))).toBe(2);
  expect(capture.end - before).toBe(6);
  await until(() => peers.every((peer) => Buffer.concat(peer.received).toString() === 'same\0\n'));
  for (const peer of peers) peer.destroy();
});

it('each datagram has its own, to an address that is typed as well', async () => {
  const { id } = await serving({ transport: 'udp' });
  const peer = await plainSocket();
  const to = { host: '127.0.0.1', port: peer.address().port };
  for (let i = 0; i < 2; i++) expect(await page.engine.send(id, to, written('{{made-here}}'))).toBe(1);
  await until(() => peer.received.length === 2);
  expect(peer.received.map(String)).toEqual(['0\n', '1\n']);
});

it('what cannot be made for one of them, or is too long for one, is sent to none', async () => {
  let made = 0;
  payloadFunctions.set('third', {
    ...{ family: 'text', isVolatile: true, example: '{{third 5}}' },
    parameters: [{ name: 'length', kind: 'integer' }],
    make: ([length]) => ofBytes(new Uint8Array(++made % 3 === 0 ? countOf(length!, 2 ** 30) : 1)),
  });
  const { id, port } = await serving();
  const peers = [await plainPeer(port), await plainPeer(port), await plainPeer(port)];
  await page.untilEndpoint(id, ({ openConnections }) => openConnections === 3);
  const long = page.engine.send(id, 'all', { ...written('{{third 70000000}}'), lineEnd: 'none' });
  await expect(long).rejects.toMatchObject({ code: 'REPLY_TOO_LONG' });
  const empty = page.engine.send(id, 'all', { ...written('{{third 0}}'), lineEnd: 'none' });
  await expect(empty).rejects.toMatchObject({ failure: { why: { name: 'empty-message' } } });
  expect(engine.endpoint(id).connections).toMatchObject({ sentBytes: 0, queuedBytes: 0 });
  expect(await page.engine.send(id, 'all', written('{{third 1}}'))).toBe(3);
  await until(() => peers.every((peer) => Buffer.concat(peer.received).length === 2));
  for (const peer of peers) peer.destroy();

  const udp = await serving({ transport: 'udp' });
  const others = [await plainSocket(), await plainSocket(), await plainSocket()];
  for (const other of others) other.send('here', udp.port, '127.0.0.1');
  await page.untilEndpoint(udp.id, ({ openConnections }) => openConnections === 3);
  const datagrams = page.engine.send(udp.id, 'all', written('{{third 100000}}'));
  await expect(datagrams).rejects.toMatchObject({ code: 'DATAGRAM_TOO_LONG' });
  expect(engine.endpoint(udp.id).connections).toMatchObject({ sentBytes: 0, queuedBytes: 0 });
  expect(await page.engine.send(udp.id, 'all', written('{{third 1}}'))).toBe(3);
});

it('what a person wrote wrong is refused by its code, and too much of it, too', async () => {
  const { id } = await serving();
  await expect(page.engine.send(id, 'all', written('\\q'))).rejects.toMatchObject({
    subject: 'message',
    failure: { why: { name: 'unreadable', problem: 'text-unknown-escape', start: 0 } },
  });
  const long = written('x'.repeat(300_000));
  await expect(page.engine.send(id, 'all', long)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
});

it('every kind of reply has it, made anew for each answer', () => {
  const said = (changes: Partial<ReplySettings>, ...messages: string[]): string[] => {
    const { port, say } = testPeer({ ...defaultReply(), ...changes });
    say(...messages);
    return port.replies();
  };
  const counter = text('<{{made-here}}>');
  expect(said({ kind: 'fixed', fixed: counter }, 'a', 'b')).toEqual(['<0>', '<1>']);
  expect(said({ kind: 'prefix', prefix: counter }, 'a', 'b')).toEqual(['<2>a', '<3>b']);
  expect(said({ kind: 'none', greeting: counter })).toEqual(['<4>']);
  const rules = [newRule('regex', '(a)', '{{made-here}}$1\\$1'), newRule('contains', 'b', '{{made-here}}')];
  expect(said({ kind: 'rules', rules }, 'a', 'b')).toEqual(['5a$1', '6']);
  const http = { status: 200, headers: '', body: text('{{made-here 100}}') };
  const [answer] = said({ kind: 'http', http }, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  expect(answer).toBe('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n107');
});
