/** What the messages of a log come to: round trips of a device that answers late and out of order, and lost datagrams. */
import { expect, logRow, newTab, test } from './fixtures.ts';
import { expectAccessibleInBothThemes, pictures } from './looks.ts';
import { fill, listen, newServer, pane, saved } from './steps.ts';
import type { Locator, Page } from '@playwright/test';

const show = (app: Page, room: 'Statistics' | 'Connection'): Promise<void> =>
  pane(app).getByRole('tab', { name: room }).click();
const table = (app: Page, name: string): Locator => pane(app).getByRole('table', { name, exact: true });

test('round trips are told by the next record back, and by what a message says', async ({ app, peers }) => {
  const device = await peers.listen();
  await newTab(app, 'client');
  await fill(app.getByRole('textbox', { name: 'Port' }), String(device.port));
  await app.getByRole('button', { name: 'Connect', exact: true }).click();
  await expect.poll(() => device.peers.length).toBe(1);
  const { socket } = device.peers[0]!;
  await app.getByRole('radio', { name: 'Hex', exact: true }).click();

  const poll = async (transaction: number): Promise<void> => {
    await app
      .getByRole('textbox', { name: 'Message', exact: true })
      .fill(`00 0${transaction} 00 00 00 06 01 03 00 00 00 02`);
    await app.getByRole('button', { name: 'Send', exact: true }).click();
    await expect(logRow(app, '').getByRole('gridcell', { name: 'Sent' })).toHaveCount(transaction);
  };
  let count = 0;
  const answer = async (transaction: number): Promise<void> => {
    socket.write(Buffer.from(`000${transaction}00000007010304000${transaction}0002`, 'hex'));
    await expect(logRow(app, '').getByRole('gridcell', { name: 'Received' })).toHaveCount(++count);
  };
  await poll(1);
  await poll(2);
  await answer(2);
  await poll(3);
  await answer(1);

  await app.keyboard.press('F6');
  await app.getByRole('button', { name: /opens the statistics/ }).click();
  const trips = pane(app).getByRole('region', { name: 'Round trips' });
  await expect(trips).toContainText('2, all connections');
  await expect(trips).not.toContainText('waiting');
  await expect(table(app, 'Throughput').getByRole('row', { name: '↑ sent 3 36 B' })).toBeVisible();
  // The third one was never answered; the others were, in another order.
  await trips.getByRole('combobox', { name: 'Which reply belongs to a request' }).selectOption('decoded');
  await expect(trips.getByRole('combobox', { name: 'The field' })).toHaveValue('transaction');
  await expect(trips).toContainText('1 waiting');
  await expect(trips).toContainText('2, all connections');
  await answer(3);
  await expect(trips).toContainText('3, all connections');
  await expect(app.getByRole('button', { name: /opens the statistics/ })).toContainText('p50');
  await expectAccessibleInBothThemes(app, 'statistics');

  // What the filter shows alone, if that is wanted.
  const filter = app.getByRole('searchbox', { name: 'Filter' });
  await filter.fill('size:12');
  await expect(pane(app)).toContainText('All of the log counts');
  await pane(app).getByRole('checkbox', { name: 'Only what the filter shows' }).check();
  await expect(table(app, 'Throughput').getByRole('row', { name: '↓ received 0' })).toBeVisible();
  await expectAccessibleInBothThemes(app, 'statistics-filtered');
  const some = await saved(app, () => pane(app).getByRole('button', { name: 'Export CSV' }).click());
  expect(some).toContain('total,,filter,size:12\r\n');
  await filter.fill('');
  await expect(trips).toContainText('3, all connections');

  const csv = await saved(app, () => pane(app).getByRole('button', { name: 'Export CSV' }).click());
  expect(csv).toContain('total,,round_trips_count,3\r\n');
  await show(app, 'Connection');
  await expect(pane(app).getByRole('region', { name: 'Round trips' })).toContainText('3, all connections');
  await pictures(app, 'statistics-connection');
});

test('lost, doubled and late datagrams are told by their numbers, and one peer by itself', async ({
  app,
  peers,
}) => {
  await newServer(app, 'UDP');
  const port = await listen(app);
  const [sensor, other] = [await peers.datagrams(), await peers.datagrams()];
  const received = logRow(app, '').getByRole('gridcell', { name: 'Received' });
  let count = 0;
  for (const number of [0, 1, 3, 3, 2, 6]) {
    sensor.send(`\0${String.fromCharCode(number)} 21.5`, port);
    await expect(received).toHaveCount(++count);
  }
  other.send('\0\0 7', port);
  await expect(received).toHaveCount(count + 1);

  await app.getByRole('button', { name: /opens the statistics/ }).click();
  const numbers = pane(app).getByRole('textbox', { name: 'Where each has its number' });
  await fill(numbers, 'u16@0');
  await expect(pane(app)).toContainText('Write u8@0');
  await fill(numbers, 'u16be@0');
  const facts = pane(app).getByRole('region', { name: 'Numbers of received datagrams' });
  await expect(facts).toContainText(/received\s*7\s*lost\s*2\s*twice\s*1\s*late\s*1/);
  await pane(app)
    .getByRole('button', { name: `127.0.0.1:${other.port}` })
    .click();
  await expect(facts).toContainText(/received\s*1\s*lost\s*0/);
  await pane(app).getByRole('button', { name: 'Show all' }).click();
  await expect(facts).toContainText(/received\s*7/);
  await pictures(app, 'statistics-udp');
});
