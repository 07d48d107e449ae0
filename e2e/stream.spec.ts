/** A connection as a conversation: what both sides said, over all edges of chunks. */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { connectClient, expect, log, logRow, test } from './fixtures.ts';
import { expectAccessibleInBothThemes, pictures } from './looks.ts';
import { contentOf, pane } from './steps.ts';

/** Each comes as a chunk of its own. */
const answer = [
  'HTTP/1.1 201 Created\r\n',
  'Content-Type: application/json\r\n',
  'Content-Length: 26\r\n\r\n',
  '{"id":4711,"state":"op',
  'en"}',
];

/** A server that says what the test has it say. */
async function httpByHand() {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket.setNoDelay(true).resume());
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    say: (bytes: string | Uint8Array) => sockets.at(-1)!.write(bytes),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

test('an HTTP conversation is read over the edges of its chunks, and its bytes are chosen as one thing', async ({
  app,
}) => {
  const server = await httpByHand();
  await connectClient(app, server.port);
  await expect(logRow(app, 'Connected to')).toBeVisible();
  await app.getByRole('textbox', { name: 'Message' }).fill('POST /orders HTTP/1.1\nHost: localhost\n\n');
  await app.getByRole('button', { name: 'Send', exact: true }).click();
  const received = log(app).locator('[data-row].received');
  await expect(logRow(app, 'POST /orders')).toBeVisible();
  for (const [i, piece] of answer.entries()) {
    server.say(piece);
    await expect(received).toHaveCount(i + 1);
  }

  // From a record to its place in the stream, and by the keys there.
  await received.nth(3).click();
  await log(app).focus();
  await app.keyboard.press('v');
  const stream = app.getByRole('textbox', { name: 'Stream' });
  await expect(stream).toBeFocused();
  const rows = stream.locator('.talk');
  const row = (text: string) => rows.filter({ hasText: text });
  await expect(row('"state":"open"}').locator('.selected')).toHaveText('{"id":4711,"state":"op');
  await expect(row('"state":"open"}').locator('.edge')).toHaveCount(1);
  await expect(row('POST /orders')).toHaveClass(/sent/);
  await expect(row('201 Created')).toHaveClass(/received/);
  await expect(row('Content-Type')).toHaveClass(/above/);
  await expect(row('Connected to')).toHaveClass(/event/);
  await expect(pane(app).getByRole('heading', { level: 2 })).toContainText('received · 22 bytes');

  // Several records are one thing for the pane: its bytes, what they decode to, what is copied.
  await row('201 Created').click();
  await expect(pane(app).getByRole('heading', { level: 2 })).toContainText('received · 22 bytes');
  await row('"state":"open"}')
    .locator('.text')
    .first()
    .click({ position: { x: 9, y: 8 }, modifiers: ['Shift'] });
  await expect(pane(app)).toContainText('4 records joined');
  await row('201 Created')
    .locator('.text')
    .first()
    .click({ position: { x: 2, y: 8 } });
  await app.keyboard.press('Shift+ArrowDown');
  await app.keyboard.press('Shift+ArrowDown');
  await app.keyboard.press('Shift+ArrowDown');
  await app.keyboard.press('Shift+ArrowDown');
  await expect(pane(app)).toContainText('5 records joined');
  await expect(pane(app)).toContainText('state');
  await expect(pane(app).getByRole('textbox', { name: 'Bytes in hex' }).locator('.edge')).toHaveCount(8);
  await expectAccessibleInBothThemes(app, 'stream');
  await stream.focus();
  await app.keyboard.press('ControlOrMeta+C');
  await expect(app.getByText('Copied 102 bytes of 5 records, joined')).toBeVisible();

  // What is looked for is counted, marked and stepped through, over edges, and as it comes.
  const find = app.getByRole('searchbox', { name: 'Find in the stream' });
  await app.keyboard.press('ControlOrMeta+F');
  await expect(find).toBeFocused();
  await app.keyboard.type('"OPEN"');
  await expect(app.getByText('1 match', { exact: true })).toBeVisible();
  await app.keyboard.press('Enter');
  await expect(app.getByText('1 of 1', { exact: true })).toBeVisible();
  await expect(pane(app)).toContainText('2 records joined');
  await find.fill('content-');
  await expect(app.getByText('2 matches', { exact: true })).toBeVisible();
  await expect(stream.locator('.found')).toHaveText(['Content-', 'Content-']);
  await app.keyboard.press('F3');
  await app.keyboard.press('F3');
  await pictures(app, 'stream-find');
  server.say('Content-');
  await expect(app.getByText('2 of 3', { exact: true })).toBeVisible();
  await find.fill('/content-\\w+: .*/i');
  const found = async () => (await stream.locator('.found').allTextContents()).join('');
  await expect.poll(found).toBe('Content-Type: application/jsonContent-Length: 26');
  await app.keyboard.press('Enter');
  await expect(
    pane(app).getByRole('textbox', { name: 'Bytes as text' }).locator('.found').first(),
  ).toBeVisible();
  await pictures(app, 'stream-expression');
  await find.fill('/(/');
  await expect(find).toHaveAttribute('aria-invalid', 'true');
  await find.fill('hex:0x');
  await expect(find).toHaveAttribute('aria-invalid', 'true');
  await find.fill('');

  // Its bytes are a file.
  await row('201 Created').click({ button: 'right' });
  const download = app.waitForEvent('download');
  await app.getByRole('menuitem', { name: 'Save all bytes of the stream…' }).click();
  expect(await contentOf(await download)).toContain(`localhost\n\n${answer.join('')}Content-`);
  await row('201 Created').click({ button: 'right' });
  const text = app.waitForEvent('download');
  await app.getByRole('menuitem', { name: 'Save the stream as text…' }).click();
  expect(await contentOf(await text)).toContain(
    '↑ Host: localhost\\n\n↑ \\n\n↓ HTTP/1.1 201 Created\\r\\n\n',
  );

  // Live, one direction alone, as hex, and what is no text as hex.
  server.say(Uint8Array.from({ length: 300 }, (_, i) => (i * 37) & 0xff));
  await expect(row('201 Created')).toBeVisible();
  await app.keyboard.press('End');
  await app.getByText('Mixed', { exact: true }).click();
  await expect(stream.locator('.line').last()).toBeInViewport();
  await expect(row('201 Created').locator('.line')).toHaveCount(0);
  await pictures(app, 'stream-mixed');
  await app.getByTitle('Received alone').click();
  await expect(row('POST /orders')).toHaveCount(0);
  await app.getByTitle('A row is 16 bytes.').click();
  await expect(row('HTTP/1.1 201').locator('.line').first()).toContainText('48 54 54 50 2F 31 2E 31');
  await app.setViewportSize({ width: 720, height: 450 });
  await pictures(app, 'stream-narrow');
  await app.setViewportSize({ width: 1280, height: 720 });

  // Back in the log the same record is chosen; what was chosen is remembered.
  await rows.first().click();
  await stream.focus();
  await app.keyboard.press('v');
  await expect(log(app)).toBeFocused();
  await expect(log(app).getByRole('row', { selected: true })).toHaveCount(1);
  await app.keyboard.press('3');
  await expect(stream).toBeFocused();
  await app.reload();
  await expect(stream).toBeVisible();
  await server.close();
});
