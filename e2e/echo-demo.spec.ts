/** Item 2: one click from the empty window to a conversation. */
import { expect, expectAccessible, log, logRow, picture, test } from './fixtures.ts';

const demo = 'Start the demo';

test('offers one click in the empty window, which starts an echo server and connects to it', async ({
  app,
}) => {
  await expect(app.getByRole('tab')).toHaveCount(0);
  await expectAccessible(app);
  await picture(app, 'welcome');

  await app.getByRole('button', { name: demo }).click();
  await expect(app.getByRole('tab')).toHaveText([/Echo server/, /Echo client/]);
  await expect(app.getByRole('tab', { name: 'Echo client' })).toHaveAttribute('aria-selected', 'true');
  await expect(
    app.getByText(/Connected to 127\.0\.0\.1:\d+ · from|Connected to 127\.0\.0\.1:\d+/).first(),
  ).toBeVisible();

  await app.getByRole('textbox', { name: 'Message' }).fill('hello, 世界\\r\\n');
  await app.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(logRow(app, 'hello, 世界')).toHaveCount(2);
  await expect(logRow(app, 'hello, 世界').nth(0).getByRole('gridcell', { name: 'Sent' })).toBeVisible();
  await expect(logRow(app, 'hello, 世界').nth(1).getByRole('gridcell', { name: 'Received' })).toBeVisible();
  await logRow(app, 'hello, 世界').nth(1).click();
  await picture(app, 'echo-demo-client');

  await app.getByRole('tab', { name: 'Echo server' }).click();
  await expect(logRow(app, 'hello, 世界')).toHaveCount(2);
  await expect(logRow(app, 'hello, 世界').nth(0).getByRole('gridcell', { name: 'Received' })).toBeVisible();
  await expect(logRow(app, 'hello, 世界').nth(1).getByRole('gridcell', { name: 'Sent' })).toBeVisible();
  await expect(app.getByRole('list', { name: 'Peers' }).getByRole('listitem')).toHaveCount(1);
  await picture(app, 'echo-demo-server');
  await expectAccessible(app);
});

test('listens on a free port of its own each time', async ({ app }) => {
  const ports = new Set<string>();
  await app.getByRole('button', { name: demo }).click();
  for (let count = 1; count <= 2; count++) {
    await expect(app.getByRole('button', { name: 'Disconnect', exact: true })).toBeVisible();
    const text = await log(app).getByRole('row').filter({ hasText: 'Connected to' }).innerText();
    ports.add(/Connected to 127\.0\.0\.1:(\d+)/.exec(text)![1]!);
    if (ports.size === 1) await app.keyboard.press('ControlOrMeta+Shift+G');
    await expect(app.getByRole('tab')).toHaveCount(4);
  }
});
