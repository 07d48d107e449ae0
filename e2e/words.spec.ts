import type { Locator, Page } from '@playwright/test';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, newTab, test } from './fixtures.ts';

/**
 * All words that a person reads are in `shared/texts`: in the language `en-XA`, which is English in brackets, no letter
 * stands outside of them but what no language has words for.
 */
const project = fileURLToPath(new URL('../', import.meta.url));
const outside = { ...process.env, LC_ALL: 'en_XA.UTF-8' };

/** Each with its reason. Of what stands outside of brackets, a line must be one of these, whole. */
const allowed: [reason: string, pattern: RegExp][] = [
  ['the name of the program, and what it runs on', /^Socketscope$|^v?\d[\w.-]*$|^Node [\d.]+$/],
  ['engraved on keys', /^(?:(?:Ctrl|Alt|Shift|Esc|Enter|F\d+|Page Up|Page Down|[A-Z,⏎]) ?)+$/],
  ['addresses, ports and interfaces', /^\S*(?:\d+\.\d+|::|[\da-f]+:)\S*$|^lo$|^localhost$|^eth\w*$/],
  ['codes of the system and of protocols', /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/],
  ['units', /^[\d.,]+ ?(?:B|KB|MB|GB|k|M|ms|s|µs|m|h)?(?:\/s)?$|^[+-]?[\d.]+ (?:ms|s|µs)$/],
  ['bytes in hex', /^(?:[0-9A-F]{2}[ ·]*)+$|^0x[0-9A-F]+$|^[0-9A-F]{8}$/],
  ['names of types and characters', /^u?int(?:8|16|32|64)$|^float(?:32|64)$|^U\+[0-9A-F]+/],
  ['typed by this test', /^.*PAYLOAD.*$/],
  ['paths', /^[/~][\w./-]*$/],
];

/** Without what stands in brackets, one in another; each rest is a line. */
function rests(text: string): string[] {
  let depth = 0;
  let rest = '';
  for (const character of text) {
    if (character === '⟦') depth++;
    if (depth === 0) rest += character;
    else if (rest.at(-1) !== '\n') rest += '\n';
    if (character === '⟧') depth--;
  }
  expect(depth, `brackets of: ${text.slice(0, 500)}`).toBe(0);
  return rest
    .split('\n')
    .map((line) => line.replace(/^[\s·:,;()…✕↑↓●→–-]+|[\s·:,;()…✕↑↓●→–-]+$/g, ''))
    .filter((line) => /\p{L}/u.test(line) && !allowed.some(([, pattern]) => pattern.test(line)));
}

/** All that is shown, read aloud, or waits in a tooltip. */
const wordsOf = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const said: string[] = [document.title];
    const attributes = ['title', 'aria-label', 'placeholder', 'alt', 'aria-valuetext', 'aria-description'];
    const visit = (node: Element): void => {
      if (['STYLE', 'SCRIPT'].includes(node.tagName)) return;
      for (const name of attributes) if (node.hasAttribute(name)) said.push(node.getAttribute(name)!);
      if (node.shadowRoot) for (const child of node.shadowRoot.children) visit(child);
      for (const child of node.children) visit(child);
    };
    visit(document.body);
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    let all = '';
    while (walk.nextNode()) {
      const { parentElement, textContent } = walk.currentNode as Text;
      if (!parentElement?.closest('style, script, textarea')) all += `${textContent}\n`;
    }
    return [...said, all];
  });

const problems: string[] = [];

async function look(page: Page, room: string): Promise<void> {
  for (const text of await wordsOf(page))
    for (const rest of rests(text)) {
      const problem = `${room}: ${rest}`;
      if (!problems.includes(problem)) problems.push(problem);
    }
}

/** By its English name, which stands in the brackets. */
async function run(page: Page, action: string): Promise<void> {
  await page.keyboard.press('ControlOrMeta+K');
  const field = page.getByRole('dialog').getByRole('combobox');
  await field.fill(action);
  await field.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Command palette' })).toHaveCount(0);
}

async function lookAtMenu(page: Page, button: Locator, room: string): Promise<void> {
  await button.click();
  await expect(page.getByRole('menu')).toBeVisible();
  await look(page, room);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toHaveCount(0);
}

async function lookAtDialog(page: Page, action: string, name: string): Promise<void> {
  await run(page, action);
  await expect(page.getByRole('dialog', { name })).toBeVisible();
  await look(page, name);
}

const close = async (page: Page): Promise<void> => {
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
};

const field = (page: Page, name: string): Locator => page.getByRole('textbox', { name }).first();

async function fill(page: Page, name: string, text: string): Promise<void> {
  await field(page, name).fill(text);
  await field(page, name).press('Enter');
}

const choose = (page: Page, transport: string): Promise<void> =>
  page.getByRole('radio', { name: transport }).first().click();

const openOptions = (page: Page): Promise<void> =>
  page.getByRole('button', { name: 'Options…' }).first().click();

test.use({ locale: 'en-XA' });
test.describe.configure({ timeout: 240_000 });

let language: string | undefined;
test.beforeAll(() => {
  language = process.env['LC_ALL'];
  process.env['LC_ALL'] = outside.LC_ALL;
});
test.afterAll(() => {
  if (language === undefined) delete process.env['LC_ALL'];
  else process.env['LC_ALL'] = language;
});
test.beforeEach(() => void problems.splice(0));

test('every room, menu, dialog and failure of the window', async ({ app, peers }) => {
  await expect(app.locator('html')).toHaveAttribute('lang', 'en-XA');
  await look(app, 'welcome');
  await lookAtMenu(app, app.getByRole('button', { name: 'New tab' }).first(), 'new');
  for (const [action, name] of [
    ['Network facts', 'Network'],
    ['Settings', 'Settings'],
    ['Help', 'Help'],
  ] as const) {
    await lookAtDialog(app, action, name);
    await close(app);
  }
  await lookAtDialog(app, 'Certificates', 'Certificates');
  for (const form of ['Make', 'Import']) {
    await app.getByRole('dialog').getByRole('button', { name: form }).first().click();
    await look(app, `certificates ${form}`);
  }
  await close(app);
  await app.keyboard.press('ControlOrMeta+K');
  await look(app, 'palette');
  await close(app);

  await newTab(app, 'server');
  for (const transport of ['UDP', 'Unix', 'TLS', 'TCP']) {
    await choose(app, transport);
    await look(app, `server ${transport}`);
    await openOptions(app);
    await look(app, `server options ${transport}`);
    await openOptions(app);
  }
  const kinds = await app.getByRole('combobox', { name: 'Reply' }).locator('option').count();
  for (let kind = 0; kind < kinds; kind++) {
    await app.getByRole('combobox', { name: 'Reply' }).selectOption({ index: kind });
    await look(app, `reply ${kind}`);
  }
  await app.getByRole('combobox', { name: 'Reply' }).selectOption({ index: 1 });
  await fill(app, 'Host', '');
  await fill(app, 'Port', '99999');
  await look(app, 'server with problems');
  await app
    .getByRole('textbox', { name: 'Host' })
    .or(app.getByRole('combobox', { name: 'Host' }))
    .first()
    .fill('127.0.0.1');
  await fill(app, 'Port', '0');
  await run(app, 'Start listening');
  const listening = app.getByText(/Listening on 127\.0\.0\.1:\d+/).first();
  await expect(listening).toBeVisible();
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(await listening.innerText())![1]);
  const [peer, gone] = [await peers.connect(port), await peers.connect(port)];
  peer.send('PAYLOAD\r\n');
  gone.socket.resetAndDestroy();
  const row = (text: string): Locator => app.getByRole('grid').getByRole('row').filter({ hasText: text });
  await expect(row('ECONNRESET')).toBeVisible();
  await expect(row('PAYLOAD')).toHaveCount(2);
  await look(app, 'server');
  await row('PAYLOAD').first().click();
  for (const view of ['Hex', 'Text', 'Details', 'Timeline']) {
    await app.getByRole('tab', { name: view }).click();
    await look(app, `inspector ${view}`);
  }
  await row('ECONNRESET').click();
  await app.getByRole('tab', { name: 'Details' }).click();
  await look(app, 'inspector of a failure');
  await row('PAYLOAD').first().click({ button: 'right' });
  await look(app, 'menu of a record');
  await app.keyboard.press('Escape');
  await lookAtMenu(app, app.getByRole('button', { name: `More for ${peer.address}` }).first(), 'peer');
  await lookAtMenu(app, app.getByRole('button', { name: `More for 127.0.0.1:${port}` }).first(), 'endpoint');
  await lookAtMenu(app, app.getByRole('button', { name: 'Disconnect all peers' }).first(), 'peers');
  for (const filter of ['no such record PAYLOAD', '/(/', 'hex:0', '']) {
    await app
      .getByRole('textbox', { name: 'Filter' })
      .or(app.getByRole('searchbox', { name: 'Filter' }))
      .first()
      .fill(filter);
    await look(app, `filter ${filter}`);
  }
  // The threads that search are told the language: the sentence is found by its brackets.
  await app
    .getByRole('textbox', { name: 'Filter' })
    .or(app.getByRole('searchbox', { name: 'Filter' }))
    .first()
    .fill('⟦Listening on');
  await expect(row('Listening on')).toHaveCount(1);
  await expect(row('PAYLOAD')).toHaveCount(0);
  await app
    .getByRole('textbox', { name: 'Filter' })
    .or(app.getByRole('searchbox', { name: 'Filter' }))
    .first()
    .fill('');
  for (const message of ['ab\\q', 'PAYLOAD\\r\\n']) {
    await field(app, 'Message').fill(message);
    await look(app, `message ${message}`);
  }
  await run(app, 'Write the message as hex');
  await field(app, 'Message').fill('0 123 zz');
  await look(app, 'hex');
  await run(app, 'Clear log');
  await look(app, 'cleared');
  await run(app, 'Undo clear');
  await look(app, 'undone');
  await run(app, 'Change the time format');
  await look(app, 'other times');
  await run(app, 'Save log as text');
  await look(app, 'saved');

  await newTab(app, 'client');
  for (const transport of ['UDP', 'Unix', 'TLS', 'TCP']) {
    await choose(app, transport);
    await look(app, `client ${transport}`);
    await openOptions(app);
    await look(app, `client options ${transport}`);
    await openOptions(app);
  }
  await field(app, 'Host').fill('127.0.0.1');
  await fill(app, 'Port', String(await peers.freePort()));
  await run(app, 'Connect');
  await expect(app.getByText('ECONNREFUSED').first()).toBeVisible();
  await look(app, 'refused');
  await fill(app, 'Port', String(port));
  await run(app, 'Connect');
  await expect(row('Connected to')).toHaveCount(1);
  await look(app, 'connected');
  await lookAtMenu(app, app.getByRole('button', { name: 'How to end the connection' }).first(), 'ends');
  expect(problems).toEqual([]);
});

const socketscope = (...args: string[]): string => {
  const { stdout, stderr } = spawnSync(process.execPath, ['out/headless/cli.js', ...args], {
    cwd: project,
    env: outside,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return `${stdout}\n${stderr}`;
};

/** Syntax, not words: options, arguments in angle brackets, commands. */
const withoutSyntax = (text: string): string =>
  text.replaceAll(
    /(?<![\w⟦])--?[a-z][\w-]*|<[^>]*>|\[(?:options|command)\]|\b(?:socketscope|serve|listen|connect|help)\b(?=[^⟧]*(?:⟦|$))/g,
    ' ',
  );

test('all help of the command line, and its failures', async ({ peers }) => {
  const free = await peers.freePort();
  for (const args of [
    ['--help'],
    ['serve', '--help'],
    ['listen', '--help'],
    ['connect', '--help'],
    ['--no-such-option'],
    ['no-such-command'],
    ['listen'],
    ['listen', 'tcp://127.0.0.1:0', 'tcp://127.0.0.1:1'],
    ['listen', 'tcp://127.0.0.1:0', '--count', 'x'],
    ['listen', 'tcp://127.0.0.1:0', '--count'],
    ['listen', 'tcp://127.0.0.1:0', '--format', 'x'],
    ['listen', 'tcp://127.0.0.1:0', '--timeout', '0.01'],
    ['listen', 'tcp://192.0.2.1:0'],
    ['connect', 'http://127.0.0.1:1'],
    ['connect', `tcp://127.0.0.1:${free}`],
    ['connect', 'unix:///no/such/path'],
    ['serve', '--port', 'x'],
    ['serve', '--host', '192.0.2.1', '--no-open'],
  ])
    for (const rest of rests(withoutSyntax(socketscope(...args))))
      problems.push(`${args.join(' ')}: ${rest}`);
  expect(problems).toEqual([]);
});

test('what the host says to a browser that it turns away', async ({ host, request }) => {
  const origin = host.origin;
  for (const path of ['/nothing', '/api/health']) {
    const answer = await request.get(origin + path);
    if (answer.headers()['content-type']?.startsWith('text/html') !== true) continue;
    const said = (await answer.text()).replaceAll(/<[^>]*>/g, '\n').replace('doctype', '');
    expect(rests(said)).toEqual([]);
  }
});
