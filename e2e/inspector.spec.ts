import { createHash, randomBytes } from 'node:crypto';
import type { Page } from '@playwright/test';
import { connectClient, expect, logRow, startServer, test } from './fixtures.ts';
import { pictures } from './looks.ts';
import type { Peers } from './peers.ts';
import { rawServer } from './raw-server.ts';
import { sendStaged } from './staged-message.ts';
import { pane, unfold } from './steps.ts';

const region = pane;
const hex = (page: Page) => region(page).getByRole('textbox', { name: 'Bytes in hex' });
const text = (page: Page) => region(page).getByRole('textbox', { name: 'Bytes as text' });
const selected = (page: Page) => text(page).locator('.selected');
const lines = (page: Page) => hex(page).locator('.line');
const values = (page: Page) => region(page).getByRole('group', { name: 'Values at the cursor' });

/** As the hex view writes it. */
const shown = (bytes: Buffer) => bytes.toString('hex').toUpperCase().match(/../g)!.join(' ');

/** A server with one peer that sent `payload`; the record is selected. */
async function received(app: Page, peers: Peers, payload: Buffer) {
  const peer = await peers.connect(await startServer(app));
  peer.socket.write(payload);
  await logRow(app, '').getByRole('gridcell', { name: 'Received' }).click();
  await expect(region(app)).toContainText(`received · ${payload.length.toLocaleString('en')} bytes`);
}

test('hex shows 16 bytes a row, or 8 where there is no room', async ({ app, peers }) => {
  await received(app, peers, Buffer.from(Array.from({ length: 40 }, (_, index) => index + 0x30)));
  await expect(lines(app)).toHaveCount(3);
  await expect(lines(app).first()).toHaveText(
    /^000000\s+30 31 32 33 34 35 36 37 38 39 3A 3B 3C 3D 3E 3F\s+0123456789:;<=>\?$/,
  );
  await expect(lines(app).nth(1)).toContainText('000010');
  await pictures(app, 'record-hex-16');
  const overflow = await hex(app).evaluate((view) => view.scrollWidth - view.clientWidth);
  expect(overflow).toBe(0);

  const edge = app.getByRole('separator', { name: 'Width of the pane' });
  await edge.focus();
  await edge.press('End');
  await expect(lines(app)).toHaveCount(5);
  await expect(lines(app).nth(1)).toHaveText(/^000008\s+38 39 3A 3B 3C 3D 3E 3F\s+89:;<=>\?$/);
  await pictures(app, 'record-hex-8');
});

test('hex and text share one selection, and copy it', async ({ app, peers, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await received(app, peers, Buffer.from('{"name":"设备-7"}\r\n'));
  await hex(app).focus();
  for (let at = 0; at < 9; at++) await hex(app).press('ArrowRight');
  for (let at = 0; at < 5; at++) await hex(app).press('Shift+ArrowRight');
  await expect(region(app)).toContainText('6 bytes from 9 (0x9)');
  await pictures(app, 'record-selection');
  await expect(selected(app).first()).toBeVisible();
  expect((await selected(app).allInnerTexts()).join('')).toBe('设备');
  await text(app).press('Shift+ArrowRight');
  await expect(region(app)).toContainText('7 bytes from 9 (0x9)');
  const clipboard = () => app.evaluate(() => navigator.clipboard.readText());
  await hex(app).press('ControlOrMeta+C');
  await expect.poll(clipboard).toBe('E8 AE BE E5 A4 87 2D');
  for (const [form, copied] of [
    ['Hex without blanks', 'E8AEBEE5A4872D'],
    ['Text, as it is shown', '设备-'],
    ['Text with escapes', '设备-'],
    ['C array', 'const unsigned char data[7] = {\n    0xE8, 0xAE, 0xBE, 0xE5, 0xA4, 0x87, 0x2D\n};\n'],
    ['JavaScript', 'new Uint8Array([0xE8, 0xAE, 0xBE, 0xE5, 0xA4, 0x87, 0x2D])'],
    ['Base64', '6K6+5aSHLQ=='],
    ['Python bytes', String.raw`b'\xe8\xae\xbe\xe5\xa4\x87-'`],
  ] as const) {
    await region(app).getByRole('button', { name: 'Copy as' }).click();
    if (form === 'Base64') await pictures(app, 'record-copy-as');
    await app.getByRole('menuitem', { name: form }).click();
    await expect.poll(clipboard).toBe(copied);
  }
  // The form that was chosen last is what the keys give, and without a selection they give the whole record.
  await hex(app).focus();
  await hex(app).press('Home');
  await hex(app).press('ControlOrMeta+C');
  await expect.poll(clipboard).toBe(String.raw`b'{"name":"\xe8\xae\xbe\xe5\xa4\x87-7"}\r\n'`);
});

test('the values at the cursor are those of its bytes', async ({ app, peers }) => {
  const payload = Buffer.alloc(24);
  payload.writeDoubleBE(Math.PI, 0);
  payload.writeUInt32LE(0xfffffffe, 8);
  payload.write('温', 12);
  await received(app, peers, payload);
  const row = (type: string) => values(app).getByRole('row', { name: type }).getByRole('cell');
  await expect(row('f64').nth(1)).toHaveText('3.141592653589793');
  await expect(row('u16')).toHaveText(['2368', '16393']);
  const goTo = region(app).getByRole('textbox', { name: 'Go to offset' });
  await goTo.fill('0x8');
  await goTo.press('Enter');
  await expect(hex(app)).toBeFocused();
  await expect(values(app)).toContainText('u8 254 i8 -2');
  await expect(values(app)).toContainText('1111 1110');
  await expect(row('u32').first()).toHaveText('4294967294');
  await expect(row('i32').first()).toHaveText('-2');
  for (let at = 0; at < 4; at++) await hex(app).press('ArrowRight');
  await expect(values(app)).toContainText('温');
  await hex(app).press('ControlOrMeta+End');
  await expect(row('u16').first()).toHaveText('–');
  await goTo.fill('24');
  await goTo.press('Enter');
  await expect(goTo).toHaveAccessibleDescription(/An offset from 0 to 23/);
  await pictures(app, 'record-offset-problem');
});

test('details name both addresses, the times and the counters', async ({ app, peers }) => {
  const port = await startServer(app);
  const peer = await peers.connect(port);
  peer.send('hello');
  await logRow(app, 'hello').click();
  await unfold(app, 'Details');
  const details = region(app).getByRole('group', { name: 'Details' });
  const field = (name: string) => details.locator('dt', { hasText: new RegExp(`^${name}$`) }).locator('+ dd');
  await expect(field('Local address')).toHaveText(`127.0.0.1:${port}`);
  await expect(field('Remote address')).toHaveText(peer.address);
  await expect(field('Size')).toHaveText('5 bytes');
  await expect(field('Origin')).toHaveText('accepted here');
  await expect(field('Time')).toHaveText(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/);
  await pictures(app, 'record-details');
  peer.socket.resetAndDestroy();
  await logRow(app, 'ECONNRESET').click();
  await expect(details).toContainText('Likely cause');
  await expect(details).toContainText('What to try');
  await expect(field('Received')).toHaveText('5 bytes');
  await pictures(app, 'record-failure');
});

test('a payload of 100 MB opens at once, and only the ranges in sight are fetched', async ({ app }) => {
  const server = await rawServer(false);
  await connectClient(app, server.port);
  await expect(app.getByRole('region', { name: 'Client settings' })).toContainText('Connected to');
  const endpoint = (await app.getByRole('tab', { selected: true }).first().getAttribute('id'))!.replace(
    'tab-',
    '',
  );
  const length = 100 * 1024 * 1024;
  const piece = randomBytes(512 * 1024);
  await sendStaged(app, endpoint, piece, length / piece.length);
  await expect.poll(() => server.length).toBe(length);
  const whole = createHash('sha256');
  for (let at = 0; at < length; at += piece.length) whole.update(piece);
  expect(server.sha256).toBe(whole.digest('hex'));

  const fetched = await bytesReceived(app, async () => {
    await app.getByRole('gridcell', { name: 'Sent', exact: true }).first().click();
    await expect(region(app)).toContainText('104,857,600 bytes');
    await expect(lines(app).first()).toContainText(shown(piece.subarray(0, 16)));
    await hex(app).focus();
    await hex(app).press('ControlOrMeta+End');
    await expect(region(app)).toContainText('Byte 104,857,599 (0x63FFFFF)');
    await expect(lines(app).last()).toContainText('63ffff0');
    await expect(lines(app).last()).toContainText(shown(piece.subarray(-16)));
    await pictures(app, 'record-100-mb');
    await hex(app).press('ControlOrMeta+Home');
    await expect(lines(app).first()).toContainText('000000');
  });
  expect(fetched).toBeLessThan(4 * 1024 * 1024);
  await server.close();
});

/** Bytes that the page's channel brought while `run` ran. */
async function bytesReceived(page: Page, run: () => Promise<void>): Promise<number> {
  const session = await page.context().newCDPSession(page);
  let bytes = 0;
  session.on('Network.webSocketFrameReceived', ({ response }) => {
    bytes += Buffer.from(response.payloadData, 'base64').length;
  });
  await session.send('Network.enable');
  await run();
  await session.detach();
  return bytes;
}
