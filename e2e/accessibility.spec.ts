import type { Page } from '@playwright/test';
import { connectClient, expect, logRow, startServer, test } from './fixtures.ts';
import { expectAccessibleInBothThemes } from './looks.ts';
import { openOptions, optionsButton, unfold, whyOf } from './steps.ts';

/** Menus and sheets fade in; their colours count when they are there. */
const still = async (page: Page) => {
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)));
};

// Axe looks through each page twice: a bound for a slow machine, not an expectation.
test.describe.configure({ timeout: 240_000 });

async function accessible(page: Page, name: string): Promise<void> {
  await still(page);
  await expectAccessibleInBothThemes(page, `accessible-${name}`);
}

test('the welcome screen', async ({ app }) => {
  await accessible(app, 'welcome');
});

test('a server with peers, and every view of a record', async ({ app, peers }) => {
  const port = await startServer(app, 'Echo');
  const [peer, gone] = [await peers.connect(port), await peers.connect(port)];
  peer.send('{"name":"设备-7"}\r\n\t\x1b[0m');
  gone.socket.resetAndDestroy();
  await expect(logRow(app, 'ECONNRESET')).toBeVisible();
  await logRow(app, 'name').first().click();
  await accessible(app, 'server');
  await unfold(app, 'Details');
  await accessible(app, 'record');
  await app.getByRole('tab', { name: 'Connection' }).click();
  await accessible(app, 'connection');
  await app.getByRole('tab', { name: 'Record' }).click();
  await logRow(app, 'ECONNRESET').click();
  await accessible(app, 'record-failure');
});

test('the options and menus of a server with a peer', async ({ app, peers }) => {
  const port = await startServer(app);
  const peer = await peers.connect(port);
  await openOptions(app);
  await accessible(app, 'server-options');
  await optionsButton(app).click();
  for (const [menu, name] of [
    [`More for ${peer.address}`, 'peer'],
    ['Order of the peers, and what to do with them', 'peers'],
    ['New tab', 'new'],
    [`More for Server ${port}`, 'endpoint'],
  ] as const) {
    await app.getByRole('button', { name: menu }).first().click();
    await expect(app.getByRole('menu')).toBeVisible();
    await accessible(app, `menu-${name}`);
    await app.keyboard.press('Escape');
    await expect(app.getByRole('menu')).toHaveCount(0);
  }
});

test('a client with its options, ways to end, and a message with a problem', async ({ app, peers }) => {
  const server = await peers.listen();
  await connectClient(app, server.port);
  await expect(app.getByRole('region', { name: 'Client settings' })).toContainText('Connected to');
  await app.getByRole('textbox', { name: 'Message' }).fill('ab\\q\nfine \\r\\n');
  await expect(app.getByRole('textbox', { name: 'Message' })).toHaveAttribute('aria-invalid', 'true');
  await accessible(app, 'client-problem');
  await app.getByRole('button', { name: 'How to end the connection' }).click();
  await expect(app.getByRole('menu')).toBeVisible();
  await accessible(app, 'client-ways-to-end');
  await app.keyboard.press('Escape');
  await openOptions(app, 'TCP');
  await accessible(app, 'client-options');
});

test('a failure with what to try', async ({ app, peers }) => {
  await connectClient(app, await peers.freePort());
  await expect(app.getByText('ECONNREFUSED').first()).toBeVisible();
  await whyOf(app);
  await accessible(app, 'client-failure');
});

test('the palette, the settings and the help', async ({ app }) => {
  await app.keyboard.press('ControlOrMeta+Shift+G');
  await expect(app.getByRole('region', { name: 'Client settings' })).toContainText('Connected to');
  for (const [keys, name] of [
    ['ControlOrMeta+K', 'Command palette'],
    ['ControlOrMeta+,', 'Settings'],
    ['F1', 'Help'],
  ] as const) {
    await app.keyboard.press(keys);
    await expect(app.getByRole('dialog', { name })).toBeVisible();
    await accessible(app, name.toLowerCase().replaceAll(' ', '-'));
    await app.keyboard.press('Escape');
    await expect(app.getByRole('dialog')).toHaveCount(0);
  }
});
