/** What becomes of a data folder's captures when the disk, or one of them, fails. */
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { defaultListener } from '../../shared/settings/endpoint.ts';
import { noStream } from './capture/recorder.ts';
import { lockDataFolder } from './disk/data-folder.ts';
import { Engine, type Host } from './engine.ts';
import { testFolder } from './testing/folder.ts';

const workers = new URL('../../out/workers/', import.meta.url);
const host: Host = { kind: 'headless', version: '1', runtime: 'Node', chooseSaveFile: async () => null };

let folder: Awaited<ReturnType<typeof testFolder>>;
let engine: Engine;
const open = async (): Promise<Engine> =>
  (engine = await Engine.open({ dataFolder: folder.path, workers, host }));
const captureOf = (id: string, ...more: string[]): string => join(folder.path, 'captures', id, ...more);

beforeEach(async () => {
  folder = await testFolder();
  await open();
});
afterEach(async () => {
  await engine.close().catch(() => undefined);
  await folder.remove();
});

test('an endpoint whose last records the disk does not take is removed with its files all the same', async () => {
  const id = await engine.addEndpoint(defaultListener());
  await mkdir(captureOf(id, 'data-00000000'), { recursive: true });
  engine.endpoint(id).capture.record('note', noStream, new Uint8Array(10));
  await engine.removeEndpoint(id);
  expect(await readdir(join(folder.path, 'captures'))).toEqual([]);
});

test('a capture that the system does not let be opened is left where it is, and the start says which', async () => {
  const id = await engine.addEndpoint(defaultListener());
  await engine.close();
  await mkdir(captureOf(id), { recursive: true });
  await symlink('capture.json', captureOf(id, 'capture.json'));
  await expect(open()).rejects.toMatchObject({ code: 'ELOOP', subject: captureOf(id) });
  expect(await readdir(join(folder.path, 'captures'))).toEqual([id]);
});

test('a start that fails with one capture completes the others before it lets go of the folder', async () => {
  const [good, bad] = [
    await engine.addEndpoint(defaultListener()),
    await engine.addEndpoint(defaultListener()),
  ];
  await engine.close();
  await mkdir(captureOf(good!), { recursive: true });
  // It ended early: opening it makes a record that is to be written.
  await writeFile(captureOf(good!, 'capture.json'), 'cut short');
  await mkdir(captureOf(bad!), { recursive: true });
  await symlink('capture.json', captureOf(bad!, 'capture.json'));
  await expect(open()).rejects.toMatchObject({ code: 'ELOOP' });
  expect(await readFile(captureOf(good!, 'capture.json'), 'utf8')).toContain('"closed":true');
  await (await lockDataFolder(folder.path)).release();
});

test('one endpoint that cannot be stopped keeps no capture from its end', async () => {
  const ids = [await engine.addEndpoint(defaultListener()), await engine.addEndpoint(defaultListener())];
  for (const id of ids) engine.endpoint(id).capture.record('note', noStream, new Uint8Array(10));
  vi.spyOn(engine.endpoint(ids[0]!), 'stop').mockRejectedValue(new Error('It does not stop.'));
  await expect(engine.close()).rejects.toThrow('It does not stop.');
  for (const id of ids)
    expect(await readFile(captureOf(id, 'capture.json'), 'utf8')).toContain('"closed":true');
});

test('an end at which the disk takes nothing says so, and how much is safe', async () => {
  const id = await engine.addEndpoint(defaultListener());
  const { capture } = engine.endpoint(id);
  capture.record('note', noStream, new Uint8Array(10));
  await capture.flush();
  const close = capture.close.bind(capture);
  let take = (): void => undefined;
  const taken = new Promise<void>((resolve) => (take = resolve));
  vi.spyOn(capture, 'close').mockImplementation(async () => {
    await taken;
    await close();
  });
  await expect(engine.close()).rejects.toMatchObject({
    failure: { code: 'END_TIMED_OUT', subject: folder.path, safe: { records: 1, bytes: 10 } },
  });
  take();
  await expect.poll(() => readFile(captureOf(id, 'capture.json'), 'utf8')).toContain('"closed":true');
});

test('an end at which a capture fails says in which folder, and how much is safe', async () => {
  const [good, bad] = [
    await engine.addEndpoint(defaultListener()),
    await engine.addEndpoint(defaultListener()),
  ];
  await mkdir(captureOf(bad!, 'data-00000000'), { recursive: true });
  for (const id of [good!, bad!]) engine.endpoint(id).capture.record('note', noStream, new Uint8Array(10));
  await expect(engine.close()).rejects.toMatchObject({
    failure: { code: 'EISDIR', subject: folder.path, safe: { records: 1, bytes: 10 } },
  });
});
