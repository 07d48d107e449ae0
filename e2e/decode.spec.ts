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
