import { expect, logRow, startServer, test } from './fixtures.ts';
import { expectAccessibleInBothThemes, pictures } from './looks.ts';
import { pane } from './steps.ts';

test('what messages say stands beside their bytes, as what an endpoint is decoded as', async ({
  app,
  peers,
}) => {
  const peer = await peers.connect(await startServer(app));
  peer.socket.write(Buffer.from('04b30000000b01030841ac000041b60000', 'hex'));
  await logRow(app, '').getByRole('gridcell', { name: 'Received' }).click();
  const tree = pane(app).getByRole('tree', { name: 'Parts of the message' });
  const part = (name: string | RegExp) => tree.getByRole('treeitem', { name });
  await expect(part(/^transaction 1203/)).toBeVisible();
  await pane(app).getByRole('combobox', { name: 'Registers as' }).selectOption('f32');
  await part('0 21.5 9–12').click();
  await expect(pane(app)).toContainText('4 bytes from 9 (0x9)');
  await expect(pane(app)).toContainText('read holding registers = 21.5 22.75');
  await pictures(app, 'decoded-modbus');

  // Remembered for the endpoint, by the next page too; what is nothing known has no section.
  await app.reload();
  peer.socket.write('hello');
  await logRow(app, 'hello').getByRole('gridcell', { name: 'Received' }).click();
  await expect(pane(app)).toContainText('received · 5 bytes');
  await expect(tree).toHaveCount(0);
  const body = '{"order": {"id": 7, "items": [{"name": "plc", "count": 2}], "paid": true}}';
  peer.socket.write(
    `POST /orders?page=2 HTTP/1.1\r\nHost: example.com\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
  );
  await logRow(app, 'POST').getByRole('gridcell', { name: 'Received' }).click();
  await part(/^Host/).click();
  await expect(pane(app)).toContainText('19 bytes from 30');
  await tree.press('End');
  await expect(part(/^paid true/)).toHaveAttribute('aria-selected', 'true');
  await expectAccessibleInBothThemes(app, 'decoded-http');
  await pane(app).getByRole('combobox', { name: 'Decode as' }).selectOption('none');
  await expect(tree).toHaveCount(0);
});

test('the log has a column that says what each row means, once it is decoded as something', async ({
  app,
  peers,
}) => {
  const peer = await peers.connect(await startServer(app));
  const head = app.getByRole('columnheader', { name: 'Modbus TCP' });
  const cell = (name: string) => app.getByRole('gridcell', { name, exact: true });
  const received = app.getByRole('gridcell', { name: 'Received' });
  let count = 0;
  for (const message of [
    '04ae00000006010300000004',
    '000100000006010600100001',
    '000200000003018302',
    '04b30000000b01030841ac000041b60000',
    '000300000006010300840002',
  ]) {
    peer.socket.write(Buffer.from(message, 'hex'));
    await expect(received).toHaveCount(++count);
  }
  await app.getByRole('grid', { name: 'Traffic log' }).focus();
  await app.keyboard.press('d');
  await app.getByRole('menuitem', { name: 'Modbus TCP' }).click();
  await expect(head).toBeVisible();
  await expect(cell('exception 2: illegal address')).toBeVisible();
  await pictures(app, 'decoded-column');
  await app.reload();
  await expect(head).toBeVisible();
  await expect(cell('exception 2: illegal address')).toBeVisible();

  // The same is what a filter looks for, by a field of a message as its menu writes it, too.
  const filter = app.getByRole('searchbox', { name: 'Filter' });
  await filter.fill('decoded:addr');
  await app.getByRole('option', { name: 'address=' }).click();
  await expect(filter).toHaveValue('decoded:address=');
  await filter.fill('decoded:address>=16');
  await expect(received).toHaveCount(2);
  await filter.fill('decoded:exception');
  await expect(received).toHaveCount(1);
  await received.click();
  const tree = pane(app).getByRole('tree', { name: 'Parts of the message' });
  await tree.getByRole('treeitem', { name: /^transaction 2/ }).click({ button: 'right' });
  await filter.fill('');
  await app.getByRole('menuitem', { name: 'Hide what has this value' }).click();
  await expect(filter).toHaveValue('-decoded:transaction=2');
  await expect(received).toHaveCount(4);
});
