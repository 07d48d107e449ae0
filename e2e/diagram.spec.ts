import { readFile } from 'node:fs/promises';
import { expect, log, logRow, startServer, test } from './fixtures.ts';
import { run } from './keys.ts';
import { expectAccessibleInBothThemes } from './looks.ts';

test('who said what to whom stands on one clock, leads to the records, and is handed on as a picture', async ({
  app,
  peers,
}) => {
  const port = await startServer(app, 'Echo');
  const [one, other] = [await peers.connect(port), await peers.connect(port)];
  const names = [one, other].map(({ socket }) => new RegExp(`127.0.0.1:${socket.localPort}`));
  one.send('hello from the first\n');
  await expect(logRow(app, 'hello from the first')).toHaveCount(2);
  other.send('<script>second</script>\n');
  await expect(logRow(app, 'second')).toHaveCount(2);
  one.socket.resetAndDestroy();
  await expect(logRow(app, 'reset the connection')).toHaveCount(1);

  await run(app, 'Sequence diagram of the log');
  await expect(app.getByRole('tab', { name: /^Diagram · / })).toHaveAttribute('aria-selected', 'true');
  const diagram = app.getByRole('listbox', { name: 'What went between them, in order' });
  const rows = diagram.getByRole('option');
  await expect(diagram.locator('.name')).toHaveText(['This server', ...names]);
  await expect(app.getByRole('status').filter({ hasText: '2 connections, ' })).toBeVisible();
  await expect(rows.filter({ hasText: 'hello from the first' })).toHaveCount(2);
  await expect(rows.filter({ hasText: 'resets (RST)' })).toHaveClass(/failure/);
  await expectAccessibleInBothThemes(app, 'diagram');

  // It goes on while traffic flows, and an arrow leads to its record.
  other.send('one more\n');
  await expect(rows.filter({ hasText: 'one more' })).toHaveCount(2);
  await rows.filter({ hasText: 'second' }).first().locator('[data-goes]').click();
  await expect(log(app).getByRole('row', { selected: true })).toContainText('second');

  // Of one connection, by the menu of its row; by keys from there.
  await log(app).getByRole('row').filter({ hasText: 'one more' }).first().click({ button: 'right' });
  await app.getByRole('menuitem', { name: 'Sequence diagram of its connection' }).click();
  await expect(app.getByRole('status').filter({ hasText: '1 connection, ' })).toBeVisible();
  await expect(diagram.locator('.name')).toHaveCount(2);
  await diagram.focus();
  await app.keyboard.press('End');
  await expect(rows.last()).toHaveAttribute('aria-selected', 'true');
  await expect(rows.last()).toHaveAccessibleName(/Sent, 127\.0\.0\.1:\d+: 9 B one more/);

  await app.getByRole('button', { name: 'Export as SVG…' }).click();
  const dialog = app.getByRole('dialog', { name: 'Export' });
  await expect(dialog.getByRole('radio', { name: /What the diagram shows/ })).toBeChecked();
  await expect(dialog.getByLabel('First lines, as they will be written')).toContainText('class="bg"');
  const saving = app.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Export…' }).click();
  const picture = await readFile(await (await saving).path(), 'utf8');
  expect(picture).toContain('&lt;script&gt;second');
  expect(picture).not.toMatch(/hello from the first|<script/);
  await expect(dialog).toHaveCount(0);
});
