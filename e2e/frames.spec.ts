import { expectAccessibleInBothThemes, pictures } from './looks.ts';
import { connectClient, expect, log, logRow, startServer, test } from './fixtures.ts';
import { rawServer } from './raw-server.ts';
import { listen, newServer } from './steps.ts';

test('messages that are stuck together and torn are told apart as frames, and are chunks again at will', async ({
  app,
  peers,
}) => {
  const port = await startServer(app);
  const peer = await peers.connect(port);
  const reading = (name: string) =>
    app.getByRole('radiogroup', { name: 'What a row is' }).getByText(name, { exact: true });
  await expect(logRow(app, /connected/i)).toBeVisible();
  peer.send('one\r\ntwo\r\nthr');
  const rows = log(app).locator('[data-row].received');
  await expect(rows).toHaveCount(1);
  peer.send('ee\r\n');
  await expect(rows).toHaveCount(2);

  await reading('Frames').click();
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(0)).toContainText('one');
  await expect(rows.nth(1)).toContainText('two');
  await expect(rows.nth(2)).toContainText('three');
  // One and two came in one read.
  await expect(rows.nth(0)).toHaveClass(/below/);
  await expect(rows.nth(2)).not.toHaveClass(/above|below/);
  // Three was torn.
  await expect(log(app).locator('.data .edge')).toHaveCount(1);
  await expect(rows.nth(2).locator('.edge')).toHaveCount(1);
  await expect(rows.nth(1)).toHaveClass(/above/);

  // A frame is chosen, shown and copied as a record is.
  await rows.nth(2).click();
  const pane = app.locator('[data-zone="pane"]');
  await expect(pane.getByRole('heading', { level: 2 })).toContainText('Frame from #');
  await expect(pane).toContainText('7 bytes');
  await expect(pane).toContainText('in 2 chunks');
  await rows.nth(0).click({ modifiers: ['Shift'] });
  await expect(pane).toContainText('3 frames joined');
  await expect(pane).toContainText('#2 to #3');
  await rows.nth(2).click();
  await expectAccessibleInBothThemes(app, 'frames');

  // The rule is another one, with its fault at its place.
  await app.getByRole('button', { name: 'Frames are line. What is a frame?' }).click();
  const form = app.getByRole('dialog', { name: 'What is a frame?' });
  await form.getByLabel('Ready-made').selectOption('fixed');
  await expect(rows).toHaveCount(1);
  const spec = form.getByRole('textbox');
  await spec.fill('fixed:x');
  await spec.press('Enter');
  await expect(form.getByRole('alert')).toContainText('column 7');
  await pictures(app, 'framing-form');
  await spec.fill('delimiter:\\n,text=o');
  await spec.press('Enter');
  await expect(rows).toHaveCount(5);
  // What was chosen is what begins there now.
  await expect(pane.getByRole('heading', { level: 2 })).toContainText('1 byte');
  await app.keyboard.press('Escape');
  await expect(form).toBeHidden();

  // What does not fit is marked, what is left is named, and both are looked for.
  peer.send('xx');
  await expect(app.getByText(/rows by frames, 2 B not ended/)).toBeVisible();
  peer.socket.end();
  await expect(logRow(app, 'left over: its end never came')).toHaveCount(1);
  const filter = app.getByRole('searchbox', { name: 'Filter' });
  await filter.fill('frame:rest ');
  await expect(log(app).locator('[data-row]')).toHaveCount(1);
  await filter.press('Backspace');

  // By keys, and remembered.
  await log(app).focus();
  await app.keyboard.press('1');
  await expect(reading('Chunks')).toHaveClass(/on/);
  await expect(rows).toHaveCount(3);
  // Where frames begin stands in a chunk, too, and in its bytes.
  await expect(rows.nth(0).locator('.edge')).toHaveCount(4);
  await pictures(app, 'chunks-cut');
  await rows.nth(0).click();
  await expect(pane.getByRole('textbox', { name: 'Bytes in hex' }).locator('.edge')).toHaveCount(8);
  await log(app).focus();
  await app.keyboard.press('2');
  await expect(reading('Frames')).toHaveClass(/on/);
  await app.reload();
  await expect(reading('Frames')).toHaveClass(/on/);
});

test('the lesson on stuck-together and torn messages is done as the help tells it', async ({ app }) => {
  await app.keyboard.press('F1');
  const lesson = app.getByRole('article').filter({ hasText: 'Stuck-together and torn messages' });
  await lesson.getByRole('button').click();
  await app.getByRole('button', { name: 'Connect a client' }).click();
  const rows = log(app).locator('[data-row].received');
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText('one');
  await app.getByRole('textbox', { name: 'Message' }).fill('?');
  await app.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(rows).toHaveCount(2);
  await app.getByRole('radiogroup', { name: 'What a row is' }).getByText('Frames').click();
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(2)).toContainText('three');
  // The server wrote it in two pieces, which stand over the reads.
  await rows.nth(2).click();
  const pane = app.locator('[data-zone="pane"]');
  await expect(pane).toContainText('in 2 chunks · written in 2');
  await expect(pane.getByRole('textbox', { name: 'Bytes in hex' }).locator('.edge.peer')).toHaveCount(2);
  await pictures(app, 'frames-lesson');
});

test('a server answers frames, as its set-up says', async ({ app, peers }) => {
  await newServer(app, 'TCP');
  await app.getByLabel('Reply').selectOption({ label: 'Echo' });
  await app
    .getByRole('button', { name: /^Reply/ })
    .first()
    .click();
  await app.getByLabel('A message is').selectOption('frame');
  await app.getByRole('button', { name: 'Set what a frame is' }).click();
  const form = app.getByRole('dialog', { name: 'What is a frame?' });
  await form.getByLabel('Ready-made').selectOption('length');
  await app.keyboard.press('Escape');
  // What comes before it is set would be another message.
  const peer = await peers.connect(await listen(app));
  peer.send('\x00\x03a');
  await expect(logRow(app, /connected/i)).toBeVisible();
  peer.send('bc\x00');
  await expect.poll(() => peer.text).toBe('\x00\x03abc');
});

test('each message is wrapped by head, length, checksum and tail, and what is shown is what goes out', async ({
  app,
}) => {
  const server = await rawServer();
  await connectClient(app, server.port);
  await app.getByRole('textbox', { name: 'Message' }).fill('ab');
  await app.getByRole('button', { name: 'More to send' }).click();
  await app.getByRole('menuitem', { name: 'Head, length, checksum, tail…' }).click();
  const form = app.getByRole('dialog', { name: 'Around each message' });
  await form.getByRole('textbox', { name: 'Head' }).fill('\\x02');
  await form.getByLabel('Length before the message').selectOption('u16be');
  await form.getByLabel('Checksum behind it').selectOption('crc16-modbus');
  await form.getByRole('textbox', { name: 'Tail' }).fill('\\q');
  await form.getByRole('textbox', { name: 'Tail' }).press('Enter');
  await expect(form.getByRole('alert')).toContainText('column 1');
  await expectAccessibleInBothThemes(app, 'wrap-form');
  await form.getByRole('textbox', { name: 'Tail' }).fill('\\x03');
  await form.getByRole('button', { name: 'Done' }).click();
  const hex = '02 00 02 61 62 54 79 03';
  await expect(app.locator('#message-bytes')).toContainText(`8 bytes ${hex}`);
  await pictures(app, 'wrapped');
  await app.getByRole('button', { name: 'Send', exact: true }).click();
  await expect.poll(() => server.hex).toBe(hex.replaceAll(' ', '').toLowerCase());
  await app.reload();
  await expect(app.getByRole('button', { name: 'Wrapped' })).toHaveAttribute('aria-pressed', 'true');
  await server.close();
});
