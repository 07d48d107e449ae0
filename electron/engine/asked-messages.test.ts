/** Messages that ask for what the peer sent last, and for what lies outside of the program. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { defaultListener } from '../../shared/settings/endpoint.ts';
import { defaultReply } from '../../shared/settings/reply.ts';
import { Engine } from './engine.ts';
import { ruleBudget } from './net/rule-budget.ts';
import { liesInPagesFolder, pagesFolder } from './net/allowed-names.ts';
import { plainSocket } from './testing/datagram-kit.ts';
import { testFolder } from './testing/folder.ts';
import { TestPage } from './testing/page.ts';
import { newRule, testPeer } from './testing/peer-port.ts';
import { plainPeer, until } from './testing/stream-kit.ts';

let folder: Awaited<ReturnType<typeof testFolder>>;
let engine: Engine;
let page: TestPage;

beforeEach(async () => {
  folder = await testFolder();
  engine = await Engine.open({
    dataFolder: folder.path,
    workers: new URL('../../out/workers/', import.meta.url),
    host: {
      ...{ kind: 'headless', version: '1', runtime: 'Node' },
      chooseSaveFile: async () => null,
      mayAllow: (name) => liesInPagesFolder(folder.path, name),
    },
  });
  page = new TestPage(engine);
});
afterEach(async () => {
  await engine.close();
  await folder.remove();
});

const written = (text: string) => ({ mode: 'text', text, lineEnd: 'none' }) as const;
const serving = async (transport: 'tcp' | 'udp' = 'tcp') => {
  const id = await page.engine.addEndpoint({ ...defaultListener(), port: 0, transport });
  return { id, ...(await page.engine.startListening(id)) };
};
const previewOf = async (id: string, text: string): Promise<string> =>
  Buffer.from((await page.engine.preview(id, 'all', written(text))).bytes).toString();

it('each peer gets what it sent last itself, whole or what an expression finds in it', async () => {
  const { id, port } = await serving();
  const peers = [await plainPeer(port), await plainPeer(port)];
  peers[0]!.write('id=7;');
  await page.untilEndpoint(id, ({ receivedBytes }) => receivedBytes === 5);
  peers[0]!.write('id=8;');
  peers[1]!.write('id=9;');
  await page.untilEndpoint(id, ({ receivedBytes }) => receivedBytes === 15);
  await page.engine.send(id, 'all', written("<{{received}}{{received match='id=([0-9]+)' group=1}}>"));
  await until(() => peers.every(({ received }) => Buffer.concat(received).length === 8));
  expect(peers.map(({ received }) => Buffer.concat(received).toString())).toEqual(['<id=8;8>', '<id=9;9>']);
  expect(await previewOf(id, '{{received | slice 0 2}}')).toBe('id');
  for (const peer of peers) peer.destroy();
});

it('a peer that has sent nothing gives nothing, and then nobody is sent anything', async () => {
  const { id } = await serving('udp');
  const peer = await plainSocket();
  const to = { host: '127.0.0.1', port: peer.address().port };
  const sent = page.engine.send(id, to, written('{{received}}'));
  await expect(sent).rejects.toMatchObject({ failure: { why: { problem: 'value-missing' } } });
  expect(engine.endpoint(id).connections.sentBytes).toBe(0);
});

it('an expression that finds nothing, or takes for ever, is told at its place', async () => {
  const { id, port } = await serving();
  const peer = await plainPeer(port);
  peer.write(`${'a'.repeat(40)}!`);
  await page.untilEndpoint(id, ({ receivedBytes }) => receivedBytes === 41);
  const problemOf = (text: string) =>
    page.engine.preview(id, 'all', written(text)).then(
      () => null,
      (error: { failure: { why: { problem: string; start: number } } }) => [
        error.failure.why.problem,
        error.failure.why.start,
      ],
    );
  expect(await problemOf("x{{received match='b'}}")).toEqual(['value-no-match', 3]);
  expect(await problemOf("{{received match='a' group=1}}")).toEqual(['value-no-match', 2]);
  expect(await problemOf("{{received match='^(a+)+$'}}")).toEqual(['value-too-slow', 2]);
  expect(await problemOf("{{received match='('}}")).toEqual(['value-bad-expression', 11]);
  expect(await previewOf(id, "{{received match='(?<last>.)$' group=last}}")).toBe('!');
  peer.destroy();
});

it('an answer finds it in the message that is answered, within the time of its rule', () => {
  const rules = [newRule('regex', 'a', "{{received match='=(.)' group=1}}")];
  const { port, say } = testPeer({ ...defaultReply(), kind: 'rules', rules });
  say('a=1', 'a=2');
  expect(port.replies()).toEqual(['1', '2']);
});

it('files and variables are read once they are allowed, and a page may allow those of its folder alone', async () => {
  const { id } = await serving();
  mkdirSync(pagesFolder(folder.path));
  const mine = join(pagesFolder(folder.path), 'mine');
  writeFileSync(mine, 'in it');
  const other = join(folder.path, 'workspace.json');
  const call = (path: string) => `{{file ${JSON.stringify(path)}}}`;
  await expect(previewOf(id, call(mine))).rejects.toMatchObject({ code: 'FILE_NOT_ALLOWED', subject: mine });
  await expect(previewOf(id, '{{env HOME}}')).rejects.toMatchObject({ code: 'VARIABLE_NOT_ALLOWED' });
  for (const name of [{ kind: 'file', name: other } as const, { kind: 'variable', name: 'HOME' } as const])
    await expect(page.engine.allowName(name)).rejects.toMatchObject({ code: 'NAME_REFUSED' });
  await page.engine.allowName({ kind: 'file', name: mine });
  expect(await previewOf(id, `<${call(mine)}>`)).toBe('<in it>');
  await expect(previewOf(id, call(other))).rejects.toMatchObject({ code: 'FILE_NOT_ALLOWED' });
});

// The last: what is spent comes back with the time.
it('a peer that makes an expression take long again and again has no more than the time of slow rules', () => {
  const fixed = { mode: 'text', text: "{{received match='^(a+)+$'}}" } as const;
  const { port, say } = testPeer({ ...defaultReply(), kind: 'fixed', fixed });
  for (let i = 0; i < 100; i++) say(`${'a'.repeat(40)}!`);
  expect(ruleBudget.isSpent).toBe(true);
  expect(port.replies()).toEqual([]);
});
