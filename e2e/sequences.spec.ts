import type { Locator, Page } from '@playwright/test';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { connectClient, expect, logRow, startServer, test } from './fixtures.ts';
import { run } from './keys.ts';
import { expectAccessibleInBothThemes } from './looks.ts';
import { settings } from './steps.ts';

const form = (page: Page): Locator => page.getByRole('region', { name: 'The chosen step' });
const result = (page: Page): Locator => page.getByRole('region', { name: 'What became of it' });
const grid = (page: Page): Locator => page.getByRole('grid', { name: 'Steps' });
const row = (page: Page, name: string): Locator => grid(page).getByRole('row', { name });

async function write(page: Page, fields: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(fields))
    await form(page).getByRole('textbox', { name, exact: true }).fill(text);
}

test('a sequence is written, run on a connection, looked at step by step, and there again later', async ({
  page,
  host,
}) => {
  test.setTimeout(240_000);
  const heard: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined); // Its end is of no account.
    socket.on('data', (bytes) => {
      heard.push(bytes.toString());
      socket.write(heard.length === 1 ? 'id=42 ready' : 'error 2');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  await page.goto(host.url);
  await connectClient(page, (server.address() as AddressInfo).port);
  await expect(settings(page)).toContainText('Connected to');

  await page.getByRole('button', { name: 'New tab' }).click();
  await page.getByRole('menuitem', { name: /^New sequence/ }).click();
  await expect(grid(page)).toBeVisible();
  await write(page, {
    Step: 'Identify',
    Sends: '{{nope}}',
    'Waits for': 'ready',
    'Sets values': 'id = id=(\\d+)',
  });
  await form(page).getByRole('textbox', { name: 'Sends' }).press('Escape');
  await expect(grid(page)).toBeFocused();
  await expect(form(page).getByRole('alert')).toContainText('no function');
  await expect(page.getByRole('button', { name: 'Run' })).toBeDisabled();
  await page.keyboard.press('Enter');
  await write(page, { Sends: 'who\\r\\n' });
  await page.keyboard.press('Escape');

  await page.keyboard.press('Insert');
  await write(page, {
    Step: 'Firmware',
    Sends: 'get {{value id}}',
    'Waits for': 'version',
    'At most': '200ms',
  });
  await form(page).getByRole('combobox', { name: 'On failure' }).selectOption('go on');
  await expectAccessibleInBothThemes(page, 'sequence-written');

  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(row(page, 'Firmware')).toContainText('failed');
  await expect(row(page, 'Identify')).toContainText('passed');
  await expect(page.getByRole('status').filter({ hasText: 'Through' })).toBeVisible();
  await expect(page.getByText('1 step failed')).toBeVisible();
  expect(heard).toEqual(['who\r\n', 'get 42']);
  await expect(result(page)).toContainText('did not come in time');
  await expect(result(page)).toContainText('get 42');
  await expect(result(page)).toContainText('error 2');
  await expectAccessibleInBothThemes(page, 'sequence-run');

  await page.reload();
  await expect(page.getByRole('tab', { name: 'New sequence', selected: true })).toBeVisible();
  await row(page, 'Firmware').click();
  await expect(row(page, 'Firmware')).toContainText('failed');
  await page.getByRole('button', { name: 'Show in log' }).click();
  await expect(logRow(page, 'error 2').first()).toHaveAttribute('aria-selected', 'true');

  const downloaded = page.waitForEvent('download');
  await page.getByRole('tab', { name: 'New sequence' }).click();
  await page.getByRole('button', { name: 'More for this sequence' }).click();
  await page.getByRole('menuitem', { name: 'Save as YAML…' }).click();
  const file = await downloaded;
  expect(file.suggestedFilename()).toBe('New sequence.socketscope.yaml');
  await page.getByLabel('Open YAML…').setInputFiles(await file.path());
  await expect(page.getByRole('tab', { name: 'New sequence' })).toHaveCount(2);
  await page.getByLabel('Open YAML…').setInputFiles({
    name: 'a.yaml',
    mimeType: 'text/yaml',
    buffer: Buffer.from('version: 1\nsteps:\n  - sned: a\n'),
  });
  await expect(page.getByRole('alert')).toContainText('Line 3, column 5');
  server.close();
});

test('a sequence is switched on for each new connection of a server, and shows which one failed', async ({
  app: page,
}) => {
  const port = await startServer(page);
  await run(page, 'new sequence');
  await write(page, { Step: 'Ask', Sends: 'who?', 'Waits for': 'me', 'At most': '300ms' });
  await page.keyboard.press('Escape');
  await page.getByLabel('to', { exact: true }).selectOption('each new connection');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(page.getByText(/On for each new connection of/)).toBeVisible();
  const sockets: Socket[] = [];
  const answering = (answer: string): void => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined); // Its end is of no account.
    socket.on('data', () => socket.write(answer));
    sockets.push(socket);
  };
  answering('me');
  await expect(page.getByText('1 passed')).toBeVisible();
  answering('you');
  await expect(page.getByText('1 failed')).toBeVisible();
  answering('me');
  await expect(page.getByText('2 passed')).toBeVisible();
  await page.getByRole('button', { name: 'Last failed run' }).click();
  await expect(result(page)).toContainText('did not come in time');
  await expectAccessibleInBothThemes(page, 'sequence-each');
  await page.getByRole('button', { name: 'Switch off' }).click();
  await expect(page.getByText('Was on for')).toBeVisible();
  await page.getByRole('button', { name: 'Show in log' }).click();
  await expect(logRow(page, 'you').first()).toHaveAttribute('aria-selected', 'true');
  for (const socket of sockets) socket.destroy();
});
