/** Item 5: how a connection ends, chosen here and told apart when the peer chose. */
import type { Locator, Page } from '@playwright/test';
import { connectClient, expect, expectAccessible, logRow, picture, startServer, test } from './fixtures.ts';
import type { Peer, Peers } from './peers.ts';
import { openOptions } from './steps.ts';

const settings = (page: Page): Locator => page.getByRole('region', { name: /^(Client|Server) settings$/ });
const openSockets = (page: Page): Locator => page.getByRole('contentinfo', { name: 'Status' });

/** A client of the app, connected to a peer of the test. */
async function connected(page: Page, peers: Peers): Promise<Peer> {
  const server = await peers.listen();
  await connectClient(page, server.port);
  await expect(settings(page)).toContainText(`Connected to 127.0.0.1:${server.port}`);
  return server.peers[0]!;
}

async function choose(page: Page, way: RegExp): Promise<void> {
  await page.getByRole('button', { name: 'How to end the connection' }).click();
  await page.getByRole('menuitem', { name: way }).click();
}

async function send(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(text);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
}

test('explains each way of closing where it is chosen', async ({ app, peers }) => {
  await connected(app, peers);
  await app.getByRole('button', { name: 'How to end the connection' }).click();
  const items = app.getByRole('menuitem');
  for (const [place, label, help] of [
    [0, 'Finish sending', 'FIN after the last queued byte; the peer can still send (half-close).'],
    [1, 'Close', 'Sends what is queued, then closes both directions.'],
    [2, 'Reset', 'RST: ends at once, drops what is queued; the peer sees a failure.'],
  ] as const) {
    await items.nth(place).hover();
    await expect(items.nth(place)).toContainText(label);
    await expect(items.nth(place)).toHaveAccessibleDescription(help);
    await expect(app.getByText(help)).toBeVisible();
  }
  await picture(app, 'closing-menu');
  await expectAccessible(app);
});

test('finishes sending: the peer sees the end and can still send back', async ({ app, peers }) => {
  const peer = await connected(app, peers);
  await send(app, 'last words');
  await choose(app, /^Finish sending/);
  await expect.poll(() => peer.appFinished).toBe(true);
  expect(peer.text).toBe('last words');
  await expect(settings(app)).toContainText('Finished sending, still receiving from');
  await expect(logRow(app, /Finished sending to .* \(half-closed\); it can still send/)).toHaveCount(1);
  await expect(app.getByRole('button', { name: 'Send', exact: true })).toBeDisabled();
  await expect(app.getByText('This side has finished sending.')).toBeVisible();

  peer.send('still here');
  await expect(logRow(app, 'still here')).toHaveCount(1);
  await picture(app, 'closing-finished-by-us');
  peer.socket.end();
  await expect(logRow(app, /ended: both sides finished sending/)).toHaveCount(1);
  await expect.poll(() => [peer.isClosed, peer.code]).toEqual([true, null]);
  await expect(settings(app)).toContainText('Both sides finished: 127.0.0.1');
  await expect(openSockets(app)).toContainText('No socket open');
});

test('a client says when it was the peer that ended the connection', async ({ app, peers }) => {
  const peer = await connected(app, peers);
  peer.socket.end('that is all');
  await expect(logRow(app, 'The peer finished sending (half-closed)')).toHaveCount(1);
  await app.getByRole('button', { name: 'Disconnect', exact: true }).click();
  await expect(settings(app)).toContainText('Ended by the peer: 127.0.0.1');
  await expect(app.getByRole('button', { name: 'Connect and send' })).toBeVisible();
});

test('closes: the peer gets everything, then the end', async ({ app, peers }) => {
  const peer = await connected(app, peers);
  await send(app, 'x'.repeat(20_000));
  await choose(app, /^Close/);
  await expect.poll(() => peer.appFinished).toBe(true);
  expect(peer.text).toHaveLength(20_000);
  peer.socket.end();
  await expect.poll(() => [peer.isClosed, peer.code]).toEqual([true, null]);
  await expect(
    logRow(app, /Closed the connection; after .*, received 0 bytes, sent 20,000 bytes/),
  ).toHaveCount(1);
  await expect(openSockets(app)).toContainText('No socket open');
});

test('resets: the peer sees a failure', async ({ app, peers }) => {
  const peer = await connected(app, peers);
  await choose(app, /^Reset/);
  await expect.poll(() => peer.code).toBe('ECONNRESET');
  await expect(logRow(app, 'Reset the connection (RST)')).toHaveCount(1);
  await expect(settings(app)).toContainText('Reset the connection to 127.0.0.1');
  await expect(openSockets(app)).toContainText('No socket open');
  await picture(app, 'closing-reset-by-us');
});

test('tells a reset from a FIN, after which a peer may still read or be gone', async ({ app, peers }) => {
  await startServer(app);
  await openOptions(app);
  await app.getByLabel('When a peer finishes sending').selectOption('Keep this side open');
  await app.getByRole('button', { name: 'Restart' }).click();
  await expect(app.getByText('Not applied until the next start.')).toHaveCount(0);
  // The line may still name the port of before.
  const runs = logRow(app, 'Listening on');
  await expect(runs).toHaveCount(2);
  const real = Number(/127\.0\.0\.1:(\d+)/.exec(await runs.nth(1).innerText())![1]);
  const finishing = await peers.connect(real);
  const closing = await peers.connect(real);
  const resetting = await peers.connect(real);
  const list = app.getByRole('list', { name: 'Peers' }).getByRole('listitem');
  await expect(list).toHaveCount(3);

  finishing.send('that is all');
  finishing.socket.end();
  const rowOf = (address: string, text: string) => logRow(app, text).filter({ hasText: address });
  await expect(
    rowOf(finishing.address, 'finished sending (half-closed); this side can still send'),
  ).toHaveCount(1);
  await expect(list.filter({ hasText: finishing.address })).toContainText('half-closed by peer');
  await list.filter({ hasText: finishing.address }).locator('[data-row]').click();
  await send(app, 'an answer');
  await expect.poll(() => finishing.text).toBe('an answer');

  resetting.socket.resetAndDestroy();
  await expect(rowOf(resetting.address, 'reset the connection (ECONNRESET)')).toHaveCount(1);
  await app.getByRole('button', { name: /^Closed/ }).click();
  await expect(list.filter({ hasText: resetting.address })).toContainText('reset by peer');

  closing.socket.destroy();
  await expect(rowOf(closing.address, 'finished sending')).toHaveCount(1);
  await picture(app, 'closing-by-peers');
  await expectAccessible(app);
});
