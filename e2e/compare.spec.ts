import { expect, logRow, startServer, test } from './fixtures.ts';
import { expectAccessibleInBothThemes } from './looks.ts';

const one =
  '{"type":"hello","id":"plc-7","fw":"2.14","temp":21.50,"ok":true,"up":86400,"readings":[21.5,22.75],"sent":"2026-11-28T14:01:02Z"}\n';
const other =
  '{"type":"hello","id":"plc-7","fw":"2.15","temp":21.50,"door":1,"ok":true,"up":3,"readings":[21.5,22.75],"sent":"2026-11-28T14:02:02Z"}\n';

test('two records stand beside each other: what differs, what is ignored, and what both say', async ({
  app,
  peers,
}) => {
  const port = await startServer(app);
  const first = await peers.connect(port);
  first.socket.write(one);
  const grid = app.getByRole('grid', { name: 'Traffic log' });
  await logRow(app, '2.14').getByRole('gridcell', { name: 'Received' }).click();
  await grid.press('m');
  await expect(app.getByText('Marked #')).toBeVisible();
  await expect(logRow(app, '2.14').getByRole('img', { name: 'Marked for comparing' })).toBeVisible();
  const second = await peers.connect(port);
  second.socket.write(other);
  await logRow(app, '2.15').getByRole('gridcell', { name: 'Received' }).click();
  await grid.press('Shift+M');
  await expect(app.getByRole('tab', { name: /^Compare #\d+ · #\d+/ })).toHaveAttribute(
    'aria-selected',
    'true',
  );
  const fields = app.getByRole('region', { name: 'Fields that differ' });
  await expect(fields.getByRole('row')).toHaveText([/^fw2\.142\.15/, /^doorabsent1/, /^up864003/, /^sent/]);
  const status = app.getByRole('tabpanel').getByRole('status');
  const before = Number.parseInt((await status.textContent())!, 10);

  await app.getByRole('textbox', { name: 'Ignore this too' }).fill('times');
  await app.getByRole('textbox', { name: 'Ignore this too' }).press('Enter');
  await expect(fields.getByRole('row')).toHaveCount(3);
  await expect(status).toHaveText(new RegExp(`^${before - 1} differences`));
  const rows = app.getByRole('region', { name: 'Both, byte beside byte' });
  await rows.press('n');
  await expect(app.getByText(`1 of ${before - 1}`)).toBeVisible();
  await expect(rows.locator('.differs').first()).toBeVisible();
  await expect(rows.locator('.absent').first()).toBeVisible();
  // All of it is in sight.
  await expect(rows.locator('.line').last()).toBeInViewport();
  await expect(rows.locator('.struck').first()).toBeVisible();
  await expectAccessibleInBothThemes(app, 'compare');
  await app.getByRole('radio', { name: 'Text' }).check({ force: true });
  await expect(rows).toContainText('"fw":"2.1');

  // It is there again for the next page, and goes back to the log.
  await app.reload();
  await expect(app.getByRole('button', { name: 'Ignore times no more' })).toBeVisible();
  await expect(fields.getByRole('row')).toHaveCount(3);
  await fields.getByRole('combobox', { name: 'As what they are read' }).selectOption('MessagePack');
  await expect(fields).not.toContainText('fw');
  await fields.getByRole('combobox', { name: 'As what they are read' }).selectOption({ index: 0 });
  await expect(fields.getByRole('row')).toHaveCount(3);
  await app.getByRole('button', { name: 'Show in log' }).first().click();
  await expect(grid.getByRole('row', { selected: true })).toContainText('2.14');

  // Several records joined, against others.
  for (const [peer, said] of [
    [first, 'one-alpha'],
    [first, 'one-beta'],
    [second, 'two-alpha'],
    [second, 'two-beta'],
  ] as const) {
    peer.socket.write(`${said}\n`);
    await expect(logRow(app, said)).toBeVisible();
  }
  const pick = async (of: string) => {
    await logRow(app, `${of}-alpha`).click();
    await logRow(app, `${of}-beta`).click({ modifiers: ['ControlOrMeta'] });
  };
  await pick('one');
  await grid.press('m');
  await expect(app.getByText(/Marked 2 parts from #/)).toBeVisible();
  await pick('two');
  await grid.press('Shift+M');
  await expect(app.getByRole('heading', { name: /^Compare 2 parts from #\d+ with 2 parts/ })).toBeVisible();
  await expect(app.getByRole('region', { name: 'Both, byte beside byte' })).toContainText('alpha');
  await expect(status).toHaveText('2 differences, 6 bytes');
});
