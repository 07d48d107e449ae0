/** A person marks records, finds them again, and has them in the next run and in files. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, log, logRow, startHost, startServer, test } from './fixtures.ts';
import { expectAccessibleInBothThemes } from './looks.ts';

test('a bookmark, a note and tags are set by keys, found by filters, by frames too, and there after a restart', async ({
  app,
  host,
  dataFolder,
  peers,
}) => {
  const peer = await peers.connect(await startServer(app));
  const grid = log(app);
  for (const text of ['first\n', 'second\n', 'third\n']) {
    peer.send(text);
    await expect(logRow(app, text.trim())).toBeVisible();
  }
  await logRow(app, 'second').getByRole('gridcell', { name: 'Received' }).click();
  await grid.press('b');
  await expect(logRow(app, 'second').getByRole('img', { name: 'Bookmarked' })).toBeVisible();
  await grid.press('Shift+B');
  await app.keyboard.type('Came late');
  await app.keyboard.press('Tab');
  await app.keyboard.type('slow retry');
  await expectAccessibleInBothThemes(app, 'annotations-form');
  await app.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(grid).toBeFocused();
  for (const said of ['Came late', '#slow', '#retry'])
    await expect(logRow(app, 'second')).toContainText(said);

  // The pane has the whole of it, and changes it, too.
  const pane = app.getByRole('note', { name: 'What you said of this record' });
  await expect(pane).toContainText('Came late');
  await logRow(app, 'first').getByRole('gridcell', { name: 'Received' }).click();
  await app.getByRole('button', { name: 'Note and tags…' }).click();
  await app.getByRole('button', { name: 'Use the tag slow' }).click();
  await app.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(pane).toContainText('#slow');
  await expectAccessibleInBothThemes(app, 'annotations');

  const filter = app.getByRole('searchbox', { name: 'Filter' });
  await filter.fill('tag:slow');
  await expect(grid.locator('[data-row]')).toHaveCount(2);
  await filter.fill('note:late');
  await expect(grid.locator('[data-row]')).toHaveCount(1);
  await filter.fill('is:marked');
  await expect(grid.locator('[data-row]')).toHaveCount(2);
  // What is marked while one looks is there, what is taken back goes.
  await filter.press('Enter');
  await logRow(app, 'second').getByRole('gridcell', { name: 'Received' }).click();
  await app.keyboard.press('Shift+B');
  await app.keyboard.press('Control+a');
  await app.keyboard.press('Delete');
  await app.keyboard.press('Enter');
  await app.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(logRow(app, 'second')).toContainText('Came late');
  await app.getByRole('button', { name: 'Remove is:marked' }).click();
  await app.getByRole('radio', { name: 'Frames' }).check({ force: true });
  await expect(logRow(app, 'second')).toContainText('#retry');
  await app.getByRole('radio', { name: 'Chunks' }).check({ force: true });

  await app.close();
  await host.stop();
  const again = await startHost(dataFolder);
  try {
    const page = await app.context().newPage();
    const grid = log(page);
    await page.goto(again.url);
    await expect(logRow(page, 'second').getByRole('img', { name: 'Bookmarked' })).toBeVisible();
    await grid.click();
    await grid.press('End');
    await grid.press('p');
    await expect(grid.getByRole('row', { selected: true })).toContainText('Came late');
    await grid.press('p');
    await expect(grid.getByRole('row', { selected: true })).toContainText('#slow');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save log' }).click();
    await page.getByRole('menuitem', { name: 'Save log as text' }).click();
    const path = await (await download).path();
    expect(await readFile(path, 'utf8')).toContain('★ #slow #retry "Came late"');
  } finally {
    await again.stop();
  }
  const [id] = await readdir(join(dataFolder, 'captures'));
  expect(await readFile(join(dataFolder, 'captures', id!, 'annotations.jsonl'), 'utf8')).toContain(
    'Came late',
  );
});
