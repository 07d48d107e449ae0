import type { Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { expect, test } from './fixtures.ts';
import { run } from './keys.ts';
import { expectAccessibleInBothThemes } from './looks.ts';

const tabs = (page: Page) => page.getByRole('tablist', { name: 'Open tabs' }).getByRole('tab');

test('what other programs keep is listed, comes in when it is asked for, and goes again', async ({ app }) => {
  await run(app, 'import and export');
  const dialog = app.getByRole('dialog', { name: 'Import and export' });
  const paste = dialog.getByRole('textbox', { name: 'Or paste it here' });
  await paste.fill("curl -kL https://127.0.0.1:8443/a -d x=1\nprintf 'hi\\n' | nc 127.0.0.1 9000");
  await expect(dialog.getByRole('checkbox')).toHaveCount(4);
  await expect(dialog).toContainText('line 1, column 6: -L: there is nothing like it here');
  await expect(dialog).toContainText('certificate not checked');
  await expectAccessibleInBothThemes(app, 'import');
  await dialog.getByRole('checkbox').nth(3).uncheck();
  await dialog.getByRole('button', { name: 'Import 3' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(tabs(app)).toHaveCount(1);
  const saved = app.getByRole('navigation').getByText('nc 127.0.0.1:9000');
  await expect(saved).toBeVisible();
  await app.getByRole('button', { name: 'Undo' }).first().click();
  await expect(saved).toHaveCount(0);
  await expect(tabs(app)).toHaveCount(0);
});

test('a file of Packet Sender comes in and goes out as it is understood', async ({ app }) => {
  await run(app, 'import and export');
  const dialog = app.getByRole('dialog', { name: 'Import and export' });
  const packet = {
    name: 'Time',
    hexstring: '7b 7b 54 49 4d 45 7d 7d',
    tcporudp: 'UDP',
    toip: '::1',
    port: '5000',
  };
  const buffer = Buffer.from(JSON.stringify([packet]));
  await dialog
    .locator('input[type=file]')
    .setInputFiles({ name: 'p.json', mimeType: 'application/json', buffer });
  await expect(dialog).toContainText('exported by Packet Sender');
  await dialog.getByRole('button', { name: 'Import 1' }).click();
  await expect(dialog).toHaveCount(0);
  await run(app, 'import and export');
  const [download] = await Promise.all([
    app.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Packet Sender JSON' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('messages.packetsender.json');
  expect(JSON.parse(await readFile(await download.path(), 'utf8'))).toEqual([packet]);
});
