import { spawnSync } from 'node:child_process';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, expectAccessible, log, logRow, picture, startServer, test } from './fixtures.ts';
import { run } from './keys.ts';
import { expectAccessibleInBothThemes, pictures } from './looks.ts';

test('a conversation is handed on as packets and as a report, without what others must not see', async ({
  app,
  peers,
  context,
  dataFolder,
}, testInfo) => {
  const port = await startServer(app, 'Echo');
  const peer = await peers.connect(port);
  const secret = 'Tr0ub4dor';
  // In two reads: nothing but the whole of it is secret.
  peer.send(`<script>document.title="ran"</script> password=${secret.slice(0, 4)}`);
  await expect(logRow(app, 'password=').first()).toBeVisible();
  peer.send(`${secret.slice(4)}&next\r\n`);
  await expect(logRow(app, '&next')).toHaveCount(2);

  await run(app, 'Export…');
  const dialog = app.getByRole('dialog', { name: 'Export' });
  const first = dialog.getByLabel('First lines, as they will be written');
  await expect(first).toContainText(`# Exported by Socketscope: server`);
  await expect(first).toContainText('password=Tr0u');
  await expect(dialog.getByRole('radio', { name: /Whole log/ })).toBeChecked();

  const rule = dialog.getByRole('textbox', { name: 'What is removed' });
  await rule.fill('secret');
  await rule.press('Enter');
  await expect(dialog.getByRole('alert')).toContainText('Write addresses');
  await rule.fill(`text:${secret}`);
  await rule.press('Enter');
  await expect(dialog.getByRole('status')).toHaveText(/2 places in 2 records$/);
  await dialog.getByRole('button', { name: 'Addresses', exact: true }).click();
  await expect(first).toContainText('192.0.2.1');
  await expect(first).not.toContainText('127.0.0.1');
  await expect(first).not.toContainText('password=Tr0u');
  await expectAccessible(app);
  await pictures(app, 'export');

  const saved = async (form: string): Promise<string> => {
    await dialog.getByRole('radio', { name: form }).check({ force: true });
    const saving = app.waitForEvent('download');
    await dialog.getByRole('button', { name: 'Export…' }).click();
    const path = await (await saving).path();
    await expect(dialog).toHaveCount(0);
    return path;
  };
  const html = await saved('HTML page');
  const copy = testInfo.outputPath('report.html');
  await writeFile(copy, await readFile(html));
  for (const gone of [secret, '127.0.0.1', '<script'])
    expect(await readFile(copy, 'utf8')).not.toContain(gone);
  const report = await context.newPage();
  await report.goto(pathToFileURL(copy).href);
  await expect(report.getByRole('article')).toHaveCount(6);
  await expect(report.locator('.received pre').first()).toContainText(
    '<script>document.title="ran"</script>',
  );
  await expect(report).toHaveTitle(/^Exported by Socketscope/);
  await expectAccessible(report);
  await picture(report, 'export-report');

  await log(app).getByRole('row').filter({ hasText: '&next' }).first().click();
  await run(app, 'Export…');
  await expect(dialog.getByRole('radio', { name: /Chosen rows/ })).toBeVisible();
  await dialog.getByRole('radio', { name: /One connection/ }).check();
  await rule.fill(`text:${secret}`);
  const packets = await saved('pcapng');
  const bytes = await readFile(packets);
  expect(bytes.includes('password=')).toBe(true);
  for (const part of [secret, secret.slice(0, 4), secret.slice(4)]) expect(bytes.includes(part)).toBe(false);
  const file = testInfo.outputPath('packets.pcapng');
  await writeFile(file, bytes);
  const read = spawnSync('tshark', ['-r', file, '-Y', '_ws.malformed'], { encoding: 'utf8' });
  if (read.error === undefined) expect(read.stdout).toBe('');

  // The whole log as one file, under a name of one's own, dropped on the window.
  await run(app, 'Export…');
  await dialog.getByRole('radio', { name: 'Other' }).check({ force: true });
  await expect(dialog.getByRole('combobox', { name: 'Other' })).toHaveValue('capture');
  await expect(dialog).toContainText('All of the log as it is kept');
  await expect(dialog.getByRole('radio', { name: /Whole log/ })).toBeChecked();
  await expect(dialog.getByRole('radio', { name: /Chosen rows/ })).toBeDisabled();
  await expect(dialog.getByRole('textbox', { name: 'To' })).toHaveAttribute(
    'placeholder',
    /\.socketscope-capture$/,
  );
  await dialog.getByRole('textbox', { name: 'To' }).fill('handed-on');
  await expectAccessible(app);
  await pictures(app, 'export-capture');
  const saving = app.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Export…' }).click();
  const download = await saving;
  expect(download.suggestedFilename()).toBe('handed-on.socketscope-capture');
  const capture = (await readFile(await download.path())).toString('base64');
  const dropped = await app.evaluateHandle((base64) => {
    const transfer = new DataTransfer();
    const content = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    transfer.items.add(new File([content], 'handed-on.socketscope-capture'));
    return transfer;
  }, capture);
  await log(app).dispatchEvent('drop', { dataTransfer: dropped });
  await app
    .getByRole('dialog', { name: 'Import and export' })
    .getByRole('button', { name: 'Import capture' })
    .click();
  const captures = app.getByRole('navigation').getByRole('list', { name: 'Captures' });
  await expect(captures).toContainText(/20\d\d-\d\d-\d\d \d\d:\d\d · [\d.]+ K?B/);

  // It is whole; once a byte of it is another one, that is named, and the rest becomes a capture.
  const verify = app.getByRole('dialog', { name: 'Verify the log' });
  await run(app, 'Verify the log…');
  await expect(verify.getByRole('status')).toContainText('every byte is what was written');
  await expect(verify.getByRole('button', { name: 'Repair into a new capture' })).toHaveCount(0);
  const folder = join(dataFolder, 'captures');
  const kept = await Promise.all(
    (await readdir(folder)).map(async (id) => ({ id, at: (await stat(join(folder, id))).birthtimeMs })),
  );
  const data = join(folder, kept.sort((a, b) => b.at - a.at)[0]!.id, 'data-00000000');
  const content = await readFile(data);
  content[content.indexOf('&next')]! ^= 1;
  await writeFile(data, content);
  await verify.getByRole('button', { name: 'Verify again' }).click();
  await expect(verify.getByRole('status')).toContainText('they are not what was written (BYTES_DAMAGED)');
  await expectAccessibleInBothThemes(app, 'verify');
  await verify.getByRole('button', { name: 'Repair into a new capture' }).click();
  await expect(verify).toHaveCount(0);
  await expect(captures.getByRole('listitem')).toHaveCount(2);
  await expect(captures).toContainText('(what is whole)');
  await run(app, 'Verify the log…');
  await expect(verify.getByRole('status')).toContainText('every byte is what was written');
  await app.keyboard.press('Escape');

  // One that is not wanted any more goes at once, and for good.
  await captures
    .getByRole('button', { name: /what is whole/ })
    .first()
    .press('Delete');
  await captures.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(captures.getByRole('listitem')).toHaveCount(1);
  await expect(app.getByRole('button', { name: 'Undo', exact: true })).toHaveCount(0);
});
