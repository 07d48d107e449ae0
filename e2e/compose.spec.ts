import { createHash } from 'node:crypto';
import type { Page } from '@playwright/test';
import { connectClient, expect, expectWritten, logRow, startServer, test as base } from './fixtures.ts';
import { expectAccessibleInBothThemes, pictures } from './looks.ts';
import { rawServer, type RawServer } from './raw-server.ts';
import { newClient } from './steps.ts';

/** A client tab that is connected to `server`, a plain socket of the test. */
const test = base.extend<{ server: RawServer; connected: Page }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright wants the pattern
  server: async ({}, use) => {
    const server = await rawServer();
    await use(server);
    await server.close();
  },
  connected: async ({ app, server }, use) => {
    await connectClient(app, server.port);
    await expect(app.getByRole('region', { name: 'Client settings' })).toContainText('Connected to');
    await use(app);
  },
});

const message = (page: Page) => page.getByRole('textbox', { name: 'Message' });
const send = (page: Page) => page.getByRole('button', { name: /^Send( to \d+)?$/ });
const wire = (page: Page) => page.locator('#message-bytes');
const choose = (page: Page, mode: 'Text' | 'Hex' | 'Base64') =>
  page.getByRole('radiogroup', { name: 'Mode' }).getByText(mode).click();

test('text with every escape arrives byte for byte as it was shown', async ({ connected, server }) => {
  await message(connected).fill('a\\r\\n\\t\\0\\\\\\x00\\xff\\u{1F600}é温');
  const hex = '61 0D 0A 09 00 5C 00 FF F0 9F 98 80 C3 A9 E6 B8 A9';
  await expect(wire(connected)).toHaveText(`17 bytes ${hex}`);
  await pictures(connected, 'compose-text');
  await send(connected).click();
  await expect.poll(() => server.hex).toBe(hex.replaceAll(' ', '').toLowerCase());
  await expectWritten(message(connected), '');
});

for (const [typed, bytes] of [
  ['0 1 2 3', '00 01 02 03'],
  ['41 4', '41 04'],
  ['68656c 68:65-6c 0x68,{0x41} \\x41\\x42', '68 65 6C 68 65 6C 68 41 41 42'],
] as const)
  test(`hex: ${typed} is ${bytes}`, async ({ connected, server }) => {
    await choose(connected, 'Hex');
    await message(connected).fill(typed);
    await expect(wire(connected)).toContainText(bytes);
    await send(connected).click();
    await expect.poll(() => server.hex).toBe(bytes.replaceAll(' ', '').toLowerCase());
  });

test('what is ambiguous is refused at its place, and cannot be sent', async ({ connected, server }) => {
  await choose(connected, 'Hex');
  await message(connected).fill('41 42\n0 123 41');
  await expect(wire(connected)).toContainText('Line 2, column 3: An odd number of digits');
  await expect(message(connected)).toHaveAttribute('aria-invalid', 'true');
  await expect(send(connected)).toBeDisabled();
  await message(connected).press('ControlOrMeta+Enter');
  await pictures(connected, 'compose-problem');

  await choose(connected, 'Text');
  await message(connected).fill('ab\\q \\x4');
  await expect(wire(connected)).toContainText('Line 1, column 3: Unknown escape.');
  await expect(wire(connected)).toContainText('Line 1, column 6: \\x needs two hex digits');
  await expect(send(connected)).toBeDisabled();

  await message(connected).fill('right');
  await message(connected).press('ControlOrMeta+Enter');
  await expect.poll(() => server.text).toBe('right');
});

test('the chosen line end is shown with the bytes and sent with them', async ({ connected, server }) => {
  for (const [end, bytes] of [
    ['No line end', '61'],
    ['LF', '61 0A'],
    ['CR', '61 0D'],
    ['CRLF', '61 0D 0A'],
  ] as const) {
    server.forget();
    await connected.getByLabel('Line end', { exact: true }).selectOption(end);
    await message(connected).fill('a');
    await expect(wire(connected)).toContainText(bytes);
    await send(connected).click();
    await expect.poll(() => server.hex).toBe(bytes.replaceAll(' ', '').toLowerCase());
  }
  server.forget();
  await message(connected).focus();
  await connected.keyboard.type('GET / HTTP/1.1\nHost: x\n');
  await expect(message(connected).locator('.sign.break')).toHaveCount(3);
  await expect(wire(connected)).toContainText('↵ is sent as CRLF');
  await pictures(connected, 'compose-line-ends');
  await connected.keyboard.press('Shift+Enter');
  await expect.poll(() => server.text).toBe('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
});

test('As is sends every backslash, and Keep text leaves what was sent', async ({ connected, server }) => {
  await connected.getByRole('button', { name: 'As is' }).click();
  await connected.getByRole('button', { name: 'Keep text' }).click();
  await message(connected).fill('C:\\new {{x}}');
  for (const times of [1, 2]) {
    await send(connected).click();
    await expect.poll(() => server.text).toBe('C:\\new {{x}}'.repeat(times));
  }
  await expectWritten(message(connected), 'C:\\new {{x}}');
});

test('the other notation keeps the bytes', async ({ connected, server }) => {
  await message(connected).fill('é\\0\\x80');
  await choose(connected, 'Hex');
  await expectWritten(message(connected), 'C3 A9 00 80');
  await choose(connected, 'Text');
  await expectWritten(message(connected), 'é\\0\\x80');
  await send(connected).click();
  await expect.poll(() => server.hex).toBe('c3a90080');
});

test('the arrow keys bring earlier messages back, and then the draft', async ({ connected, server }) => {
  for (const text of ['first', 'second']) {
    await message(connected).fill(text);
    await expect(send(connected)).toBeEnabled();
    await message(connected).press('ControlOrMeta+Enter');
    await expectWritten(message(connected), '');
  }
  await expect.poll(() => server.text).toBe('firstsecond');
  await message(connected).fill('draft');
  for (const [key, value] of [
    ['ArrowUp', 'second'],
    ['ArrowUp', 'first'],
    ['ArrowUp', 'first'],
    ['ArrowDown', 'second'],
    ['ArrowDown', 'draft'],
  ] as const) {
    await message(connected).press(key);
    await expectWritten(message(connected), value);
  }
});

/** Pasted as a person does, whatever the page makes of it. */
async function paste(page: Page, text: string): Promise<void> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate((pasted) => navigator.clipboard.writeText(pasted), text);
  await page.keyboard.press('ControlOrMeta+V');
}

test('a hex dump that is pasted in hex is its bytes', async ({ connected, server }) => {
  await choose(connected, 'Hex');
  await expect(message(connected)).toHaveAttribute('contenteditable', 'true');
  await message(connected).focus();
  await paste(connected, '00000000  47 45 54 20 2f 0d 0a                              |GET /..|\n00000007\n');
  await expectWritten(message(connected), '47 45 54 20 2F 0D 0A');
  await expect(connected.getByText('its 7 bytes were taken').first()).toBeVisible();
  await connected.keyboard.press('ControlOrMeta+Enter');
  await expect.poll(() => server.text).toBe('GET /\r\n');
});

test('a pasted text keeps each of its line ends, and problems are marked in it', async ({
  connected,
  server,
}) => {
  await expect(message(connected)).toHaveAttribute('contenteditable', 'true');
  await message(connected).focus();
  await paste(connected, 'a\r\nb\rc\n\\q');
  await expect(message(connected).locator('.problem')).toHaveText('\\q');
  await expect(message(connected).locator('.problem')).toHaveCSS('text-decoration-style', 'wavy');
  await expect(message(connected)).toHaveCSS('white-space-collapse', 'break-spaces');
  await connected.keyboard.press('Backspace');
  await connected.keyboard.press('Backspace');
  await connected.keyboard.press('ControlOrMeta+Enter');
  await expect.poll(() => server.hex).toBe('610d0a620d630a');
});

test('until the editor has arrived the plain field does its work', async ({ connected, server }) => {
  await connected.route('**/code-mirror-*.js', () => undefined);
  await connected.reload();
  const field = connected.locator('.compose textarea');
  await field.fill('plain');
  await expect(send(connected)).toBeEnabled();
  await field.press('ControlOrMeta+Enter');
  await expect.poll(() => server.text).toBe('plain');
  await field.press('ArrowUp');
  await expect(field).toHaveValue('plain');
  await field.press('ControlOrMeta+A');
  await paste(connected, '1\r\n2');
  await expect(wire(connected)).toContainText('31 0D 0A 32');
  await expect(field).toHaveJSProperty('readOnly', true);
  await field.press('ControlOrMeta+Enter');
  await expect.poll(() => server.text).toBe('plain1\r\n2');
  await expect(field).toHaveJSProperty('readOnly', false);
});

test('a pasted message of 1 MB arrives whole', async ({ connected, server }) => {
  const line = `${'0123456789abcdef'.repeat(4)}\n`;
  const text = line.repeat(Math.floor(1_000_000 / line.length));
  await message(connected).focus();
  await paste(connected, text);
  await expect(wire(connected)).toContainText(`${text.length.toLocaleString('en')} bytes`);
  await send(connected).click();
  await expect.poll(() => server.length).toBe(text.length);
  expect(server.sha256).toBe(createHash('sha256').update(text).digest('hex'));
  await expectWritten(message(connected), '');
});

test('a longer paste is sent as it is from a chip in the place of the draft, which stays', async ({
  connected,
  server,
}) => {
  await message(connected).fill('a draft');
  await expect(message(connected)).toHaveAttribute('contenteditable', 'true');
  await message(connected).focus();
  await paste(connected, 'x\r\n\\'.repeat(300_000));
  await expect(connected.getByRole('group', { name: 'What is sent' })).toContainText('Pasted text');
  await pictures(connected, 'compose-pasted');
  await connected.keyboard.press('ControlOrMeta+Enter');
  await expect.poll(() => server.length).toBe(1_200_000);
  const sent = createHash('sha256').update('x\r\n\\'.repeat(300_000)).digest('hex');
  expect(server.sha256).toBe(sent);
  await expectWritten(message(connected), 'a draft');
  await connected.getByRole('searchbox', { name: 'Filter' }).focus();
  await paste(connected, 'x'.repeat(70_000));
  await expect(connected.getByText('it takes 65,536').first()).toBeVisible();
  await expect(connected.getByRole('searchbox', { name: 'Filter' })).toHaveValue('');
});

test('a file of 5 MB arrives byte for byte, chosen in the menu', async ({ connected, server }) => {
  const bytes = Buffer.alloc(5_000_000, 'socket\0\xff', 'latin1');
  const chooser = connected.waitForEvent('filechooser');
  await connected.getByRole('button', { name: 'More to send' }).click();
  await connected.getByRole('menuitem', { name: 'Send a file…' }).click();
  await (await chooser).setFiles({ name: 'image.bin', mimeType: '', buffer: bytes });
  await expect(wire(connected)).toContainText('5,000,000 bytes 73 6F 63 6B 65 74 00 FF');
  await send(connected).click();
  await expect.poll(() => server.length).toBe(bytes.length);
  expect(server.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
});

test('a file goes line by line at its times, waits while it is paused, and is cancelled', async ({
  connected,
  server,
}) => {
  const chooser = connected.waitForEvent('filechooser');
  await connected.getByRole('button', { name: 'More to send' }).click();
  await connected.getByRole('menuitem', { name: 'Send a file…' }).click();
  const lines = Array.from({ length: 2000 }, (_, at) => `line ${at}\n`).join('');
  await (await chooser).setFiles({ name: 'lines.txt', mimeType: '', buffer: Buffer.from(lines) });
  await connected.getByRole('combobox', { name: 'How the file goes' }).selectOption('Line by line');
  const every = connected.getByRole('textbox', { name: 'Milliseconds between pieces' });
  await every.fill('x');
  await every.blur();
  await expect(connected.getByText('Write 0, or milliseconds')).toBeVisible();
  await every.fill('25');
  await every.blur();
  await expectAccessibleInBothThemes(connected, 'compose-file');
  await send(connected).click();
  const chip = connected.getByRole('group', { name: 'What is sent' });
  await expect.poll(() => server.text).toContain('line 5\n');
  await expect(logRow(connected, 'line 3').first()).toBeVisible();
  await pictures(connected, 'compose-file-going');
  await chip.getByRole('button', { name: 'Pause' }).click();
  await expect(chip.getByRole('button', { name: 'Go on' })).toBeVisible();
  const paused = server.length;
  await chip.getByRole('button', { name: 'Go on' }).click();
  await expect.poll(() => server.length).toBeGreaterThan(paused + 20);
  await chip.getByRole('button', { name: 'Cancel' }).click();
  await expect(chip.getByRole('button', { name: 'Do not send this' })).toBeVisible();
  expect(lines.startsWith(server.text)).toBe(true);
});

test('a closed client connects and sends, or tells why not and keeps the text', async ({ app, server }) => {
  await newClient(app, 'TCP', server.port);
  await message(app).fill('hello');
  await app.getByRole('button', { name: 'Connect and send' }).click();
  await expect.poll(() => server.text).toBe('hello');
  const gone = await rawServer();
  await gone.close();
  await newClient(app, 'TCP', gone.port);
  await message(app).fill('nobody');
  await app.getByRole('button', { name: 'Connect and send' }).click();
  await expect(app.getByText('The connection did not open').first()).toBeVisible();
  await expectWritten(message(app), 'nobody');
  await pictures(app, 'compose-not-opened');
});

test('bytes that would be too long in the other notation stay as they are written', async ({ connected }) => {
  await message(connected).focus();
  await paste(connected, 'x'.repeat(400_000));
  await choose(connected, 'Hex');
  await expect(connected.getByText('As hex this message would have', { exact: false }).first()).toBeVisible();
  await expect(connected.getByRole('radio', { name: 'Text' })).toBeChecked();
  await expect(wire(connected)).toContainText('400,000 bytes');
});

test('nothing can be sent to nobody, and the composer says why', async ({ app, peers }) => {
  const port = await startServer(app);
  await message(app).fill('hello');
  await expect(app.getByText('Nobody is connected.')).toBeVisible();
  await expect(send(app)).toBeDisabled();
  const peer = await peers.connect(port);
  await send(app).click();
  await expect.poll(() => peer.text).toBe('hello');
});

test('a message goes to the peers that are selected, or to all', async ({ app, peers }) => {
  const port = await startServer(app);
  const [one, two, three] = [await peers.connect(port), await peers.connect(port), await peers.connect(port)];
  const list = app.getByRole('list', { name: 'Peers' });
  await list.getByRole('button', { name: one.address }).first().click();
  await list
    .getByRole('button', { name: three.address })
    .first()
    .click({ modifiers: ['ControlOrMeta'] });
  await message(app).fill('chosen');
  await pictures(app, 'compose-selected-peers');
  await send(app).click();
  await expect.poll(() => [one.text, two.text, three.text]).toEqual(['chosen', '', 'chosen']);
  await app.getByLabel('To', { exact: true }).selectOption('all 3 peers');
  await message(app).fill('!');
  await send(app).click();
  await expect.poll(() => [one.text, two.text, three.text]).toEqual(['chosen!', '!', 'chosen!']);
});

test('functions make the message: what changes is shown, and each peer gets its own', async ({
  app,
  peers,
}) => {
  const port = await startServer(app);
  const [first, second] = [await peers.connect(port), await peers.connect(port)];
  await expect(app.getByText('2 connected')).toBeVisible();
  await message(app).fill('{{#body}}n={{counter}}{{/body}} {{body | crc16-modbus | hex}}\\n');
  await expect(wire(app)).toHaveText(/^\s*9 bytes\s+6E 3D\s+31\s+20\s+35 39 43 31\s+0A/);
  await app.getByLabel('To', { exact: true }).selectOption('all 2 peers');
  await message(app).press('ControlOrMeta+Enter');
  await expect.poll(() => [first.text, second.text].sort()).toEqual(['n=1 59C1\n', 'n=2 5881\n']);
  await pictures(app, 'compose-functions');

  // The arguments of the one at the cursor, in a form.
  await message(app).fill('{{counter 5}}');
  await app.getByRole('button', { name: 'counter…' }).click();
  const form = app.getByRole('dialog', { name: 'Arguments of counter' });
  await form.getByLabel('step').fill('2');
  await expectWritten(message(app), '{{counter 5 2}}');
  await expectAccessibleInBothThemes(app, 'compose-arguments');
  await app.keyboard.press('Escape');
  await expect(form).toBeHidden();
  await expect(message(app)).toBeFocused();

  await message(app).fill('{{conter}}');
  await expect(wire(app)).toContainText(
    'Line 1, column 3: There is no function or part of this name. Is counter meant?',
  );
  await expect(send(app)).toBeDisabled();
});

test('a message is put together of what was pasted, warned about, and received', async ({ app, peers }) => {
  const port = await startServer(app);
  const peer = await peers.connect(port);
  await expect(app.getByText('1 connected')).toBeVisible();
  await expect(message(app)).toHaveAttribute('contenteditable', 'true');
  await message(app).focus();
  await paste(app, "b'id?\\x01'");
  await expectWritten(message(app), 'id?\\x01');
  await expect(app.getByText('Pasted as Python bytes: its 4 bytes were taken.').first()).toBeVisible();
  await choose(app, 'Base64');
  await expectWritten(message(app), 'aWQ/AQ==');
  await app.getByRole('combobox', { name: 'Line end' }).selectOption('LF');
  await app.getByRole('button', { name: 'The chosen line end is sent behind these bytes.' }).click();
  await expect(message(app)).toBeFocused();
  await app.getByRole('combobox', { name: 'Line end' }).selectOption('No line end');
  await send(app).click();
  await expect.poll(() => peer.text).toBe('id?\x01');

  peer.send('id=42;');
  await choose(app, 'Text');
  await message(app).fill("<{{received match='id=([0-9]+)' group=1}}>");
  await expect(wire(app)).toHaveText(/^\s*4 bytes\s+3C\s+34 32\s+3E/);
  await message(app).fill('{{env HOME}}');
  await expect(wire(app)).toContainText('The message would read the variable HOME (VARIABLE_NOT_ALLOWED)');
  await pictures(app, 'compose-not-allowed');
  await app.getByRole('button', { name: 'Allow…' }).click();
  await expect(app.getByText('Messages may not read HOME (NAME_REFUSED)').first()).toBeVisible();
  await message(app).fill("<{{received match='id=([0-9]+)' group=1}}>");
  await send(app).click();
  await expect.poll(() => peer.text).toBe('id?\x01<42>');
});

test('text in another encoding arrives as its bytes, and is kept with the draft', async ({
  connected,
  server,
}) => {
  await message(connected).fill('温度=23.5℃\\r\\n');
  await connected.getByRole('combobox', { name: 'Encoding' }).selectOption('GBK');
  await expect(wire(connected)).toContainText('CE C2 B6 C8 3D 32 33 2E');
  await send(connected).click();
  await expect.poll(() => server.hex).toBe('cec2b6c83d32332e35a1e60d0a');
  await pictures(connected, 'compose-encoding');
  await message(connected).fill('température');
  await connected.getByRole('combobox', { name: 'Encoding' }).selectOption('ASCII');
  await expect(wire(connected)).toContainText('Line 1, column 5: The encoding has no such character.');
  await expect(send(connected)).toBeDisabled();
});

test('a message is repeated as often as was asked, and a flood stops at once', async ({
  connected,
  server,
}) => {
  const line = connected.getByRole('group', { name: 'Repeat' });
  const form = connected.getByRole('dialog', { name: 'Send again and again' });
  await message(connected).fill('{{counter}};');
  await connected.getByRole('button', { name: 'More to send' }).click();
  await connected.getByRole('menuitem', { name: 'Repeat…' }).click();
  await form.getByLabel('Every').fill('20');
  await form.getByLabel('Times').fill('12');
  await expectAccessibleInBothThemes(connected, 'repeat-form');
  await form.getByLabel('Times').press('Enter');
  await expect(line).toContainText('Repeated');
  await expect(line).toContainText('12 of 12 sent');
  const text = Array.from({ length: 12 }, (_, at) => `${at + 1};`).join('');
  await expect.poll(() => server.hex).toBe(Buffer.from(text).toString('hex'));

  await message(connected).fill('flood');
  await connected.getByRole('button', { name: 'More to send' }).click();
  await connected.getByRole('menuitem', { name: 'Repeat…' }).click();
  await form.getByLabel('Every').fill('0');
  await form.getByLabel('Times').fill('');
  await form.getByRole('button', { name: 'Start' }).click();
  await expect(line).toContainText('as fast as it is taken');
  await expect(line).toContainText('/s');
  await message(connected).press('ControlOrMeta+Shift+Enter');
  await expect(line).toContainText('Repeat stopped');
  const sent = Number((/([\d,]+) sent/.exec(await line.innerText())?.[1] ?? '').replaceAll(',', ''));
  expect(sent).toBeGreaterThan(100);
  await expect.poll(() => server.length).toBe(text.length + sent * 5);
  await expectAccessibleInBothThemes(connected, 'repeat-line');
  await line.getByRole('button', { name: 'Dismiss' }).click();
  await expect(line).toHaveCount(0);
});
