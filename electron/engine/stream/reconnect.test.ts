import { createServer as createNetServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ClientSettings } from '../../../shared/settings/settings.ts';
import { defaultProxy } from '../../../shared/settings/proxy.ts';
import { testFolder } from '../testing/folder.ts';
import { connecting, newKit, tlsServer } from '../testing/tls-kit.ts';
import type { Client } from './client.ts';
import { clientSettings, closeLater, newClient, plainServer, portOf, until } from '../testing/stream-kit.ts';

const reconnect = { enabled: true, delayMs: 100, growth: 1, maxDelayMs: 100 };
type Changes = Partial<ClientSettings>;
type Way = (onSocket: (socket: Socket) => void) => Promise<(changes: Changes) => Client | Promise<Client>>;

const begun = (port: number, changes: Changes): Client => {
  const client = newClient();
  client.connect(clientSettings(port, { reconnect, ...changes }));
  return client;
};

const ways: Record<string, Way> = {
  TCP: async (onSocket) => {
    const port = portOf(await plainServer(onSocket));
    return (changes) => begun(port, changes);
  },
  'a Unix socket': async (onSocket) => {
    const { path: folder, remove } = await testFolder();
    onTestFinished(remove);
    const path = join(folder, 'server');
    const server: Server = createNetServer({ allowHalfOpen: true }, (socket) =>
      onSocket(socket.on('error', () => undefined)),
    );
    closeLater(() => server.close());
    await new Promise<void>((resolve) => server.listen(path, resolve));
    return (changes) => begun(0, { transport: 'unix', path, ...changes });
  },
  TLS: async (onSocket) => {
    const port = await tlsServer({}, onSocket);
    const kit = await newKit();
    return (changes) => connecting(port, kit, { verify: false }, { reconnect, ...changes }).client;
  },
  'a proxy': async (onSocket) => {
    const server = await plainServer((socket) =>
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onSocket(socket);
      }),
    );
    const proxy = { ...defaultProxy(), kind: 'http', port: portOf(server) } as const;
    return (changes) => begun(7, { host: 'target.test', proxy, ...changes });
  },
};

describe.each(Object.entries(ways))('reconnecting, over %s', (_, serve) => {
  it.each(['stay', 'finish'] as const)(
    'connects again when the server ends in order (policy: %s)',
    async (policy) => {
      let count = 0;
      const connect = await serve((socket) => {
        count++;
        socket.on('error', () => undefined).end('bye');
      });
      const client = await connect({ afterPeerFinishes: policy });
      await until(() => count >= 3);
      await client.disconnect('close');
    },
  );

  it('does not when the person ended it, be it by finishing first', { repeats: 30 }, async () => {
    let count = 0;
    const connect = await serve((socket) => {
      count++;
      socket
        .on('error', () => undefined)
        .on('end', () => socket.end())
        .resume();
    });
    const client = await connect({});
    await until(() => client.status.state === 'open');
    await client.disconnect('finish');
    await until(() => client.status.state === 'closed');
    expect(client.status).toMatchObject({ ended: { by: 'us' }, retryAt: null });
    expect(count).toBe(1);
  });
});
