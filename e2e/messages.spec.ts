import type { Locator, Page } from '@playwright/test';
import { connectClient, expect, expectWritten, logRow, test } from './fixtures.ts';
import { expectAccessibleInBothThemes } from './looks.ts';
import { rawServer } from './raw-server.ts';
import { settings } from './steps.ts';

const message = (page: Page): Locator => page.getByRole('textbox', { name: 'Message', exact: true });
const chip = (page: Page, name: string): Locator =>
  page.getByRole('toolbar', { name: 'Saved messages' }).getByRole('button', { name, exact: true });
const table = (page: Page): Locator => page.getByRole('grid', { name: 'Saved messages' });
const form = (page: Page): Locator => page.getByRole('dialog', { name: 'Save as message' });

async function save(page: Page, name: string, key = ''): Promise<void> {
  await form(page).getByRole('textbox', { name: 'Name' }).fill(name);
  if (key !== '') await form(page).getByRole('combobox', { name: 'Key' }).selectOption(key);
  await page.keyboard.press('Enter');
  await expect(chip(page, name)).toBeVisible();
}

test('a message is saved, sent by its chip and its key, edited in the table, deleted and brought back', async ({
  page,
  host,
}) => {
  test.setTimeout(240_000);
  const server = await rawServer();
  // Where digits with Alt are no tabs of the browser.
  await page.addInitScript(() => Object.defineProperty(navigator, 'platform', { get: () => 'Win32' }));
  await page.goto(host.url);
  await connectClient(page, server.port);
  await expect(settings(page)).toContainText('Connected to');
  await message(page).fill('ping\\x00');
  await page.getByLabel('Line end', { exact: true }).selectOption('CRLF');
  await page.getByRole('button', { name: 'More to send' }).click();
  await page.getByRole('menuitem', { name: 'Save as message…' }).click();
  await expectAccessibleInBothThemes(page, 'messages-form');
  await save(page, 'Ping', '1');

  await page.getByLabel('Line end', { exact: true }).selectOption('No line end');
  await message(page).fill('something else');
  await chip(page, 'Ping').click();
  await expect.poll(() => server.hex).toBe('70696e67000d0a');
  await page.keyboard.press('Alt+1');
  await expect.poll(() => server.hex).toBe('70696e67000d0a'.repeat(2));
  await expectWritten(message(page), 'something else');
  await chip(page, 'Ping').click({ modifiers: ['Shift'] });
  await expectWritten(message(page), 'ping\\x00');
  await expect(page.getByLabel('Line end', { exact: true })).toHaveValue('crlf');

  await logRow(page, 'ping').first().click();
  await page.keyboard.press('s');
  await save(page, 'From the log');
  await expectAccessibleInBothThemes(page, 'messages-chips');

  server.forget();
  await page.getByRole('button', { name: 'Messages', exact: true }).click();
  await table(page).focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await table(page).getByRole('combobox', { name: 'Mode' }).selectOption('Hex');
  await expect(table(page).getByRole('textbox', { name: 'Message' })).toHaveValue('70 69 6E 67 00 0D 0A');
  await table(page).getByRole('textbox', { name: 'Message' }).fill('01 0g');
  await expect(table(page).getByRole('alert')).toContainText('Line 1, column 5');
  await expectAccessibleInBothThemes(page, 'messages-table');
  await table(page).getByRole('textbox', { name: 'Message' }).fill('01 02');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect.poll(() => server.hex).toBe('0102');

  await table(page).focus();
  await page.keyboard.press('Delete');
  await expect(table(page)).not.toContainText('From the log');
  await page.keyboard.press('ControlOrMeta+z');
  await expect(table(page)).toContainText('From the log');
  await table(page)
    .getByRole('row', { name: 'From the log' })
    .dragTo(table(page).getByRole('row', { name: 'Ping' }), {
      targetPosition: { x: 20, y: 3 },
    });
  await expect(table(page).getByRole('row').nth(1)).toContainText('From the log');

  await page.reload();
  await expect(table(page).getByRole('row').nth(1)).toContainText('From the log');
  await expect(table(page).getByRole('row').nth(1)).toContainText('01 02');
  await expect(table(page).getByRole('row').nth(2)).toContainText('Alt 1');
  await server.close();
});
