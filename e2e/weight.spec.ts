/** How much of the page comes before the first paint, and what becomes of the rest. */
import type { Page } from '@playwright/test';
import { expect, startHost, test } from './fixtures.ts';

/** Bytes of minified modules. A size is no time: it is the same on any machine, and grows only where somebody sees it. */
const mostBytes = 250_000;

const text = async (url: URL): Promise<string> => (await fetch(url)).text();

/** What a browser loads before it runs the module: it, and what it imports, and so on. */
async function modulesOf(url: URL, found = new Map<string, number>()): Promise<Map<string, number>> {
  if (found.has(url.pathname)) return found;
  const source = await text(url);
  found.set(url.pathname, Buffer.byteLength(source));
  for (const [, path] of source.matchAll(/(?:\bfrom|\bimport)\s*["'](\.[^"']+\.js)["']/g))
    await modulesOf(new URL(path!, url), found);
  return found;
}

const arrived = (page: Page): Promise<string[]> =>
  page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));

async function entryOf(page: URL): Promise<URL> {
  return new URL(/<script type="module"[^>]* src="([^"]+)"/.exec(await text(page))![1]!, page);
}

test('needs at most 250 KB of modules before the first paint', async ({ host }) => {
  const modules = await modulesOf(await entryOf(new URL(host.origin)));
  const bytes = [...modules.values()].reduce((sum, size) => sum + size, 0);
  expect(bytes, [...modules].map(([path, size]) => `${path} ${size}`).join('\n')).toBeLessThan(mostBytes);
  expect(bytes, 'modules were found').toBeGreaterThan(mostBytes / 3);
});

test('brings the words that come later before every part that keeps them', async ({ host }) => {
  const entry = await entryOf(new URL(host.origin));
  const first = await modulesOf(entry);
  const words = new URL(/["'](\.\/en-later-[^"']+\.js)["']/.exec(await text(entry))![1]!, entry);
  const withThem = [...(await modulesOf(words)).keys()].filter((path) => !first.has(path));
  // The bundler's own few lines are no part of the page.
  expect(withThem.filter((path) => !path.includes('rolldown-runtime'))).toEqual([words.pathname]);
});

test('has the rest before its host may end: all opens without it', async ({ page, host }) => {
  await page.goto(host.url);
  await expect(page.getByRole('button', { name: 'New server' }).first()).toBeEnabled();
  await expect
    .poll(async () => (await arrived(page)).join())
    .toMatch(/NetworkDocument-.*OpenTabs-|OpenTabs-.*NetworkDocument-/);
  await page.waitForLoadState('networkidle');
  await host.stop();
  await expect(page.getByRole('alert')).toContainText('The connection to the engine is lost');
  await page.keyboard.press('F1');
  await expect(page.getByRole('dialog', { name: 'Help' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog', { name: 'Command palette' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'New tab' }).click();
  await expect(page.getByRole('menu')).toBeVisible();
});

test('says so where a part cannot be had, and keys work on', async ({ page, host }) => {
  await page.route(/HelpDialog-/, (route) => route.abort());
  await page.goto(host.url);
  await expect(page.getByRole('button', { name: 'New server' }).first()).toBeEnabled();
  await page.keyboard.press('F1');
  await expect(page.getByText('This part of the window could not be loaded')).toBeVisible();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox')).toBeVisible();
});

test('tries again to attach when the words of what the engine tells cannot be had at once', async ({
  page,
  dataFolder,
}) => {
  const host = await startHost(dataFolder);
  let refused = 0;
  await page.route(/en-later-/, (route) => (refused++ === 0 ? route.abort() : route.continue()));
  await page.goto(host.url);
  await expect(page.getByRole('button', { name: 'New server' }).first()).toBeEnabled();
  expect(refused).toBeGreaterThan(1);
  await host.stop();
});
