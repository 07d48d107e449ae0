import type { Page } from '@playwright/test';
import { expect, expectWritten, log, logRow, test } from './fixtures.ts';
import { focused, nameOfFocus, run } from './keys.ts';
import { pictures } from './looks.ts';

// What a window of 1440 by 900 pixels leaves at 200 % zoom.
const smallest = { width: 720, height: 450 };
test.use({ viewport: smallest, deviceScaleFactor: 2 });

const message = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true });
const settingsOf = (page: Page, kind: 'Server' | 'Client') =>
  page.getByRole('region', { name: `${kind} settings` });

/** What has the focus is all in the window, nothing lies over it, and nothing makes the window wider. */
async function expectInView(page: Page): Promise<void> {
  const hidden = () =>
    focused(page).evaluate((element) => {
      const { left, top, right, bottom } = element.getBoundingClientRect();
      const at = document.elementFromPoint((left + right) / 2, Math.min(top + 8, (top + bottom) / 2));
      const isSeen = at !== null && (element.contains(at) || at.contains(element));
      const isInside = left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
      const isWide = document.documentElement.scrollWidth > innerWidth;
      return isSeen && isInside && !isWide ? '' : element.outerHTML.slice(0, 200);
    });
  await expect.poll(hidden).toBe('');
}

/** By Tab, back, or an arrow; each stop on the way is in view. */
async function tabTo(page: Page, name: RegExp, key = 'Tab'): Promise<void> {
  const seen: string[] = [];
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press(key);
    if ((await focused(page).count()) === 0) continue;
    await expectInView(page);
    seen.push(await nameOfFocus(page));
    if (name.test(seen.at(-1)!)) return;
  }
  throw new Error(`${key} does not reach ${String(name)}, but ${seen.join(', ')}.`);
}

async function typeInto(page: Page, field: RegExp, text: string): Promise<void> {
  if (!field.test(await nameOfFocus(page))) await tabTo(page, field);
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type(text);
}

/** A menu by the key that opens it: it and each of its items are in view, and the focus goes back. */
async function lookAtMenu(page: Page, key: string, ...items: string[]): Promise<void> {
  const from = await nameOfFocus(page);
  await page.keyboard.press(key);
  await expect(page.getByRole('menu')).toBeVisible();
  await expectInView(page);
  for (const name of items) {
    const item = page.locator('[role^=menuitem]').filter({ hasText: name }).first();
    for (let presses = 0; presses < 30; presses++) {
      if (await item.evaluate((element) => element === document.activeElement)) break;
      await page.keyboard.press('ArrowDown');
    }
    await expect(item).toBeFocused();
    await expectInView(page);
  }
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toHaveCount(0);
  await expect.poll(() => nameOfFocus(page)).toBe(from);
}

async function serve(page: Page): Promise<number> {
  await page.keyboard.press('ControlOrMeta+Shift+S');
  await expect(page.getByRole('textbox', { name: 'Host' })).toBeFocused();
  await typeInto(page, /^Host$/, '127.0.0.1');
  await typeInto(page, /^Port$/, '0');
  await tabTo(page, /^Reply$/);
  await page.keyboard.type('Echo');
  await page.keyboard.press('F8');
  const said = settingsOf(page, 'Server').getByText(/Listening on 127\.0\.0\.1:\d+/);
  await expect(said).toBeVisible();
  return Number(/:(\d+)/.exec(await said.innerText())![1]);
}

/** The echo demo, and some messages of its client. */
async function echo(page: Page): Promise<void> {
  await page.keyboard.press('ControlOrMeta+Shift+G');
  await expect(settingsOf(page, 'Client')).toContainText('Connected to');
  await page.keyboard.press('Alt+M');
  for (const text of ['one', 'two', 'three', 'four']) {
    await page.keyboard.type(text);
    await page.keyboard.press('ControlOrMeta+Enter');
    await expect(logRow(page, text)).toHaveCount(2);
  }
}

const rowsInView = (page: Page): Promise<number> =>
  log(page).evaluate((grid) => {
    const { top, bottom } = grid.getBoundingClientRect();
    const head = grid.querySelector('.header')!.getBoundingClientRect().height;
    return [...grid.querySelectorAll('[data-row]')].filter((row) => {
      const at = row.getBoundingClientRect();
      return at.top >= top + head - 1 && at.bottom <= bottom + 1;
    }).length;
  });

test('six rows of the log and more show at 200 % zoom and 600 pixels wide, of a server and of a client', async ({
  app,
}) => {
  await echo(app);
  for (const name of ['client', 'server']) {
    if (name === 'server') await app.keyboard.press('Alt+PageUp');
    await expect(settingsOf(app, name === 'server' ? 'Server' : 'Client')).toBeVisible();
    for (const size of [smallest, { width: 600, height: 450 }, { width: 600, height: 720 }]) {
      await app.setViewportSize(size);
      await expect.poll(() => rowsInView(app)).toBeGreaterThanOrEqual(6);
      expect(await app.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
      await pictures(app, `small-${name}-${size.width}x${size.height}`);
    }
  }
});

/** Controls that reach beyond the window; tabs scroll. */
const cutOff = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, input, select')]
      .filter((each) => each.checkVisibility({ opacityProperty: true }) && !each.closest('.tabs, .lists'))
      .filter((each) => {
        const { left, right, width } = each.getBoundingClientRect();
        return width > 1 && (left < -1 || right > innerWidth + 1);
      })
      .map((each) => each.outerHTML.slice(0, 120)),
  );

test('a larger text collapses the window as less room does, and cuts no control off', async ({ app }) => {
  await echo(app);
  await app.keyboard.press('Alt+PageUp');
  await expect(settingsOf(app, 'Server')).toBeVisible();
  for (const [size, zoom] of [
    ['Large', 1.25],
    ['Larger', 1.5],
    ['Small', 0.875],
  ] as const) {
    await app.setViewportSize({ width: 1440, height: 900 });
    await run(app, `Text size: ${size}`);
    await expect.poll(() => app.evaluate(() => document.documentElement.currentCSSZoom)).toBe(zoom);
    for (const window of [
      { width: 1440, height: 900 },
      { width: 1024, height: 768 },
      { width: 600, height: 720 },
    ]) {
      await app.setViewportSize(window);
      await expect.poll(() => rowsInView(app)).toBeGreaterThanOrEqual(6);
      expect(await cutOff(app)).toEqual([]);
      await pictures(app, `text-${size.toLowerCase()}-${window.width}`);
    }
  }
});

test('at 200 % zoom the keyboard reaches every function of a server, and what it reaches is in view', async ({
  app,
  peers,
}) => {
  const port = await serve(app);
  const peer = await peers.connect(port);
  for (const text of ['one', 'two', 'three']) {
    peer.send(text);
    await expect(logRow(app, text)).toHaveCount(2);
  }

  // Its line shows how it stands, or the fields.
  await tabTo(app, /^Change where it listens/, 'Shift+Tab');
  await app.keyboard.press('Enter');
  await tabTo(app, /^Options/);
  await tabTo(app, /^Back to how it stands/, 'Shift+Tab');
  await app.keyboard.press('Enter');
  await tabTo(app, /^Stop listening/);

  // Peers lie over the log while they are asked for.
  await app.keyboard.press('Alt+P');
  await expect(focused(app)).toContainText(peer.address);
  await expectInView(app);
  await lookAtMenu(app, 'Shift+F10', 'Name');
  await tabTo(app, /^Order of the peers/, 'Shift+Tab');
  await lookAtMenu(app, 'Enter');
  await tabTo(app, new RegExp(peer.address));
  await app.keyboard.press('Space');
  await expect(app.getByRole('button', { name: /^Peers/ })).toBeFocused();

  await app.keyboard.press('ControlOrMeta+F');
  await expectInView(app);
  await app.keyboard.type('three');
  await expect(logRow(app, 'two')).toHaveCount(0);
  await tabTo(app, /^Filter by direction/, 'ArrowRight');
  await lookAtMenu(app, 'Enter', 'Received', 'Failures');
  await tabTo(app, /^Follow the newest/, 'ArrowRight');
  await tabTo(app, /^More for the log/, 'ArrowRight');
  await lookAtMenu(app, 'Enter', 'Columns', 'Save received bytes…');
  await app.keyboard.press('ControlOrMeta+F');
  await app.keyboard.press('Escape');
  await app.keyboard.press('Escape');
  await expect(log(app)).toBeFocused();

  // A record, its connection and the set-up lie over all that is below the line.
  await expect(logRow(app, 'two')).toHaveCount(2);
  await app.keyboard.press('End');
  await expect(logRow(app, 'three').last()).toHaveAttribute('aria-selected', 'true');
  await lookAtMenu(app, 'Shift+F10', 'Edit in composer', 'Filter by');
  await app.keyboard.press('Enter');
  await expect(app.getByRole('textbox', { name: 'Bytes in hex' })).toBeFocused();
  await expectInView(app);
  await pictures(app, 'small-record');
  await tabTo(app, /^Go to/);
  await tabTo(app, /^Bytes as text/);
  await tabTo(app, /^Details/);
  await tabTo(app, /^Copy as/, 'Shift+Tab');
  await lookAtMenu(app, 'Enter');
  await tabTo(app, /^Record$/, 'Shift+Tab');
  await app.keyboard.press('ArrowRight');
  await expect(app.getByRole('tab', { name: 'Connection' })).toBeFocused();
  await expect(app.getByRole('list', { name: 'Steps' })).toContainText('connected');
  await tabTo(app, /connected/);
  await tabTo(app, /^Close/, 'Shift+Tab');
  await app.keyboard.press('Enter');
  await expect(log(app)).toBeFocused();
  await run(app, 'Reply of the server');
  await tabTo(app, /^TCP$/);
  await app.keyboard.press('Enter');
  await tabTo(app, /^Backlog$/);
  await pictures(app, 'small-setup');
  await app.keyboard.press('Escape');
  await expect(log(app)).toBeFocused();

  // How the message is written hangs over the log.
  await app.keyboard.press('Alt+M');
  await expect(message(app)).toBeFocused();
  await expectInView(app);
  await app.keyboard.type('from below');
  await expectWritten(message(app), 'from below');
  await app.keyboard.press('ControlOrMeta+Enter');
  await expect(logRow(app, 'from below')).toHaveCount(1);
  await tabTo(app, /^How the message is written$/);
  await app.keyboard.press('Enter');
  await expect(app.getByRole('radio', { name: 'Text' })).toBeFocused();
  await expectInView(app);
  await pictures(app, 'small-how');
  await tabTo(app, /^Line end/);
  await tabTo(app, /^Keep text/);
  await tabTo(app, /^Enter sends|^Enter makes/);
  await lookAtMenu(app, 'Enter', 'Enter makes a line');
  await app.keyboard.press('Escape');
  await expect(app.getByRole('button', { name: 'How the message is written' })).toBeFocused();
  await tabTo(app, /^To/, 'Shift+Tab');
  await tabTo(app, /^More to send/);
  await lookAtMenu(app, 'Enter');
});

test('at 200 % zoom the keyboard reaches every function of a client and of the window', async ({
  app,
  peers,
}) => {
  const { port } = await peers.listen();
  await app.keyboard.press('Alt+N');
  await app.keyboard.press('c');
  await expect(app.getByRole('textbox', { name: 'Host' })).toBeFocused();
  await typeInto(app, /^Host$/, '127.0.0.1');
  await typeInto(app, /^Port$/, String(port));
  await tabTo(app, /^Options/);
  await app.keyboard.press('F9');
  await expect(settingsOf(app, 'Client')).toContainText('Connected to');
  await tabTo(app, /^Disconnect/);
  await tabTo(app, /^How to end/);
  await lookAtMenu(app, 'Enter', 'Reset');

  await app.keyboard.press('Alt+N');
  await app.keyboard.press('s');
  await expect(app.getByRole('textbox', { name: 'Host' })).toBeFocused();
  await tabTo(app, /^All tabs/, 'Shift+Tab');
  await app.keyboard.press('Enter');
  await expectInView(app);
  await app.keyboard.press('Escape');
  await tabTo(app, /^New tab/, 'Shift+Tab');
  await lookAtMenu(app, 'Enter', 'Client');

  // The list of endpoints is a rail, over which what is typed opens.
  await app.keyboard.press('Alt+E');
  await expectInView(app);
  await lookAtMenu(app, 'Shift+F10', 'Rename');
  await app.keyboard.press('F2');
  await expect(app.getByRole('textbox', { name: 'Name', exact: true })).toBeFocused();
  await expectInView(app);
  await app.keyboard.press('Escape');
  await tabTo(app, /^Find/, 'Shift+Tab');
  await app.keyboard.press('Escape');

  for (const [action, name] of [
    ['Settings', 'Settings'],
    ['Help', 'Help'],
    ['Certificates', 'Certificates'],
  ] as const) {
    await run(app, action);
    await expect(app.getByRole('dialog', { name })).toBeVisible();
    await expectInView(app);
    const start = await nameOfFocus(app);
    await tabTo(app, new RegExp(`^${start}$`));
    await pictures(app, `small-${name.toLowerCase()}`);
    await app.keyboard.press('Escape');
    await expect(app.getByRole('dialog')).toHaveCount(0);
  }
  await run(app, 'Network facts');
  await expect(app.getByRole('tab', { name: 'Network' })).toBeVisible();
  await tabTo(app, /^\? Help|^Help/);
  await pictures(app, 'small-network');
});
