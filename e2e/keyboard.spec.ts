import type { Page } from '@playwright/test';
import { expect, log, logRow, test } from './fixtures.ts';
import { focused, nameOfFocus, palette, run } from './keys.ts';
import { pictures } from './looks.ts';
import { pane } from './steps.ts';

const tabs = (page: Page) => page.getByRole('tablist', { name: 'Open tabs' }).getByRole('tab');

/** What has the focus must show it: an outline, a border or a shadow, which nothing else of its kind has. */
async function expectFocusSeen(page: Page): Promise<void> {
  const look = await focused(page).evaluate((element) => {
    const around = element.parentElement!;
    // A field among tokens has the edge of the box around them.
    // A grid has bars at the row that its keys act on.
    const row = element.querySelector('.cursor');
    const parts = [element, around, around.closest('.search-box'), element.nextElementSibling, row].filter(
      (each) => each !== null,
    );
    return parts.some((part) => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(part);
      return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
    });
  });
  expect(look, await focused(page).evaluate((element) => element.outerHTML.slice(0, 120))).toBe(true);
}

test('from the echo demo to sending, reading and closing, without a mouse', async ({ app }) => {
  await app.keyboard.press('ControlOrMeta+Shift+G');
  await expect(tabs(app)).toHaveText([/Echo server/, /Echo client/]);
  await expect(tabs(app).last()).toHaveAttribute('aria-selected', 'true');
  await expect(app.getByRole('region', { name: 'Client settings' })).toContainText('Connected to');

  await app.keyboard.press('Alt+M');
  await expect(app.getByRole('textbox', { name: 'Message' })).toBeFocused();
  await app.keyboard.type('typed only');
  await expect(app.getByRole('button', { name: 'Send', exact: true })).toBeEnabled();
  await app.keyboard.press('ControlOrMeta+Enter');
  await expect(logRow(app, 'typed only')).toHaveCount(2);

  await app.keyboard.press('Alt+L');
  await expect(log(app)).toBeFocused();
  await app.keyboard.press('End');
  await expect(logRow(app, 'typed only').last()).toHaveAttribute('aria-selected', 'true');
  await app.keyboard.press('Enter');
  await expect(pane(app)).toContainText('received · 10 bytes');
  await expect(app.getByRole('textbox', { name: 'Bytes in hex' })).toBeFocused();
  await app.keyboard.press('Alt+L');
  await app.keyboard.press('ArrowUp');
  await expect(pane(app)).toContainText('sent · 10 bytes');
  await app.keyboard.press('Shift+ArrowDown');
  await expect(log(app).getByRole('row', { selected: true })).toHaveCount(2);
  await pictures(app, 'keyboard-log');

  await app.keyboard.press('Alt+I');
  await expect(app.getByRole('textbox', { name: 'Bytes in hex' })).toBeFocused();
  await app.keyboard.press('Shift+End');
  await expect(pane(app)).toContainText('10 bytes from 0');
  await pictures(app, 'keyboard-inspector');
  // Copy as, which direction of the two records, close, and the rooms.
  for (let stop = 1; stop <= 4; stop++) await app.keyboard.press('Shift+Tab');
  await expect(app.getByRole('tab', { name: 'Record' })).toBeFocused();
  await app.keyboard.press('ArrowRight');
  await expect(app.getByRole('tab', { name: 'Connection' })).toBeFocused();
  await expect(app.getByRole('list', { name: 'Steps' })).toContainText('Connected to');
  await app.keyboard.press('ControlOrMeta+I');
  await expect(pane(app)).toHaveCount(0);

  await app.keyboard.press('Alt+PageUp');
  await expect(tabs(app).first()).toHaveAttribute('aria-selected', 'true');
  await expect(logRow(app, 'typed only')).toHaveCount(2);
  await app.keyboard.press('Alt+P');
  await app.keyboard.press('Space');
  await expect(focused(app)).toHaveAttribute('aria-pressed', 'true');
  await app.keyboard.press('Alt+M');
  await app.keyboard.type('from the server');
  await expect(app.getByRole('button', { name: 'Send', exact: true })).toBeEnabled();
  await app.keyboard.press('ControlOrMeta+Enter');
  await expect(logRow(app, 'from the server')).toHaveCount(1);

  await app.keyboard.press('ControlOrMeta+F');
  await expect(app.getByRole('searchbox', { name: 'Filter' })).toBeFocused();
  await app.keyboard.type('server');
  await expect(logRow(app, 'from the server')).toBeVisible();
  await expect(logRow(app, 'typed only')).toHaveCount(0);
  await app.keyboard.press('Escape');
  await expect(logRow(app, 'typed only')).toHaveCount(2);
  await app.keyboard.press('Escape');
  await expect(log(app)).toBeFocused();

  await app.keyboard.press('ControlOrMeta+Shift+X');
  await expect(logRow(app, 'typed only')).toHaveCount(0);
  await app.keyboard.press('ControlOrMeta+K');
  await app.keyboard.type('undo clear');
  await app.keyboard.press('Enter');
  await expect(logRow(app, 'typed only')).toHaveCount(2);

  await app.keyboard.press('Alt+W');
  await expect(tabs(app)).toHaveText([/Echo client/]);
  await app.keyboard.press('Shift+F9');
  await expect(app.getByRole('button', { name: 'Connect', exact: true })).toBeVisible();
  await app.keyboard.press('Alt+W');
  await expect(tabs(app)).toHaveCount(0);
  await app.keyboard.press('Alt+E');
  await app.keyboard.press('Enter');
  await expect(tabs(app)).toHaveText([/Echo server/]);
  await app.keyboard.press('Shift+F8');
  await expect(app.getByRole('button', { name: 'Start listening' })).toBeVisible();
});

test('a server is set up, started and stopped by keyboard', async ({ app }) => {
  await app.keyboard.press('ControlOrMeta+Shift+S');
  await app.getByRole('textbox', { name: 'Host' }).focus();
  await app.keyboard.press('ControlOrMeta+A');
  await app.keyboard.type('127.0.0.1');
  await app.getByRole('textbox', { name: 'Port' }).focus();
  await app.keyboard.press('ControlOrMeta+A');
  await app.keyboard.type('0');
  await app.keyboard.press('F8');
  await expect(app.getByText(/Listening on 127\.0\.0\.1:\d+/).first()).toBeVisible();
  await app.keyboard.press('Shift+F8');
  await expect(app.getByRole('button', { name: 'Start listening' })).toBeVisible();
});

test('Tab reaches every control, in order, and the focus is seen on each', async ({ app }) => {
  await app.keyboard.press('ControlOrMeta+Shift+G');
  await expect(app.getByRole('region', { name: 'Client settings' })).toContainText('Connected to');
  await expect(logRow(app, 'Connected to')).toBeVisible();
  await app.keyboard.press('Alt+L');
  await app.keyboard.press('Home');
  await app.keyboard.press('ControlOrMeta+End');
  await expect(app.getByRole('button', { name: 'Copy rows' })).toBeEnabled();
  const seen: string[] = [];
  const start = await nameOfFocus(app);
  for (let presses = 0; presses < 120; presses++) {
    await app.keyboard.press('Tab');
    if ((await focused(app).count()) === 0) continue;
    const name = await nameOfFocus(app);
    await expectFocusSeen(app);
    if (name === start) break;
    seen.push(name);
  }
  for (const name of ['Filter', 'Host', 'Port', 'Disconnect', 'Message', 'Command palette', 'Copy rows'])
    expect(seen).toContain(name);
  // A toolbar is one of them, in which arrows go on.
  expect(seen).not.toContain('More for the log');
  expect(seen.filter((name) => /^(Copy|Save log)/.test(name))).toEqual(['Copy rows']);
  await app.getByRole('button', { name: 'Copy rows' }).focus();
  await app.keyboard.press('End');
  await expect(app.getByRole('button', { name: 'Save log' })).toBeFocused();
  await expectFocusSeen(app);
  await app.keyboard.press('ControlOrMeta+F');
  for (const name of [
    'Filter by direction, kind and peer',
    'Follow the newest records',
    'More for the log',
  ]) {
    await app.keyboard.press('ArrowRight');
    expect(await nameOfFocus(app)).toBe(name);
    await expectFocusSeen(app);
  }
  expect(seen.length).toBeLessThan(80);
});

test('F6 walks the parts of the window, and two keys in a row make or go', async ({ app }) => {
  await app.keyboard.press('Alt+N');
  await app.keyboard.press('s');
  await expect(tabs(app)).toHaveText([/Server 9000/]);
  const inZone = (selector: string) => expect(app.locator(`${selector} :focus`)).toHaveCount(1);
  await app.locator('[data-zone=sidebar] [data-endpoint]').focus();
  await app.keyboard.press('F6');
  await inZone('[data-zone=tabs]');
  await app.keyboard.press('F6');
  await inZone('.config');
  await app.keyboard.press('F6');
  await inZone('.toolbar');
  await app.keyboard.press('F6');
  await inZone('.peers');
  await app.keyboard.press('F6');
  await expect(log(app)).toBeFocused();
  await app.keyboard.press('Shift+F6');
  await inZone('.peers');
  await app.getByRole('tab', { name: 'Server 9000' }).focus();
  await app.keyboard.press('g');
  await app.keyboard.press('e');
  await expect(app.locator('[data-endpoint]')).toBeFocused();
  await app.keyboard.press('Shift+F10');
  await expect(app.getByRole('menuitem', { name: 'Rename' })).toBeVisible();
  await app.keyboard.press('Escape');
});

test('the palette finds every action, and says which are not possible now', async ({ app }) => {
  await app.keyboard.press('ControlOrMeta+K');
  const options = app.getByRole('listbox', { name: 'Command palette' }).getByRole('option');
  await expect(palette(app)).toBeFocused();
  // Those in sight come first.
  await expect.poll(() => options.count()).toBeGreaterThan(60);
  const names = await options.locator('.name').allInnerTexts();
  for (const name of [
    'New server',
    'New client',
    'New sequence',
    'Start an echo server and connect to it',
    'Start listening',
    'Stop listening',
    'Restart listening',
    'Connect',
    'Connect many…',
    'Disconnect',
    'Reconnect',
    'Finish sending (half-close)',
    'Reset the connection (RST)',
    'Disconnect selected peers',
    'Disconnect all peers',
    'Select all peers',
    'Find peers',
    'Name the peer',
    'Clear closed peers from the list',
    'Send',
    'Write the message as text',
    'Write the message as hex',
    'Write the message as Base64',
    'Write the text as it is, without escapes',
    'Edit the function at the cursor',
    'Keep the text after sending, or not',
    'Enter sends, or makes a line',
    'Connect and send',
    'Send a file…',
    'Save as message…',
    'Repeat…',
    'Repeat the message, or stop repeating',
    'Clear log',
    'Undo clear',
    'Export…',
    'Save log as text…',
    'Copy the bytes of the selected rows',
    'Copy selected rows as lines',
    'Copy the selected rows as…',
    'Reply to the peer of the selected record',
    'Edit the selected record in the composer',
    'Send the selected record again',
    'Save the selected record as message…',
    'Filter by the selected record…',
    'Decode the log as…',
    'Make a reply rule of the selected record',
    'Mark for comparing',
    'Compare with the marked record',
    'Sequence diagram of the log, or of the chosen rows',
    'Bookmark the selected records, or not',
    'Note and tags of the selected records…',
    'Next bookmark, note or tag',
    'Previous bookmark, note or tag',
    'Follow the newest records',
    'Show a connection as a stream',
    'Show the selected record in its stream, and back in the log',
    'Change the time format',
    'Next tab',
    'Previous tab',
    'Close tab',
    'Rename',
    'Duplicate',
    'Remove this endpoint and its log',
    'Go to the list of endpoints',
    'Go to peers',
    'Go to the log',
    'Show or hide the pane',
    'Go to the pane',
    'Look at the selected record',
    'Statistics: throughput, sizes, round trips, gaps',
    'Go to the message',
    'Go to the filter',
    'Go to a time, record or byte…',
    'Saved filters and highlights…',
    'Search all tabs…',
    'Next match of the filter',
    'Previous match of the filter',
    'Next part of the window',
    'Previous part of the window',
    'Saved messages',
    'Import and export…',
    'New, open or save a workspace…',
    'Switch between dark and light',
    'Settings',
    'Help',
  ])
    expect(names).toContain(name);
  await expect(options.filter({ hasText: 'Disconnect all peers' })).toHaveAttribute('aria-disabled', 'true');
  await pictures(app, 'palette');
  await palette(app).fill('nothing like it');
  await expect(app.getByText('Nothing has that name.')).toBeVisible();
  await app.keyboard.press('Escape');
  await expect(palette(app)).toHaveCount(0);
});

test('actions run from the palette', async ({ app }) => {
  await run(app, 'echo server and connect');
  await expect(app.getByRole('region', { name: 'Client settings' })).toContainText('Connected to');
  await run(app, 'as hex');
  await expect(app.getByRole('radio', { name: 'Hex' })).toBeChecked();
  await run(app, 'go to the message');
  await expect(app.getByRole('textbox', { name: 'Message' })).toBeFocused();
  await app.keyboard.type('41 42');
  await run(app, 'send');
  await expect(logRow(app, 'AB')).toHaveCount(2);
  await run(app, 'go to Echo server');
  await expect(tabs(app).first()).toHaveAttribute('aria-selected', 'true');
  await run(app, 'select all peers');
  await expect(app.getByRole('list', { name: 'Peers' }).getByRole('button', { pressed: true })).toHaveCount(
    1,
  );
  await run(app, 'disconnect selected');
  await expect(logRow(app, /closed the connection/i)).toBeVisible();
  await run(app, 'time format');
  await expect(log(app).getByRole('columnheader').first()).toContainText('Since start');
  await run(app, 'dark and light');
  await expect(app.locator('html')).toHaveAttribute('data-theme', 'dark');
  await run(app, 'help');
  await expect(app.getByRole('dialog', { name: 'Help' })).toBeVisible();
  await app.keyboard.press('Escape');
  await run(app, 'stop listening');
  await expect(app.getByRole('button', { name: 'Start listening' })).toBeVisible();
});
