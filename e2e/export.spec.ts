import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { expect, expectAccessible, log, logRow, startServer, test } from './fixtures.ts';
import { run } from './keys.ts';
import { pictures } from './looks.ts';

test('a conversation is handed on as packets and as a report, without what others must not see', async ({
  app,
  peers,
  context,
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
  await pictures(report, 'export-report');

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
});
