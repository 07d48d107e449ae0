/** Options of sockets and what they do on the wire; proxies for outgoing connections. */
import type { Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { makeAuthority, makeLeaf } from './certificates.ts';
import { expect, logRow } from './fixtures.ts';
import { expectAccessibleInBothThemes, pictures } from './looks.ts';
import { answers, needs, test as base } from './programs.ts';
import { socksProxy, type SocksProxy } from './proxies.ts';
import {
  connect,
  fill,
  listen,
  newClient,
  newServer,
  openOptions,
  send,
  settings,
  chooseInFilter,
  optionsButton,
  whyOf,
} from './steps.ts';

const test = base.extend<{ socks: (login?: string) => Promise<SocksProxy> }>({
  // eslint-disable-next-line no-empty-pattern -- the pattern is Playwright's
  socks: async ({}, use) => {
    const proxies: SocksProxy[] = [];
    await use(async (login) => {
      const proxy = await socksProxy(login ?? null);
      proxies.push(proxy);
      return proxy;
    });
    for (const proxy of proxies) await proxy.close();
  },
});

const number = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
const restart = (page: Page) => page.getByRole('button', { name: 'Restart' }).click();

/** What /proc/net/tcp says of the timer of a connection: `02` while it waits for its next keep-alive probe. */
async function timerOf(localPort: number, remotePort: number): Promise<string | undefined> {
  const hex = (port: number) => `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = (await readFile('/proc/net/tcp', 'utf8')).split('\n').map((line) => line.trim().split(/\s+/));
  const line = lines.find(([, local, remote]) => local === hex(localPort) && remote === hex(remotePort));
  return line?.[5]?.slice(0, 2);
}

test.describe('a server', () => {
  test('probes silent connections only when it is told to', async ({ app, peers }) => {
    test.skip(process.platform !== 'linux', 'the timer is read from /proc');
    await newServer(app, 'TCP');
    await openOptions(app, 'TCP');
    const probe = app.getByRole('checkbox', { name: 'Probe silent connections' });
    await probe.uncheck();
    const port = await listen(app);
    const plain = await peers.connect(port);
    await expect(logRow(app, 'connected')).toHaveCount(1);
    await expect.poll(() => timerOf(port, plain.socket.localPort!)).toBe('00');
    await probe.check();
    await fill(number(app, 'First probe after (ms)'), '60000');
    await fill(number(app, 'Port'), String(port));
    await restart(app);
    await expect(logRow(app, /Listening on/)).toHaveCount(2);
    const probed = await peers.connect(port);
    await expect.poll(() => timerOf(port, probed.socket.localPort!)).toBe('02');
  });

  test('serves on with small messages kept back and sent at once', async ({ app, peers }) => {
    await newServer(app, 'TCP');
    await app.getByLabel('Reply').selectOption({ label: 'Echo' });
    const port = await listen(app);
    await openOptions(app, 'TCP');
    for (const [runs, act, text] of [
      [2, 'uncheck', 'waits'],
      [3, 'check', 'at once'],
    ] as const) {
      await app.getByRole('checkbox', { name: 'Send small messages at once' })[act]();
      await fill(number(app, 'Port'), String(port));
      await restart(app);
      await expect(logRow(app, /Listening on/)).toHaveCount(runs);
      const peer = await peers.connect(port);
      peer.send(text);
      await expect.poll(() => peer.text).toBe(text);
    }
  });

  test('warns of a silent peer, and closes it when that is chosen', async ({ app, peers }) => {
    await newServer(app, 'TCP');
    await openOptions(app, 'Timeouts');
    await fill(number(app, 'Idle timeout (ms)'), '300');
    const onIdle = app.getByRole('combobox', { name: 'When the idle timeout is over' });
    await onIdle.selectOption('Say so in the log');
    const port = await listen(app);
    const warned = await peers.connect(port);
    await expect(logRow(app, /was silent for [^,]+$/).first()).toBeVisible();
    warned.send('not gone');
    await expect(logRow(app, 'not gone')).toHaveCount(1);
    expect(warned.appFinished).toBe(false);
    await onIdle.selectOption('Close it');
    await fill(number(app, 'Port'), String(port));
    await restart(app);
    await expect(logRow(app, /Listening on/)).toHaveCount(2);
    const closed = await peers.connect(port);
    await expect(logRow(app, 'so the connection is closed')).toHaveCount(1);
    await expect.poll(() => closed.appFinished || closed.isClosed).toBe(true);
    await pictures(app, 'options-idle');
  });

  test('refuses and counts peers beyond its limit', async ({ app, peers }) => {
    await newServer(app, 'TCP');
    await openOptions(app, 'General');
    await fill(number(app, 'Connection limit'), '1');
    const port = await listen(app);
    const first = await peers.connect(port);
    await expect(settings(app)).toContainText('1 connected');
    const second = await peers.connect(port);
    await expect.poll(() => second.isClosed || second.appFinished).toBe(true);
    await expect(settings(app)).toContainText('1 refused');
    await expect(logRow(app, 'the limit of 1 connection was reached')).toHaveCount(1);
    first.send('undisturbed');
    await expect(logRow(app, 'undisturbed')).toHaveCount(1);
  });

  test('on IPv6 takes IPv4 too, unless it is told not to', async ({ app, peers }) => {
    const hasIPv6 = Object.values(networkInterfaces()).some((all) =>
      all?.some(({ address }) => address === '::1'),
    );
    test.skip(!hasIPv6, 'this machine has no IPv6');
    await newServer(app, 'TCP', '::');
    const port = await listen(app);
    await peers.connect(port, '127.0.0.1');
    await expect(settings(app)).toContainText('1 connected');
    await openOptions(app, 'General');
    await app.getByRole('checkbox', { name: 'IPv6 only' }).check();
    await fill(number(app, 'Port'), String(port));
    await restart(app);
    await expect(logRow(app, /Listening on/)).toHaveCount(2);
    await peers.connect(port, '::1');
    await expect(settings(app)).toContainText('1 connected');
    await expect(peers.connect(port, '127.0.0.1')).rejects.toThrow('ECONNREFUSED');
  });

  test('stops reading from one peer, whose window fills up, and reads all of it later', async ({
    app,
    peers,
  }) => {
    const size = 16_000_000;
    await newServer(app, 'TCP');
    const port = await listen(app);
    const peer = await peers.connect(port);
    const other = await peers.connect(port);
    const menu = app.getByRole('button', { name: `More for ${peer.address}` });
    await menu.click();
    await app.getByRole('menuitem', { name: /^Stop reading/ }).click();
    await expect(logRow(app, 'Stopped reading from')).toHaveCount(1);
    peer.send('x'.repeat(size));
    other.send('is read');
    await expect(logRow(app, 'is read')).toHaveCount(1);
    expect(peer.socket.writableLength).toBeGreaterThan(0);
    await expect(app.getByRole('list', { name: 'Peers' })).toContainText('reading stopped');
    await pictures(app, 'options-reading-stopped');
    await menu.click();
    await app.getByRole('menuitem', { name: /^Read again/ }).click();
    await expect.poll(() => peer.socket.writableLength).toBe(0);
    await expect(settings(app)).toContainText('received 16.0 MB');
    // Thousands of rows came after it.
    await chooseInFilter(app, 'Events');
    // A disk that is slow to take so much holds it back once more.
    await expect(logRow(app, 'Reads from').first()).toContainText('again after');
  });
});

test('a client stops reading, and reads on', async ({ app, peers }) => {
  const server = await peers.listen();
  await newClient(app, 'TCP', server.port);
  await connect(app);
  await expect(settings(app)).toContainText('Connected to');
  const ways = app.getByRole('button', { name: 'How to end the connection' });
  await ways.click();
  await app.getByRole('menuitem', { name: /^Stop reading/ }).click();
  await expect(settings(app)).toContainText('reading stopped');
  server.peers[0]!.send('y'.repeat(16_000_000));
  await send(app, 'can still send');
  await expect.poll(() => server.peers[0]!.text).toBe('can still send');
  expect(server.peers[0]!.socket.writableLength).toBeGreaterThan(0);
  await ways.click();
  await app.getByRole('menuitem', { name: /^Read again/ }).click();
  await expect(settings(app)).toContainText('received 16.0 MB');
  await expect(settings(app)).not.toContainText('reading stopped');
});

test('a client connects from the local address and port that it is told', async ({ app, peers }) => {
  const server = await peers.listen();
  const localPort = await peers.freePort();
  await newClient(app, 'TCP', server.port);
  await openOptions(app, 'General');
  await fill(number(app, 'Local address'), '127.0.0.1');
  await fill(number(app, 'Local port'), String(localPort));
  await connect(app);
  await expect(settings(app)).toContainText(`from 127.0.0.1:${localPort}`);
  await expect.poll(() => server.peers[0]?.socket.remotePort).toBe(localPort);
});

test('options that differ from their defaults are marked, survive a reload, and are set back', async ({
  app,
}) => {
  await newServer(app, 'TCP');
  const panel = await openOptions(app, 'TCP');
  await openOptions(app, 'General');
  await fill(number(app, 'Backlog'), '7');
  await panel.getByRole('checkbox', { name: 'Probe silent connections' }).check();
  await app.reload();
  await expect(optionsButton(app)).toHaveText(/· 2 changed$/);
  await openOptions(app, 'TCP');
  await expectAccessibleInBothThemes(app, 'options-changed');
  await panel.getByRole('button', { name: 'Back to the default: Backlog' }).click();
  await expect(number(app, 'Backlog')).toHaveValue('511');
  await panel.getByRole('button', { name: 'Reset to defaults: TCP' }).click();
  await expect(panel.getByRole('checkbox', { name: 'Probe silent connections' })).not.toBeChecked();
  await expect(optionsButton(app)).toHaveText(/^Options$/);
});

test.describe('through a proxy', () => {
  type Choice = { kind: 'SOCKS5' | 'HTTP CONNECT'; port: number; login?: [string, string] };

  async function choose(page: Page, { kind, port, login }: Choice): Promise<void> {
    await openOptions(page, 'Proxy');
    await page.getByRole('combobox', { name: 'Proxy', exact: true }).selectOption(kind);
    await fill(number(page, 'Proxy host'), '127.0.0.1');
    await fill(number(page, 'Proxy port'), String(port));
    if (!login) return;
    await fill(number(page, 'User name'), login[0]);
    await fill(page.getByLabel('Password'), login[1]);
  }

  test('SOCKS5 a TCP client talks to its server, whose name the proxy looks up', async ({
    app,
    peers,
    socks,
  }) => {
    const proxy = await socks();
    const server = await peers.listen();
    await newClient(app, 'TCP', server.port);
    await fill(number(app, 'Host'), 'localhost');
    await choose(app, { kind: 'SOCKS5', port: proxy.port });
    await connect(app);
    await expect(settings(app)).toContainText(
      `Connected to localhost:${server.port} through 127.0.0.1:${proxy.port}`,
    );
    expect(proxy.asked).toEqual([`localhost:${server.port}`]);
    await expect(
      logRow(app, `The proxy socks5://127.0.0.1:${proxy.port} connected to localhost:${server.port}`),
    ).toHaveCount(1);
    await send(app, 'through the proxy');
    await expect.poll(() => server.peers[0]?.text).toBe('through the proxy');
    server.peers[0]!.socket.end('and back');
    await expect(logRow(app, 'and back')).toHaveCount(1);
    await pictures(app, 'proxy');
  });

  test('SOCKS5 a login is needed, and a refused target is told apart', async ({ app, peers, socks }) => {
    const proxy = await socks('anna:secret');
    const server = await peers.listen();
    await newClient(app, 'TCP', server.port);
    await choose(app, { kind: 'SOCKS5', port: proxy.port });
    await connect(app);
    await expect(settings(app)).toContainText('wants a login');
    await choose(app, { kind: 'SOCKS5', port: proxy.port, login: ['anna', 'wrong'] });
    await connect(app);
    await expect(settings(app)).toContainText('did not accept the login');
    await choose(app, { kind: 'SOCKS5', port: proxy.port, login: ['anna', 'secret'] });
    await connect(app);
    await expect(settings(app)).toContainText('Connected to');
    await app.getByRole('button', { name: 'Disconnect', exact: true }).click();
    await server.close();
    await connect(app);
    await expect(settings(app)).toContainText('reached the target, which refused the connection');
    await openOptions(app, 'Proxy');
    await expectAccessibleInBothThemes(app, 'proxy-refused');
  });

  for (const kind of ['SOCKS5', 'HTTP CONNECT'] as const)
    test(`${kind} a TLS client verifies its server and not the proxy`, async ({ app, peers, run, socks }) => {
      if (kind === 'HTTP CONNECT') needs('ncat');
      const lab = await makeAuthority('Lab CA');
      const server = await peers.listenTls(await makeLeaf(lab, 'server.test'));
      const port = kind === 'SOCKS5' ? (await socks()).port : await peers.freePort();
      if (kind === 'HTTP CONNECT') {
        run('ncat', '-lk', '127.0.0.1', String(port), '--proxy-type', 'http');
        await expect.poll(() => answers(port)).toBe(true);
      }
      await newClient(app, 'TLS', server.port);
      await choose(app, { kind, port });
      await connect(app);
      await expect(settings(app)).toContainText('The certificate does not hold');
      await (await whyOf(app)).getByRole('button', { name: 'Connect anyway' }).click();
      await expect(settings(app)).toContainText('not verified:');
      await send(app, 'secret through a proxy');
      await expect.poll(() => server.peers.at(-1)?.text).toBe('secret through a proxy');
      server.peers.at(-1)!.send('and back');
      await expect(logRow(app, 'and back')).toHaveCount(1);
    });

  test('HTTP CONNECT of ncat a TCP client talks to its server', async ({ app, peers, run }) => {
    needs('ncat');
    const port = await peers.freePort();
    run('ncat', '-lk', '127.0.0.1', String(port), '--proxy-type', 'http', '--proxy-auth', 'anna:secret');
    await expect.poll(() => answers(port)).toBe(true);
    const server = await peers.listen();
    await newClient(app, 'TCP', server.port);
    await choose(app, { kind: 'HTTP CONNECT', port });
    await connect(app);
    await expect(settings(app)).toContainText('wants a user name and password it accepts');
    await choose(app, { kind: 'HTTP CONNECT', port, login: ['anna', 'secret'] });
    await connect(app);
    await expect(settings(app)).toContainText('Connected to');
    await send(app, 'through ncat');
    await expect.poll(() => server.peers[0]?.text).toBe('through ncat');
    server.peers[0]!.send('and back');
    await expect(logRow(app, 'and back')).toHaveCount(1);
  });
});
