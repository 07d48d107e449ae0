import { afterEach, beforeEach, expect, it } from 'vitest';
import { defaultListener } from '../../shared/settings/endpoint.ts';
import { Engine, type Host } from './engine.ts';
import { testFolder } from './testing/folder.ts';

const workers = new URL('../../out/workers/', import.meta.url);
const host: Host = { kind: 'headless', version: '1', runtime: '', chooseSaveFile: async () => null };
const server = { ...defaultListener(), port: 0 };

let folder: Awaited<ReturnType<typeof testFolder>>;
let engine: Engine;
const open = async (): Promise<void> => {
  engine = await Engine.open({ dataFolder: folder.path, workers, host });
};
const restart = async (): Promise<void> => {
  await engine.close();
  await open();
};
const states = () => engine.summaries().map(({ status }) => status.state);

beforeEach(async () => {
  folder = await testFolder();
  await open();
});
afterEach(async () => {
  await engine.close();
  await folder.remove();
});

it('offers what ran when the engine ended, and starts nothing by itself', async () => {
  const [first, second, third] = [
    await engine.addEndpoint(server),
    await engine.addEndpoint(server),
    await engine.addEndpoint(server),
  ];
  for (const id of [first, second]) await engine.endpoint(id).startListening();
  await restart();
  expect(engine.wasRunning.offered).toEqual([first, second]);
  expect(states()).toEqual(['stopped', 'stopped', 'stopped']);
  await engine.wasRunning.startAgain([second, third]);
  expect(states()).toEqual(['stopped', 'listening', 'stopped']);
  expect(engine.wasRunning.offered).toEqual([]);
  await restart();
  expect(engine.wasRunning.offered).toEqual([second]);
});

it('offers it again until it is answered, and not what was removed', async () => {
  const ids = [await engine.addEndpoint(server), await engine.addEndpoint(server)];
  for (const id of ids) await engine.endpoint(id).startListening();
  await restart();
  await restart();
  expect(engine.wasRunning.offered).toEqual(ids);
  await engine.removeEndpoint(ids[0]!);
  engine.wasRunning.look();
  expect(engine.wasRunning.offered).toEqual([ids[1]]);
  engine.wasRunning.forget();
  await restart();
  expect(engine.wasRunning.offered).toEqual([]);
});
