/**
 * Makes the data folder that `fixtures/` keeps, with the code at hand: real sockets, then captures written by hand for
 * what sockets do not make in a few kilobytes. `npx esbuild electron/engine/testing/programs/fixture-maker.ts --bundle
 * --platform=node --format=esm --packages=external --outfile=out/maker.mjs && node out/maker.mjs FOLDER`; what is then in
 * FOLDER/kept must open for ever after; fixtures.test.ts reads it.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { appendFile, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import type { EndpointSummary } from '../../../../shared/contract.ts';
import { defaultClient, defaultListener } from '../../../../shared/settings/endpoint.ts';
import { emptyDraft } from '../../../../shared/drafts.ts';
import { emptyLayout, usualPreferences } from '../../../../shared/layout.ts';
import { Engine } from '../../engine.ts';
import { TestPage } from '../page.ts';
import { Capture } from '../../capture/capture.ts';
import { indexFile, segmentBytes } from '../../capture/format.ts';
import { newStream, noStream } from '../../capture/recorder.ts';
import { patterned } from '../patterned.ts';

const workers = new URL('file:///none/');
const folder = process.argv[2]!;
const data = join(folder, 'data');
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function converse(): Promise<void> {
  const host = { kind: 'headless', version: '1', runtime: 'Node', chooseSaveFile: async () => null } as const;
  const engine = await Engine.open({ dataFolder: data, workers, host });
  const page = new TestPage(engine);
  const { engine: commands } = page;
  const ended = (one: EndpointSummary): boolean => one.openConnections === 0;
  const usual = { ...defaultListener(), port: 0 };
  const echo = { ...usual, reply: { ...usual.reply, kind: 'echo' } as const };
  try {
    const tcp = await commands.addEndpoint({ ...echo, name: 'tcp' });
    const { port } = await commands.startListening(tcp);
    for (const [at, text] of ['first', 'zweite, größer', 'third\r\n\0\x1b'].entries()) {
      const peer = connect(port, '127.0.0.1').on('error', () => undefined);
      await once(peer, 'connect');
      peer.write(text);
      await once(peer, 'data');
      if (at === 1) peer.resetAndDestroy();
      else if (at === 0) peer.end();
      else await page.untilEndpoint(tcp, ({ openConnections }) => openConnections >= 1);
      if (at === 2) peer.destroy();
      await page.untilEndpoint(tcp, ended);
    }
    const client = await commands.addEndpoint({ ...defaultClient(), port, name: 'client' });
    await commands.connect(client);
    await page.untilEndpoint(client, ({ status }) => status.state === 'open');
    await commands.send(client, 'all', patterned(3000, 5));
    await page.untilEndpoint(client, ({ receivedBytes }) => receivedBytes === 3000);
    await commands.disconnect(client, 'close');
    await page.untilEndpoint(client, ({ status }) => status.state === 'closed');
    await commands.stopListening(tcp);
    await commands.connect(client);
    await page.untilEndpoint(client, ({ status }) => status.state === 'failed');

    const udp = await commands.addEndpoint({ ...echo, transport: 'udp', name: 'udp' });
    const udpPort = (await commands.startListening(udp)).port;
    const udpClient = await commands.addEndpoint({ ...defaultClient(), transport: 'udp', port: udpPort });
    await commands.connect(udpClient);
    await page.untilEndpoint(udpClient, ({ status }) => status.state === 'open');
    for (const [at, text] of ['one', '', 'three'].entries()) {
      await commands.send(udpClient, 'all', bytes(text));
      await page.untilEndpoint(udpClient, ({ records }) => records >= 4 + 2 * at);
    }
    await commands.disconnect(udpClient, 'close');
    await commands.stopListening(udp);

    const made = await commands.makeIdentity({ name: 'mine', hosts: ['127.0.0.1'], keyType: 'ec' });
    const tls = await commands.addEndpoint({
      ...echo,
      transport: 'tls',
      name: 'tls',
      tls: { ...echo.tls, identities: [made.id] },
    });
    const tlsPort = (await commands.startListening(tls)).port;
    const tlsClient = await commands.addEndpoint({ ...defaultClient(), transport: 'tls', port: tlsPort });
    await commands.connect(tlsClient);
    await page.untilEndpoint(tlsClient, ({ status }) => status.state === 'failed');
    await commands.connectAnyway(tlsClient);
    await page.untilEndpoint(tlsClient, ({ status }) => status.state === 'open');
    await commands.send(tlsClient, 'all', bytes('in secret'));
    await page.untilEndpoint(tlsClient, ({ receivedBytes }) => receivedBytes === 9);
    await commands.disconnect(tlsClient, 'close');
    await page.untilEndpoint(tls, ended);
    await commands.saveLayout({
      ...emptyLayout,
      openTabs: [tcp, udp],
      activeTab: udp,
      panes: { main: [30, 70] },
    });
    await commands.savePreferences({ ...usualPreferences, theme: 'dark' });
    await commands.saveDraft(client, {
      ...emptyDraft,
      mode: 'hex',
      lineEnd: 'lf',
      draft: '00 ff',
      history: [{ mode: 'hex', text: 'hello' }],
    });
  } finally {
    await engine.close();
  }
  for (const name of ['certificates', 'keylogs', 'socketscope-lock'])
    await rm(join(data, name), { recursive: true, force: true });
}

/** Three records, then the files as a process leaves them that is killed in the middle of a write. */
async function cutMidWrite(): Promise<void> {
  const path = join(data, 'captures', 'cut-mid-write');
  const capture = await Capture.open(path);
  for (let i = 0; i < 3; i++) capture.record('received', noStream, patterned(500, i), 1_000_000 + i);
  await capture.flush();
  await cp(path, `${path}.killed`, { recursive: true });
  await capture.close();
  await rm(path, { recursive: true });
  await cp(`${path}.killed`, path, { recursive: true });
  await rm(`${path}.killed`, { recursive: true });
  const index = join(path, indexFile(0));
  const entries = await readFile(index);
  await appendFile(index, entries.subarray(0, 14));
}

/** Cleared and purged: its log begins in the second index file. */
async function purged(): Promise<void> {
  const capture = await Capture.open(join(data, 'captures', 'purged'));
  for (let i = 0; i < 65_540; i++) capture.append('received', noStream, 0, 0, 1_000_000 + i);
  capture.clear();
  capture.purge();
  const at = 2_000_000;
  const stream = capture.recordDetail(
    newStream,
    { kind: 'opened', socket: 'stream', origin: 'accepted', local: null, remote: null, carried: true },
    at,
  );
  capture.record('received', stream, bytes('after the clear'), at + 1);
  await capture.close();
}

/** Two data files and two index files. Large, but of bytes that compress to nothing. */
async function several(): Promise<void> {
  const capture = await Capture.open(join(data, 'captures', 'several-files'));
  const place = capture.store(new Uint8Array(segmentBytes - 100));
  capture.append('received', noStream, place, segmentBytes - 100, 1_000_000);
  for (let i = 0; i < 65_600; i++) capture.append('sent', noStream, place, 10, 1_000_001);
  capture.record('received', noStream, patterned(300, 9), 1_000_002);
  await capture.close();
}

const sha256 = (content: Uint8Array): string =>
  createHash('sha256').update(content).digest('hex').slice(0, 16);

/** What each capture holds, as this code reads it: of its first and last records. */
async function expected(path: string): Promise<unknown> {
  const capture = await Capture.open(path);
  const records: unknown[] = [];
  for (let sequence = capture.cleared; sequence < capture.length; sequence++) {
    if (sequence === capture.cleared + 100) sequence = Math.max(sequence, capture.length - 20);
    const { time, kind, connection, length: bytes, detail } = await capture.info(sequence);
    const content = await capture.payload(sequence, 0, bytes);
    records.push({ sequence, time, kind, connection, length: bytes, detail, sha256: sha256(content) });
  }
  const { length, cleared } = capture;
  await capture.close();
  return { length, cleared, records };
}

/** Brotli, because the larger files are zeros for the most part. */
async function keep(): Promise<void> {
  for (const entry of await readdir(data, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const from = join(entry.parentPath, entry.name);
    const to = join(folder, 'kept', entry.parentPath.slice(data.length));
    await mkdir(to, { recursive: true });
    const content = await readFile(from);
    const lgwin = constants.BROTLI_MAX_WINDOW_BITS;
    const packed = brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_LGWIN]: lgwin } });
    const isSmall = content.length < 64 * 1024;
    await writeFile(join(to, isSmall ? entry.name : `${entry.name}.br`), isSmall ? content : packed);
  }
}

// Nothing else keeps a process that only waits.
const alive = setInterval(() => undefined, 1000);
await mkdir(data, { recursive: true });
await converse();
for (const make of [cutMidWrite, purged, several]) await make();
await keep();
const held: Record<string, unknown> = {};
for (const name of await readdir(join(data, 'captures')))
  held[name] = await expected(join(data, 'captures', name));
await writeFile(join(folder, 'kept', 'expected.json'), `${JSON.stringify(held, null, 1)}\n`);
clearInterval(alive);
