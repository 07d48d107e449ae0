/** Item 7: who has the key is let in, wherever they come from; the key goes nowhere else. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, picture, startHost, startServer, test } from './fixtures.ts';

const isAttached = (page: Page) =>
  expect(page.getByRole('contentinfo', { name: 'Status' })).toContainText(/sockets? open/);
const asksForKey = (page: Page) =>
  expect(page.getByText(/Open the whole address that Socketscope printed/)).toBeVisible();

test('prints one line when it is ready, and takes the key out of the address', async ({ app, host }) => {
  expect(host.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#key=[\w-]{43}$/);
  await expect(app).toHaveURL(`${host.origin}/`);
  await isAttached(app);
  expect(await app.context().cookies()).toEqual([]);
  expect(await app.evaluate(() => ({ ...localStorage }))).toEqual({});
});

test('keeps the key through a reload, the back button and a duplicated tab', async ({ app, host }) => {
  await app.reload();
  await isAttached(app);
  await app.goto('about:blank');
  await app.goBack();
  await expect(app).toHaveURL(`${host.origin}/`);
  await isAttached(app);
  // A tab that a page opens begins with a copy of its storage, as a duplicated one does.
  const [duplicate] = await Promise.all([
    app.waitForEvent('popup'),
    app.evaluate(() => void window.open(location.href)),
  ]);
  await isAttached(duplicate);
});

test('lets every tab and every browser in that opens the printed address', async ({ app, host, browser }) => {
  const tab = await app.context().newPage();
  await tab.goto(host.url);
  await isAttached(tab);
  const other = await browser.newContext();
  const page = await other.newPage();
  await page.goto(host.url);
  await isAttached(page);
  await other.close();
  await isAttached(app);
});

test('says what to do in a tab without the key, and goes on as soon as it has it', async ({ app, host }) => {
  const bookmarked = await app.context().newPage();
  await bookmarked.goto(host.origin);
  await asksForKey(bookmarked);
  await picture(bookmarked, 'start-no-key');
  await bookmarked.goto(host.url.slice(0, -3));
  await asksForKey(bookmarked);
  await expect(bookmarked).toHaveURL(`${host.origin}/`);
  await bookmarked.goto(host.url);
  await isAttached(bookmarked);
  await expect(bookmarked).toHaveURL(`${host.origin}/`);
});

test('opens without the storage of a tab, for as long as the page stays', async ({ host, page }) => {
  await page.addInitScript(() =>
    Object.defineProperty(window, 'sessionStorage', {
      get: () => {
        throw new DOMException('Access is denied for this document.', 'SecurityError');
      },
    }),
  );
  await page.goto(host.url);
  await isAttached(page);
  await page.reload();
  await asksForKey(page);
});

test('tells a tab that the host was started anew, and takes the new address there', async ({
  page,
  host,
  dataFolder,
}) => {
  await page.goto(host.url);
  await startServer(page);
  await host.stop();
  const { port } = new URL(host.origin);
  const again = await startHost(dataFolder, '--port', port);
  try {
    await expect(page.getByText(/was started anew and does not know the key of this tab/)).toBeVisible();
    await picture(page, 'start-new-key');
    await page.goto(again.url);
    await isAttached(page);
    await expect(page.getByRole('tab')).toHaveCount(1);
    await page.reload();
    await isAttached(page);
  } finally {
    await again.stop();
  }
});

test('tells no other port of this machine anything, wherever it is opened from', async ({
  app,
  host,
  dataFolder,
}) => {
  const port = await startServer(app);
  const other = `http://127.0.0.1:${port}`;
  const heard = async (what: string) =>
    expect.poll(() => received(dataFolder), { message: what }).toContain(`GET /${what} HTTP/1.1`);
  const open = async (what: string, how: (address: string) => void) => {
    await app.evaluate(how, `${other}/${what}`);
    await heard(what);
  };
  await open('opened', (address) => void window.open(address));
  await open('linked', (address) => {
    const link = document.createElement('a');
    Object.assign(link, { href: address, target: '_blank', rel: 'opener' });
    link.click();
  });
  // A socket that never answers keeps this one waiting.
  void app.evaluate((address) => void (location.href = address), `${other}/left`);
  await heard('left');
  const tab = await app.context().newPage();
  void tab.goto(`${other}/typed`).catch(() => undefined);
  await heard('typed');
  void tab.goto(`http://localhost:${port}/named`).catch(() => undefined);
  await heard('named');
  const text = await received(dataFolder);
  expect(text).not.toContain(host.key);
  expect(text).not.toMatch(/cookie:/i);
  expect(text).not.toMatch(/referer:/i);
  await tab.close();
});

/** All that the captures hold. */
async function received(dataFolder: string): Promise<string> {
  const captures = join(dataFolder, 'captures');
  const files = (await readdir(captures, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  const texts = await Promise.all(
    files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'latin1')),
  );
  return texts.join('');
}
