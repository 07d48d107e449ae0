import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { appendFile, mkdir, open, readdir, readFile, rmdir, stat, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { unnamed } from '../../shared/saved-messages.ts';
import type { ClientSettings, ListenerSettings } from '../../shared/settings/settings.ts';
import { defaultClient, defaultListener } from '../../shared/settings/endpoint.ts';
import { defaultReply } from '../../shared/settings/reply.ts';
import { emptyDraft } from '../../shared/drafts.ts';
import { emptyLayout, usualPreferences } from '../../shared/layout.ts';
import { decodeRows, type Row } from '../../shared/wire/row-window.ts';
import { packCapture } from './capture/capture-file.ts';
import { noStream } from './capture/recorder.ts';
import { lockDataFolder } from './disk/data-folder.ts';
import { Engine, type EngineOptions, type Host } from './engine.ts';
import { testFolder } from './testing/folder.ts';
import { TestPage } from './testing/page.ts';

const workers = new URL('../../out/workers/', import.meta.url);
const listener = (change: Partial<ListenerSettings> = {}): ListenerSettings => ({
  ...defaultListener(),
  port: 0,
  ...change,
});
const client = (port: number, change: Partial<ClientSettings> = {}): ClientSettings => ({
  ...defaultClient(),
  port,
  ...change,
});
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (payload: Uint8Array): string => new TextDecoder().decode(payload);

let folder: Awaited<ReturnType<typeof testFolder>>;
let engine: Engine;
let page: TestPage;
let saveTo: { path: string; url: string | null } | null;
const peers: Socket[] = [];

const host: Host = {
  kind: 'headless',
  version: '1.2.3',
  runtime: 'Node',
  chooseSaveFile: async () => saveTo,
};
const openEngine = async (more: Partial<EngineOptions> = {}): Promise<void> => {
  engine = await Engine.open({ dataFolder: folder.path, workers, host, ...more });
  page = new TestPage(engine);
};
const restart = async (): Promise<void> => {
  await engine.close();
  await openEngine();
};

beforeEach(async () => {
  folder = await testFolder();
  saveTo = null;
  await openEngine();
});
afterEach(async () => {
  for (const peer of peers.splice(0)) peer.destroy();
  await engine.close();
  await folder.remove();
});

/** A listener with one foreign peer. */
async function listenerWithPeer(
  change: Partial<ListenerSettings> = {},
): Promise<{ id: string; peer: Socket }> {
  const id = await page.engine.addEndpoint(listener(change));
  const { host: address, port } = await page.engine.startListening(id);
  const peer = connect(port, address);
  peers.push(peer);
  await once(peer, 'connect');
  await page.untilEndpoint(id, ({ openConnections }) => openConnections === 1);
  return { id, peer };
}

/** Of this process, proc_pid_status(5). */
const threads = (): number =>
  Number(/^Threads:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))![1]);

describe.runIf(process.platform === 'linux')('text filters', () => {
  it('of all pages share at most four threads, and those end with the engine', async () => {
    const ids = [await page.engine.addEndpoint(listener()), await page.engine.addEndpoint(listener())];
    const endpoints = ids.map((id) => engine.endpoint(id));
    for (const { capture } of endpoints) {
      capture.record('received', noStream, bytes('needle'));
      await capture.flush();
    }
    const before = threads();
    const views = Array.from({ length: 256 }, (_, n) =>
      endpoints[n % 2]!.openView(
        {
          connection: null,
          text: n % 3 ? 'NEED' : `${n}`,
        },
        'chunks',
      ),
    );
    let most = 0;
    while (views.some(({ summary }) => summary.scanned < 1 && summary.failure === null)) {
      most = Math.max(most, threads());
      await new Promise(setImmediate);
    }
    expect(most).toBeGreaterThan(before);
    expect(most).toBeLessThanOrEqual(before + 4);
    expect(views.map(({ length }) => length)).toEqual(views.map((_, n) => (n % 3 ? 1 : 0)));
    await engine.close();
    await expect.poll(threads, { timeout: 30_000 }).toBeLessThanOrEqual(before);
  });
});

describe('an engine and a page', () => {
  it('hold a conversation between an echo server and a client, and show every byte of it', async () => {
    const server = await page.engine.addEndpoint(listener({ reply: { ...defaultReply(), kind: 'echo' } }));
    const { port } = await page.engine.startListening(server);
    const id = await page.engine.addEndpoint(client(port));
    await page.engine.connect(id);
    await page.untilEndpoint(id, ({ status }) => status.state === 'open');
    expect(await page.engine.send(id, 'all', bytes('grüß\0'))).toBe(1);
    await page.untilEndpoint(id, ({ receivedBytes, sentBytes }) => receivedBytes === 7 && sentBytes === 7);

    const rows = await page.log(id);
    expect(rows.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['attempted', 'opened', 'sent', 'received']),
    );
    const received = rows.find(({ kind }) => kind === 'received')!;
    expect(text(received.preview)).toBe('grüß\0');
    expect(text(await page.engine.payload(id, received.sequence, 2, 4))).toBe('üß');
    const info = await page.engine.record(id, received.sequence);
    expect(info).toMatchObject({
      kind: 'received',
      length: 7,
      opening: { kind: 'opened', origin: 'initiated' },
    });
    const [peer] = (await page.peers(server)).rows;
    expect(peer).toMatchObject({ origin: 'accepted', state: 'open', receivedBytes: 7, sentBytes: 7 });

    await page.engine.disconnect(id, 'close');
    await page.untilEndpoint(server, ({ openConnections }) => openConnections === 0);
    await page.engine.stopListening(server);
    await page.untilEndpoint(server, ({ status }) => status.state === 'stopped');
  });

  it('store a message to many once, and a long one in pieces', async () => {
    const { id, peer } = await listenerWithPeer();
    const { port } = peer.address() as AddressInfo;
    const second = connect(peer.remotePort!, '127.0.0.1');
    peers.push(second);
    await page.untilEndpoint(id, ({ openConnections }) => openConnections === 2);
    const piece = new Uint8Array(512 * 1024).fill(7);
    const stage = await page.engine.stage(id, null, piece);
    for (let i = 1; i < 8; i++) await page.engine.stage(id, stage, piece);
    let received = 0;
    for (const one of [peer, second]) one.on('data', (data: Buffer) => (received += data.length));
    expect(await page.engine.send(id, 'all', { stage })).toBe(2);
    await expect.poll(() => received, { timeout: 20_000 }).toBe(2 * 8 * piece.length);
    const { diskBytes } = await page.untilEndpoint(id, ({ sentBytes }) => sentBytes === received);
    expect(diskBytes).toBeLessThan(9 * piece.length);
    const { rows } = await page.peers(id);
    const [one] = rows.filter(({ remote }) => remote!.port === port);
    expect(await page.engine.send(id, [one!.id], bytes('x'))).toBe(1);
    await expect(page.engine.send(id, 'all', { stage })).rejects.toMatchObject({ subject: 'stage' });
    await expect(page.engine.send(id, 'all', new Uint8Array())).rejects.toMatchObject({ subject: 'message' });
  });

  it('send one long message after the other, however many, and keep none of them for later', async () => {
    const { id, peer } = await listenerWithPeer();
    let received = 0;
    peer.on('data', (data: Buffer) => (received += data.length));
    for (let n = 1; n <= 70; n++) {
      const stage = await page.engine.stage(id, null, new Uint8Array(1000));
      expect(await page.engine.send(id, 'all', { stage })).toBe(1);
    }
    await expect.poll(() => received, { timeout: 20_000 }).toBe(70_000);
  });

  it('send a staged message whole and in order, whatever was received or cleared while it was uploaded', async () => {
    const { id, peer } = await listenerWithPeer();
    const received: Buffer[] = [];
    peer.on('data', (data: Buffer) => received.push(data));
    let stage: number | null = null;
    for (let i = 0; i < 6; i++) {
      stage = await page.engine.stage(id, stage, new Uint8Array(100_000).fill(i));
      peer.write('between');
      await page.untilEndpoint(id, ({ receivedBytes }) => receivedBytes === (i + 1) * 7);
      if (i === 3) await page.engine.clearLog(id);
    }
    expect(await page.engine.send(id, 'all', { stage: stage! })).toBe(1);
    await page.untilEndpoint(id, ({ sentBytes }) => sentBytes === 600_000);
    await expect.poll(() => Buffer.concat(received).length).toBe(600_000);
    const expected = Buffer.concat([0, 1, 2, 3, 4, 5].map((i) => Buffer.alloc(100_000, i)));
    expect(Buffer.concat(received).equals(expected)).toBe(true);
    const sent = (await page.log(id)).filter(({ kind }) => kind === 'sent');
    const pieces = await Promise.all(
      sent.map(({ sequence, length }) => page.engine.payload(id, sequence, 0, length)),
    );
    expect(Buffer.concat(pieces).equals(expected)).toBe(true);
  });

  it('clear the log with an undo, and go on with the connections that are open', async () => {
    const { id, peer } = await listenerWithPeer();
    peer.write('before');
    await page.untilEndpoint(id, ({ receivedBytes }) => receivedBytes === 6);
    const before = await page.log(id);
    await page.engine.clearLog(id);
    const carried = await page.log(id);
    expect(carried.map(({ kind }) => kind)).toEqual(['listening', 'opened']);
    expect(JSON.parse(text(carried[1]!.preview))).toMatchObject({ carried: true });
    peer.write('after');
    const { canUndoClear } = await page.untilEndpoint(id, ({ receivedBytes }) => receivedBytes === 11);
    expect(canUndoClear).toBe(true);
    await page.engine.undoClear(id);
    const rows = await page.log(id);
    expect(rows.slice(0, before.length).map(({ sequence }) => sequence)).toEqual(
      before.map(({ sequence }) => sequence),
    );
    expect(rows.filter(({ kind }) => kind === 'received').map(({ preview }) => text(preview))).toEqual([
      'before',
      'after',
    ]);
    await page.untilEndpoint(id, (summary) => !summary.canUndoClear);
    await expect(page.engine.undoClear(id)).rejects.toMatchObject({ code: expect.stringMatching(/./) });
  });

  it('clear the log in the middle of a message, and have every byte of it once in what an undo brings back', async () => {
    const { id, peer } = await listenerWithPeer();
    peer.pause();
    const piece = Uint8Array.from({ length: 1024 * 1024 }, (_, index) => (index * 7) & 255);
    const stage = await page.engine.stage(id, null, piece.subarray(0, piece.length / 2));
    for (let half = 1; half < 32; half++)
      await page.engine.stage(id, stage, piece.subarray(0, piece.length / 2));
    await page.engine.send(id, 'all', { stage });
    await page.untilEndpoint(id, ({ sentBytes }) => sentBytes > 0);
    await page.engine.clearLog(id);
    let received = 0;
    peer.on('data', (data: Buffer) => (received += data.length)).resume();
    const { sentBytes } = await page.untilEndpoint(id, ({ queuedBytes }) => queuedBytes === 0);
    await expect.poll(() => received, { timeout: 20_000 }).toBe(sentBytes);
    await page.engine.undoClear(id);
    const sent = (await page.log(id)).filter(({ kind }) => kind === 'sent');
    expect(sent.reduce((sum, { length }) => sum + length, 0)).toBe(sentBytes);
  });

  it('refuse to queue messages without end for a peer that does not read, however short they are', async () => {
    const { id, peer } = await listenerWithPeer();
    peer.pause();
    const { connections, capture } = engine.endpoint(id);
    const length = 16 * 1024 * 1024;
    const place = capture.store(new Uint8Array(length));
    // More than the kernel takes.
    connections.send('all', place, length);
    await expect.poll(() => connections.list(0, 1)[0]!.notReadingSince, { timeout: 20_000 }).not.toBeNull();
    let queued = 0;
    while (!connections.isFull && queued < length) connections.send('all', place + queued++, 1);
    expect(queued).toBeLessThan(length);
    const { diskBytes } = capture;
    await expect(page.engine.send(id, 'all', bytes('x'))).rejects.toMatchObject({ code: 'QUEUE_FULL' });
    expect(capture.diskBytes).toBe(diskBytes);
    peer.resume();
    await page.untilEndpoint(id, ({ queuedBytes }) => queuedBytes === 0);
    expect(await page.engine.send(id, 'all', bytes('x'))).toBe(1);
  });

  it('write the log as text where the host says, or not at all', async () => {
    const { id, peer } = await listenerWithPeer();
    peer.write('a line\r\n');
    await page.untilEndpoint(id, ({ receivedBytes }) => receivedBytes === 8);
    const { id: view } = await page.engine.openView(
      id,
      {
        connection: null,
        text: 'dir:received',
      },
      'chunks',
    );
    expect(await page.engine.saveLog(view, 'text')).toBeNull();
    saveTo = { path: join(folder.path, 'log.txt'), url: null };
    await writeFile(saveTo.path, 'something of before', { mode: 0o644 });
    const saved = await page.engine.saveLog(view, 'text');
    expect((await stat(saveTo.path)).mode & 0o777).toBe(0o600);
    const written = await readFile(saveTo.path, 'utf8');
    expect(written).toContain('a line');
    expect(saved).toEqual({ ...saveTo, bytes: Buffer.byteLength(written) });
  });

  it('show a connection as a conversation, live, and save a part of it, in no more streams than a page may have', async () => {
    const { id, peer } = await listenerWithPeer();
    peer.write('GET /\r\n');
    await page.untilEndpoint(id, ({ receivedBytes }) => receivedBytes === 7);
    const { id: view } = await page.engine.openView(id, { connection: null, text: 'kind:opened' }, 'chunks');
    await page.until(({ views }) => views.some((each) => each.id === view && each.rows === 1));
    const [{ connection }] = decodeRows(await page.engine.rows(view, 0, 1)).rows as [Row];
    const { id: stream } = await page.engine.openStream(id, connection, 'both');
    await page.engine.send(id, 'all', bytes('200'));
    const { streams } = await page.until(({ streams }) => streams[0]?.bytes === 10);
    expect(streams).toMatchObject([{ id: stream, connection, records: 2, places: 26 }]);
    const rows = await page.engine.streamRows(stream, 'text', 0, 26);
    expect(rows.map(({ kind, at }) => [kind, at])).toEqual([
      ['opened', 0],
      ['received', 16],
      ['sent', 23],
    ]);
    const place = await page.engine.streamPlace(stream, rows[1]!.sequence, 4);
    expect(place).toBe(20);
    saveTo = { path: join(folder.path, 'part.bin'), url: null };
    expect(await page.engine.saveStream(stream, place, 25, 'raw')).toEqual({ ...saveTo, bytes: 5 });
    expect(await readFile(saveTo.path, 'utf8')).toBe('/\r\n20');
    await page.engine.saveStream(stream, place - 4, 26, 'text');
    expect(await readFile(saveTo.path, 'utf8')).toBe('↓ GET /\\r\\n\n↑ 200\n');
    for (let more = 1; more < 8; more++) await page.engine.openStream(id, connection, 'sent');
    await expect(page.engine.openStream(id, connection, 'sent')).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    await page.engine.closeStream(stream);
    await expect(page.engine.streamRows(stream, 'hex', 0, 16)).rejects.toMatchObject({ subject: 'stream' });
    await page.engine.removeEndpoint(id);
    await page.until(({ streams }) => streams.length === 0);
  });

  it('save a log as a job that outlives its view, is cancelled, and says where it failed', async () => {
    const { id, peer } = await listenerWithPeer();
    peer.write('a line');
    await page.untilEndpoint(id, ({ receivedBytes }) => receivedBytes === 6);
    const open = async (text: string) =>
      (await page.engine.openView(id, { connection: null, text }, 'chunks')).id;
    const path = join(folder.path, 'log.jsonl');
    saveTo = { path, url: null };
    // A regular expression that takes for ever holds the job up until it is cancelled.
    peer.write(`${'a'.repeat(60)}!`);
    await page.untilEndpoint(id, ({ receivedBytes }) => receivedBytes === 67);
    const slow = await open('/^(a+)+$/');
    const saving = page.engine.saveLog(slow, 'jsonl');
    await page.until(({ jobs }) => jobs.length === 1);
    await page.engine.closeView(slow);
    await page.engine.cancelJob(1);
    expect(await saving).toBeNull();
    await page.until(({ jobs }) => jobs.length === 0);
    expect((await readdir(folder.path)).filter((name) => name.startsWith('log'))).toEqual([]);

    const view = await open('line');
    const [saved] = await Promise.all([page.engine.saveLog(view, 'raw'), page.engine.closeView(view)]);
    expect(saved).toEqual({ ...saveTo, bytes: 6 });
    expect(await readFile(path, 'utf8')).toBe('a line');

    saveTo = { path: join(folder.path, 'no', 'such'), url: null };
    expect(await page.engine.saveLog(await open(''), 'text')).toBeNull();
    // A summary of a moment ago tells the job as one that runs.
    const { jobs } = await page.until(({ jobs: [job] }) => job !== undefined && job.failure !== null);
    expect(jobs[0]).toMatchObject({ endpoint: id, failure: { code: 'ENOENT', subject: saveTo.path } });
    await page.engine.cancelJob(jobs[0]!.id);
    await page.until(({ jobs }) => jobs.length === 0);
  });

  it('search no more for a log whose endpoint is removed while the place of its file is asked for', async () => {
    const { id, peer } = await listenerWithPeer();
    peer.write(`${'a'.repeat(60)}!`);
    await page.untilEndpoint(id, ({ receivedBytes }) => receivedBytes === 61);
    const text = '/^(a+)+$/';
    const view = (await page.engine.openView(id, { connection: null, text }, 'chunks')).id;
    let answer = (_: typeof saveTo): void => undefined;
    const asked = new Promise<typeof saveTo>((resolve) => (answer = resolve));
    vi.spyOn(host, 'chooseSaveFile').mockReturnValueOnce(asked);
    const saving = page.engine.saveLog(view, 'text');
    await page.engine.removeEndpoint(id);
    expect(await saving).toBeNull();
    answer({ path: join(folder.path, 'late.txt'), url: null });
    await page.until(({ jobs, endpoints }) => jobs.length === 0 && endpoints.length === 0);
    expect(await readdir(folder.path)).not.toContain('late.txt');
  });

  it('say what is wrong with a command, and go on', async () => {
    const id = await page.engine.addEndpoint(listener());
    const unknown = 'e000000000000';
    await expect(page.engine.startListening(unknown)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      subject: 'id',
    });
    await expect(page.engine.connect(id)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', subject: 'id' });
    await expect(page.engine.changeEndpoint(id, client(1))).rejects.toMatchObject({ subject: 'role' });
    await expect(page.engine.rows(1, 0, 1)).rejects.toMatchObject({ subject: 'view' });
    await expect(page.engine.record(id, 5)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      subject: 'sequence',
    });
    const any = page.engine as unknown as Record<string, () => Promise<unknown>>;
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'nothing', '$close'])
      await expect(any[name]!()).rejects.toMatchObject({ message: expect.stringContaining('not found') });
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    await page.engine.changeEndpoint(id, listener({ port }));
    await expect(page.engine.startListening(id)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    taken.close();
    await once(taken, 'close');
    expect(await page.engine.startListening(id)).toMatchObject({ port });
    expect((await page.engine.hello()).version).toBe('1.2.3');
  });

  it('list the addresses of this machine', async () => {
    expect(await page.engine.localAddresses()).toContainEqual(
      expect.objectContaining({ host: '127.0.0.1', family: 'IPv4', internal: true }),
    );
  });

  it('remove an endpoint with its sockets, its capture and its views', async () => {
    const { id, peer } = await listenerWithPeer();
    await page.engine.openView(id, { connection: null, text: '' }, 'chunks');
    const gone = once(peer, 'close');
    peer.on('error', () => undefined);
    await page.engine.removeEndpoint(id);
    peer.end();
    await gone;
    expect(await readdir(join(folder.path, 'captures'))).toEqual([]);
    await page.until(
      ({ endpoints, views, openSockets }) => endpoints.length + views.length + openSockets === 0,
    );
    expect((await page.engine.workspace()).endpoints).toEqual([]);
  });

  it('keep of two pages what each has changed: the last to change one thing has its way with that alone', async () => {
    const other = new TestPage(engine);
    const [a, b] = [await page.engine.addEndpoint(listener()), await other.engine.addEndpoint(listener())];
    const draft = (text: string) => ({ ...emptyDraft, draft: text });
    await page.engine.savePreferences({ ...usualPreferences, theme: 'light' });
    await page.engine.saveDraft(a, draft('of this page'));
    await other.engine.saveDraft(b, draft('of the other'));
    await other.engine.saveLayout({ ...emptyLayout, openTabs: [b] });
    const { preferences, layout } = await page.engine.workspace();
    expect([preferences.theme, layout.openTabs]).toEqual(['light', [b]]);
    expect(await other.engine.drafts()).toEqual({ [a]: draft('of this page'), [b]: draft('of the other') });
    await other.engine.saveDraft(a, draft('newer'));
    expect(await page.engine.drafts()).toEqual({ [a]: draft('newer'), [b]: draft('of the other') });
  });
});

describe('a restart', () => {
  it('brings endpoints, layout and captures back', async () => {
    const { id, peer } = await listenerWithPeer({ name: 'mine' });
    peer.write('kept');
    await page.untilEndpoint(id, ({ receivedBytes }) => receivedBytes === 4);
    await page.engine.saveLayout({ ...emptyLayout, openTabs: [id], activeTab: id });
    await page.engine.savePreferences({ ...usualPreferences, theme: 'light' });
    const draft = { ...emptyDraft, draft: 'half a thought' };
    await page.engine.saveDraft(id, draft);
    await restart();
    const { endpoints, layout, preferences } = await page.engine.workspace();
    expect(endpoints).toMatchObject([{ id, settings: { name: 'mine' } }]);
    expect(layout).toMatchObject({ openTabs: [id], activeTab: id });
    expect(preferences.theme).toBe('light');
    expect(await page.engine.drafts()).toEqual({ [id]: draft });
    const rows = await page.log(id);
    expect(rows.map(({ kind }) => kind)).toEqual(['listening', 'opened', 'received', 'closed', 'stopped']);
    expect(text(rows[2]!.preview)).toBe('kept');
    expect((await page.until(() => true)).notices).toEqual([]);
  });

  it('ends the undo of a clear', async () => {
    const { id, peer } = await listenerWithPeer();
    peer.write('gone');
    await page.untilEndpoint(id, ({ receivedBytes }) => receivedBytes === 4);
    await page.engine.clearLog(id);
    await restart();
    const { canUndoClear } = await page.untilEndpoint(id, () => true);
    expect(canUndoClear).toBe(false);
    expect((await page.log(id)).map(({ kind }) => kind)).not.toContain('received');
  });

  it('says what was damaged and keeps it', async () => {
    const id = await page.engine.addEndpoint(listener());
    await engine.close();
    await writeFile(join(folder.path, 'workspace.json'), '{');
    await openEngine();
    const { notices } = await page.until(() => true);
    expect(notices).toMatchObject([{ code: 'WORKSPACE_DAMAGED' }]);
    expect(await readFile(notices[0]!.subject, 'utf8')).toBe('{');
    expect(await readdir(join(folder.path, 'captures'))).toEqual([id]);
  });

  it('is refused while the data folder is in use', async () => {
    await expect(Engine.open({ dataFolder: folder.path, workers, host })).rejects.toMatchObject({
      code: 'DATA_FOLDER_IN_USE',
    });
  });

  it('writes nothing more once another process has the data folder, ends its sockets, and says so', async () => {
    const lost: string[] = [];
    engine.onLost(({ code }) => lost.push(code));
    const id = await page.engine.addEndpoint(listener());
    const { port, host: address } = await page.engine.startListening(id);
    const peer = connect(port, address).resume();
    peers.push(peer.on('error', () => undefined));
    await engine.endpoint(id).capture.flush();
    // As one does who took this process for dead: the next link of the chain.
    const chain = join(folder.path, 'socketscope-lock');
    const last = (await readdir(chain)).filter((name) => name.startsWith('holder-')).length;
    await writeFile(join(chain, `holder-${last + 1}`), 'the heir');
    await expect.poll(() => lost).toEqual(['DATA_FOLDER_LOST']);
    const kept = await filesUnder(folder.path);
    await expect.poll(() => peer.destroyed).toBe(true);
    await expect.poll(() => engine.endpoint(id).summary.captureFailure?.code).toBe('DATA_FOLDER_LOST');
    await expect(page.engine.addEndpoint(listener())).rejects.toMatchObject({ code: 'DATA_FOLDER_LOST' });
    await expect(page.engine.removeEndpoint(id)).rejects.toMatchObject({ code: 'DATA_FOLDER_LOST' });
    await expect(engine.close()).rejects.toMatchObject({ code: 'DATA_FOLDER_LOST' });
    expect(await filesUnder(folder.path)).toEqual(kept);
    await folder.remove();
    folder = await testFolder();
    await openEngine();
  });

  it('leaves no lock behind when it fails', async () => {
    await engine.close();
    await mkdir(join(folder.path, 'workspace.json.d'));
    const other = await testFolder();
    await mkdir(join(other.path, 'workspace.json'));
    await expect(Engine.open({ dataFolder: other.path, workers, host })).rejects.toMatchObject({
      code: 'EISDIR',
    });
    await (await lockDataFolder(other.path)).release();
    await other.remove();
  });
});

it('tells pages that are attached already when the workspace cannot be written, and when it can again', async () => {
  await page.until(({ notices }) => notices.length === 0);
  const path = join(folder.path, 'workspace.json');
  await mkdir(path);
  const id = await page.engine.addEndpoint(listener());
  const { notices } = await page.until((summary) => summary.notices.length > 0);
  expect(notices).toMatchObject([
    { code: 'WORKSPACE_UNWRITTEN', subject: path, message: expect.stringContaining('EISDIR') },
  ]);
  await rmdir(path);
  await page.until((summary) => summary.notices.length === 0);
  expect(await readFile(path, 'utf8')).toContain(id);
});

it('says of which log some bookmarks, notes or tags cannot be read; the others are there', async () => {
  const { id } = await listenerWithPeer();
  await page.engine.annotate(id, [0], { note: 'kept' });
  await engine.close();
  const path = join(folder.path, 'captures', id, 'annotations.jsonl');
  await appendFile(path, 'torn');
  await openEngine();
  const { notices } = await page.until((summary) => summary.notices.length > 0);
  const why = { name: 'lines-unread', lines: 1 };
  expect(notices).toMatchObject([{ code: 'ANNOTATIONS_DAMAGED', subject: path, why }]);
  expect(await page.engine.annotations(id)).toMatchObject([{ sequence: 0, note: 'kept' }]);
});

describe('the end', () => {
  it('waits for no peer, and keeps what was captured until then', async () => {
    const { id, peer } = await listenerWithPeer();
    peer.pause();
    const piece = new Uint8Array(1024 * 1024);
    for (let i = 0; i < 16; i++) await page.engine.send(id, 'all', piece);
    await page.untilEndpoint(id, ({ queuedBytes }) => queuedBytes > 0);
    await engine.close();
    await engine.close();
    await openEngine();
    const rows = await page.log(id);
    expect(rows.filter(({ kind }) => kind === 'closed' || kind === 'failed')).toHaveLength(1);
  });

  it('closes the channels of pages', async () => {
    await engine.close();
    await expect(page.engine.hello()).rejects.toMatchObject({ code: 'CHANNEL_CLOSED' });
  });
});

describe('the room that is kept free', () => {
  const all = Number.MAX_SAFE_INTEGER;
  const usual = { bytes: 256 * 2 ** 20, isFixed: false };

  it('is what a page says, for every page, every capture and the next start', async () => {
    const other = new TestPage(engine);
    const { workspaceVersion } = await other.until(() => true);
    expect((await page.engine.workspace()).keepFree).toEqual(usual);
    const id = await page.engine.addEndpoint(listener());
    const { capture } = engine.endpoint(id);
    const told: number[] = [];
    vi.spyOn(capture, 'keepFree').mockImplementation((bytes) => void told.push(bytes));
    await page.engine.setKeepFree(all);
    expect(told).toEqual([all]);
    await other.until((summary) => summary.workspaceVersion > workspaceVersion + 1);
    expect((await other.engine.workspace()).keepFree).toEqual({ bytes: all, isFixed: false });
    other.close();
    await restart();
    expect((await page.engine.workspace()).keepFree).toEqual({ bytes: all, isFixed: false });
  });

  it('is what the command line says for one run, which a page cannot change', async () => {
    await page.engine.setKeepFree(2 ** 30);
    await engine.close();
    await openEngine({ keepFreeBytes: 5 });
    expect((await page.engine.workspace()).keepFree).toEqual({ bytes: 5, isFixed: true });
    await expect(page.engine.setKeepFree(1)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      subject: 'keepFree',
    });
    await restart();
    expect((await page.engine.workspace()).keepFree).toEqual({ bytes: 2 ** 30, isFixed: false });
  });
});

describe('saved messages', () => {
  it('of one page are told to the other, and what both change of one stays', async () => {
    const other = new TestPage(engine);
    const { messagesVersion } = await other.until(() => true);
    const written = { mode: 'text' as const, text: 'ping', lineEnd: 'lf' as const };
    const [id] = await page.engine.addMessages([{ ...unnamed(written), name: 'Ping' }], null);
    await other.until((summary) => summary.messagesVersion > messagesVersion);
    await Promise.all([
      other.engine.changeMessage(id!, { note: 'of the other' }),
      page.engine.changeMessage(id!, { written: { ...written, text: 'pong' } }),
    ]);
    const both = [{ id, name: 'Ping', note: 'of the other', written: { text: 'pong' }, earlier: 1 }];
    expect(await other.engine.messages()).toMatchObject(both);
    expect(await other.engine.earlierMessages(id!)).toEqual([written]);
    const removal = await page.engine.removeMessages([id!]);
    await other.engine.changeMessage(id!, { name: 'too late' });
    await other.engine.restoreMessages(removal);
    await restart();
    expect(await page.engine.messages()).toMatchObject(both);
    other.close();
  });
});

describe('summaries', () => {
  it('are told only when something changed', async () => {
    await page.until(() => true);
    const other = new TestPage(engine);
    await other.until(() => true);
    const told = page.summaries.length;
    const id = await page.engine.addEndpoint(listener());
    await page.untilEndpoint(id, () => true);
    expect(page.summaries.length).toBe(told + 1);
    other.close();
  });

  it('do not pile up for a page that does not answer, and cost other pages nothing', async () => {
    const { id, peer } = await listenerWithPeer();
    const silent = new TestPage(engine);
    silent.isSilent = true;
    await silent.until(() => true);
    for (let i = 1; i <= 5; i++) {
      peer.write('x');
      await page.untilEndpoint(id, ({ receivedBytes }) => receivedBytes === i);
    }
    expect(silent.summaries).toHaveLength(1);
    silent.close();
  });

  it('come at most ten times a second, whatever the traffic', async () => {
    const { id, peer } = await listenerWithPeer();
    const times: number[] = [];
    for (let i = 1; i <= 6; i++) {
      peer.write('x');
      await page.untilEndpoint(id, ({ receivedBytes }) => receivedBytes === i);
      times.push(performance.now());
    }
    // Timers may fire a millisecond early.
    for (const [i, time] of times.entries())
      if (i > 0) expect(time - times[i - 1]!).toBeGreaterThanOrEqual(95);
  });

  it('tell rates and the sizes of views', async () => {
    const { id, peer } = await listenerWithPeer();
    const { id: view } = await page.engine.openView(
      id,
      {
        connection: null,
        text: 'dir:received',
      },
      'chunks',
    );
    peer.write('x'.repeat(5000));
    await page.until(({ receivedBytesPerSecond }) => receivedBytesPerSecond > 0);
    // A view grows a turn later than its capture.
    const { views } = await page.until(({ views }) => (views[0]?.rows ?? 0) > 0);
    expect(views).toMatchObject([{ id: view }]);
    await page.until(({ receivedBytesPerSecond }) => receivedBytesPerSecond === 0);
    await page.engine.closeView(view);
    await page.until(({ views }) => views.length === 0);
  });

  it('know the views of their own page only, and a page has a bounded number', async () => {
    const id = await page.engine.addEndpoint(listener());
    const filter = { connection: null, text: '' };
    for (let i = 0; i < 64; i++) await page.engine.openView(id, filter, 'chunks');
    await expect(page.engine.openView(id, filter, 'chunks')).rejects.toMatchObject({ subject: 'view' });
    const other = new TestPage(engine);
    await expect(other.engine.rows(1, 0, 1)).rejects.toMatchObject({ subject: 'view' });
    expect((await other.until(() => true)).views).toEqual([]);
    other.close();
    page.close();
    page = new TestPage(engine);
    expect((await page.until(() => true)).views).toEqual([]);
  });
});

/** Every file with its size and its last change. */
async function filesUnder(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return Promise.all(
    files.toSorted().map(async (file) => {
      const { size, mtimeMs } = await stat(file);
      return `${file} ${size} ${mtimeMs}`;
    }),
  );
}

describe('a log that is one file', () => {
  it('comes in from a page as it was, and of what is damaged nothing stays', async () => {
    const { id, peer } = await listenerWithPeer({ name: 'shop' });
    peer.write('hello');
    await page.untilEndpoint(id, ({ receivedBytes }) => receivedBytes === 5);
    const { capture, settings } = engine.endpoint(id);
    await capture.flush();
    const path = join(folder.path, 'shop.socketscope-capture');
    const file = await open(path, 'w');
    await packCapture(capture.folder, settings, file);
    await file.close();
    const whole = await readFile(path);
    const bring = async (content: Uint8Array) => {
      const number = await page.engine.beginImport('of a\nfriend', content.length);
      return page.engine.importPiece(number, content, true);
    };

    const told = await bring(whole);
    expect(told).toMatchObject({ endpoints: [expect.any(String)], stopped: null });
    const made = engine.endpoint(told!.endpoints[0]!);
    expect(made.settings).toMatchObject({ name: 'shop', importedFrom: 'of a friend' });
    // It was not closed when it was packed, which is told.
    expect(made.capture.length).toBe(capture.length + 1);
    const heard = (await page.log(made.id)).find(({ kind }) => kind === 'received')!;
    expect(text(await made.capture.payload(heard.sequence, 0, 5))).toBe('hello');

    const captures = dirname(made.capture.folder);
    const before = await readdir(captures);
    await expect(bring(whole.subarray(0, 30))).rejects.toMatchObject({
      code: 'CAPTURE_FILE_DAMAGED',
      subject: 'of a\nfriend',
    });
    expect(await readdir(captures)).toEqual(before);
  });
});
