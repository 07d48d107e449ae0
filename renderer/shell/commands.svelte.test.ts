import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { page, userEvent } from 'vitest/browser';
import { actions } from '../../shared/actions.ts';
import type { Address } from '../../shared/address.ts';
import type { ClientSettings, EndpointSettings } from '../../shared/settings/settings.ts';
import type { EndpointStatus } from '../../shared/domain.ts';
import { defaultClient, defaultListener } from '../../shared/settings/endpoint.ts';
import { encodeRows } from '../../shared/wire/row-window.ts';
import { defaultReply } from '../../shared/settings/reply.ts';
import { connected, idle, listening, peer, TestHost } from '../testing/host.ts';
import { closePages, openPage } from '../testing/page.ts';

const host = page.getByRole('textbox', { name: 'Host', exact: true });
const stopped = { ...listening, state: 'stopped', local: null } as const;
const address: Address = { host: '127.0.0.1', port: 9000, family: 'IPv4' };

afterEach(closePages);

/** A page whose engine says with which settings its sockets were started. */
async function open(settings: EndpointSettings, status: EndpointStatus, more: TestHost['more'] = {}) {
  const engine = TestHost.with(settings, status);
  const started: EndpointSettings[] = [];
  const start = () => void started.push(engine.endpoints[0]!.settings);
  engine.more = {
    ...more,
    connect: start,
    connectAnyway: start,
    startListening: () => {
      start();
      return address;
    },
  };
  return { engine, started, app: await openPage(engine) };
}

describe('a command takes the field being edited as it stands', () => {
  test('connects to the address that is still being typed', async () => {
    const { started } = await open(defaultClient(), idle);
    await host.fill('127.0.0.1:8098');
    await userEvent.keyboard('{F9}');
    await eventually(() => expect(started).toMatchObject([{ host: '127.0.0.1', port: 8098 }]));
    await expect.element(host).toHaveValue('127.0.0.1');
    await expect.element(host).toHaveFocus();
  });

  test('listens on the port that is still being typed, and again with it after a change', async () => {
    const { app, engine, started } = await open(defaultListener(), stopped);
    const port = page.getByRole('textbox', { name: 'Port', exact: true });
    await port.fill('8098');
    await userEvent.keyboard('{F8}');
    await eventually(() => expect(started).toMatchObject([{ port: 8098 }]));
    engine.status = listening;
    await engine.summarize();
    await port.fill('8099');
    app.run('restart-listening');
    await eventually(() => expect(started).toMatchObject([{ port: 8098 }, { port: 8099 }]));
  });

  test('whatever the command, and by whatever way it comes', async () => {
    const { app } = await open(defaultClient(), connected);
    for (const [place, { name }] of actions.entries()) {
      let seen = '';
      const takeBack = app.onAction(name, () => (seen = (app.active!.settings as ClientSettings).host));
      await host.fill(`192.0.2.${place}`);
      app.run(name);
      expect(seen, name).toBe(`192.0.2.${place}`);
      takeBack();
    }
  });

  test('a name in the list of endpoints too, and a page that is left', async () => {
    const { engine, app } = await open({ ...defaultClient(), name: 'lab' }, idle);
    await userEvent.keyboard('{F2}');
    await page.getByRole('textbox', { name: 'Name' }).fill('plc-7');
    await userEvent.keyboard('{F9}');
    await eventually(() => expect(engine.endpoints[0]!.settings.name).toBe('plc-7'));
    await host.fill('192.0.2.8');
    app.saveNow();
    await eventually(() => expect(engine.endpoints[0]!.settings).toMatchObject({ host: '192.0.2.8' }));
  });

  test('the text of a reply, and a group that is to be joined', async () => {
    const reply = { ...defaultReply(), kind: 'fixed' as const };
    const { started } = await open({ ...defaultListener(), transport: 'udp', reply }, stopped);
    await page.getByRole('button', { name: 'Reply…' }).click();
    await page.getByRole('textbox', { name: 'Answer' }).fill('pong');
    await userEvent.keyboard('{F8}');
    await eventually(() => expect(started).toMatchObject([{ reply: { fixed: { text: 'pong' } } }]));
    await page.getByRole('button', { name: 'Options' }).click();
    await page.getByRole('button', { name: 'Multicast' }).click();
    await page.getByRole('textbox', { name: 'Group' }).fill('239.1.2.3');
    await userEvent.keyboard('{F8}');
    await eventually(() =>
      expect(started).toMatchObject([{}, { udp: { groups: [{ group: '239.1.2.3' }] } }]),
    );
  });

  test('a datagram goes to the address that is still being typed, and to no older one', async () => {
    const { engine } = await open({ ...defaultListener(), transport: 'udp' }, listening);
    await page.getByRole('textbox', { name: 'Message', exact: true }).fill('hello');
    await page.getByRole('combobox', { name: 'To' }).selectOptions('Another address…');
    const to = page.getByRole('textbox', { name: 'Address to send to' });
    await to.fill('127.0.0.1:5001');
    await userEvent.keyboard('{Control>}{Enter}{/Control}');
    await eventually(() =>
      expect(engine.sent).toMatchObject([{ target: { host: '127.0.0.1', port: 5001 } }]),
    );
    await page.getByRole('textbox', { name: 'Message', exact: true }).fill('again');
    await to.fill('127.0.0.1:50O2');
    await userEvent.keyboard('{Control>}{Enter}{/Control}');
    await expect.element(to).toHaveAttribute('aria-invalid', 'true');
    await expect.element(page.getByRole('button', { name: 'Send', exact: true })).toBeDisabled();
    expect(engine.sent).toHaveLength(1);
  });
});

describe('a command does not act on an older value', () => {
  test('of a field that cannot be taken, which says what is wrong', async () => {
    const { app, started } = await open(defaultClient(), idle);
    await host.fill('127.1');
    await userEvent.keyboard('{F9}');
    await expect.element(host).toHaveAttribute('aria-invalid', 'true');
    await expect.element(page.getByRole('alert')).toBeVisible();
    expect([app.canRun('connect'), started]).toEqual([false, []]);
  });

  test('that the engine would not change', async () => {
    const { engine, started } = await open(defaultClient(), idle);
    const failure = { code: 'INVALID_ARGUMENT', message: 'not this one', subject: 'host' };
    engine.failure = failure;
    await host.fill('192.0.2.9');
    await userEvent.keyboard('{F9}');
    await expect.element(page.getByText('not this one', { exact: false })).toBeVisible();
    expect(started).toEqual([]);
  });

  test('of a filter that cannot be read, nor of the one before it', async () => {
    const filters: string[] = [];
    const saved: number[] = [];
    const row = {
      row: 0,
      sequence: 0,
      time: 0,
      previousTime: 0,
      kind: 'received',
      connection: 0,
      frame: null,
    } as const;
    const { app } = await open(defaultClient(), connected, {
      openView: (_, filter) => {
        filters.push(filter.text);
        return { id: filters.length, rows: 1, scanned: 1, total: 1, begun: 0, failure: null };
      },
      rows: () => encodeRows([{ ...row, peer: '', length: 1, preview: new Uint8Array([65]) }]),
      saveLog: (view) => {
        saved.push(view);
        return { path: '/data/log.txt', url: null, bytes: 1 };
      },
    });
    await eventually(() => expect(app.canRun('save-text')).toBe(true));
    const filter = page.getByRole('searchbox', { name: 'Filter' });
    await filter.fill('needle');
    await userEvent.keyboard('{Control>}s{/Control}');
    await eventually(() => expect(saved.map((view) => filters[view - 1])).toEqual(['needle']));
    await filter.fill('/(/');
    expect(app.canRun('save-text')).toBe(false);
    await userEvent.keyboard('{Control>}s{/Control}');
    expect(saved).toHaveLength(1);
  });
});

describe('keys', () => {
  const press = (init: KeyboardEventInit) => {
    const event = new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init });
    (document.activeElement ?? document.body).dispatchEvent(event);
    return event;
  };

  test('of an input method that composes a character are left to it, wherever they are pressed', async () => {
    const { engine, started, app } = await open({ ...defaultClient(), name: 'lab' }, idle);
    await host.fill('192.0.2.7');
    press({ key: 'Enter', code: 'Enter', isComposing: true });
    press({ key: 'F9', code: 'F9', isComposing: true });
    press({ key: 'k', code: 'KeyK', ctrlKey: true, isComposing: true });
    press({ key: 'Enter', code: 'Enter', keyCode: 229 });
    await engine.summarize();
    expect(engine.endpoints[0]!.settings).toMatchObject({ host: defaultClient().host });
    expect([started, app.sheet]).toEqual([[], null]);
  });

  test('with Caps Lock, a Cyrillic layout and AltGr mean what is written on them', async () => {
    const { app } = await open(defaultClient(), idle);
    for (const [init, sheet] of [
      [{ key: 'K', code: 'KeyK', ctrlKey: true }, 'palette'],
      [{ key: 'Л', code: 'KeyK', ctrlKey: true }, 'palette'],
      [{ key: 'л', code: 'KeyK', ctrlKey: true }, 'palette'],
      [{ key: 'б', code: 'Comma', ctrlKey: true }, 'settings'],
      [{ key: 'k', code: 'KeyK', ctrlKey: true, altKey: true }, null],
      [{ key: 'ĸ', code: 'KeyK', ctrlKey: true, altKey: true, modifierAltGraph: true }, null],
      // Dvorak: the key of K types a t.
      [{ key: 't', code: 'KeyK', ctrlKey: true }, null],
    ] as const) {
      app.sheet = null;
      press(init);
      expect(app.sheet, JSON.stringify(init)).toBe(sheet);
    }
  });

  test('of the clipboard never mark the page: outside of texts they are for what the log has selected', async () => {
    const { app } = await open(defaultListener(), listening);
    const ran = vi.spyOn(app, 'run');
    const button = page.getByRole('button', { name: 'More for the log' }).element() as HTMLElement;
    button.removeAttribute('disabled');
    button.focus();
    for (const key of ['a', 'A', 'ф'] as const)
      expect(press({ key, code: 'KeyA', ctrlKey: true }).defaultPrevented, key).toBe(true);
    for (const key of ['c', 'C', 'с'] as const)
      expect(press({ key, code: 'KeyC', ctrlKey: true }).defaultPrevented, key).toBe(true);
    expect(ran.mock.calls.flat()).toEqual([
      ...Array(3).fill('select-all-rows'),
      ...Array(3).fill('copy-payloads'),
    ]);
    await host.click();
    expect(press({ key: 'A', code: 'KeyA', ctrlKey: true }).defaultPrevented).toBe(false);
    app.sheet = 'help';
    await expect.element(page.getByRole('dialog')).toBeVisible();
    (page.getByRole('button', { name: 'Close' }).element() as HTMLElement).focus();
    expect(press({ key: 'a', code: 'KeyA', ctrlKey: true }).defaultPrevented).toBe(true);
  });

  test('mark all peers with Caps Lock too, and not with AltGr', async () => {
    const { engine, app } = await open(defaultListener(), listening);
    engine.peers = [peer(1), peer(2)];
    await engine.summarize();
    const first = page.getByRole('list', { name: 'Peers' }).getByRole('button').first();
    await expect.element(first).toBeVisible();
    (first.element() as HTMLElement).focus();
    press({ key: 'A', code: 'KeyA', ctrlKey: true, altKey: true });
    press({ key: 'A', code: 'KeyA', ctrlKey: true });
    await eventually(() => expect([...app.active!.selectedPeers]).toEqual([1, 2]));
  });
});
