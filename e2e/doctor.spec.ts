/** What happened, explained: the port doctor, the timeline and the network facts, with real processes and ports. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Page } from '@playwright/test';
import { connectClient, expect, logRow, newTab, test } from './fixtures.ts';
import { expectAccessibleInBothThemes } from './looks.ts';
import { whyOf } from './steps.ts';

const isLinux = process.platform === 'linux';

/** A program that has a port of its own, until it is ended. */
async function otherProgram(): Promise<{ pid: number; port: number; end: () => Promise<void> }> {
  const script = `const s = require('net').createServer().listen(0, '127.0.0.1', () => process.stdout.write(String(s.address().port)))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [printed] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    pid: child.pid!,
    port: Number(printed),
    end: async () => {
      child.kill('SIGKILL');
      await once(child, 'close');
    },
  };
}

async function startServerOn(page: Page, port: number): Promise<void> {
  await newTab(page, 'server');
  await page.getByRole('textbox', { name: 'Host' }).fill('127.0.0.1');
  await page.getByRole('textbox', { name: 'Port' }).fill(String(port));
  await page.getByRole('button', { name: 'Start listening' }).click();
}

test('a taken port has its owner named, and the next free port is one click away', async ({ app }) => {
  test.skip(!isLinux, 'the owner is read from /proc');
  const other = await otherProgram();
  await startServerOn(app, other.port);
  const found = (await whyOf(app)).getByRole('group', { name: 'What was found out' });
  await expect(found).toContainText(`(process ${other.pid})`);
  await expectAccessibleInBothThemes(app, 'doctor-port-taken');
  await found.getByRole('button', { name: /^Use port \d+$/ }).click();
  await expect(app.getByText(/Listening on 127\.0\.0\.1:\d+/).first()).toBeVisible();
  await expect(found).toBeHidden();
  await other.end();
});

test('a server waits for its port, and starts when it is free', async ({ app }) => {
  test.skip(!isLinux, 'the owner is read from /proc');
  const other = await otherProgram();
  await startServerOn(app, other.port);
  await app.getByRole('button', { name: 'Start when it is free' }).click();
  await expect(logRow(app, `Waiting until 127.0.0.1:${other.port} is free`)).toBeVisible();
  await other.end();
  await expect(app.getByText(`Listening on 127.0.0.1:${other.port}`).first()).toBeVisible();
});

test('a refused connection is led to where somebody listens', async ({ app, peers }) => {
  test.skip(!isLinux, 'what listens is read from /proc');
  const server = await peers.listen();
  await newTab(app, 'client');
  await app.getByRole('textbox', { name: 'Host' }).fill('127.0.0.2');
  await app.getByRole('textbox', { name: 'Port', exact: true }).fill(String(server.port));
  await app.getByRole('button', { name: 'Connect', exact: true }).click();
  await expect(app.getByText('listens on').first()).toBeVisible();
  // The doctor asked the system, and nobody else.
  expect(server.peers).toHaveLength(0);
  await app.getByRole('button', { name: `Connect to 127.0.0.1:${server.port} instead` }).click();
  await expect(app.getByText(`Connected to 127.0.0.1:${server.port}`).first()).toBeVisible();
});

test('the timeline tells a connection step by step, and grows with it', async ({ app, peers }) => {
  const server = await peers.listen();
  await connectClient(app, server.port);
  await logRow(app, 'Connected to').click();
  await app.getByRole('tab', { name: 'Connection' }).click();
  const steps = app.getByRole('list', { name: 'Steps' }).getByRole('listitem');
  await expect(steps).toHaveCount(2);
  server.peers[0]!.send('hello');
  await expect(steps).toHaveCount(3);
  await expect(steps.last()).toContainText('First bytes received');
  await expectAccessibleInBothThemes(app, 'timeline');
  await steps.last().getByRole('button').click();
  await app.getByRole('tab', { name: 'Record' }).click();
  await expect(app.getByRole('textbox', { name: 'Bytes as text' })).toContainText('hello');
  server.peers[0]!.socket.resetAndDestroy();
  await app.getByRole('tab', { name: 'Connection' }).click();
  await expect(steps).toHaveCount(4);
  await expect(steps.last()).toContainText('reset');
});

test('network facts list the open sockets and what a name resolves to', async ({ app, peers }) => {
  const server = await peers.listen();
  await connectClient(app, server.port);
  await expect(app.getByText('Connected to').first()).toBeVisible();
  await app.getByRole('button', { name: '1 socket open' }).click();
  const sockets = app.getByRole('table', { name: 'Open sockets of this app' });
  await expect(sockets).toContainText(`127.0.0.1:${server.port}`);
  await app.getByRole('textbox', { name: 'Name' }).fill('localhost');
  await app.keyboard.press('Enter');
  await expect(app.getByRole('table', { name: 'What a name resolves to' })).toContainText('127.0.0.1');
  await expectAccessibleInBothThemes(app, 'network-facts');
  await app.reload();
  await expect(app.getByRole('tab', { name: 'Network facts', selected: true })).toBeVisible();
  await expect(sockets).toContainText(`127.0.0.1:${server.port}`);
  await app.keyboard.press('Alt+W');
  await expect(app.getByText('Connected to').first()).toBeVisible();
});
