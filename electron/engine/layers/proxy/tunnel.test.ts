import { connect, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { ClientSettings, ProxySettings } from '../../../../shared/settings/settings.ts';
import { defaultProxy } from '../../../../shared/settings/proxy.ts';
import { describeRecord, explain } from '../../../../shared/texts/index.ts';
import type { Client } from '../../stream/client.ts';
import {
  blackHole,
  clientSettings,
  freePort,
  listening,
  newClient,
  pattern,
  plainServer,
  portOf,
  sendAll,
  until,
} from '../../testing/stream-kit.ts';
import { TestRecorder } from '../../testing/recorder.ts';
import { httpProxy, socksProxy } from '../../testing/proxies.ts';

type Changes = Partial<ClientSettings> & { through: Partial<ProxySettings> };

/** A client whose host has no address that this machine could find: only the proxy knows it. */
function connecting(
  port: number,
  { through, ...changes }: Changes,
): { client: Client; recorder: TestRecorder } {
  const recorder = new TestRecorder();
  const client = newClient(recorder);
  const proxy = { ...defaultProxy(), ...through };
  client.connect(clientSettings(port, { host: 'target.test', proxy, ...changes }));
  return { client, recorder };
}

async function failureThrough(
  proxyPort: number,
  kind: 'socks5' | 'http',
  changes: Partial<ClientSettings> = {},
): Promise<{ recorder: TestRecorder; code: string }> {
  const { client, recorder } = connecting(7, { through: { kind, port: proxyPort }, ...changes });
  await until(() => recorder.ends().length === 1);
  expect(client.status.state).toBe('failed');
  const { code } = client.status.failure!;
  expect(client.status.failure!.subject).toBe(`127.0.0.1:${proxyPort}`);
  expect(explain(client.status.failure!, 'proxying').what).toContain(`127.0.0.1:${proxyPort}`);
  return { recorder, code };
}

/** A server that does as it likes with whoever asks it for a tunnel. */
const wrongProxy = async (answer: (client: Socket) => void): Promise<number> =>
  portOf(
    await plainServer((client) => {
      client.once('data', () => answer(client));
    }),
  );

describe('a connection through a proxy', () => {
  test.each(['socks5', 'http'] as const)('holds a conversation of 5 MB both ways (%s)', async (kind) => {
    const { port } = await listening({ reply: 'echo' });
    const proxy = await (kind === 'socks5' ? socksProxy() : httpProxy());
    const { client, recorder } = connecting(port, { through: { kind, port: proxy.port } });
    await until(() => client.status.state === 'open');
    const bytes = pattern(5_000_000);
    sendAll(client, bytes);
    client.disconnect('finish');
    await until(() => recorder.ends().length === 1);
    expect(recorder.bytes('received').equals(bytes)).toBe(true);
    expect(recorder.bytes('sent').equals(bytes)).toBe(true);
    expect(recorder.records.slice(0, 3).map(({ kind: record }) => record)).toEqual([
      'attempted',
      'note',
      'opened',
    ]);
    expect(recorder.details('attempted')).toMatchObject([{ remote: { port: proxy.port } }]);
    expect(recorder.details('note')[0]).toMatchObject({
      note: 'proxied',
      proxy: `${kind}://127.0.0.1:${proxy.port}`,
      target: `target.test:${port}`,
    });
    expect(proxy.asked[0]).toContain('target.test');
  });

  test.each(['socks5', 'http'] as const)(
    'is named by its target, and says what it went through (%s)',
    async (kind) => {
      const { port } = await listening({ host: '' });
      const proxy = await (kind === 'socks5' ? socksProxy() : httpProxy());
      const through = `${kind}://127.0.0.1:${proxy.port}`;
      for (const [host, family, shown] of [
        ['target.test', 'name', `target.test:${port}`],
        ['127.0.0.1', 'IPv4', `127.0.0.1:${port}`],
        ['::1', 'IPv6', `[::1]:${port}`],
      ] as const) {
        const { client, recorder } = connecting(port, { host, through: { kind, port: proxy.port } });
        await until(() => client.status.state === 'open');
        const remote = { host, port, family };
        expect(client.status.remote).toEqual(remote);
        expect(client.connections.list(0, 1)).toMatchObject([{ remote }]);
        const [opened] = recorder.details('opened');
        expect(opened).toMatchObject({ remote, proxy: through, local: client.status.local });
        expect(describeRecord(opened!, '')).toContain(
          `Connected to ${shown} through ${through} from 127.0.0.1:`,
        );
        client.carry();
        expect(recorder.details('opened')[1]).toMatchObject({ remote, proxy: through, carried: true });
        client.disconnect('close');
        await until(() => recorder.ends().length === 1);
      }
    },
  );

  test('that is reset says so of its target', async () => {
    const server = await plainServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    // A proxy that hands the reset on.
    const proxy = await plainServer((client) => {
      client.once('data', () => {
        const target = connect(portOf(server), '127.0.0.1').on('error', () => client.resetAndDestroy());
        target.once('connect', () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
        client.on('data', (bytes) => target.write(bytes));
      });
    });
    const { client, recorder } = connecting(7, { through: { kind: 'http', port: portOf(proxy) } });
    await until(() => client.status.state === 'open');
    sendAll(client, pattern(1));
    await until(() => recorder.ends().length === 1);
    expect(recorder.details('failed')).toMatchObject([
      { code: 'ECONNRESET', during: 'open', host: 'target.test', port: 7 },
    ]);
    expect(client.status.failure).toMatchObject({ code: 'ECONNRESET', subject: 'target.test:7' });
  });

  test.each(['socks5', 'http'] as const)('loses nothing that came with the answer (%s)', async (kind) => {
    const banner = pattern(300_000);
    const server = await plainServer((socket) => socket.end(banner));
    const proxy = await (kind === 'socks5' ? socksProxy() : httpProxy());
    const { recorder } = connecting(portOf(server), { through: { kind, port: proxy.port } });
    await until(() => recorder.ends().length === 1);
    expect(recorder.bytes('received').equals(banner)).toBe(true);
    expect(recorder.bytes('sent')).toHaveLength(0);
  });

  test('logs in to the proxy, and keeps the password out of the log', async () => {
    const { port } = await listening();
    const proxy = await socksProxy('ann:secret-word');
    const login = { username: 'ann', password: 'secret-word' };
    const { client, recorder } = connecting(port, {
      through: { kind: 'socks5', port: proxy.port, ...login },
    });
    await until(() => client.status.state === 'open');
    expect(JSON.stringify(recorder.records)).not.toContain('secret-word');
  });

  test('has addresses sent as addresses', async () => {
    const { port } = await listening({ host: '' });
    const proxy = await socksProxy();
    for (const host of ['127.0.0.1', '::1']) {
      const { client } = connecting(port, { host, through: { kind: 'socks5', port: proxy.port } });
      await until(() => client.status.state === 'open');
    }
    expect(proxy.asked).toEqual([`address 127.0.0.1 ${port}`, `address 0:0:0:0:0:0:0:1 ${port}`]);
  });

  test('is not used for a Unix socket, whatever the settings of the proxy say', async () => {
    const { client, recorder } = connecting(7, {
      transport: 'unix',
      path: '/nowhere/demo.sock',
      through: { kind: 'socks5', port: 1 },
    });
    await until(() => client.status.state === 'failed');
    expect(recorder.details('failed')).toMatchObject([{ code: 'ENOENT', host: '/nowhere/demo.sock' }]);
  });
});

describe('a proxy that does not help', () => {
  test('because nothing listens there is refused like any host, under its own address', async () => {
    const port = await freePort();
    const { recorder, code } = await failureThrough(port, 'socks5');
    expect(code).toBe('ECONNREFUSED');
    expect(recorder.details('failed')).toMatchObject([{ during: 'connecting', host: '127.0.0.1', port }]);
  });

  test('because the target refuses says so', async () => {
    const target = await freePort();
    const proxy = await socksProxy();
    const { client } = connecting(target, { through: { kind: 'socks5', port: proxy.port } });
    await until(() => client.status.state === 'failed');
    expect(client.status.failure).toMatchObject({ code: 'SOCKS_CONNECTION_REFUSED' });
    expect(explain(client.status.failure!).cause).toContain(`It was asked for target.test:${target}.`);
    const other = await httpProxy();
    const second = connecting(target, { through: { kind: 'http', port: other.port } });
    await until(() => second.client.status.state === 'failed');
    expect(second.client.status.failure).toMatchObject({ code: 'PROXY_REFUSED' });
    expect(explain(second.client.status.failure!).cause).toContain('502 Bad Gateway');
  });

  test('because it wants another password says so', async () => {
    const proxy = await socksProxy('ann:right');
    expect((await failureThrough(proxy.port, 'socks5')).code).toBe('SOCKS_AUTH_REQUIRED');
    const login = { username: 'ann', password: 'wrong' };
    const { client } = connecting(7, { through: { kind: 'socks5', port: proxy.port, ...login } });
    await until(() => client.status.state === 'failed');
    expect(client.status.failure).toMatchObject({ code: 'SOCKS_AUTH_FAILED' });
  });

  test.each<['socks5' | 'http', string, (client: Socket) => void]>([
    ['socks5', 'PROXY_NOT_SOCKS', (client) => client.write('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['http', 'PROXY_NOT_HTTP', (client) => client.write(Uint8Array.of(5, 255))],
    ['socks5', 'PROXY_CLOSED', (client) => client.end(Uint8Array.of(5))],
    ['http', 'PROXY_CLOSED', (client) => client.end('HTTP/1.1 200')],
    ['socks5', 'ECONNRESET', (client) => client.resetAndDestroy()],
    ['http', 'ECONNRESET', (client) => client.resetAndDestroy()],
    [
      'http',
      'PROXY_HEAD_TOO_LONG',
      (client) => client.write(`HTTP/1.1 200 OK\r\nX: ${'y'.repeat(1_000_000)}`),
    ],
  ])('fails once and closes its socket (%s, %s)', async (kind, expected, answer) => {
    let isClosed = false;
    const port = await wrongProxy((client) => {
      client.on('close', () => (isClosed = true)).on('end', () => client.end());
      answer(client);
    });
    const { recorder, code } = await failureThrough(port, kind);
    expect(code).toBe(expected);
    expect(recorder.details('failed')).toMatchObject([{ during: 'proxying', host: '127.0.0.1', port }]);
    expect(recorder.bytes('received')).toHaveLength(0);
    await until(() => isClosed);
    expect(recorder.ends()).toHaveLength(1);
  });

  test('because it says nothing fails at the deadline for connecting', async () => {
    const port = portOf(await plainServer((client) => client.resume()));
    const { recorder, code } = await failureThrough(port, 'http', { connectTimeoutMs: 500 });
    expect(code).toBe('ETIMEDOUT');
    const [failed] = recorder.details('failed');
    expect(failed).toMatchObject({ during: 'proxying' });
    expect(failed!.durationMs).toBeGreaterThan(490);
  });

  test('and has no address at all fails in the resolving', async () => {
    const proxy = { kind: 'socks5', host: 'no-such-proxy.invalid' } as const;
    const { client, recorder } = connecting(7, { through: proxy });
    await until(() => client.status.state === 'failed');
    expect(recorder.details('failed')).toMatchObject([
      { during: 'resolving', host: 'no-such-proxy.invalid' },
    ]);
  });
});

describe('cancelling', () => {
  test('ends the connecting to a silent proxy at once, and its socket with it', async () => {
    let isClosed = false;
    const port = await wrongProxy((client) => {
      client.on('close', () => (isClosed = true)).on('end', () => client.end());
    });
    const { client, recorder } = connecting(7, { through: { kind: 'socks5', port } });
    await until(() => recorder.details('attempted').length === 1);
    client.disconnect('close');
    expect(client.status.state).toBe('closed');
    expect(recorder.details('closed')).toMatchObject([{ by: 'us', how: 'close' }]);
    await until(() => isClosed);
    expect(recorder.ends()).toHaveLength(1);
  });

  test('ends the connecting to a proxy that cannot be reached', async () => {
    const port = await blackHole();
    const { client, recorder } = connecting(7, { through: { kind: 'http', port } });
    await until(() => client.status.state === 'connecting');
    await client.stop();
    expect(recorder.details('attempted')).toMatchObject([{ outcome: 'abandoned' }]);
    expect(recorder.ends()).toHaveLength(1);
  });
});
