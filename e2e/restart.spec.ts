/** After a restart everything is there again, the capture too. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import {
  connectClient,
  expect,
  expectWritten,
  log,
  logRow,
  picture,
  startHost,
  startServer,
  test,
} from './fixtures.ts';
import { writeWithoutEnd } from './flood.ts';
import { clearLog, openOptions, settings } from './steps.ts';

/** What the test looks at of the preferences' file. */
type Saved = { theme: string };

test('has tabs, endpoints, pane sizes, theme, draft and capture again after a restart', async ({
  app,
  host,
  peers,
  dataFolder,
}) => {
  const port = await startServer(app, 'Echo');
  const peer = await peers.connect(port);
  peer.send('kept on disk');
  await expect(logRow(app, 'kept on disk')).toHaveCount(2);
  const target = await peers.listen();
  await connectClient(app, target.port);
  await app.getByRole('textbox', { name: 'Message' }).fill('from the client');
  await app.getByRole('button', { name: 'Send', exact: true }).click();
  await expect.poll(() => target.peers[0]!.text).toBe('from the client');
  await app.getByRole('textbox', { name: 'Message' }).fill('half written');

  await app.getByRole('tab').nth(0).click();
  const separator = app.getByRole('separator', { name: 'Width of the peers list' });
  const before = Number(await separator.getAttribute('aria-valuenow'));
  await separator.focus();
  for (let step = 1; step <= 3; step++) await app.keyboard.press('ArrowRight');
  await expect(separator).toHaveAttribute('aria-valuenow', String(before + 48));
  const theme = () => app.locator('html').getAttribute('data-theme');
  const themeBefore = await theme();
  await app.keyboard.press('ControlOrMeta+Shift+D');
  await expect.poll(theme).not.toBe(themeBefore);
  const chosenTheme = await theme();
  const tabs = (await app.getByRole('tab').allTextContents()).map((text) => text.trim());
  await picture(app, 'restart-before');

  // What a page sends while it goes may not arrive on a busy machine.
  const kept = () => readFile(`${dataFolder}/preferences.json`, 'utf8').catch(() => '{}');
  const saved = async () => JSON.parse(await kept()) as Partial<Saved>;
  await expect.poll(async () => (await saved()).theme).toBe(chosenTheme);
  await app.close();
  expect(await host.stop()).toBe(0);
  const again = await startHost(dataFolder);
  try {
    const page = await app.context().newPage();
    await page.goto(again.url);
    // A server on any port has the port of its name only while it listens.
    await expect(page.getByRole('tab')).toHaveText(
      tabs.map((tab) => tab.replace(`Server ${port} `, 'Server, any port ')),
    );
    await expect(page.getByRole('tab').nth(0)).toHaveAttribute('aria-selected', 'true');
    await expect(page.locator('html')).toHaveAttribute('data-theme', chosenTheme!);
    await expect(page.getByRole('separator', { name: 'Width of the peers list' })).toHaveAttribute(
      'aria-valuenow',
      String(before + 48),
    );
    await expect(page.getByRole('textbox', { name: 'Host' })).toHaveValue('127.0.0.1');
    await expect(page.getByLabel('Reply')).toHaveValue('echo');
    await expect(page.getByRole('button', { name: 'Start listening' })).toBeVisible();
    await expect(logRow(page, 'kept on disk')).toHaveCount(2);
    await picture(page, 'restart-after');

    await page.getByRole('tab').nth(1).click();
    await expect(logRow(page, 'from the client')).toHaveCount(1);
    await expect(page.getByRole('textbox', { name: 'Port', exact: true })).toHaveValue(String(target.port));
    await expectWritten(page.getByRole('textbox', { name: 'Message' }), 'half written');

    await clearLog(page);
    await expect(log(page).getByRole('row')).toHaveCount(1);
    await page.close();
  } finally {
    expect(await again.stop()).toBe(0);
  }
});

test('does not bring back what was cleared', async ({ app, host, peers, dataFolder }) => {
  const port = await startServer(app, 'Echo');
  const peer = await peers.connect(port);
  peer.send('before the clear');
  await expect(logRow(app, 'before the clear')).toHaveCount(2);
  await clearLog(app);
  await expect(logRow(app, 'before the clear')).toHaveCount(0);
  peer.send('after the clear');
  await expect(logRow(app, 'after the clear')).toHaveCount(2);
  await app.close();
  await host.stop();

  const again = await startHost(dataFolder);
  try {
    const page = await app.context().newPage();
    await page.goto(again.url);
    await expect(logRow(page, 'after the clear')).toHaveCount(2);
    await expect(logRow(page, 'before the clear')).toHaveCount(0);
    // Nothing starts by itself, and all of it with one click.
    const ran = page.getByRole('region', { name: '1 was running' });
    await expect(page.getByRole('button', { name: 'Start listening' })).toBeVisible();
    await ran.getByRole('button', { name: 'Start them again' }).click();
    await expect(page.getByRole('button', { name: 'Stop listening' })).toBeVisible();
    await expect(ran).toHaveCount(0);
    // Any free port is the one that it had.
    await expect(page.getByText(`Listening on 127.0.0.1:${port}`).first()).toBeVisible();
    await (await openOptions(page)).getByRole('checkbox', { name: 'Start with the app' }).check();
    // A page that closes takes along what it has not said yet.
    const kept = () => readFile(join(dataFolder, 'workspace.json'), 'utf8');
    await expect.poll(kept).toMatch(/"startsWithApp": ?true/);
    await page.close();
  } finally {
    await again.stop();
  }
  const third = await startHost(dataFolder);
  try {
    // The host is ready before all that starts with it is.
    await expect
      .poll(() => peers.connect(port).then((peer) => peer.send('without a window'), String))
      .toBe(undefined);
    const page = await app.context().newPage();
    await page.goto(third.url);
    await expect(logRow(page, 'without a window')).toHaveCount(2);
    await page.close();
  } finally {
    await third.stop();
  }
});

test('has what a flood brought before the host was killed in it, and says that the log ended early', async ({
  dataFolder,
  context,
}) => {
  /** More than waits for the disk: what was shown so long before is on it. */
  const mostWaitingMB = 64 * 1.024 ** 2;
  const receivedMB = async (page: Page): Promise<number> =>
    Number(/received ([\d.]+) MB/.exec(await settings(page).innerText())?.[1] ?? 0);
  const captured = async (page: Page): Promise<number> => {
    const said = await page.getByText(/shown of [\d,]+ captured/).innerText();
    return Number(/of ([\d,]+) captured/.exec(said)![1]!.replaceAll(',', ''));
  };
  const host = await startHost(dataFolder);
  const page = await context.newPage();
  await page.goto(host.url);
  const flood = writeWithoutEnd(await startServer(page));
  await expect.poll(() => receivedMB(page), { timeout: 30_000 }).toBeGreaterThan(mostWaitingMB);
  const [before, shown] = [await receivedMB(page), await captured(page)];
  await expect
    .poll(() => receivedMB(page), { timeout: 30_000 })
    .toBeGreaterThan(before + 1.5 * mostWaitingMB);
  host.process.kill('SIGKILL');
  await flood;
  await page.close();

  const again = await startHost(dataFolder);
  try {
    const page = await context.newPage();
    await page.goto(again.url);
    const rows = log(page).locator('[data-row]');
    await expect(rows.last()).toContainText('The last run ended without closing');
    await expect.poll(() => captured(page)).toBeGreaterThan(shown);
    await log(page).focus();
    await log(page).press('Home');
    await expect(rows.first()).toContainText('Listening on');
    await log(page).evaluate((list) => (list.scrollTop = list.scrollHeight / 2));
    await expect(log(page).getByRole('gridcell', { name: 'Loading' })).toHaveCount(0);
    await expect(rows.nth(5)).toContainText('flood '.repeat(5));
    await rows.nth(5).click();
    const bytes = page.getByRole('textbox', { name: 'Bytes as text' });
    await expect(bytes).toContainText('flood '.repeat(5));
    await picture(page, 'restart-killed');
    await page.close();
  } finally {
    expect(await again.stop()).toBe(0);
  }
});
