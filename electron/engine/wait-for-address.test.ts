import { createSocket } from 'node:dgram';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ListenerSettings } from '../../shared/settings/settings.ts';
import { defaultListener } from '../../shared/settings/endpoint.ts';
import type { RecordDetail } from '../../shared/records.ts';
import { Engine, type Host } from './engine.ts';
import { leaveStaleSocket } from './testing/paths.ts';
import { testFolder } from './testing/folder.ts';
import { TestPage } from './testing/page.ts';

const workers = new URL('../../out/workers/', import.meta.url);
const host: Host = {
  kind: 'headless',
  version: '1.2.3',
  runtime: 'Node',
  chooseSaveFile: async () => null,
};

let folder: Awaited<ReturnType<typeof testFolder>>;
let engine: Engine;
let page: TestPage;
const holders: (() => void)[] = [];

beforeEach(async () => {
  folder = await testFolder();
  engine = await Engine.open({ dataFolder: join(folder.path, 'data'), workers, host });
  page = new TestPage(engine);
});
afterEach(async () => {
  for (const release of holders.splice(0)) release();
  await engine.close();
  await folder.remove();
});

const add = (changes: Partial<ListenerSettings>): Promise<string> =>
  page.engine.addEndpoint({ ...defaultListener(), ...changes });

async function details(id: string): Promise<(RecordDetail | null)[]> {
  const { length } = engine.endpoint(id).capture;
  return Promise.all(
    Array.from({ length }, async (_, sequence) => (await page.engine.record(id, sequence)).detail),
  );
}

type Held = { changes: Partial<ListenerSettings>; release: () => Promise<void> };

async function heldTcp(): Promise<Held> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  holders.push(() => server.close());
  return { changes: { port }, release: async () => void server.close() };
}

async function heldPath(): Promise<Held> {
  const path = join(folder.path, 's');
  const server = createServer().listen({ path });
  await new Promise((resolve) => server.once('listening', resolve));
  holders.push(() => server.close());
  return { changes: { transport: 'unix', path }, release: async () => void server.close() };
}

async function heldUdp(): Promise<Held> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await new Promise((resolve) => socket.once('listening', resolve));
  const { port } = socket.address();
  let isClosed = false;
  const close = (): void => {
    if (!isClosed) socket.close();
    isClosed = true;
  };
  holders.push(close);
  return { changes: { transport: 'udp', port }, release: async () => close() };
}

describe('starting when the address is free', () => {
  test.each([
    ['TCP', heldTcp],
    ['Unix', heldPath],
    ['UDP', heldUdp],
  ])('waits without a failure, says so once, and listens then (%s)', async (_name, hold) => {
    const { changes, release } = await hold();
    const id = await add(changes);
    await page.engine.startWhenFree(id);
    await page.untilEndpoint(id, ({ records }) => records === 1);
    await page.untilEndpoint(id, ({ status }) => status.state === 'waiting' && status.failure === null);
    await release();
    await page.untilEndpoint(id, ({ status }) => status.state === 'listening');
    expect(
      (await details(id)).map((detail) => detail && ('note' in detail ? detail.note : detail.kind)),
    ).toEqual(['waiting-for-port', 'listening']);
  });

  test('listens at once, without a note, when nobody has it', async () => {
    const id = await add({ port: 0 });
    await page.engine.startWhenFree(id);
    await page.untilEndpoint(id, ({ status }) => status.state === 'listening');
    expect((await details(id)).map((detail) => detail?.kind)).toEqual(['listening']);
    await expect(page.engine.startWhenFree(id)).rejects.toMatchObject({ code: 'EALREADY' });
  });

  test('is given up by stopping, and the address stays free', async () => {
    const { changes, release } = await heldTcp();
    const id = await add(changes);
    await page.engine.startWhenFree(id);
    await page.untilEndpoint(id, ({ status }) => status.state === 'waiting');
    await page.engine.stopListening(id);
    await page.untilEndpoint(id, ({ status }) => status.state === 'stopped');
    await release();
    const server = createServer();
    holders.push(() => server.close());
    await new Promise<void>((resolve, reject) =>
      server.once('error', reject).listen(changes.port, '127.0.0.1', resolve),
    );
  });

  test('ends with a failure that no waiting could mend', async () => {
    const path = join(folder.path, 'file');
    writeFileSync(path, 'precious');
    const id = await add({ transport: 'unix', path });
    await page.engine.startWhenFree(id);
    await page.untilEndpoint(id, ({ status }) => status.state === 'failed');
    expect(await details(id)).toMatchObject([{ kind: 'failed', code: 'PATH_NOT_A_SOCKET', host: path }]);
  });

  test('is carried on when the log is cleared, and ended with the engine', async () => {
    const { changes } = await heldTcp();
    const id = await add(changes);
    await page.engine.startWhenFree(id);
    await page.untilEndpoint(id, ({ records }) => records === 1);
    await page.engine.clearLog(id);
    await page.untilEndpoint(id, ({ records }) => records === 1);
    expect((await details(id)).at(-1)).toMatchObject({ note: 'waiting-for-port' });
    await engine.close();
  });
});

describe('a socket file', () => {
  test('that was left behind is removed on request, and then listened on; the end removes ours', async () => {
    const path = join(folder.path, 's');
    leaveStaleSocket(path);
    const id = await add({ transport: 'unix', path });
    await expect(page.engine.startListening(id)).rejects.toMatchObject({ code: 'STALE_SOCKET' });
    await page.engine.removeStaleSocket(id);
    await page.engine.startListening(id);
    await expect(page.engine.removeStaleSocket(id)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await engine.close();
    expect(existsSync(path)).toBe(false);
  });

  test('is of no concern to a server on a port', async () => {
    const id = await add({ port: 0, path: join(folder.path, 's') });
    await expect(page.engine.removeStaleSocket(id)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});
