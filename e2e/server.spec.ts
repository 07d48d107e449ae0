/** Item 3: a server and its peers, seen from the window and from their sockets. */
import { networkInterfaces } from 'node:os';
import type { Locator, Page } from '@playwright/test';
import { expect, expectAccessible, logRow, newTab, picture, startServer, test } from './fixtures.ts';
import { openOptions, whyOf } from './steps.ts';

const host = (page: Page): Locator => page.getByRole('textbox', { name: 'Host' });
const port = (page: Page): Locator => page.getByRole('textbox', { name: 'Port' });
const start = (page: Page): Locator => page.getByRole('button', { name: 'Start listening' });
const peerList = (page: Page): Locator => page.getByRole('list', { name: 'Peers' }).getByRole('listitem');
const peerOf = (page: Page, address: string): Locator => peerList(page).filter({ hasText: address });
const settings = (page: Page): Locator => page.getByRole('region', { name: 'Server settings' });

async function send(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(text);
  await page.getByRole('button', { name: /^Send( to \d+)?$/ }).click();
}

test('takes a free port for 0 and shows the real one', async ({ app, peers }) => {
  const real = await startServer(app);
  expect(real).toBeGreaterThan(0);
  await expect(port(app)).toHaveValue('');
  await expect(port(app)).toHaveAttribute('placeholder', 'any');
  await peers.connect(real);
  await expect(peerList(app)).toHaveCount(1);
  const list = app.getByRole('navigation', { name: 'Endpoints' });
  await expect(list).toContainText(`:${real} · 1 peer`);
  await expect(app.getByRole('tab', { name: `Server ${real}`, exact: true })).toBeVisible();
  const other = await startServer(app);
  await expect(list.getByRole('button', { name: `Server ${real} `, exact: false }).first()).toBeVisible();
  await expect(app.getByRole('tab', { name: `Server ${other}`, exact: true })).toBeVisible();
  await app.getByRole('button', { name: 'Stop listening' }).click();
  await expect(app.getByRole('tab', { name: 'Server, any port', exact: true })).toBeVisible();
});

test('goes on following the newest record, and shows its tab, whatever size the window gets', async ({
  app,
  peers,
}) => {
  const real = await startServer(app, 'Echo');
  const peer = await peers.connect(real);
  for (let count = 1; count <= 15; count++) {
    peer.send(`message ${count}`);
    await expect.poll(() => peer.text).toContain(`message ${count}`);
  }
  for (let count = 0; count < 5; count++) await newTab(app, 'client');
  const tab = app.getByRole('tab', { name: `Server ${real}`, exact: true });
  await tab.click();
  const following = app.getByRole('button', { name: 'Follow the newest records' });
  for (const size of [
    { width: 1024, height: 640 },
    { width: 1600, height: 1000 },
    { width: 1024, height: 640 },
    { width: 1024, height: 700 },
  ]) {
    await app.setViewportSize(size);
    await expect(logRow(app, 'message 15').last()).toBeInViewport();
    await expect(following).toHaveAttribute('aria-pressed', 'true');
  }
  await app.getByRole('tab').last().click();
  await app.setViewportSize({ width: 1440, height: 900 });
  await app.setViewportSize({ width: 900, height: 640 });
  await expect(app.getByRole('tab').last()).toBeInViewport({ ratio: 0.9 });
});

test('offers the addresses of this machine', async ({ app, peers }) => {
  await newTab(app, 'server');
  await app.getByRole('button', { name: 'Addresses of this machine' }).click();
  const items = app.getByRole('menuitem');
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  for (const { address, internal } of own.filter((each) => !each.address.startsWith('fe80')))
    if (!internal) await expect(items.filter({ hasText: address }).first()).toBeVisible();
  await picture(app, 'server-addresses');
  await items.filter({ hasText: 'any address' }).click();
  await expect(host(app)).toHaveValue('');
  await port(app).fill('0');
  await start(app).click();
  const line = settings(app).getByText(/Listening on \S+:\d+/);
  const real = Number(/:(\d+)$/.exec(await line.innerText())![1]);
  await peers.connect(real);
  const reachable = own.find(({ internal, family }) => !internal && family === 'IPv4');
  if (reachable) {
    await expect(settings(app)).toContainText('reachable as');
    await peers.connect(real, reachable.address);
  }
  await expect(peerList(app)).toHaveCount(reachable ? 2 : 1);
  await picture(app, 'server-any-address');
});

test('refuses a bad port and a bad host at their fields, and does not start with them', async ({ app }) => {
  await newTab(app, 'server');
  for (const wrong of ['70000', 'abc', '80.5', '-1', '0x50']) {
    await port(app).fill(wrong);
    await expect(port(app)).toHaveAttribute('aria-invalid', 'true');
    await expect(port(app)).toHaveAccessibleDescription(/A port is/);
    await expect(start(app)).toBeDisabled();
  }
  await picture(app, 'server-bad-port');
  await expectAccessible(app);
  await port(app).fill('0');
  await host(app).fill('my host');
  await expect(host(app)).toHaveAccessibleDescription('A host has no blanks.');
  await expect(start(app)).toBeDisabled();
  await host(app).fill('127.0.0.1');
  await start(app).click();
  await expect(settings(app).getByText('Listening on')).toBeVisible();
});

test('explains a port in use: what happened, the likely cause, what to try', async ({ app, peers }) => {
  const occupant = await peers.listen();
  await newTab(app, 'server');
  await port(app).fill(String(occupant.port));
  await start(app).click();
  const said = settings(app).getByRole('status');
  await expect(said).toContainText(`127.0.0.1:${occupant.port} is already in use (EADDRINUSE)`);
  const why = await whyOf(app);
  await expect(why).toContainText('Another program, or another server here, already listens on this port.');
  await expect(why).toContainText('Choose another port');
  await expect(logRow(app, 'EADDRINUSE')).toHaveCount(1);
  await picture(app, 'server-port-in-use');
  await expectAccessible(app);

  await occupant.close();
  await start(app).click();
  await expect(settings(app)).toContainText(`Listening on 127.0.0.1:${occupant.port}`);
  await expect(said).toHaveCount(0);
});

test('restarts with what was changed while it ran', async ({ app, peers }) => {
  await newTab(app, 'server');
  const [fixed, other] = [await peers.freePort(), await peers.freePort()];
  await port(app).fill(String(fixed));
  await start(app).click();
  await expect(settings(app)).toContainText(`Listening on 127.0.0.1:${fixed}`);
  const before = await peers.connect(fixed);
  await expect(peerList(app)).toHaveCount(1);

  await port(app).fill(String(other));
  await port(app).press('Enter');
  await expect(app.getByText('Not applied until the next start.')).toBeVisible();
  await picture(app, 'server-changed-while-running');
  await app.getByRole('button', { name: 'Restart' }).click();
  await expect.poll(() => before.isClosed || before.appFinished).toBe(true);
  await expect(settings(app)).toContainText(`Listening on 127.0.0.1:${other}`);
  await expect(app.getByText('Not applied until the next start.')).toHaveCount(0);

  await peers.connect(other);
  await expect(peers.connect(fixed)).rejects.toThrow('ECONNREFUSED');
  await app.getByRole('button', { name: 'Stop listening' }).click();
  await expect(settings(app).getByText('Stopped')).toBeVisible();
  await expect(peers.connect(other)).rejects.toThrow('ECONNREFUSED');
});

test('shows each peer with address, age, bytes each way and state', async ({ app, peers }) => {
  const real = await startServer(app, 'Echo');
  const first = await peers.connect(real);
  const second = await peers.connect(real);
  await expect(peerList(app)).toHaveCount(2);
  first.send('x'.repeat(1500));
  await expect.poll(() => first.text.length).toBe(1500);
  const told = /\d+ s · ↓1\.50 KB ↑1\.50 KB/;
  await expect(peerOf(app, first.address).locator('[data-row]')).toHaveAttribute('title', told);
  await expect(peerOf(app, first.address)).toContainText('xxxxx');
  await expect(peerOf(app, second.address)).toContainText(/\d+ s · ↓0 B ↑0 B/);
  // One colour in the list and in the log, beside the address.
  const tick = await peerOf(app, first.address).locator('.tick').getAttribute('class');
  const shown = logRow(app, 'xxxxx').first().locator('.peer');
  await expect(shown).toHaveClass(new RegExp(/peer-tick-\d/.exec(tick!)![0]));
  await expect(settings(app)).toContainText('2 connected');
  await expect(settings(app)).toContainText('received 1.50 KB');

  second.socket.resetAndDestroy();
  await app.getByRole('button', { name: 'Closed 1' }).click();
  await expect(peerOf(app, second.address)).toContainText(/reset by peer \d+ s ago/);
  await expect(settings(app)).toContainText('1 connected');
  await picture(app, 'server-peers');
  await expectAccessible(app);
  await app.getByRole('button', { name: 'Clear', exact: true }).click();
  await expect(peerList(app)).toHaveCount(1);
  await expect(logRow(app, second.address).first()).toBeVisible();
});

test('finds, sorts and names peers, and a device that calls again has its name again', async ({
  app,
  peers,
}) => {
  const real = await startServer(app);
  const calls = [await peers.connect(real), await peers.connect(real), await peers.connect(real)] as const;
  await expect(peerList(app)).toHaveCount(3);
  calls[1].send('most bytes');
  await expect(peerOf(app, calls[1].address)).toContainText('most bytes');
  const menu = app.getByRole('button', { name: 'Order of the peers, and what to do with them' });
  await menu.click();
  await app.getByRole('menuitemcheckbox', { name: 'Most bytes first' }).click();
  await app.keyboard.press('Escape');
  await expect(peerList(app).first()).toContainText(calls[1].address);

  await app.getByRole('button', { name: 'Find peers' }).click();
  await app.keyboard.type(calls[2].address);
  await expect(peerList(app)).toHaveCount(1);
  await app.keyboard.press('Escape');
  await expect(peerList(app)).toHaveCount(3);

  await peerOf(app, calls[0].address).locator('[data-row]').focus();
  await app.keyboard.press('F2');
  await app.keyboard.type('plc-7');
  await app.keyboard.press('Enter');
  await expect(peerList(app).filter({ hasText: 'plc-7' })).toHaveCount(3);
  for (const { socket } of calls) socket.end();
  await expect(app.getByRole('button', { name: 'Closed 3' })).toBeVisible();
  const again = await peers.connect(real);
  again.send('here again');
  const row = logRow(app, 'here again');
  await expect(row.locator('.peer')).toHaveText('plc-7');
  await expect(app.getByLabel('To', { exact: true }).locator('option:checked')).toHaveText(
    `plc-7 (${again.address})`,
  );
  await app.reload();
  await expect(peerList(app).first()).toContainText('plc-7');
  await picture(app, 'server-named-peers');
});

test('sends to one peer, to several, or to all, and to nobody else', async ({ app, peers }) => {
  const real = await startServer(app);
  const [one, two, three] = [await peers.connect(real), await peers.connect(real), await peers.connect(real)];
  await expect(peerList(app)).toHaveCount(3);
  const received = () => [one, two, three].map(({ text }) => text);
  const to = app.getByLabel('To', { exact: true });
  const choose = (peer: { address: string }, ...modifiers: ('ControlOrMeta' | 'Shift')[]) =>
    peerOf(app, peer.address).locator('[data-row]').click({ modifiers });

  // Who came first is the target until another one is chosen.
  await expect(to.locator('option:checked')).toHaveText(one.address);
  await to.selectOption('all 3 peers');
  await app.getByRole('textbox', { name: 'Message' }).fill('x');
  await expect(app.getByRole('button', { name: 'Send to 3', exact: true })).toContainText('⚠');
  await send(app, 'all;');
  // In sight, not only in the document: a row that breaks hides what was sent.
  await expect(logRow(app, 'all;').first().getByText('all;')).toBeInViewport({ ratio: 0.9 });
  await expect.poll(received).toEqual(['all;', 'all;', 'all;']);

  await choose(two);
  await expect(to.locator('option:checked')).toHaveText(two.address);
  await send(app, 'two;');
  await expect.poll(received).toEqual(['all;', 'all;two;', 'all;']);

  await choose(three, 'ControlOrMeta');
  await expect(to.locator('option:checked')).toHaveText('2 selected peers');
  await picture(app, 'server-two-selected');
  await send(app, 'two and three;');
  await expect.poll(received).toEqual(['all;', 'all;two;two and three;', 'all;two and three;']);

  await to.selectOption(one.address);
  await send(app, 'one;');
  await expect.poll(received).toEqual(['all;one;', 'all;two;two and three;', 'all;two and three;']);

  await to.selectOption('all 3 peers');
  await send(app, 'end');
  await expect.poll(() => received().every((text) => text.endsWith('end'))).toBe(true);
  expect(received()).toEqual(['all;one;end', 'all;two;two and three;end', 'all;two and three;end']);
});

test('disconnects one peer, the selected ones, or all', async ({ app, peers }) => {
  const real = await startServer(app);
  const all = await Promise.all([1, 2, 3, 4, 5].map(() => peers.connect(real)));
  const [one, two, three] = all as [(typeof all)[0], (typeof all)[0], (typeof all)[0]];
  await expect(peerList(app)).toHaveCount(5);
  const open = () => all.filter(({ appFinished, isClosed }) => !appFinished && !isClosed).length;

  await app.getByRole('button', { name: `More for ${one.address}` }).click();
  const disconnect = app.getByRole('menuitem', { name: 'Disconnect', exact: true });
  await disconnect.click();
  await picture(app, 'server-peer-menu');
  await app.getByRole('menuitem', { name: /^Close/ }).click();
  await expect.poll(() => one.appFinished).toBe(true);
  await expect(settings(app)).toContainText('4 connected');
  expect(open()).toBe(4);

  await peerOf(app, two.address).locator('[data-row]').click();
  await peerOf(app, three.address)
    .locator('[data-row]')
    .click({ modifiers: ['ControlOrMeta'] });
  const menu = app.getByRole('button', { name: 'Order of the peers, and what to do with them' });
  await menu.click();
  await disconnect.click();
  await app.getByRole('menuitem', { name: /^Reset/ }).click();
  await expect.poll(() => [two.code, three.code]).toEqual(['ECONNRESET', 'ECONNRESET']);
  await expect(settings(app)).toContainText('2 connected');
  expect(open()).toBe(2);

  await menu.click();
  await disconnect.click();
  await app.getByRole('menuitem', { name: /^Close/ }).click();
  await expect.poll(open).toBe(0);
  await expect(settings(app)).toContainText('0 connected');
  await expect(settings(app)).toContainText(`Listening on 127.0.0.1:${real}`);
});

test('keeps to its connection limit and counts who was refused', async ({ app, peers }) => {
  await newTab(app, 'server');
  await port(app).fill('0');
  await openOptions(app);
  await app.getByLabel('Connection limit').fill('1');
  await app.getByLabel('Backlog').fill('64');
  await picture(app, 'server-options');
  await expectAccessible(app);
  await start(app).click();
  const line = settings(app).getByText(/Listening on 127\.0\.0\.1:\d+/);
  const real = Number(/:(\d+)$/.exec(await line.innerText())![1]);
  await expect(settings(app)).toContainText('backlog 64');

  const admitted = await peers.connect(real);
  await expect(settings(app)).toContainText('1 connected');
  const turnedAway = await peers.connect(real);
  await expect.poll(() => turnedAway.isClosed || turnedAway.appFinished).toBe(true);
  await expect(settings(app)).toContainText('1 refused');
  await expect(logRow(app, 'Refused 1: the limit of 1 connection was reached')).toHaveCount(1);
  await picture(app, 'server-limit');
  await send(app, 'you are in');
  await expect.poll(() => admitted.text).toBe('you are in');
});
