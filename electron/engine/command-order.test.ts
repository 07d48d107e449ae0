import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage } from '../../shared/wire/codec.ts';
import type { Commands, Events } from '../../shared/contract.ts';
import type { EndpointSettings, Transport } from '../../shared/settings/settings.ts';
import { defaultClient, defaultListener } from '../../shared/settings/endpoint.ts';
import { serveRpc, type Remote } from '../../shared/wire/rpc.ts';
import { Capture } from './capture/capture.ts';
import { CommandOrder } from './command-order.ts';
import { attachPage } from './door/attach.ts';
import { Engine } from './engine.ts';
import { Client } from './stream/client.ts';
import { until } from './testing/stream-kit.ts';
import { leaveStaleSocket } from './testing/paths.ts';
import { testFolder } from './testing/folder.ts';

let folder: Awaited<ReturnType<typeof testFolder>>;
let engine: Engine;
let page: Remote<Commands>;
/** Delivers, in one go, all that the page has said: as one segment of TCP does. */
let deliver: () => void;

beforeEach(async () => {
  folder = await testFolder();
  const host = { kind: 'headless', version: '1', runtime: 'Node', chooseSaveFile: async () => null } as const;
  engine = await Engine.open({
    dataFolder: folder.path,
    workers: new URL('../../out/workers/', import.meta.url),
    host,
  });
  let hear: (message: unknown) => void = () => undefined;
  let answer: (message: unknown) => void = () => undefined;
  const said: Uint8Array[] = [];
  deliver = () => said.splice(0).forEach((message) => hear(decodeMessage(message)));
  const end = { onClose: () => undefined, close: () => undefined };
  page = serveRpc<Events, Commands>(
    {
      ...end,
      send: (message) => void said.push(encodeMessage(message)),
      onMessage: (listener) => (answer = listener),
    },
    { summary: () => undefined, action: () => undefined, imported: () => undefined, anew: () => undefined },
  );
  attachPage(engine, {
    ...end,
    send: (message) => void setImmediate(() => (answer(message), deliver())),
    onMessage: (listener) => (hear = listener),
  });
});
afterEach(async () => {
  await engine.close();
  await folder.remove();
});

const add = async (settings: EndpointSettings): Promise<string> => engine.addEndpoint(settings);
const serverOf = (transport: Transport): EndpointSettings => ({
  ...{ ...defaultListener(), transport, port: 0 },
  path: join(folder.path, 'socket'),
});
const stateOf = (id: string): string => engine.endpoint(id).summary.status.state;
/** What each of them came to, when all have. */
const outcomes = (...commands: Promise<unknown>[]): Promise<string[]> => {
  deliver();
  return Promise.all(
    commands.map((command) =>
      command.then(
        () => 'done',
        (error: { code?: string }) => error.code ?? String(error),
      ),
    ),
  );
};
const ways = ['tcp', 'tls', 'unix', 'udp'] as const;

describe('commands that arrive together act in their order', () => {
  it.each(ways)('start, stop: nothing listens (%s)', async (transport) => {
    const id = await add(serverOf(transport));
    expect(await outcomes(page.startListening(id), page.stopListening(id))).toEqual(['CANCELLED', 'done']);
    expect(stateOf(id)).toBe('stopped');
  });

  it.each(ways)('start, stop, start: it listens (%s)', async (transport) => {
    const id = await add(serverOf(transport));
    const ended = outcomes(page.startListening(id), page.stopListening(id), page.startListening(id));
    expect(await ended).toEqual(['CANCELLED', 'done', 'done']);
    expect(stateOf(id)).toBe('listening');
  });

  it.each(ways)('stop, start, stop, of one that listens: nothing listens (%s)', async (transport) => {
    const id = await add(serverOf(transport));
    await outcomes(page.startListening(id));
    const ended = outcomes(page.stopListening(id), page.startListening(id), page.stopListening(id));
    expect(await ended).toEqual(['done', 'CANCELLED', 'done']);
    expect(stateOf(id)).toBe('stopped');
  });

  it.each(['tcp', 'udp'] as const)('connect, disconnect: nothing is open (%s)', async (transport) => {
    const server = await add(serverOf(transport));
    const { port } = await engine.endpoint(server).startListening();
    const id = await add({ ...defaultClient(), transport, port });
    await outcomes(page.connect(id), page.disconnect(id, 'close'));
    await until(() => /^(idle|closed)$/.test(stateOf(id)));
    expect(engine.endpoint(id).openSockets).toBe(0);
  });

  it.each(['tcp', 'udp'] as const)('disconnect, connect: it is connected again (%s)', async (transport) => {
    const server = await add(serverOf(transport));
    const { port } = await engine.endpoint(server).startListening();
    const id = await add({ ...defaultClient(), transport, port });
    await outcomes(page.connect(id));
    await until(() => stateOf(id) === 'open');
    expect(await outcomes(page.disconnect(id, 'close'), page.connect(id))).toEqual(['done', 'done']);
    await until(() => stateOf(id) === 'open');
  });

  it('disconnect, send: nothing more leaves', async () => {
    const server = await add(serverOf('tcp'));
    const { port } = await engine.endpoint(server).startListening();
    const id = await add({ ...defaultClient(), port });
    await outcomes(page.connect(id));
    await until(() => stateOf(id) === 'open');
    const sent = page.send(id, 'all', Buffer.from('late'));
    await outcomes(page.disconnect(id, 'close'), sent);
    await until(() => stateOf(id) === 'closed');
    expect(engine.endpoint(id).connections.sentBytes).toBe(4);
  });

  it('start, remove: nothing listens, and nothing is left', async () => {
    const id = await add(serverOf('tcp'));
    const endpoint = engine.endpoint(id);
    expect(await outcomes(page.startListening(id), page.removeEndpoint(id))).toEqual(['CANCELLED', 'done']);
    expect(endpoint.openSockets).toBe(0);
  });

  it('another transport, start, stop, the first transport, start: the first one listens', async () => {
    const id = await add(serverOf('tcp'));
    await outcomes(page.startListening(id));
    await outcomes(
      page.changeEndpoint(id, serverOf('udp')),
      page.startListening(id),
      page.stopListening(id),
      page.changeEndpoint(id, serverOf('tcp')),
      page.startListening(id),
    );
    expect(engine.endpoint(id).summary.status).toMatchObject({ state: 'listening', udp: null });
  });

  it.each(['tcp', 'udp'] as const)(
    'start, other replies: it gives the other replies (%s)',
    async (transport) => {
      const settings = serverOf(transport);
      if (settings.role !== 'listener') throw new Error('A server is a listener.');
      const id = await add({ ...settings, reply: { ...settings.reply, kind: 'none' } });
      const echo = { ...settings, reply: { ...settings.reply, kind: 'echo' as const } };
      await outcomes(page.startListening(id), page.changeEndpoint(id, echo));
      const { status } = engine.endpoint(id).summary;
      const port = status.role === 'listener' ? status.local!.port : 0;
      const client = await add({ ...defaultClient(), transport, port });
      await outcomes(page.connect(client));
      await until(() => stateOf(client) === 'open');
      await outcomes(page.send(client, 'all', Buffer.from('hi')));
      await until(() => engine.endpoint(client).connections.receivedBytes === 2);
    },
  );

  it('remove the stale file, start: it listens', async () => {
    const id = await add(serverOf('unix'));
    leaveStaleSocket(join(folder.path, 'socket'));
    expect(await outcomes(page.removeStaleSocket(id), page.startListening(id))).toEqual(['done', 'done']);
  });

  it('wait for the address, stop, start: it listens once', async () => {
    const id = await add(serverOf('tcp'));
    await outcomes(page.startWhenFree(id), page.stopListening(id), page.startListening(id));
    await until(() => stateOf(id) === 'listening');
    expect(engine.endpoint(id).openSockets).toBe(1);
  });
});

it('a stop does not wait for a name that nobody resolves', async () => {
  const order = new CommandOrder();
  let ended = false;
  const client = new Client(await Capture.open(join(folder.path, 'capture')), {
    lookup: () => undefined,
  });
  await order.begin(() =>
    client.connect({ ...defaultClient(), host: 'never.test', connectTimeoutMs: 600_000 }),
  );
  await order.end(async () => {
    await client.stop();
    ended = true;
  });
  expect(ended).toBe(true);
  expect(client.status.state).toBe('closed');
});
