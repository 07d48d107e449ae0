import type { Locator, Page } from '@playwright/test';
import { join } from 'node:path';
import { rests, wordsOf } from './brackets.ts';
import { makeAuthority, makeLeaf } from './certificates.ts';
import { expect, logRow, newTab, test } from './fixtures.ts';
import type { Peers } from './peers.ts';
import { fill } from './steps.ts';

/** The window's words are all in `shared/texts`: in `en-XA` no letter stands outside of brackets but what `brackets.ts` allows. */
test.use({ locale: 'en-XA', actionTimeout: 20_000 });
// Three walks side by side: one after the other they would take longer than any other test.
test.describe.configure({ mode: 'parallel', timeout: 240_000 });

/** What one walk through the window finds; a room that cannot be entered is found too. */
class Walk {
  readonly findings = new Set<string>();
  readonly page: Page;
  readonly #known = new Set<string>();

  constructor(page: Page) {
    this.page = page;
  }

  async look(room: string): Promise<void> {
    for (const text of await wordsOf(this.page))
      for (const rest of rests(text))
        if (!this.#known.has(rest)) {
          this.#known.add(rest);
          this.findings.add(`${room}: ${rest}`);
        }
  }

  async room(name: string, enter: () => Promise<void>): Promise<void> {
    try {
      await enter();
      await this.look(name);
    } catch (error) {
      this.findings.add(`${name}: ${String(error).slice(0, 1200)}`);
    }
  }

  async menu(name: string, button: Locator): Promise<void> {
    await this.room(name, async () => {
      await button.click();
      await expect(this.page.getByRole('menu')).toBeVisible();
      await this.look(name);
      await this.page.keyboard.press('Escape');
      await expect(this.page.getByRole('menu')).toHaveCount(0);
    });
  }
}

/** An action by its English name, which stands in the brackets. */
async function run(page: Page, action: string): Promise<void> {
  await page.keyboard.press('ControlOrMeta+K');
  const field = page.getByRole('dialog').getByRole('combobox');
  await field.fill(`⟦${action}`);
  await expect(page.getByRole('option').first()).not.toHaveAttribute('aria-disabled', 'true');
  const palette = page.getByRole('dialog', { name: 'Command palette' });
  // What is not possible yet does not run: the summary that allows it may be under way.
  await expect(async () => {
    if ((await palette.count()) > 0) await field.press('Enter', { timeout: 1000 });
    await expect(palette).toHaveCount(0, { timeout: 1000 });
  }).toPass({ timeout: 20_000 });
}

async function closeDialog(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
}

const button = (page: Page, name: string): Locator => page.getByRole('button', { name }).first();
const textbox = (page: Page, name: string): Locator => page.getByRole('textbox', { name }).first();
const hostField = (page: Page): Locator =>
  textbox(page, 'Host')
    .or(page.getByRole('combobox', { name: 'Host' }))
    .first();
const choose = (page: Page, transport: string): Promise<void> =>
  page
    .getByRole('radio', { name: `⟦${transport}⟧` })
    .or(page.getByRole('radio', { name: transport, exact: true }))
    .first()
    .click();

let language: string | undefined;
test.beforeAll(() => {
  language = process.env['LC_ALL'];
  process.env['LC_ALL'] = 'en_XA.UTF-8';
});
test.afterAll(() => {
  if (language === undefined) delete process.env['LC_ALL'];
  else process.env['LC_ALL'] = language;
});

/** Listens at any port of 127.0.0.1, which it returns. */
async function listen(page: Page): Promise<number> {
  await fill(hostField(page), '127.0.0.1');
  await fill(textbox(page, 'Port'), '0');
  await run(page, 'Start listening');
  const listening = page.getByText(/Listening on 127\.0\.0\.1:\d+/).first();
  await expect(listening).toBeVisible();
  return Number(/127\.0\.0\.1:(\d+)/.exec(await listening.innerText())![1]);
}

async function walkDialogs(walk: Walk): Promise<void> {
  const { page } = walk;
  await walk.menu('menu of new tabs', button(page, 'New tab'));
  for (const [action, name] of [
    ['Settings', 'Settings'],
    ['Help', 'Help'],
    ['Certificates', 'Certificates'],
    ['New, open or save a workspace', 'Workspaces'],
  ] as const)
    await walk.room(name, async () => {
      await run(page, action);
      await expect(page.getByRole('dialog', { name })).toBeVisible();
      await walk.look(name);
      if (name === 'Help') await page.getByRole('dialog').getByRole('searchbox').fill('no such word');
      if (name === 'Certificates') await walkCertificates(walk);
      await walk.look(name);
      if (name === 'Help') await page.keyboard.press('Escape');
      await closeDialog(page);
    });
  await walk.room('Network', async () => {
    await run(page, 'Network facts');
    await walk.look('Network');
    await lookUp(walk);
    await walk.look('Network');
    await run(page, 'Close tab');
  });
  await walk.room('Messages', async () => {
    await run(page, 'Saved messages');
    await walk.look('Messages');
    const document = page.locator('#document-panel');
    await document.getByRole('button', { name: 'New message' }).click();
    await document.getByRole('textbox', { name: 'Name' }).fill('PAYLOAD');
    await walk.look('Messages');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Delete');
    await walk.look('Messages');
    await run(page, 'Close tab');
  });
  await walk.room('Sequence', async () => {
    await run(page, 'New sequence');
    const document = page.locator('#document-panel');
    await document.getByRole('textbox', { name: 'Sends' }).fill('PAYLOAD');
    await walk.look('Sequence');
    await document.getByRole('button', { name: 'More for this sequence' }).click();
    await walk.look('Sequence');
    await page.keyboard.press('Escape');
    await document.getByRole('grid').focus();
    await page.keyboard.press('Delete');
    await walk.look('Sequence');
    await run(page, 'Close tab');
  });
  await walk.room('palette', async () => {
    await page.keyboard.press('ControlOrMeta+K');
    await walk.look('palette');
    await page.getByRole('dialog').getByRole('combobox').fill('PAYLOAD');
    await walk.look('palette');
    await closeDialog(page);
  });
}

async function lookUp(walk: Walk): Promise<void> {
  const document = walk.page.locator('#document-panel');
  await fill(document.getByRole('textbox').first(), 'localhost');
  await document.locator('form button').click();
  await expect(document.locator('table.answers')).toBeVisible();
}

async function walkCertificates(walk: Walk): Promise<void> {
  const dialog = walk.page.getByRole('dialog');
  const make = dialog.getByRole('form', { name: 'Make a certificate' });
  const hosts = make.getByRole('textbox', { name: 'Host names' });
  for (const wrong of ['', '1.2.3', 'PAYLOAD_$']) {
    await hosts.fill(wrong);
    await walk.look('certificates, wrong name');
  }
  await hosts.fill('localhost');
  await make.getByRole('textbox', { name: 'Name', exact: false }).first().fill('PAYLOAD made');
  await make.locator('button[type=submit]').click();
  await expect(dialog.getByText('PAYLOAD made was made')).toBeVisible();
  await button(walk.page, 'Facts of PAYLOAD').click();
  await walk.look('facts of a certificate');
  const files = dialog.getByRole('form', { name: 'Import files' });
  const certificate = files.getByLabel('Certificate file');
  await certificate.setInputFiles({
    name: 'PAYLOAD.pem',
    mimeType: 'text/plain',
    buffer: Buffer.from('PAYLOAD'),
  });
  await files.locator('button[type=submit]').click();
  await expect(files.getByRole('alert')).toBeVisible();
  await walk.look('certificates, refused');
  await files.getByRole('radio', { name: 'Trusted authority' }).click();
  await certificate.setInputFiles({
    name: 'PAYLOAD.pem',
    mimeType: 'text/plain',
    buffer: Buffer.alloc(300_000),
  });
  await walk.look('certificates, too long');
  await button(walk.page, 'Remove PAYLOAD').click();
  await walk.look('certificates, remove');
  const question = dialog.getByRole('group', { name: 'Remove PAYLOAD' });
  await question.getByRole('button').first().click();
  // Until it is removed, Escape would take the question back instead of closing the dialog.
  await expect(question).toHaveCount(0);
}

async function walkOptions(walk: Walk, role: string): Promise<void> {
  const { page } = walk;
  for (const transport of ['UDP', 'Unix', 'TLS', 'TCP'])
    await walk.room(`${role} ${transport}`, async () => {
      await choose(page, transport);
      // The path that is begun with is a text too, of which a name would show a part.
      if (transport === 'Unix') await fill(textbox(page, 'Path'), '/tmp/PAYLOAD.sock');
      await walk.look(`${role} ${transport}`);
      await button(page, 'Options').click();
      const options = page.getByRole('group', { name: 'Options' });
      await expect(options).toBeVisible();
      const folded = options.locator('[aria-expanded=false]');
      while ((await folded.count()) > 0) await folded.first().click();
      await walk.look(`options of ${role} ${transport}`);
      for (const field of await options.locator('.fields').getByRole('textbox').all())
        if (await field.isEnabled()) await field.fill('PAYLOAD/((');
      await walk.look(`wrong options of ${role} ${transport}`);
      await button(page, 'Options').click();
      await expect(options).toHaveCount(0);
    });
}

async function walkReplies(walk: Walk): Promise<void> {
  const { page } = walk;
  const reply = page.getByRole('combobox', { name: 'Reply' });
  const kinds = await reply.locator('option').count();
  for (let kind = 0; kind < kinds; kind++)
    await walk.room(`reply ${kind}`, async () => {
      await reply.selectOption({ index: kind });
      const panel = page.getByRole('region', { name: 'What the server answers' });
      // By what the button says: the panel may be on its way, and one click more would close it.
      const opens = button(page, 'Reply…');
      if ((await opens.getAttribute('aria-expanded')) === 'false') await opens.click();
      await expect(panel).toBeVisible();
      const value = await reply.inputValue();
      if (value === 'rules') await walkRules(walk, panel);
      if (value === 'prefix' || value === 'greeting') {
        const written = panel.getByRole('textbox').first();
        for (const text of ['PAYLOAD\\q', 'PAYLOAD ${no}', 'PAYLOAD']) {
          await written.fill(text);
          await walk.look(`reply ${value}`);
        }
        await written.blur();
      }
    });
  await fill(page.locator('.greeting').getByRole('textbox'), '');
  await reply.selectOption('echo');
}

async function walkRules(walk: Walk, panel: Locator): Promise<void> {
  await panel.getByRole('button', { name: 'Add a rule' }).click();
  const card = panel.getByRole('listitem').first();
  const match = card.getByRole('combobox', { name: 'A message that' });
  for (const kind of ['hex', 'regex', 'contains', 'exact']) {
    await match.selectOption(kind);
    await card.getByRole('textbox', { name: 'Pattern' }).fill('((PAYLOAD\\q');
    await walk.look(`rule that ${kind}`);
    await card.getByRole('textbox', { name: 'Pattern' }).fill(kind === 'hex' ? '50' : 'PAYLOAD');
    await card.getByRole('textbox', { name: 'Pattern' }).press('Enter');
  }
  await card.getByRole('textbox', { name: 'Answer' }).fill('PAYLOAD answer');
  await fill(card.getByRole('textbox', { name: 'Wait' }), 'PAYLOAD');
  await walk.look('rule');
  await fill(card.getByRole('textbox', { name: 'Wait' }), '0');
  await card.getByRole('checkbox').check();
  const trial = panel.getByRole('textbox', { name: 'Try a message' });
  for (const text of ['PAYLOAD\\q', 'no PAYLOAD', 'PAYLOAD']) {
    await trial.fill(text);
    await expect(panel.getByText('Nothing is sent')).toHaveCount(0);
    await walk.look('trial of rules');
  }
}

async function walkServer(walk: Walk, peers: Peers): Promise<number> {
  const { page } = walk;
  await walk.room('server with problems', async () => {
    await hostField(page).fill('PAYLOAD/(');
    await textbox(page, 'Port').fill('99999');
    await walk.look('server with problems');
  });
  await walk.room('address that is not here', async () => {
    await fill(hostField(page), '192.0.2.1');
    await fill(textbox(page, 'Port'), '1');
    await run(page, 'Start listening');
    await expect(logRow(page, 'EADDRNOTAVAIL')).toHaveCount(1);
    await walk.look('address that is not here');
  });
  const taken = await peers.listen();
  await walk.room('port in use', async () => {
    await fill(hostField(page), '127.0.0.1');
    await fill(textbox(page, 'Port'), String(taken.port));
    await run(page, 'Start listening');
    await expect(logRow(page, 'EADDRINUSE')).toHaveCount(1);
    await expect(
      page.getByRole('region', { name: 'Server settings' }).locator('button').last(),
    ).toBeVisible();
  });
  return listen(page);
}

async function walkTraffic(walk: Walk, peers: Peers, port: number): Promise<void> {
  const { page } = walk;
  const [peer, gone] = [await peers.connect(port), await peers.connect(port)];
  // Reset before it is accepted, the system would no longer know whose it was.
  await expect(logRow(page, / connected⟧/)).toHaveCount(2);
  peer.send('PAYLOAD\r\n');
  gone.socket.resetAndDestroy();
  await walk.room('traffic', async () => {
    await expect(logRow(page, 'ECONNRESET')).toHaveCount(1);
    await expect(logRow(page, 'PAYLOAD')).toHaveCount(2);
  });
  await logRow(page, 'PAYLOAD').first().click();
  await button(page, 'Details').click();
  for (const room of ['Connection', 'Statistics', 'Record'])
    await walk.room(room, async () => {
      await page.getByRole('tab', { name: room }).click();
      if (room !== 'Record') return;
      await fill(textbox(page, 'Go to offset'), 'PAYLOAD');
      await walk.look('offset that is wrong');
      await walk.menu('forms to copy', button(page, 'Copy as'));
    });
  for (const text of ['ECONNRESET', 'Listening on', 'EADDRINUSE'])
    await walk.room(`details of ${text}`, async () => {
      await logRow(page, text).first().click();
    });
  await walk.room('peers', async () => {
    await button(page, 'Find peers').click();
    await walk.look('finding peers');
    await page.keyboard.press('Escape');
    const row = page.getByRole('list', { name: 'Peers' }).locator('[data-row]').first();
    await row.press('F2');
    await walk.look('name of a peer');
    await page.keyboard.press('Escape');
  });
  await walk.menu('peer', button(page, `More for ${peer.address}`));
  await walk.menu('peers', button(page, 'Order of the peers, and what to do with them'));
  const endpoints = page.getByRole('navigation', { name: 'Endpoints' });
  const item = endpoints.locator('[data-endpoint]').first();
  await walk.room('endpoint', async () => {
    await item.click({ button: 'right' });
    await expect(page.getByRole('menu')).toBeVisible();
    await walk.look('menu of an endpoint');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('menu')).toHaveCount(0);
    await item.press('F2');
    await expect(endpoints.getByRole('textbox')).toBeFocused();
    await walk.look('rename');
    await page.keyboard.press('Escape');
    await expect(endpoints.getByRole('textbox')).toHaveCount(0);
    await item.press('Delete');
    await walk.look('remove');
    await button(page, 'Keep').click();
  });
}

async function walkLog(walk: Walk): Promise<void> {
  const { page } = walk;
  const filter = page.getByRole('searchbox', { name: 'Filter' });
  for (const text of [
    'no such record PAYLOAD',
    '/(/',
    'hex:0',
    'dir:no',
    'kind:no',
    '(',
    '"',
    'port:x',
    'no:x',
    'is:',
    'OR',
    '-',
    'PAYLOAD)',
  ])
    await walk.room(`filter ${text}`, async () => {
      await filter.fill(text);
      await filter.press('Enter');
    });
  // The threads that search are told the language: the sentence is found by its brackets.
  await walk.room('filter by a word in brackets', async () => {
    await filter.fill('⟦Listening on');
    await expect(logRow(page, 'Listening on')).toHaveCount(1);
    await expect(logRow(page, 'PAYLOAD')).toHaveCount(0);
  });
  await walk.room('no filter', async () => {
    await filter.fill('');
    await expect(logRow(page, 'PAYLOAD')).toHaveCount(2);
  });
  await walk.menu('filter', button(page, 'Filter by direction, kind and peer'));
  await walk.menu('log', button(page, 'More for the log'));
  await walk.menu('save', button(page, 'Save log'));
  await walk.room('export', async () => {
    await run(page, 'Export…');
    await expect(page.getByRole('dialog', { name: 'Export' })).toBeVisible();
    await walk.look('export');
    await closeDialog(page);
  });
  for (const action of [
    'Change the time format',
    'Change the time format',
    'Select all rows',
    'Copy selected rows',
    'Save log as text',
    'Clear log',
    'Undo clear',
  ])
    await walk.room(action, () => run(page, action));
}

async function walkComposer(walk: Walk): Promise<void> {
  const { page } = walk;
  const message = page.getByRole('textbox', { name: 'Message' });
  for (const text of ['PAYLOAD\\q', 'PAYLOAD\\xZ', 'PAYLOAD\\u{110000}', 'PAYLOAD\\r\\n'])
    await walk.room(`message ${text}`, () => message.fill(text));
  await walk.room('message in hex', async () => {
    await run(page, 'Write the message as hex');
    await message.fill('0 123 ?');
  });
}

async function walkFailures(walk: Walk, peers: Peers, port: number, dataFolder: string): Promise<void> {
  const { page } = walk;
  const failed = async (name: string, code: string | RegExp, to: () => Promise<void>): Promise<void> =>
    walk.room(name, async () => {
      await to();
      await run(page, 'Connect');
      await expect(logRow(page, code).first()).toBeVisible();
      await walk.look(name);
      await expect(page.locator('.looking')).toHaveCount(0);
    });
  const to = async (name: string, number: number): Promise<void> => {
    await fill(textbox(page, 'Host'), name);
    await fill(textbox(page, 'Port'), String(number));
  };
  await failed('refused', 'ECONNREFUSED', async () => to('127.0.0.1', await peers.freePort()));
  await failed('name not found', /ENOTFOUND|EAI_AGAIN/, () => to('payload.invalid', 80));
  await walk.room('connected', async () => {
    await to('127.0.0.1', port);
    await run(page, 'Connect');
    await expect(logRow(page, 'Connected to')).toHaveCount(1);
  });
  await walk.menu('ways to end', button(page, 'How to end the connection'));
  await walk.room('disconnected', () => run(page, 'Disconnect'));
  const authority = await makeAuthority('PAYLOAD authority');
  const { cert, key } = await makeLeaf(authority, 'PAYLOAD leaf', 'localhost');
  const secure = await peers.listenTls({ cert, key });
  await choose(page, 'TLS');
  await failed('TLS of an unknown authority', /UNABLE|SELF_SIGNED/, () => to('127.0.0.1', secure.port));
  await failed('TLS with a plain server', /ERR_SSL|EPROTO|TLS/, () => to('127.0.0.1', port));
  await walk.room('connected without verifying', async () => {
    await to('127.0.0.1', secure.port);
    await run(page, 'Connect without verifying');
    await expect(logRow(page, 'TLS 1.3').last()).toBeVisible();
  });
  await run(page, 'Disconnect');
  await choose(page, 'Unix');
  await failed('no such path', 'ENOENT', () => fill(textbox(page, 'Path'), join(dataFolder, 'none.sock')));
}

async function open(page: Page, url: string): Promise<Walk> {
  await page.goto(url);
  await expect(button(page, 'New server')).toBeEnabled();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en-XA');
  return new Walk(page);
}

test('the first screen, dialogs and documents', async ({ page, host }) => {
  const walk = await open(page, host.url);
  await walk.look('welcome');
  await walkDialogs(walk);
  expect([...walk.findings]).toEqual([]);
});

test('every room of a server, its log and its composer', async ({ page, host, peers }) => {
  const walk = await open(page, host.url);
  await newTab(page, 'server');
  await walkOptions(walk, 'server');
  await walkReplies(walk);
  const port = await walkServer(walk, peers);
  await walkTraffic(walk, peers, port);
  await walkLog(walk);
  await walkComposer(walk);
  expect([...walk.findings]).toEqual([]);
});

test('every room of a client, its failures, and the engine that is lost', async ({
  page,
  host,
  peers,
  dataFolder,
}) => {
  const walk = await open(page, host.url);
  await newTab(page, 'server');
  await page.getByRole('combobox', { name: 'Reply' }).selectOption('echo');
  const port = await listen(page);
  await newTab(page, 'client');
  await walkOptions(walk, 'client');
  await newTab(page, 'client');
  await walkFailures(walk, peers, port, dataFolder);
  await walk.room('the lost engine', async () => {
    await host.stop();
    await expect(page.getByRole('alert').first()).toBeVisible();
  });
  expect([...walk.findings]).toEqual([]);
});
