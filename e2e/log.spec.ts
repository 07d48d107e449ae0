import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import { expect, log, logRow, startServer, test } from './fixtures.ts';
import { flood } from './flood.ts';
import { pictures } from './looks.ts';
import { chooseInFilter, clearLog, filterToken, openOptions } from './steps.ts';

const filter = (page: Page) => page.getByRole('searchbox', { name: 'Filter' });
const cells = (row: Locator) => row.getByRole('gridcell');
const bodyRows = (page: Page) => log(page).locator('[data-row]');

test('a record shows time, direction, peer, size and bytes on one line', async ({ app, peers }) => {
  const peer = await peers.connect(await startServer(app, 'Echo'));
  peer.send('GET / HTTP/1.1\r\n\r\n');
  const received = logRow(app, 'GET /').first();
  await expect(received).toContainText(peer.address);
  await expect(received.getByRole('gridcell', { name: 'Received' })).toHaveText('↓');
  await expect(logRow(app, 'GET /').last().getByRole('gridcell', { name: 'Sent' })).toHaveText('↑');
  await expect(cells(received)).toContainText(['18']);
  await expect(logRow(app, 'The peer connected').filter({ hasText: peer.address })).toBeVisible();
  await peer.socket.destroySoon();
  await expect(logRow(app, /closed the connection|finished/).first()).toBeVisible();
  await received.click();
  await pictures(app, 'log-records');
  const heights = await bodyRows(app).evaluateAll((rows) => rows.map((row) => row.scrollHeight));
  expect(Math.max(...heights)).toBeLessThanOrEqual(24);
  for (const cell of await received.getByRole('gridcell').filter({ hasText: peer.address }).all())
    expect(await cell.evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true);
});

test('time is shown as time of day, since the start, or since the record before', async ({ app, peers }) => {
  const peer = await peers.connect(await startServer(app));
  peer.send('now');
  const time = cells(logRow(app, 'now')).first();
  const header = log(app).getByRole('columnheader').first().getByRole('button');
  await expect(time).toHaveText(/^\d\d:\d\d:\d\d\.\d{3}$/);
  await header.click();
  await expect(header).toContainText('Since start');
  await expect(time).toHaveText(/^\+?\d+[.:]\d/);
  await header.click();
  await expect(header).toContainText('Since last');
  await expect(time).toHaveText(/^\+\d+(\.\d+)? (µs|ms|s)$/);
  await header.click();
  await expect(header).toContainText('Time');
});

test('controls and malformed bytes are marked in place, and HTML stays text', async ({ app, peers }) => {
  const peer = await peers.connect(await startServer(app));
  peer.send('a\r\nb\tc\x1b[2Jd\0e');
  const marked = logRow(app, '[2J');
  await expect(marked.locator('.control, .malformed')).toHaveText(['CR', 'LF', 'TAB', 'ESC', 'NUL']);
  peer.socket.write(
    Buffer.concat([Buffer.from('malformed '), Buffer.from([0xff, 0xc3]), Buffer.from(' 温度 end')]),
  );
  await expect(logRow(app, 'malformed').locator('.control, .malformed')).toHaveText(['FF C3']);
  await expect(logRow(app, 'malformed')).toContainText('温度 end');
  const html = `<img src=x onerror="document.title='owned'"><b>bold</b>`;
  peer.send(html);
  const row = logRow(app, 'onerror');
  await expect(row).toContainText(html);
  await expect(row.locator('img, b')).toHaveCount(0);
  await row.click();
  await expect(app.getByRole('textbox', { name: 'Bytes as text' })).toContainText(html);
  await expect(app.locator('img[src=x]')).toHaveCount(0);
  await expect(app).not.toHaveTitle('owned');
  await pictures(app, 'log-marks');
});

test('the log is filtered by direction, kind, peer and what it says', async ({ app, peers }) => {
  const port = await startServer(app, 'Echo');
  const [one, two] = [await peers.connect(port), await peers.connect(port)];
  one.send('Temp=21');
  await expect(logRow(app, 'Temp=21')).toHaveCount(2);
  two.send('temp=2222');
  await expect(logRow(app, 'temp=2222')).toHaveCount(2);
  await expect(bodyRows(app)).toHaveCount(7);

  await chooseInFilter(app, 'Sent');
  await expect(bodyRows(app)).toHaveCount(2);
  await chooseInFilter(app, 'Sent');
  await chooseInFilter(app, 'Events');
  await expect(bodyRows(app)).toHaveCount(3);
  await expect(app.getByText('3 shown of 7 captured · 0 lost')).toBeVisible();
  await chooseInFilter(app, `Peer ${two.address}`);
  await expect(bodyRows(app)).toHaveCount(1);
  await pictures(app, 'log-tokens');
  await expect(filterToken(app, 'dir:event')).toBeVisible();
  await filter(app).press('Backspace');
  await expect(filterToken(app, `peer:${two.address}`)).toHaveCount(0);
  await filter(app).press('Backspace');
  await expect(bodyRows(app)).toHaveCount(7);

  await app.getByRole('button', { name: `More for ${two.address}` }).click();
  await app.getByRole('menuitem', { name: 'Name this peer…' }).click();
  await app.keyboard.type('boiler');
  await app.keyboard.press('Enter');
  await filter(app).fill('peer:boi');
  await expect(app.getByRole('option', { name: 'boiler', exact: true })).toBeVisible();
  await filter(app).press('Enter');
  await expect(filterToken(app, 'peer:boiler')).toBeVisible();
  await expect(bodyRows(app)).toHaveCount(6);
  await app.getByRole('button', { name: 'Remove peer:boiler' }).click();

  for (const [typed, rows] of [
    ['TEMP', 4],
    ['connected', 2],
    ['/temp=\\d{4}$/', 2],
    ['/temp=\\d+/i', 4],
    ['hex:32 31', 2],
    ['temp connected', 0],
    ['"temp connected"', 0],
    ['dir:received -1', 1],
    ['kind:opened OR hex:32 31', 4],
    [`port:${new URL(`tcp://${two.address}`).port} dir:received`, 1],
    ['nothing like it', 0],
  ] as const) {
    const before = app.getByRole('button', { name: 'Empty the filter' });
    if (await before.isVisible()) await before.click();
    await filter(app).fill(typed);
    await expect(bodyRows(app), typed).toHaveCount(rows);
  }
  await expect(app.getByText('No record matches the filter')).toBeVisible();
  await pictures(app, 'log-no-match');
  await app.getByRole('button', { name: 'Clear the filter' }).click();
  await expect(bodyRows(app)).toHaveCount(7);

  // Who calls from the same host has the same name.
  await app.getByRole('button', { name: 'More for boiler' }).last().click();
  await app.getByRole('menuitem', { name: 'Show only this peer in the log' }).click();
  await expect(bodyRows(app)).toHaveCount(3);
  await expect(filterToken(app, 'peer:boiler')).toBeVisible();
  await pictures(app, 'log-one-peer');
  await app.getByRole('button', { name: 'Remove peer:boiler' }).click();
  await expect(bodyRows(app)).toHaveCount(7);
});

test('a filter that cannot be read is explained and changes nothing', async ({ app, peers }) => {
  const peer = await peers.connect(await startServer(app));
  peer.send('kept');
  await expect(logRow(app, 'kept')).toBeVisible();
  for (const [typed, problem] of [
    ['/(/', /regular expression is not complete or not valid/],
    ['hex:', /A value is missing here, as in hex:0d 0a/],
    ['pear:1', /is peer: meant\?/],
    ['dir:up', /Write one of sent, received, event, failure/],
    ['hex:123', /An odd number of digits/],
  ] as const) {
    await filter(app).fill(typed);
    await expect(filter(app)).toHaveAccessibleDescription(problem);
    await expect(logRow(app, 'kept')).toBeVisible();
  }
  await pictures(app, 'log-bad-filter');
});

test('50,000 records stay browsable, and the log follows until it is scrolled up', async ({
  app,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const port = await startServer(app, 'Echo');
  await flood(port, { connections: 50, rounds: 500 });
  // Each round trip is a record each way; each connection opens, finishes and ends; the server began to listen.
  const last = 1 + 50 * 500 * 2 + 50 * 3;
  await expect(app.getByText('50,151 shown of 50,151 captured · 0 lost')).toBeVisible();
  const row = (number: number) => log(app).locator(`[data-row="${number}"][aria-rowindex]`);
  const loaded = () => expect(log(app).getByRole('gridcell', { name: 'Loading' })).toHaveCount(0);
  await expect(row(last - 1)).toBeInViewport();
  await loaded();

  await log(app).focus();
  await log(app).press('Home');
  await expect(row(0)).toBeInViewport();
  await expect(row(0)).toContainText('Listening on');
  const jump = app.getByRole('button', { name: /Jump to latest/ });
  await expect(jump).toBeVisible();
  await log(app).evaluate((list) => (list.scrollTop = list.scrollHeight / 2));
  await expect(row(Math.round(last / 2))).toBeInViewport();
  await loaded();
  await expect(cells(row(Math.round(last / 2))).last()).toHaveText(/^\d+ \d+ x+$/);
  await pictures(app, 'log-50000');
  await row(Math.round(last / 2)).click();
  await expect(row(Math.round(last / 2))).toHaveAttribute('aria-selected', 'true');
  await log(app).press('End');
  await expect(row(last - 1)).toBeInViewport();
  await expect(row(last - 1)).toHaveAttribute('aria-selected', 'true');
  await loaded();
  await log(app).press('ControlOrMeta+A');
  await log(app).press('Shift+C');
  await expect(app.getByText('Copied the first 20,000 of 50,151 rows.')).toBeVisible();
  const copied = await app.evaluate(() => navigator.clipboard.readText());
  expect(copied.split('\n')).toHaveLength(20_001);
});

test('following stops when scrolled up, and one press jumps back', async ({ app, peers }) => {
  const port = await startServer(app, 'Echo');
  await flood(port, { connections: 1, rounds: 100 });
  const peer = await peers.connect(port);
  const follow = app.getByRole('button', { name: 'Follow the newest records' });
  await expect(follow).toHaveAttribute('aria-pressed', 'true');
  await expect(logRow(app, 'The peer connected').filter({ hasText: peer.address })).toBeInViewport();
  await log(app).hover();
  await app.mouse.wheel(0, -1200);
  await expect(follow).toHaveAttribute('aria-pressed', 'false');
  await expect(logRow(app, 'The peer connected').filter({ hasText: peer.address })).not.toBeInViewport();
  const top = await bodyRows(app).first().getAttribute('data-row');
  peer.send('newest');
  await expect(app.getByRole('button', { name: 'Jump to latest (2 new)' })).toBeVisible();
  await expect(bodyRows(app).first()).toHaveAttribute('data-row', top!);
  await pictures(app, 'log-scrolled-up');
  await app.getByRole('button', { name: 'Jump to latest (2 new)' }).click();
  await expect(logRow(app, 'newest').last()).toBeInViewport();
  await expect(follow).toHaveAttribute('aria-pressed', 'true');
});

test('clearing can be undone', async ({ app, peers }) => {
  const peer = await peers.connect(await startServer(app));
  peer.send('before');
  await expect(logRow(app, 'before')).toBeVisible();
  await clearLog(app);
  await expect(logRow(app, 'before')).toHaveCount(0);
  await expect(app.getByText('Cleared 3 records.')).toBeVisible();
  peer.send('after');
  await expect(logRow(app, 'after')).toBeVisible();
  await pictures(app, 'log-cleared');
  await app.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(logRow(app, 'before')).toBeVisible();
  await expect(logRow(app, 'after')).toBeVisible();
  await expect(app.getByText('Cleared 3 records.')).toHaveCount(0);
});

test('a size limit keeps the newest records, and the first row tells what went, whatever the filter', async ({
  app,
  peers,
}) => {
  const port = await startServer(app);
  const panel = await openOptions(app);
  const limit = panel.getByRole('textbox', { name: 'Keep at most (MiB)' });
  await limit.fill('64');
  await limit.press('Enter');
  const peer = await peers.connect(port);
  await filter(app).fill('needle');
  peer.send('the first needle');
  await expect(logRow(app, 'the first needle')).toBeVisible();
  const piece = Buffer.alloc(2 ** 20, 'hay ');
  for (let i = 0; i < 100; i++)
    if (!peer.socket.write(piece)) await new Promise((drained) => peer.socket.once('drain', drained));
  // Of its own: behind what the other sent it would stand in the middle of a chunk.
  const other = await peers.connect(port);
  other.send('the last needle');
  await expect(logRow(app, 'the last needle')).toContainText(other.address);
  await expect(bodyRows(app)).toHaveCount(2);
  await expect(bodyRows(app).first()).toContainText(
    /The size limit took the oldest [\d,]+ records, with [\d.]+ MB; all from here on is kept/,
  );
  await expect(app.getByText(/^2 shown of [\d,]+ captured · 0 lost · [\d,]+ older went$/)).toBeVisible();
  await logRow(app, 'The size limit').click();
  await pictures(app, 'log-size-limit');
  await filter(app).fill('');
  await expect(logRow(app, 'hay hay').first()).toContainText(peer.address);
  await filter(app).press('Escape');
});

test('rows and their bytes are copied, and the whole log is saved, as text', async ({
  app,
  peers,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const peer = await peers.connect(await startServer(app, 'Echo'));
  peer.send('line\r\n');
  await expect(logRow(app, 'line')).toHaveCount(2);
  await logRow(app, 'line').first().click();
  await logRow(app, 'line')
    .last()
    .click({ modifiers: ['Shift'] });
  await app.getByRole('button', { name: 'Copy rows' }).click();
  await expect(app.getByText('Copied 2 rows')).toBeVisible();
  const stamp = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z`;
  const line = (sign: string) => `${stamp} ${sign} ${peer.address} 6 line\\\\r\\\\n\n`;
  const both = new RegExp(`${line('↓')}${line('↑')}`);
  const copied = await app.evaluate(() => navigator.clipboard.readText());
  expect(copied).toMatch(new RegExp(`^${both.source}$`));
  await log(app).press('ControlOrMeta+C');
  await expect(app.getByText('Copied 12 bytes of 2 records, joined')).toBeVisible();
  const clipboard = () => app.evaluate(() => navigator.clipboard.readText());
  expect(await clipboard()).toBe('line\r\nline\r\n');
  await app.locator('.footer').getByRole('button', { name: 'Copy as' }).click();
  await app.getByRole('menuitem', { name: 'Python bytes' }).click();
  await expect.poll(clipboard).toBe(String.raw`b'line\r\nline\r\n'`);
  await log(app).press('Shift+C');
  await expect.poll(clipboard).toBe(copied);

  const saving = app.waitForEvent('download');
  await app.getByRole('button', { name: 'Save log' }).click();
  await app.getByRole('menuitem', { name: 'Save log as text' }).click();
  const saved = await readFile(await (await saving).path(), 'utf8');
  expect(saved.split('\n')).toHaveLength(5);
  expect(saved).toMatch(both);
  expect(saved).toMatch(/● .*Listening on 127\.0\.0\.1:\d+\n/);
  await pictures(app, 'log-saved');
});

test('a record is copied, filtered by, sent again and made a rule from its menu, by keyboard', async ({
  app,
  peers,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const port = await startServer(app, 'Echo');
  const peer = await peers.connect(port);
  const other = await peers.connect(port);
  peer.send('ping\r\n');
  await expect(logRow(app, 'ping')).toHaveCount(2);
  other.send('from another');
  await expect(logRow(app, 'from another')).toHaveCount(2);
  const menu = app.getByRole('menu').last();
  await logRow(app, 'ping').first().click();
  await log(app).press('Shift+F10');
  await expect(app.getByRole('menuitem', { name: 'Reply to this peer' })).toBeFocused();
  await pictures(app, 'log-row-menu');
  await app.keyboard.press('ArrowDown');
  await app.keyboard.press('ArrowDown');
  await app.keyboard.press('ArrowDown');
  await app.keyboard.press('ArrowRight');
  await expect(menu).toContainText('Python bytes');
  await app.keyboard.press('p');
  await app.keyboard.press('Enter');
  await expect.poll(() => app.evaluate(() => navigator.clipboard.readText())).toBe(String.raw`b'ping\r\n'`);
  await expect(log(app)).toBeFocused();

  await log(app).press('ControlOrMeta+Enter');
  await expect.poll(() => peer.text).toBe('ping\r\nping\r\n');
  expect(other.text).toBe('from another');

  await log(app).press('f');
  await app.getByRole('menuitem', { name: `This peer: ${peer.address}` }).press('Enter');
  await expect(logRow(app, 'from another')).toHaveCount(0);
  await expect(logRow(app, 'ping')).toHaveCount(3);

  await logRow(app, 'ping').first().click();
  await log(app).press('a');
  const rule = app.getByRole('listitem', { name: 'Rule 1' });
  await expect(rule.getByRole('textbox', { name: 'Pattern' })).toHaveValue(String.raw`ping\r\n`);
  await expect(rule.getByRole('checkbox', { name: 'On', exact: true })).not.toBeChecked();
  await pictures(app, 'log-rule-of-record');
  peer.send('still');
  await expect.poll(() => peer.text).toBe('ping\r\nping\r\nstill');
});
