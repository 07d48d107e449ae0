import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { page, userEvent } from 'vitest/browser';
import { defaultListener } from '../../shared/settings/endpoint.ts';
import { texts } from '../../shared/texts/index.ts';
import { listening, peer, TestHost } from '../testing/host.ts';
import { closePages, openPage } from '../testing/page.ts';

const list = page.getByRole('list', { name: 'Peers' });
const to = page.getByRole('combobox', { name: 'To', exact: true });
const headMenu = page.getByRole('button', { name: 'Order of the peers, and what to do with them' });
const row = (id: number) => list.getByRole('button', { name: new RegExp(`^127.0.0.1:${50_000 + id} `) });

async function openPeers(count: number) {
  const host = TestHost.with(defaultListener(), listening);
  host.peers = Array.from({ length: count }, (_, i) => peer(i + 1));
  const app = await openPage(host);
  await expect.element(row(1)).toBeVisible();
  return { host, app, selected: app.endpoints[0]!.selectedPeers };
}

/** What the open menu offers, without keys and explanations. */
const labels = () =>
  page
    .getByRole('menuitem')
    .elements()
    .map((item) => item.querySelector('span')!.textContent);

async function sendTo(host: TestHost) {
  await page.getByRole('textbox', { name: 'Message', exact: true }).fill('x');
  await userEvent.keyboard('{Control>}{Enter}{/Control}');
  await eventually(() => expect(host.sent).toHaveLength(1));
  return host.sent[0]!.target;
}

afterEach(closePages);

describe('the peers', () => {
  test('a message goes to who came first until another one is chosen', async () => {
    const { host } = await openPeers(3);
    await expect.element(to).toHaveDisplayValue('127.0.0.1:50001');
    expect(await sendTo(host)).toEqual([1]);
  });

  test('a message goes to who was chosen last: in the log, in the list, or by showing it alone', async () => {
    const { host, app } = await openPeers(3);
    void app.active!.showOnly(2);
    await expect.element(to).toHaveDisplayValue('127.0.0.1:50002');
    expect(await sendTo(host)).toEqual([2]);
    await row(3).click();
    await expect.element(to).toHaveDisplayValue('127.0.0.1:50003');
    void app.active!.showOnly(1);
    await expect.element(to).toHaveDisplayValue('127.0.0.1:50001');
    void app.active!.showOnly(null);
    await expect.element(to).toHaveDisplayValue('127.0.0.1:50001');
    await app.active!.aimAt(2);
    await expect.element(to).toHaveDisplayValue('127.0.0.1:50002');
    await to.selectOptions('all 3 peers');
    await expect.element(to).toHaveValue('all');
    const many = page.getByRole('button', { name: 'Send to 3', exact: true });
    await expect.element(many).toHaveTextContent('⚠');
    host.sent.length = 0;
    expect(await sendTo(host)).toBe('all');
  });

  test('a message never goes to the next one when who came first has ended', async () => {
    const { host } = await openPeers(2);
    await page.getByRole('textbox', { name: 'Message', exact: true }).fill('x');
    host.peers = host.peers.map((each) =>
      each.id === 1 ? { ...each, endedAt: Date.now(), state: 'closed' } : each,
    );
    await host.summarize();
    await expect.element(to).toHaveDisplayValue('127.0.0.1:50001 (ended)');
    await expect.element(page.getByRole('button', { name: 'Send', exact: true })).toBeDisabled();
    host.peers = [];
    await host.summarize();
    await expect.element(to).toHaveDisplayValue('whoever comes first');
    host.peers = [peer(7)];
    await host.summarize();
    await expect.element(to).toHaveDisplayValue('127.0.0.1:50007');
  });

  test('a message does not go to others when the one that the log shows is gone', async () => {
    const { host, app } = await openPeers(3);
    host.peers = host.peers.map((each) =>
      each.id === 2 ? { ...each, endedAt: Date.now(), state: 'closed' } : each,
    );
    await host.summarize();
    void app.active!.showOnly(2);
    await page.getByRole('textbox', { name: 'Message', exact: true }).fill('x');
    await expect.element(page.getByText('The peer in To has ended', { exact: false })).toBeVisible();
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
    await page.getByRole('button', { name: 'Closed 1' }).click();
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
    await headMenu.click();
    await expect.element(page.getByText('The selected peer', { exact: true })).toBeVisible();
    await page.getByRole('menuitem', { name: 'Disconnect', exact: true }).click();
    await page.getByRole('menuitem', { name: /^Finish sending/ }).hover();
    await expect.element(page.getByText('the peer can still send', { exact: false })).toBeVisible();
    await page.getByRole('menuitem', { name: /^Reset/ }).click();
    await eventually(() => expect(host.ended).toEqual([{ target: [2], how: 'reset' }]));
  });

  test('closed ones are folded under one line, opened by a click, and cleared', async () => {
    const { host } = await openPeers(2);
    host.peers = [
      peer(1),
      ...[2, 3].map((id) => ({ ...peer(id), state: 'closed' as const, endedAt: Date.now() })),
    ];
    await host.summarize();
    const fold = page.getByRole('button', { name: 'Closed 2' });
    await expect.element(fold).toHaveAttribute('aria-expanded', 'false');
    await expect.element(row(3)).not.toBeInTheDocument();
    await row(1).click();
    await userEvent.keyboard('{ArrowDown}');
    await expect.element(fold).toHaveFocus();
    await userEvent.keyboard('{Enter}{ArrowDown}{ArrowDown}');
    await expect.element(row(3)).toHaveFocus();
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    await host.summarize();
    await expect.element(fold).not.toBeInTheDocument();
    expect(host.peers.map(({ id }) => id)).toEqual([1]);
  });

  test('they are found by a part of the address, and all are there again after Escape', async () => {
    const { host } = await openPeers(300);
    await page.getByRole('button', { name: 'Find peers' }).click();
    const field = page.getByRole('searchbox', { name: 'Find peers' });
    await field.fill('50123');
    await expect.element(row(123)).toBeVisible();
    await expect.element(row(1)).not.toBeInTheDocument();
    await expect.element(page.getByText('1 of 300')).toBeVisible();
    await field.fill('none');
    await expect.element(page.getByText('No peer has this in its address or name.')).toBeVisible();
    await userEvent.keyboard('{Escape}');
    await expect.element(field).not.toBeInTheDocument();
    await expect.element(row(1)).toBeVisible();
    expect(host.queries.map(({ find }) => find)).toContain('50123');
  });

  test('they stand in the order that is chosen', async () => {
    const { host } = await openPeers(3);
    await headMenu.click();
    await page.getByRole('menuitemcheckbox', { name: 'Last connected first' }).click();
    await userEvent.keyboard('{Escape}');
    await eventually(() =>
      expect(
        [...list.element().querySelectorAll('[data-row]')].map((each) =>
          each.textContent!.trim().slice(0, 15),
        ),
      ).toEqual(['127.0.0.1:50003', '127.0.0.1:50002', '127.0.0.1:50001']),
    );
    expect(host.queries.at(-1)).toEqual({ order: 'newest', find: '' });
  });

  test('F2 gives one a name, which its host keeps; the name stands in To, and none takes it back', async () => {
    const { host, app } = await openPeers(2);
    await row(2).click();
    await userEvent.keyboard('{F2}');
    const field = page.getByRole('textbox', { name: 'Name of 127.0.0.1:50002' });
    await expect.element(field).toHaveFocus();
    await userEvent.keyboard(' plc-7 {Enter}');
    const named = list.getByRole('button', { name: /^plc-7 / });
    await expect.element(named.nth(1)).toHaveFocus();
    await expect.element(named.nth(1)).toHaveTextContent('127.0.0.1:50002');
    const { settings } = host.endpoints[0]!;
    expect(settings).toMatchObject({ peerNames: [{ address: '127.0.0.1', name: 'plc-7' }] });
    await expect.element(to).toHaveDisplayValue('plc-7 (127.0.0.1:50002)');
    await userEvent.keyboard('{F2}');
    await userEvent.keyboard('{Control>}a{/Control}other{Escape}');
    await expect.element(named.nth(1)).toHaveFocus();
    await userEvent.keyboard('{F2}{Delete}{Enter}');
    await expect.element(row(2)).toHaveFocus();
    expect(app.endpoints[0]!.settings).toMatchObject({ peerNames: [] });
  });

  test('a name that is written from right to left turns nothing around it', async () => {
    const { app } = await openPeers(2);
    await row(2).click();
    await userEvent.keyboard('{F2}שלום{Enter}');
    await expect.element(to).toHaveDisplayValue('\u2068שלום\u2069 (127.0.0.1:50002)');
    app.toast(texts.composer.oneFile('שלום.bin'));
    await expect.element(page.getByText('only \u2068שלום.bin\u2069 was taken')).toBeVisible();
    app.toast({ code: 'EACCES', message: '', subject: '/tmp/שלום' });
    await expect.element(page.getByText('\u2068/tmp/שלום\u2069', { exact: false }).first()).toBeVisible();
  });

  test('what came last is their second line, with signs for what is no text, and no markup', async () => {
    const { host } = await openPeers(2);
    const override = String.fromCodePoint(0x202e);
    const hostile = `<b onmouseover=x>${override}\r\n`;
    const bytes = new TextEncoder().encode(hostile);
    const last = { direction: 'received', sequence: 4, length: 300 } as const;
    host.peers = [
      { ...peer(1), last, preview: bytes },
      { ...peer(2), state: 'half-closed-by-peer', last, preview: bytes },
    ];
    await host.summarize();
    await expect.element(row(1)).toHaveTextContent('<b onmouseover=x>');
    const marks = [...row(1).element().querySelectorAll('.control')].map(({ textContent }) => textContent);
    expect(marks).toEqual(expect.arrayContaining(['CR', 'LF']));
    expect(row(1).element().textContent).not.toContain(override);
    expect(row(1).element().querySelector('b')).toBeNull();
    await expect.element(row(2)).toHaveTextContent('half-closed by peer');
    expect(row(1).element().querySelector('.tick')!.className).not.toBe(
      row(2).element().querySelector('.tick')!.className,
    );
  });

  test('the menu of one opens by a right click, and gives the focus back where nothing is chosen', async () => {
    const { host } = await openPeers(2);
    await row(2).click();
    await row(2).click({ button: 'right' });
    await expect.element(page.getByRole('menu', { name: 'More for 127.0.0.1:50002' })).toBeVisible();
    expect(labels()).toEqual([
      'Reply to this peer',
      'Show only this peer in the log',
      'Sequence diagram',
      'Name this peer…',
      'Text as',
      'Stop reading',
      'Disconnect',
      'Disconnect all others',
    ]);
    await userEvent.keyboard('{Escape}');
    await expect.element(page.getByRole('menu')).not.toBeInTheDocument();
    await expect.element(row(2)).toHaveFocus();
    expect(host.ended).toEqual([]);
  });

  test('a way to end is a menu in the menu of one, opened and left by the arrows', async () => {
    const { host } = await openPeers(2);
    await row(2).click();
    await userEvent.keyboard('{Shift>}{F10}{/Shift}');
    const disconnect = page.getByRole('menuitem', { name: 'Disconnect', exact: true });
    await expect.element(page.getByRole('menuitem', { name: 'Reply to this peer' })).toHaveFocus();
    await userEvent.keyboard('{End}{ArrowUp}');
    await expect.element(disconnect).toHaveFocus();
    await userEvent.keyboard('{ArrowRight}');
    await expect.element(page.getByRole('menuitem', { name: /^Finish sending/ })).toHaveFocus();
    await userEvent.keyboard('{ArrowLeft}');
    await expect.element(disconnect).toHaveFocus();
    await userEvent.keyboard('{ArrowRight}');
    await expect.element(page.getByRole('menuitem', { name: /^Finish sending/ })).toHaveFocus();
    await userEvent.keyboard('{End}{Enter}');
    await eventually(() => expect(host.ended).toEqual([{ target: [2], how: 'reset' }]));
    await expect.element(page.getByRole('menu')).not.toBeInTheDocument();
    await expect.element(row(2)).toHaveFocus();
  });

  test('a reply to one from its menu goes to it, from the message that has the focus then', async () => {
    const { host } = await openPeers(3);
    await row(3).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Reply to this peer' }).click();
    await expect.element(page.getByRole('textbox', { name: 'Message', exact: true })).toHaveFocus();
    expect(await sendTo(host)).toEqual([3]);
  });

  test('one that has closed can be shown and named, and nothing else', async () => {
    const { host } = await openPeers(2);
    host.peers = host.peers.map((each) =>
      each.id === 2 ? { ...each, endedAt: Date.now(), state: 'closed' } : each,
    );
    await host.summarize();
    await page.getByRole('button', { name: /^Closed/ }).click();
    await row(2).click({ button: 'right' });
    await expect.element(page.getByRole('menu')).toBeVisible();
    expect(labels()).toEqual([
      'Show only this peer in the log',
      'Sequence diagram',
      'Name this peer…',
      'Text as',
    ]);
  });

  test('the menu of one opens by Shift F10, and ends all others', async () => {
    const { host } = await openPeers(3);
    await row(2).click();
    await userEvent.keyboard('{Shift>}{F10}{/Shift}');
    await page.getByRole('menuitem', { name: /^Disconnect all others/ }).click();
    await eventually(() => expect(host.ended).toEqual([{ target: [1, 3], how: 'close' }]));
  });
});
