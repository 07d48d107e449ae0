import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultClient, defaultListener } from '../../../shared/settings/endpoint.ts';
import { Engine } from '../engine.ts';
import { socksProxy } from '../testing/proxies.ts';
import { plainPeer, until } from '../testing/stream-kit.ts';
import { testFolder } from '../testing/folder.ts';

const workers = new URL('../../../out/workers/', import.meta.url);
const host = { kind: 'headless', version: '1', runtime: '', chooseSaveFile: async () => null } as const;
const listener = { ...defaultListener(), host: '127.0.0.1', port: 0 };
let engine: Engine;
let folder: Awaited<ReturnType<typeof testFolder>>;

beforeEach(async () => {
  folder = await testFolder();
  engine = await Engine.open({ dataFolder: folder.path, workers, host });
});
afterEach(async () => {
  await engine.close();
  await folder.remove();
});

describe('the open sockets of the engine', () => {
  it('are listeners with their connections, and clients', async () => {
    const server = await engine.addEndpoint(listener);
    const idle = await engine.addEndpoint({ ...defaultClient(), port: 9 });
    expect((await engine.networkFacts()).sockets).toEqual([]);
    const local = await engine.endpoint(server).startListening();
    await plainPeer(local.port);
    const client = await engine.addEndpoint({ ...defaultClient(), host: '127.0.0.1', port: local.port });
    await engine.endpoint(client).connect();
    const connections = () => [server, client].map((id) => engine.endpoint(id).connections.openCount);
    await until(() => connections().join() === '2,1');
    const { sockets, omittedSockets } = await engine.networkFacts();
    expect(sockets.map(({ endpoint, kind, state }) => [endpoint, kind, state])).toEqual([
      [server, 'listener', 'listening'],
      [server, 'connection', 'open'],
      [server, 'connection', 'open'],
      [client, 'connection', 'open'],
    ]);
    expect(sockets[0]).toMatchObject({ transport: 'tcp', local, remote: null });
    expect(sockets[3]!.remote).toEqual(local);
    expect(sockets.some(({ endpoint }) => endpoint === idle)).toBe(false);
    expect(omittedSockets).toBe(0);
  });

  it('name the proxy that a connection goes through beside whom it reaches', async () => {
    const server = await engine.addEndpoint(listener);
    const local = await engine.endpoint(server).startListening();
    const { port } = await socksProxy();
    const usual = defaultClient();
    const proxy = { ...usual.proxy, kind: 'socks5', port } as const;
    const client = await engine.addEndpoint({ ...usual, host: 'target.test', port: local.port, proxy });
    await engine.endpoint(client).connect();
    await until(() => engine.endpoint(client).connections.openCount === 1);
    const { sockets } = await engine.networkFacts();
    expect(sockets.find(({ endpoint }) => endpoint === client)).toMatchObject({
      remote: { host: 'target.test', port: local.port, family: 'name' },
      proxy: `socks5://127.0.0.1:${port}`,
    });
  });

  it('name the endpoint that has a port which another one wants', async () => {
    const first = await engine.addEndpoint(listener);
    const { port } = await engine.endpoint(first).startListening();
    const second = await engine.addEndpoint({ ...listener, port });
    await expect(engine.endpoint(second).startListening()).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const { findings } = await engine.diagnose(second);
    expect(findings).toContainEqual(
      expect.objectContaining({ kind: 'port-owner', isThisApp: true, endpoint: first }),
    );
    expect(await engine.diagnose(first)).toEqual({ findings: [] });
  });
});
