import { expectAccessibleInBothThemes } from './looks.ts';
import { connectClient, expect, log, logRow, startServer, test } from './fixtures.ts';

test('a number is found by its value and marked, and the log goes to a record, a time and a byte', async ({
  app,
  peers,
}) => {
  const port = await startServer(app);
  const peer = await peers.connect(port);
  await expect(logRow(app, /connected/i)).toBeVisible();
  const rows = log(app).locator('[data-row].received');
  for (const [at, word] of ['\x1a\x04', 'L\x04', '\x7f\x7f'].entries()) {
    peer.send(`~${word}~`);
    await expect(rows).toHaveCount(at + 1);
  }
  const filter = app.getByRole('searchbox', { name: 'Filter' });
  await filter.pressSequentially('number:u16l');
  await app.getByRole('option', { name: 'u16le:' }).click();
  await filter.pressSequentially('1000..1060');
  await expect(rows).toHaveCount(1);
  await expect(rows.locator('.found').first()).toBeVisible();

  // It is not shown: the nearest one is.
  await log(app).focus();
  await app.keyboard.press('g');
  await app.keyboard.press('t');
  const field = app.getByRole('textbox', { name: 'Time, record or byte' });
  await expect(field).toBeFocused();
  await field.fill('noon');
  await field.press('Enter');
  await expect(app.getByRole('alert').filter({ hasText: 'Write #12' })).toBeVisible();
  await expectAccessibleInBothThemes(app, 'go-to');
  await field.fill('#3');
  await field.press('Enter');
  await expect(field).toHaveCount(0);
  await expect(app.getByText(/The nearest shown row is record #\d+/)).toBeVisible();

  await filter.fill('');
  await expect(rows).toHaveCount(3);
  await log(app).focus();
  for (const [place, row] of [
    ['@5', 1],
    ['+1h', 2],
    ['00:00', -1],
  ] as const) {
    await app.keyboard.press('g');
    await app.keyboard.press('t');
    await field.fill(place);
    await field.press('Enter');
    await expect(field).toHaveCount(0);
    const chosen = row < 0 ? log(app).locator('[data-row]').first() : rows.nth(row);
    await expect(chosen).toHaveAttribute('aria-selected', 'true');
    await expect(log(app)).toBeFocused();
  }
});

test('one filter looks in all tabs, counts what each has, and leads to a row there', async ({ app }) => {
  const port = await startServer(app, 'Echo');
  await connectClient(app, port);
  await expect(logRow(app, 'Connected').first()).toBeVisible();
  const message = app.getByRole('textbox', { name: 'Message' });
  for (const word of ['alpha', 'beta']) {
    await message.fill(word);
    await app.keyboard.press('ControlOrMeta+Enter');
    await expect(log(app).locator('[data-row].received').filter({ hasText: word })).toHaveCount(1);
  }
  const filter = app.getByRole('searchbox', { name: 'Filter', exact: true });
  await filter.click();
  await filter.pressSequentially('tab:* alpha');
  await filter.press('Enter');
  const results = app.getByRole('region', { name: 'What tabs have' });
  await expect(results.getByRole('status')).toHaveText('alpha: 4 rows in 2 tabs');
  await expect(results.locator('section')).toHaveCount(2);
  await expectAccessibleInBothThemes(app, 'search-tabs');
  const server = results.locator('section').filter({ hasText: `Server ${port}` });
  await server.getByRole('button', { name: 'Received' }).click();
  await expect(filter).toHaveValue('alpha');
  const rows = log(app).locator('[data-row]');
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toHaveAttribute('aria-selected', 'true');

  await app.getByRole('tab', { name: 'All tabs' }).click();
  const all = app.getByRole('searchbox', { name: 'Search in all tabs' });
  await all.fill('size:');
  await expect(results).toContainText('A value is missing');
  await all.fill('size:>100');
  await all.press('Enter');
  await expect(results.getByRole('status')).toHaveText('size:>100: 0 rows in 0 tabs');
  await expect(results).toContainText(`Nothing in Server ${port}`);
});

test('a filter is kept by its name, and one that gives rows a colour marks them in the log and on its track', async ({
  app,
  peers,
}) => {
  const peer = await peers.connect(await startServer(app));
  const rows = log(app).locator('[data-row].received');
  for (const [at, word] of ['ping', 'pong!', 'ping'].entries()) {
    peer.send(word);
    await expect(rows).toHaveCount(at + 1);
  }
  const filter = app.getByRole('searchbox', { name: 'Filter', exact: true });
  await filter.fill('size:>4');
  await expect(rows).toHaveCount(1);
  const menu = app.getByRole('button', { name: 'Filter by direction, kind and peer' });
  await menu.click();
  await app.getByRole('menuitem', { name: 'Saved filters and highlights…' }).click();
  const dialog = app.getByRole('dialog', { name: 'Saved filters and highlights' });
  await dialog.getByRole('textbox', { name: 'Name of the filter' }).fill('Long ones');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByRole('button', { name: 'Long ones', exact: true })).toBeVisible();
  const rule = dialog.getByRole('textbox', { name: 'Filter to highlight' });
  await rule.fill('hex:');
  await expect(dialog.getByRole('button', { name: 'Add' })).toBeDisabled();
  await rule.fill('pong');
  await dialog.getByRole('combobox', { name: 'Colour', exact: true }).selectOption('Green');
  await dialog.getByRole('button', { name: 'Add' }).click();
  await expect(dialog.getByRole('checkbox', { name: 'Highlight pong' })).toBeChecked();
  await expectAccessibleInBothThemes(app, 'filters-and-highlights');
  await app.keyboard.press('Escape');
  await filter.fill('');
  await expect(rows).toHaveCount(3);
  const highlighted = log(app).locator('.row.highlight');
  await expect(highlighted).toHaveCount(1);
  await expect(highlighted).toContainText('pong!');
  await expect(highlighted).toContainText('highlighted, green: pong');
  peer.send('pong again');
  await expect(highlighted).toHaveCount(2);
  // A log that scrolls has them beside its scrollbar, too.
  const track = app.locator('.pane > svg path[d^="M1"]');
  await expect(track).toHaveCount(0);
  for (let records = 7; records < 40; records++) {
    peer.send('ping');
    await expect(app.getByText(new RegExp(`^${records} shown of`))).toBeVisible();
  }
  await expect(track).toHaveCount(1);
  await log(app).focus();
  await app.keyboard.press('Home');
  await expect(highlighted).toHaveCount(2);
  await expectAccessibleInBothThemes(app, 'highlighted-rows');

  // They belong to the workspace, so the next page has them, too.
  await app.reload();
  await expect(app.getByText(/^39 shown of/)).toBeVisible();
  await log(app).focus();
  await app.keyboard.press('Home');
  await expect(highlighted).toHaveCount(2);
  await filter.click();
  await filter.pressSequentially('lon');
  await app.getByRole('option', { name: /Saved as Long ones/ }).click();
  await expect(filter).toHaveValue('size:>4 ');
  await expect(rows).toHaveCount(2);
  await filter.fill('');
  await menu.click();
  await app.getByRole('menuitem', { name: /^Long ones/ }).click();
  await expect(rows).toHaveCount(2);
});
