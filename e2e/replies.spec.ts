/** What a server answers, written in its panel and met by plain sockets of the test. */
import { request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { Locator, Page } from '@playwright/test';
import { expect, expectAccessible, expectWritten, logRow, newTab, startServer, test } from './fixtures.ts';
import { pictures } from './looks.ts';
import type { Peer, Peers } from './peers.ts';
import { listen, newServer } from './steps.ts';

const reply = (page: Page): Locator => page.getByRole('combobox', { name: 'Reply', exact: true });
const panel = (page: Page): Locator => page.getByRole('region', { name: 'What the server answers' });
const rule = (page: Page, place: number): Locator =>
  panel(page).getByRole('listitem', { name: `Rule ${place}`, exact: true });
const pattern = (page: Page, place: number): Locator =>
  rule(page, place).getByRole('textbox', { name: 'Pattern' });
const answer = (page: Page, place: number): Locator =>
  rule(page, place).getByRole('textbox', { name: 'Answer' });
const tryIt = (page: Page): Locator => panel(page).getByRole('textbox', { name: 'Try a message' });

async function choose(page: Page, kind: string): Promise<void> {
  await reply(page).selectOption({ label: kind });
}

/** A new rule is off until then. */
async function switchOn(page: Page, place: number): Promise<void> {
  await rule(page, place).getByRole('checkbox', { name: 'On' }).check();
}

async function write(field: Locator, text: string): Promise<void> {
  await field.fill(text);
  await field.blur();
}

/** Whoever connects in the moment before the greeting has reached the server gets none. */
async function connectGreeted(peers: Peers, port: number, greeting: string): Promise<Peer> {
  let peer!: Peer;
  await expect(async () => {
    peer = await peers.connect(port);
    await expect.poll(() => peer.text, { timeout: 2000 }).toBe(greeting);
  }).toPass({ timeout: 20_000 });
  return peer;
}

test('offers every kind, and opens the panel of those that need words', async ({ app }) => {
  await startServer(app);
  await expect(reply(app).locator('option')).toHaveText([
    'None',
    'Echo',
    'Upper-case',
    'Timestamp',
    'Prefix',
    'Fixed message',
    'Greeting',
    'HTTP answer',
    'Rules',
    'Chat room',
  ]);
  const button = app.getByRole('button', { name: 'Reply…' });
  await choose(app, 'Echo');
  await expect(panel(app)).toHaveCount(0);
  await expect(button).toHaveAttribute('aria-expanded', 'false');
  await choose(app, 'Prefix');
  await expect(panel(app)).toBeVisible();
  await expect(button).toHaveAttribute('aria-expanded', 'true');
  await button.click();
  await expect(panel(app)).toHaveCount(0);
});

test('a changed reply answers who is connected already, without a restart', async ({ app, peers }) => {
  const peer = await peers.connect(await startServer(app));
  await choose(app, 'Upper-case');
  await expect(app.getByText('Not applied until the next start.')).toHaveCount(0);
  await expect
    .poll(async () => {
      peer.send('a');
      return peer.text;
    })
    .toContain('A');
  await choose(app, 'Prefix');
  await write(panel(app).getByRole('textbox', { name: 'In front of each message' }), 'GOT: ');
  await expect
    .poll(() => {
      peer.send('b');
      return peer.text;
    })
    .toContain('GOT: b');
});

test('tells what the boundary of messages means, and answers by it', async ({ app, peers }) => {
  await newServer(app, 'TCP');
  await choose(app, 'Fixed message');
  await write(panel(app).getByRole('textbox', { name: 'Answer' }), '.');
  await expect(panel(app)).toContainText('stuck together');
  await panel(app).getByRole('combobox', { name: 'A message is' }).selectOption({ label: 'a line' });
  await expect(panel(app)).toContainText('line feed (LF)');
  // What comes before it is set would be one message.
  const peer = await peers.connect(await listen(app));
  peer.send('one\ntwo\nthr');
  await expect.poll(() => peer.text).toBe('..');
  peer.send('ee\n');
  await expect.poll(() => peer.text).toBe('...');
  await pictures(app, 'replies-fixed');
});

test('a greeting, and then the end', async ({ app, peers }) => {
  const port = await startServer(app);
  await choose(app, 'Greeting');
  const greeting = panel(app).getByRole('textbox', { name: 'Greeting' });
  await expectWritten(greeting, '');
  await write(greeting, 'Good \\x6dorning');
  const staying = await connectGreeted(peers, port, 'Good morning');
  await panel(app)
    .getByRole('combobox', { name: 'After the greeting' })
    .selectOption({ label: 'Close the connection' });
  // Whoever connects in the moment before the choice has reached the server may stay.
  await expect(async () => {
    const leaving = await peers.connect(port);
    await expect.poll(() => leaving.appFinished, { timeout: 2000 }).toBe(true);
    expect(leaving.text).toBe('Good morning');
  }).toPass({ timeout: 20_000 });
  expect(staying.appFinished).toBe(false);
  await pictures(app, 'replies-greeting');
  await expectAccessible(app);
});

test('a greeting goes with any other kind', async ({ app, peers }) => {
  const port = await startServer(app, 'Echo');
  await app.getByRole('button', { name: 'Reply…' }).click();
  await write(panel(app).getByRole('textbox', { name: 'Greeting' }), 'welcome;');
  await expect(reply(app)).toHaveValue('echo');
  const greeted = await connectGreeted(peers, port, 'welcome;');
  greeted.send('and back');
  await expect.poll(() => greeted.text).toBe('welcome;and back');
});

test('an HTTP answer is shown before it is given, and its length is right', async ({ app }) => {
  const port = await startServer(app);
  await choose(app, 'HTTP answer');
  await write(panel(app).getByRole('textbox', { name: 'Status' }), '404');
  await write(
    panel(app).getByRole('textbox', { name: 'Headers' }),
    'Content-Type: text/plain; charset=utf-8\nX-By: me',
  );
  await write(panel(app).getByRole('textbox', { name: 'Body' }), 'grüß dich\\n');
  const preview = panel(app).getByRole('figure');
  await expect(preview).toContainText('HTTP/1.1 404 Not Found');
  await expect(preview).toContainText('Content-Length: 12');
  await pictures(app, 'replies-http');
  await expectAccessible(app);
  const asked = request({ host: '127.0.0.1', port, path: '/', agent: false }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  expect([response.statusCode, response.headers['x-by'], Buffer.concat(parts).toString()]).toEqual([
    404,
    'me',
    'grüß dich\n',
  ]);
  await expect(logRow(app, 'HTTP/1.1 404 Not Found')).toBeVisible();
});

test('rules are added, moved and removed, and the first that matches answers', async ({ app, peers }) => {
  const port = await startServer(app);
  await choose(app, 'Rules');
  await expect(panel(app)).toContainText('No rules yet');
  const add = panel(app).getByRole('button', { name: 'Add a rule' });
  await add.click();
  await expect(pattern(app, 1)).toBeFocused();
  await app.keyboard.type('ping');
  await write(answer(app, 1), 'pong');
  await switchOn(app, 1);
  await add.click();
  await app.keyboard.type('^(\\w+)=(\\d+)$');
  await rule(app, 2)
    .getByRole('combobox', { name: 'A message that' })
    .selectOption({ label: 'matches the expression' });
  await write(pattern(app, 2), '^p(\\w+)$');
  await write(answer(app, 2), 'p and $1');
  await switchOn(app, 2);
  await expect(rule(app, 2)).toContainText('70 20 61 6E 64 20 $1');

  await tryIt(app).fill('ping');
  await expect(panel(app).getByRole('status')).toContainText('Rule 1 answers 4 bytes 70 6F 6E 67');
  const peer = await peers.connect(port);
  peer.send('ping');
  await expect.poll(() => peer.text).toBe('pong');
  await expect(rule(app, 1)).toContainText('answered 1×');
  await expect(rule(app, 2)).not.toContainText('answered');
  await pictures(app, 'replies-rules');
  await expectAccessible(app);

  await rule(app, 2).getByRole('button', { name: 'Move rule 2 up' }).focus();
  await app.keyboard.press('Enter');
  await expect(pattern(app, 1)).toHaveValue('^p(\\w+)$');
  await expect(rule(app, 1).getByRole('button', { name: 'Move rule 1 down' })).toBeFocused();
  await expect(panel(app).getByRole('status')).toContainText('Rule 1 answers 9 bytes');
  peer.send('ping');
  await expect.poll(() => peer.text).toBe('pongp and ing');
  for (const place of [1, 2]) await expect(rule(app, place)).toContainText('answered 1×');

  await rule(app, 1).getByRole('button', { name: 'Remove rule 1' }).click();
  await expect(rule(app, 2)).toHaveCount(0);
  await expect(pattern(app, 1)).toHaveValue('ping');
  await tryIt(app).fill('something else');
  await expect(panel(app).getByRole('status')).toContainText('No rule answers this message.');
  await app.setViewportSize({ width: 1024, height: 640 });
  await pictures(app, 'replies-rules-small');
  await expect(app.getByRole('button', { name: 'Send', exact: true })).toBeInViewport();
});

test('what is wrong with a rule is told at its field, and the server does not start with it', async ({
  app,
}) => {
  await newTab(app, 'server');
  await choose(app, 'Rules');
  await panel(app).getByRole('button', { name: 'Add a rule' }).click();
  await write(pattern(app, 1), 'hello');
  await switchOn(app, 1);
  const start = app.getByRole('button', { name: 'Start listening' });
  const match = rule(app, 1).getByRole('combobox', { name: 'A message that' });
  for (const [kind, wrong, sentence] of [
    ['contains', '', 'A rule needs something to look for.'],
    ['contains', 'a\\q', 'Unknown escape'],
    ['matches the expression', '(open', 'not complete or not valid'],
    ['contains the bytes', '02 ? 03', 'Write bytes as hex and ?? for any byte'],
  ] as const) {
    await match.selectOption({ label: kind });
    await pattern(app, 1).fill(wrong);
    await expect(pattern(app, 1)).toHaveAttribute('aria-invalid', 'true');
    await expect(pattern(app, 1)).toHaveAccessibleDescription(new RegExp(sentence.replaceAll('?', '\\?')));
    await expect(start).toBeDisabled();
    await pattern(app, 1).press('Escape');
    await expect(start).toBeEnabled();
  }
  await answer(app, 1).fill('fine\\nnot \\z');
  await expect(answer(app, 1)).toHaveAttribute('aria-invalid', 'true');
  await expect(answer(app, 1)).toHaveAccessibleDescription(/Line 1, column 11: Unknown escape/);
  await rule(app, 1).getByRole('textbox', { name: 'Wait, ms' }).fill('4000000');
  await expect(rule(app, 1)).toContainText('A number from 0 to 3,600,000 is needed.');
  await expect(start).toBeDisabled();
  await pictures(app, 'replies-problems');
  await expectAccessible(app);
});

test('a wrong header is told at its line', async ({ app }) => {
  await startServer(app);
  await choose(app, 'HTTP answer');
  const headers = panel(app).getByRole('textbox', { name: 'Headers' });
  await headers.fill('A: 1\nno colon here');
  await expect(headers).toHaveAccessibleDescription(/Line 2, column 1: Each line is one header/);
});

test('a rule that would take ages is told, and the window goes on', async ({ app }) => {
  await startServer(app);
  await choose(app, 'Rules');
  await panel(app).getByRole('button', { name: 'Add a rule' }).click();
  await rule(app, 1)
    .getByRole('combobox', { name: 'A message that' })
    .selectOption({ label: 'matches the expression' });
  await write(pattern(app, 1), '^(a+)+$');
  await switchOn(app, 1);
  await tryIt(app).fill(`${'a'.repeat(40)}!`);
  await expect(panel(app).getByRole('status')).toContainText('longer than a second');
  await tryIt(app).fill('aaa');
  await expect(panel(app).getByRole('status')).toContainText('Rule 1 matches');
});
