import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultClient, defaultListener } from '../../shared/settings/endpoint.ts';
import { Engine, type Host } from './engine.ts';
import { usualStarting } from './starting.ts';
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

it('starts with the app what is set to, and what the command line names', async () => {
  const client = { ...defaultClient(), name: 'probe', port: 1 };
  const ids = [
    await engine.addEndpoint({ ...server, startsWithApp: true }),
    await engine.addEndpoint({ ...server, name: 'lab' }),
    await engine.addEndpoint({ ...client, startsWithApp: true }),
  ];
  await engine.start({ withApp: false, again: false, names: [] });
  expect(states()).toEqual(['stopped', 'stopped', 'idle']);
  await engine.start();
  expect(states().slice(0, 2)).toEqual(['listening', 'stopped']);
  expect(states()[2]).not.toBe('idle');
  await restart();
  expect(() => engine.start({ withApp: true, again: false, names: ['nobody'] })).toThrow(
    expect.objectContaining({
      failure: expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        why: { name: 'no-endpoint-called', called: 'nobody' },
      }),
    }),
  );
  await engine.start({ withApp: false, again: false, names: ['lab'] });
  expect(states().slice(0, 2)).toEqual(['stopped', 'listening']);
  expect(engine.wasRunning.offered).toContain(ids[0]);
  await engine.start({ withApp: false, again: true, names: [] });
  expect(states().slice(0, 2)).toEqual(['listening', 'listening']);
});

it('starts one without a name by what the window calls it', async () => {
  await engine.addEndpoint({ ...server, name: 'lab' });
  await engine.addEndpoint(server);
  await engine.start({ ...usualStarting, names: ['Server, any port'] });
  expect(states()).toEqual(['stopped', 'listening']);
});

describe('a server on any free port', () => {
  const portOf = async (id: string): Promise<number> => (await engine.endpoint(id).startListening()).port;

  it('has the port again that it had, after a stop and after the app started again', async () => {
    const id = await engine.addEndpoint(server);
    const first = await portOf(id);
    await engine.endpoint(id).stopListening();
    expect(await portOf(id)).toBe(first);
    await restart();
    expect(await portOf(id)).toBe(first);
    expect(engine.endpoint(id).summary.running?.isChanged).toBe(false);
  });

  it('has another one where somebody took it meanwhile, and its log says so', async () => {
    const id = await engine.addEndpoint(server);
    const first = await portOf(id);
    await engine.endpoint(id).stopListening();
    const other = createServer().listen(first, '127.0.0.1');
    await once(other, 'listening');
    expect(await portOf(id)).not.toBe(first);
    other.close();
    const { capture } = engine.endpoint(id);
    const details = await Promise.all(
      Array.from({ length: capture.length }, async (_, sequence) => (await capture.info(sequence)).detail),
    );
    expect(details.map((detail) => detail?.kind)).toEqual(['listening', 'stopped', 'note', 'listening']);
    expect(details[2]).toMatchObject({ note: 'port-not-kept', port: first, code: 'EADDRINUSE' });
  });
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
