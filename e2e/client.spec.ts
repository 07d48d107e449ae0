/** Item 4: a client, its attempts and its reconnects, against servers made in the test. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import {
  connectClient,
  expect,
  expectWritten,
  expectAccessible,
  logRow,
  newTab,
  picture,
  test,
} from './fixtures.ts';
import { openOptions, whyOf } from './steps.ts';

const host = (page: Page): Locator => page.getByRole('textbox', { name: 'Host' });
const port = (page: Page): Locator => page.getByRole('textbox', { name: 'Port', exact: true });
const connectButton = (page: Page): Locator => page.getByRole('button', { name: 'Connect', exact: true });
const settings = (page: Page): Locator => page.getByRole('region', { name: 'Client settings' });
const hasIPv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
);

async function newClient(page: Page, hostText: string, portNumber: number): Promise<void> {
  await newTab(page, 'client');
  await host(page).fill(hostText);
  await port(page).fill(String(portNumber));
}

async function echoOnce(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(text);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
}

/** A port where connections are begun and never answered: its program sleeps, and its backlog is full. */
async function silentPort(): Promise<{ port: number; close: () => Promise<void> }> {
  const script = `
    const server = require('node:net').createServer();
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      process.stdout.write(String(server.address().port) + '\\n', () => process.kill(process.pid, 'SIGSTOP'));
    });`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [printed] = (await once(child.stdout, 'data')) as [Buffer];
  const portNumber = Number(printed);
  // Linux queues one more than the backlog, and lets all after them wait.
  const fillers: Socket[] = [];
  for (let count = 1; count <= 2; count++) {
    const filler = connect(portNumber, '127.0.0.1').on('error', () => undefined);
    fillers.push(filler);
    await once(filler, 'connect');
  }
  return {
    port: portNumber,
    close: async () => {
      for (const filler of fillers) filler.destroy();
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

test('connects by IPv4 address, talks both ways, and disconnects', async ({ app, peers }) => {
  const server = await peers.listen();
  await connectClient(app, server.port);
  await expect(settings(app)).toContainText(`Connected to 127.0.0.1:${server.port}`);
  const peer = server.peers[0]!;
  await echoOnce(app, 'ping');
  await expect.poll(() => peer.text).toBe('ping');
  peer.send('pong');
  await expect(logRow(app, 'pong')).toHaveCount(1);
  await expect(settings(app)).toContainText('received 4 B');
  await expect(settings(app)).toContainText('sent 4 B');
  await picture(app, 'client-connected');
  await app.getByRole('button', { name: 'Disconnect', exact: true }).click();
  await expect.poll(() => peer.appFinished).toBe(true);
  await expect(connectButton(app)).toBeVisible();
});

test('connects many at once, each with its message, says how many, and ends them together', async ({
  app,
  peers,
}) => {
  const server = await peers.listen();
  await newClient(app, '127.0.0.1', server.port);
  await app.getByRole('textbox', { name: 'Message', exact: true }).fill('client {{counter}};');
  await app.getByRole('button', { name: 'Other ways to begin' }).click();
  await app.getByRole('menuitem', { name: 'Connect many…' }).click();
  const form = app.getByRole('dialog', { name: 'Connect many' });
  await form.getByRole('textbox', { name: 'Connections' }).fill('30');
  await form.getByRole('textbox', { name: 'Begin within' }).fill('500 ms');
  await form.getByRole('button', { name: 'Connect' }).click();
  const line = app.getByRole('group', { name: 'Many connections' });
  await expect(line).toContainText('30 of 30 open');
  await expect
    .poll(() => new Set(server.peers.map(({ text }) => text)).size, { message: 'each its own number' })
    .toBe(30);
  await expect(app.getByRole('button', { name: 'Send to 30' })).toBeVisible();
  await line.getByRole('button', { name: 'Details' }).click();
  await expect(line).toContainText('30 sent, 0 failed');
  await picture(app, 'client-many');
  await expectAccessible(app);
  await line.getByRole('button', { name: 'Stop all connections' }).click();
  await expect(line).toContainText('30 of 30 were open');
  await expect(settings(app)).toContainText('Closed the connection');
});

test('connects by name, and records what the name resolves to', async ({ app, peers }) => {
  const server = await peers.listen();
  await newClient(app, 'localhost', server.port);
  await connectButton(app).click();
  await expect(settings(app)).toContainText(`Connected to 127.0.0.1:${server.port}`);
  await expect(logRow(app, /localhost is .*127\.0\.0\.1.*answered in/)).toHaveCount(1);
  await expect(logRow(app, `Reached 127.0.0.1:${server.port}`)).toHaveCount(1);
  await picture(app, 'client-by-name');
});

test('connects by IPv6 address, with or without brackets', async ({ app, peers }) => {
  test.skip(!hasIPv6, 'this machine has no IPv6 loopback address');
  const server = await peers.listen('::1');
  for (const text of ['::1', '[::1]']) {
    await newClient(app, text, server.port);
    await connectButton(app).click();
    await expect(settings(app)).toContainText(`Connected to [::1]:${server.port}`);
  }
  expect(server.peers).toHaveLength(2);
});

test('takes an address pasted whole apart into host and port', async ({ app, peers }) => {
  const server = await peers.listen();
  await newTab(app, 'client');
  await host(app).fill(`127.0.0.1:${server.port}`);
  await host(app).press('Enter');
  await expect(host(app)).toHaveValue('127.0.0.1');
  await expect(port(app)).toHaveValue(String(server.port));
  await connectButton(app).click();
  await expect.poll(() => server.peers.length).toBe(1);
});

test('refuses a bad host and a bad port at their fields', async ({ app }) => {
  await newClient(app, 'two words', 0);
  await expect(port(app)).toHaveAccessibleDescription(/A number from 1 to 65,535 is needed/);
  await host(app).fill('fe80::1');
  await expect(host(app)).toHaveAccessibleDescription(
    'Link-local addresses need their interface, as in fe80::1%eth0.',
  );
  await expect(connectButton(app)).toBeDisabled();
  await picture(app, 'client-bad-fields');
  await expectAccessible(app);
});

test('explains a refused connection', async ({ app, peers }) => {
  const nobody = await peers.freePort();
  await newClient(app, '127.0.0.1', nobody);
  await connectButton(app).click();
  const said = settings(app).getByRole('status');
  await expect(said).toContainText(
    `127.0.0.1:${nobody} refused the connection (ECONNREFUSED): nothing listens there`,
  );
  const why = await whyOf(app);
  await expect(why).toContainText('no program listens on that port');
  await expect(why).toContainText('Start the server');
  await expect(logRow(app, 'refused the connection (ECONNREFUSED)')).toHaveCount(1);
  await picture(app, 'client-refused');
  await expectAccessible(app);
});

test('gives up at its connect timeout, and is cancelled while it connects', async ({ app }) => {
  const silent = await silentPort();
  try {
    await newClient(app, '127.0.0.1', silent.port);
    await connectButton(app).click();
    await expect(settings(app)).toContainText(`Connecting to 127.0.0.1:${silent.port}`);
    await picture(app, 'client-connecting');
    await app.getByRole('button', { name: 'Cancel' }).click();
    await expect(connectButton(app)).toBeEnabled();
    await expect(logRow(app, `Gave up on 127.0.0.1:${silent.port}`)).toHaveCount(1);
    await expect(settings(app).getByRole('status')).toHaveCount(0);

    await openOptions(app, 'Timeouts');
    await app.getByLabel('Connect timeout (ms)').fill('300');
    await connectButton(app).click();
    const said = settings(app).getByRole('status');
    await expect(said).toContainText(`127.0.0.1:${silent.port} did not answer in time (ETIMEDOUT)`);
    await expect(await whyOf(app)).toContainText('firewall');
    await picture(app, 'client-timeout');
  } finally {
    await silent.close();
  }
});

test('connects from the local address and port that were chosen', async ({ app, peers }) => {
  const server = await peers.listen();
  const localPort = await peers.freePort();
  await newClient(app, '127.0.0.1', server.port);
  await openOptions(app);
  await app.getByLabel('Local address').fill('127.0.0.1');
  await app.getByLabel('Local port').fill(String(localPort));
  await connectButton(app).click();
  await expect(settings(app)).toContainText(`from 127.0.0.1:${localPort}`);
  expect(server.peers[0]!.socket.remotePort).toBe(localPort);
  await picture(app, 'client-local-address');
});

test('says that it is the local port which is taken', async ({ app, peers }) => {
  const server = await peers.listen();
  const occupant = await peers.listen();
  await newClient(app, '127.0.0.1', server.port);
  await openOptions(app);
  await app.getByLabel('Local port').fill(String(occupant.port));
  await connectButton(app).click();
  await expect(settings(app).getByRole('status')).toContainText(
    'The local address or port is already in use (EADDRINUSE)',
  );
});

test('reconnects by itself, shows the countdown, and reaches a server that starts later', async ({
  app,
  peers,
}) => {
  const later = await peers.freePort();
  await newClient(app, '127.0.0.1', later);
  await openOptions(app);
  const reconnect = app.getByLabel('Reconnect automatically');
  await expect(reconnect).not.toBeChecked();
  await reconnect.check();
  await app.getByLabel('First delay (ms)').fill('400');
  await app.getByLabel('Growth').fill('1.5');
  await app.getByLabel('Longest delay (ms)').fill('1000');
  await picture(app, 'client-reconnect-options');
  await expectAccessible(app);
  await connectButton(app).click();
  await expect(settings(app)).toContainText(/retry in \d+ s/);
  await expect(logRow(app, 'Connecting again in 400 ms (attempt 1)')).toHaveCount(1);
  await expect(logRow(app, 'Connecting again in 600 ms (attempt 2)')).toHaveCount(1);
  await expect(logRow(app, /Connecting again in 1\.00 s \(attempt 4\)/)).toHaveCount(1);
  await picture(app, 'client-waiting');

  const server = await peers.listen('127.0.0.1', later);
  await expect(settings(app)).toContainText(`Connected to 127.0.0.1:${later}`);
  server.peers[0]!.socket.resetAndDestroy();
  await expect.poll(() => server.peers.length).toBe(2);
  await expect(settings(app)).toContainText(`Connected to 127.0.0.1:${later}`);

  await app.getByRole('button', { name: 'Disconnect', exact: true }).click();
  await expect.poll(() => server.peers[1]!.appFinished).toBe(true);
  await expect(connectButton(app)).toBeVisible();
  await expect(settings(app)).not.toContainText('retry in');
});

test('waits for the next attempt until it is cancelled', async ({ app, peers }) => {
  const nobody = await peers.freePort();
  await newClient(app, '127.0.0.1', nobody);
  await openOptions(app);
  await app.getByLabel('Reconnect automatically').check();
  await app.getByLabel('First delay (ms)').fill('60000');
  await connectButton(app).click();
  await expect(settings(app)).toContainText(/retry in (1m00s|59 s)/);
  await app.getByRole('button', { name: 'Cancel' }).click();
  await expect(connectButton(app)).toBeEnabled();
  await expect(settings(app)).not.toContainText('retry in');
});

test('a message is kept while it is written, not only at a pause', async ({ app, dataFolder }) => {
  await newTab(app, 'client');
  const message = app.getByRole('textbox', { name: 'Message' });
  await message.click();
  const kept = () => readFile(join(dataFolder, 'drafts.json'), 'utf8').catch(() => '');
  let typed = 0;
  await expect
    .poll(
      async () => {
        // Ten a second: there is no pause in which a page that waits for one would save.
        await message.press('a', { delay: 20 });
        typed++;
        return kept();
      },
      { intervals: [80] },
    )
    .toMatch(/"draft": "a+"/);
  await expectWritten(message, 'a'.repeat(typed));
});
