import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { page, userEvent } from 'vitest/browser';
import { defaultListener } from '../../shared/settings/endpoint.ts';
import { listening, peer, TestHost } from '../testing/host.ts';
import { closePages, openPage } from '../testing/page.ts';

const list = page.getByRole('list', { name: 'Peers' });
const row = (id: number) => list.getByRole('button', { name: new RegExp(`^127.0.0.1:${50_000 + id} `) });

async function openPeers(count: number) {
  const host = TestHost.with(defaultListener(), listening);
  host.peers = Array.from({ length: count }, (_, i) => peer(i + 1));
  const app = await openPage(host);
  await expect.element(row(1)).toBeVisible();
  return { host, app, selected: app.endpoints[0]!.selectedPeers };
}

async function sendTo(host: TestHost) {
  await page.getByRole('textbox', { name: 'Message', exact: true }).fill('x');
  await userEvent.keyboard('{Control>}{Enter}{/Control}');
  await eventually(() => expect(host.sent).toHaveLength(1));
  return host.sent[0]!.target;
}

afterEach(closePages);

describe('the peers', () => {
  test('a message goes to all of them until some are selected', async () => {
    const { host } = await openPeers(3);
    expect(await sendTo(host)).toBe('all');
  });

  test('a message goes to the one that the log shows, and says so, until all are chosen again', async () => {
    const { host, app } = await openPeers(3);
    const to = page.getByRole('combobox', { name: 'To', exact: true });
    void app.active!.showOnly(2);
    await expect
      .element(to.getByRole('option', { name: '127.0.0.1:50002, shown in the log' }))
      .toBeInTheDocument();
    await expect.element(to).toHaveValue('shown');
    expect(await sendTo(host)).toEqual([2]);
    await row(3).click();
    await expect.element(to).toHaveValue('selected');
    await to.selectOptions('all 3 peers');
    await expect.element(to).toHaveValue('all');
    host.sent.length = 0;
    expect(await sendTo(host)).toBe('all');
    void app.active!.showOnly(1);
    await expect.element(to).toHaveValue('shown');
  });

  test('a message does not go to others when the one that the log shows is gone', async () => {
    const { host, app } = await openPeers(3);
    host.peers = host.peers.map((each) =>
      each.id === 2 ? { ...each, endedAt: Date.now(), state: 'closed' } : each,
    );
    await host.summarize();
    void app.active!.showOnly(2);
    await page.getByRole('textbox', { name: 'Message', exact: true }).fill('x');
    await expect
      .element(page.getByText('The peer that the log shows has ended', { exact: false }))
      .toBeVisible();
    await expect.element(page.getByRole('button', { name: 'Send', exact: true })).toBeDisabled();
  });

  test('a click selects one, control and shift add more', async () => {
    const { host, selected } = await openPeers(5);
    await row(2).click();
    expect([...selected]).toEqual([2]);
    await row(4).click({ modifiers: ['Control'] });
    expect([...selected]).toEqual([2, 4]);
    await row(5).click({ modifiers: ['Shift'] });
    await eventually(() => expect([...selected]).toEqual([4, 5]));
    expect(await sendTo(host)).toEqual([4, 5]);
  });

  test('the keyboard selects too: arrows, space, everything, nothing', async () => {
    const { selected } = await openPeers(4);
    await row(1).click();
    await userEvent.keyboard('{ArrowDown}{ArrowDown}');
    await expect.element(row(3)).toHaveFocus();
    await userEvent.keyboard(' ');
    expect([...selected]).toEqual([3]);
    await userEvent.keyboard('{Control>}a{/Control}');
    await eventually(() => expect(selected.size).toBe(4));
    await userEvent.keyboard('{Escape}');
    expect(selected.size).toBe(0);
  });

  test('a peer that ended is not taken for a target', async () => {
    const { host, selected } = await openPeers(2);
    host.peers = [{ ...peer(1), state: 'closed', endedAt: Date.now() }, peer(2), peer(3)];
    await host.summarize();
    await expect.element(row(1)).toHaveTextContent('closed');
    await row(1).click();
    expect(selected.size).toBe(0);
  });

  test('ten thousand of them are a few elements, and the last one is reached', async () => {
    await openPeers(10_000);
    expect(list.element().querySelectorAll('[role=listitem]').length).toBeLessThan(60);
    await row(1).click();
    await userEvent.keyboard('{End}');
    await expect.element(row(10_000)).toHaveFocus();
  });

  test('how a connection ends is chosen where each way is explained', async () => {
    const { host } = await openPeers(2);
    await row(2).click();
    await page.getByRole('button', { name: 'Disconnect selected peers' }).click();
    await expect.element(page.getByText('the peer can still send', { exact: false })).toBeVisible();
    await page.getByRole('menuitem', { name: /^Reset/ }).click();
    await eventually(() => expect(host.ended).toEqual([{ target: [2], how: 'reset' }]));
  });
});
