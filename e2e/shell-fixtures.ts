/** What the specs of the desktop shell share. */
import { expect, test as base, type Page } from '@playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchDesktop } from './desktop.ts';
import type { DesktopApp } from './double/launch.ts';

type Fixtures = { dataFolder: string; desktop: DesktopApp; page: Page };

export const test = base.extend<Fixtures>({
  // Playwright wants the destructuring pattern even where nothing is taken from it.
  // eslint-disable-next-line no-empty-pattern -- the pattern is Playwright's
  dataFolder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'shell-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  },
  desktop: async ({ dataFolder }, use) => {
    const desktop = await launchDesktop(dataFolder);
    await use(desktop);
    await desktop.close();
  },
  page: async ({ desktop }, use) => use(await openedPage(desktop)),
});

/** The first window, once its page has reached the engine. */
export async function openedPage(desktop: DesktopApp): Promise<Page> {
  const page = await desktop.firstWindow();
  await expect(status(page)).toContainText(/sockets? open/);
  return page;
}

export const log = (page: Page) => page.getByRole('grid', { name: 'Traffic log' });
export const status = (page: Page) => page.getByRole('contentinfo', { name: 'Status' });

/** Shows an endpoint's tab, opening it where it was not open. */
export const show = (page: Page, endpoint: string) =>
  page.getByRole('navigation', { name: 'Endpoints' }).getByRole('button', { name: endpoint }).first().click();

export async function startEchoDemo(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Start the demo' }).click();
  await expect(page.getByRole('button', { name: 'Disconnect', exact: true })).toBeEnabled();
}

/** Sends through the client's tab and waits for what comes back. */
export async function echo(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(text);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(log(page).getByRole('row').filter({ hasText: text })).toHaveCount(2);
}

/** Clicks an item of the application menu by the name of its action. */
export const clickMenu = (desktop: DesktopApp, id: string) =>
  desktop.evaluate(({ Menu }, item) => void Menu.getApplicationMenu()?.getMenuItemById(item)?.click(), id);

/** Quits up to the very end, which `desktop.close` brings; returns how many ms the shell needed. */
export const quit = (desktop: DesktopApp): Promise<number> =>
  desktop.evaluate(
    ({ app }) =>
      new Promise<number>((resolve) => {
        const began = Date.now();
        app.on('will-quit', function last(event) {
          // The shell holds the end back until the captures are complete; this listener comes after its own.
          if (event.defaultPrevented) return;
          event.preventDefault();
          app.off('will-quit', last);
          resolve(Date.now() - began);
        });
        app.quit();
      }),
  );
