import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { page, userEvent } from 'vitest/browser';
import { defaultClient, defaultListener } from '../../shared/settings/endpoint.ts';
import { connected, idle, listening, TestHost } from '../testing/host.ts';
import { closePages, openPage } from '../testing/page.ts';

const host = page.getByRole('textbox', { name: 'Host', exact: true });
const port = page.getByRole('textbox', { name: 'Port', exact: true });

afterEach(closePages);

describe('fields', () => {
  test('a port that is none is refused at its place, and nothing can be connected with the older one', async () => {
    const engine = TestHost.with(defaultClient(), idle);
    await openPage(engine);
    await port.fill('99999');
    await expect.element(page.getByText('A port is a number from 0 to 65535.')).toBeVisible();
    await expect.element(port).toHaveAttribute('aria-invalid', 'true');
    await expect.element(page.getByRole('button', { name: 'Connect', exact: true })).toBeDisabled();
    await userEvent.keyboard('{Escape}');
    await expect.element(port).toHaveValue('9000');
    await expect.element(page.getByRole('button', { name: 'Connect', exact: true })).toBeEnabled();
  });

  test('full-width characters mean what they look like, and one that nobody sees is named', async () => {
    const engine = TestHost.with(defaultClient(), idle);
    await openPage(engine);
    await host.fill('127.0.0.1：９１００');
    await userEvent.keyboard('{Enter}');
    await expect.element(port).toHaveValue('9100');
    await port.fill('９２００');
    await userEvent.keyboard('{Enter}');
    await eventually(() =>
      expect(engine.endpoints[0]!.settings).toMatchObject({ host: '127.0.0.1', port: 9200 }),
    );
    await host.fill('127.0\u200b.0.1');
    await expect.element(page.getByText('U+200B ZERO WIDTH SPACE', { exact: false })).toBeVisible();
    await expect.element(host).toHaveAttribute('aria-invalid', 'true');
    await page.getByRole('radio', { name: 'Hex' }).click();
    const message = page.getByRole('textbox', { name: 'Message', exact: true });
    await message.fill('41，４２');
    await expect.element(page.getByText('41 42', { exact: false })).toBeVisible();
    await message.fill('41\u200b42');
    await expect.element(page.getByText('U+200B', { exact: false }).first()).toBeVisible();
  });

  test('host:port in the host box goes where its parts belong', async () => {
    const engine = TestHost.with(defaultClient(), idle);
    await openPage(engine);
    await host.fill('[fe80::1%eth0]:8080');
    await userEvent.keyboard('{Enter}');
    await expect.element(host).toHaveValue('fe80::1%eth0');
    await expect.element(port).toHaveValue('8080');
    await eventually(() =>
      expect(engine.endpoints[0]!.settings).toMatchObject({ host: 'fe80::1%eth0', port: 8080 }),
    );
  });

  test('every option says in a sentence what it does, and reconnecting shows its delays only when it is on', async () => {
    await openPage(TestHost.with(defaultClient(), idle));
    await page.getByRole('button', { name: 'Options' }).click();
    await page.getByRole('button', { name: 'Timeouts' }).click();
    await expect
      .element(page.getByText('How long to wait until the connection is open', { exact: false }))
      .toBeVisible();
    await expect.element(page.getByRole('textbox', { name: 'Growth' })).not.toBeInTheDocument();
    await page.getByRole('checkbox', { name: 'Reconnect automatically' }).click();
    await expect.element(page.getByRole('textbox', { name: 'Growth' })).toHaveValue('2');
  });

  test('a server offers the addresses of this machine', async () => {
    const engine = TestHost.with(defaultListener(), { ...listening, state: 'stopped', local: null });
    await openPage(engine);
    await page.getByRole('button', { name: 'Addresses of this machine' }).click();
    await page.getByRole('menuitem', { name: /192\.168\.1\.20/ }).click();
    await expect.element(host).toHaveValue('192.168.1.20');
  });

  test('what was changed while the socket runs is said to count from the next start, but not replies', async () => {
    const engine = TestHost.with(defaultListener(), listening);
    await openPage(engine);
    await page.getByRole('combobox', { name: 'Reply' }).selectOptions('Echo');
    await expect.element(page.getByText('Not applied until the next start.')).not.toBeInTheDocument();
    await port.fill('9001');
    await userEvent.keyboard('{Enter}');
    await eventually(() => expect(engine.endpoints[0]!.settings).toMatchObject({ port: 9001 }));
    await engine.summarize();
    await expect.element(page.getByText('Not applied until the next start.')).toBeVisible();
    await expect.element(page.getByRole('button', { name: 'Restart' })).toBeVisible();
  });
});

describe('what is connected', () => {
  const other = '192.0.2.7';

  test('is named by the tab, the list and the composer, whatever is typed meanwhile', async () => {
    const engine = TestHost.with({ ...defaultClient(), host: 'localhost' }, connected);
    await openPage(engine);
    await host.fill(other);
    await port.fill('5502');
    await userEvent.keyboard('{Enter}');
    await eventually(() => expect(engine.endpoints[0]!.settings).toMatchObject({ host: other, port: 5502 }));
    await engine.summarize();
    await expect.element(page.getByText('Not applied until the next connect.')).toBeVisible();
    await expect.element(page.getByRole('tab', { name: '→ localhost:9000' })).toBeVisible();
    await expect.element(page.getByRole('button', { name: /^→ localhost:9000 .*connected/ })).toBeVisible();
    await expect
      .element(page.getByRole('region', { name: 'Compose a message' }))
      .toHaveTextContent('localhost:9000');
    // Only the button that would go there, whose field has an edge.
    await expect.element(page.getByText(other)).toHaveTextContent(`Reconnect to ${other}:5502`);
    await expect.element(host).toHaveClass(/edited/);
  });

  test('is told with the options that it was started with', async () => {
    const settings = { ...defaultListener(), backlog: 7 };
    const engine = TestHost.with(settings, listening);
    await openPage(engine);
    engine.endpoints = [{ id: 'lab', settings: { ...settings, backlog: 8, port: 9001 } }];
    await engine.summarize();
    await expect.element(page.getByText('backlog 7')).toBeVisible();
    await expect.element(page.getByRole('tab', { name: 'Server 9000' })).toBeVisible();
  });

  test('what a tab tells to do next goes when it fits no more', async () => {
    const engine = TestHost.with({ ...defaultClient(), name: 'lab' }, idle);
    engine.layout = { ...engine.layout, hints: { lab: 'own-client' } };
    await openPage(engine);
    const hint = page.getByRole('complementary', { name: 'What to do next' });
    await expect.element(hint).toBeVisible();
    await host.fill(other);
    await userEvent.keyboard('{Enter}');
    await expect.element(hint).not.toBeInTheDocument();
  });
});

test('an answer of the engine that is older than a change does not take the change back', async () => {
  const engine = TestHost.with({ ...defaultListener(), name: 'first' }, listening);
  const app = await openPage(engine);
  const endpoint = app.active!;
  await app.changeEndpoint(endpoint, { ...endpoint.settings, name: 'second' });
  let release = (): void => undefined;
  engine.hold = new Promise((resolve) => (release = resolve));
  const told = engine.summarize();
  await eventually(() => expect(engine.workspacesAsked).toBeGreaterThan(1));
  await app.changeEndpoint(endpoint, { ...endpoint.settings, name: 'third' });
  release();
  await told;
  expect(endpoint.settings.name).toBe('third');
  await engine.summarize();
  expect([endpoint.settings.name, engine.endpoints[0]!.settings.name]).toEqual(['third', 'third']);
});

describe('the palette', () => {
  test('finds an action by a few letters and runs it', async () => {
    const app = await openPage(TestHost.with(defaultClient(), connected));
    await userEvent.keyboard('{Control>}k{/Control}');
    await expect.element(page.getByRole('combobox', { name: 'Command palette' })).toHaveFocus();
    await userEvent.keyboard('new serv{Enter}');
    await eventually(() => expect(app.active?.settings.role).toBe('listener'));
    await expect.element(page.getByRole('dialog')).not.toBeInTheDocument();
  });

  test('lists what is not possible now last, says so, and does not run it', async () => {
    const app = await openPage(TestHost.with(defaultClient(), connected));
    await userEvent.keyboard('{Control>}k{/Control}');
    await userEvent.keyboard('start listening');
    await expect
      .element(page.getByRole('option', { name: /Start listening this is a client/ }))
      .toBeVisible();
    await userEvent.keyboard('{Enter}');
    expect(app.sheet).toBe('palette');
  });
});

describe('the page', () => {
  test('duplicates an endpoint: what it is set to, under another name and on a port of its own', async () => {
    const settings = { ...defaultListener(), name: 'lab', port: 9000, host: '127.0.0.1' };
    const engine = TestHost.with(settings, listening);
    const app = await openPage(engine);
    await page.getByRole('button', { name: /^lab / }).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Duplicate' }).click();
    await eventually(() =>
      expect(engine.endpoints.map((endpoint) => endpoint.settings)).toEqual([
        settings,
        { ...settings, name: 'lab copy', port: 9001 },
      ]),
    );
    expect(app.active?.settings.name).toBe('lab copy');
    app.run('new-server');
    await eventually(() => expect(engine.endpoints).toHaveLength(3));
  });

  test('asks before it deletes an endpoint, without standing in the way', async () => {
    const engine = TestHost.with({ ...defaultClient(), name: 'lab' }, connected);
    const app = await openPage(engine);
    app.run('remove-endpoint');
    await expect.element(page.getByText('Its sockets end.', { exact: false })).toBeVisible();
    await expect.element(page.getByRole('button', { name: 'Keep', exact: true })).toHaveFocus();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await eventually(() => expect(engine.endpoints).toEqual([]));
    await expect.element(page.getByRole('button', { name: 'Start the demo' })).toBeVisible();
  });

  test('takes a question about an endpoint back by Escape, and the focus is where it was asked', async () => {
    const engine = TestHost.with({ ...defaultClient(), name: 'lab' }, connected);
    await openPage(engine);
    const item = page.getByRole('button', { name: /^lab / });
    const question = page.getByRole('group', { name: /lab/ });
    for (const leave of ['{Escape}', '{Enter}']) {
      (item.element() as HTMLElement).focus();
      await userEvent.keyboard('{Delete}');
      await expect.element(page.getByRole('button', { name: 'Keep', exact: true })).toHaveFocus();
      // Also from the button that deletes.
      if (leave === '{Escape}') await userEvent.keyboard('{Shift>}{Tab}{/Shift}');
      await userEvent.keyboard(leave);
      await expect.element(question).not.toBeInTheDocument();
      await expect.element(item).toHaveFocus();
    }
    await userEvent.keyboard('{F2}');
    await userEvent.keyboard('other{Escape}');
    await expect.element(item).toHaveFocus();
    expect(engine.endpoints.map(({ settings }) => settings.name)).toEqual(['lab']);
  });

  test('renames an endpoint by F2', async () => {
    const engine = TestHost.with({ ...defaultClient(), name: 'lab' }, connected);
    await openPage(engine);
    await userEvent.keyboard('{F2}');
    await page.getByRole('textbox', { name: 'Name' }).fill('plc-7');
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByRole('tab', { name: 'plc-7' })).toBeVisible();
    await eventually(() => expect(engine.endpoints[0]!.settings.name).toBe('plc-7'));
  });

  test('closing a tab keeps the endpoint in the list', async () => {
    await openPage(TestHost.with({ ...defaultClient(), name: 'lab' }, connected));
    (page.getByRole('tab', { name: 'lab' }).element() as HTMLElement).focus();
    await userEvent.keyboard('{Delete}');
    await expect.element(page.getByRole('tab')).not.toBeInTheDocument();
    await expect.element(page.getByRole('button', { name: /^lab / })).toBeVisible();
  });

  test('says that the engine is lost, attaches again by itself, and has the newer settings', async () => {
    const engine = TestHost.with({ ...defaultClient(), name: 'before' }, connected);
    await openPage(engine);
    engine.endpoints = [{ id: 'lab', settings: { ...defaultClient(), name: 'after' } }];
    engine.loseChannel();
    await expect.element(page.getByText('engine not attached')).toBeVisible();
    await expect.element(page.getByRole('tab', { name: 'after' })).toBeVisible();
    await expect.element(page.getByText('engine not attached')).not.toBeInTheDocument();
  });

  test('without an engine what it would do is disabled and says why, and dots are hollow', async () => {
    const why = 'Not possible while the engine is not attached.';
    const engine = TestHost.with({ ...defaultListener(), name: 'lab' }, listening);
    const app = await openPage(engine);
    await page.getByRole('textbox', { name: 'Message', exact: true }).fill('hello');
    engine.isGone = true;
    engine.loseChannel();
    for (const name of ['Stop listening', 'Send']) {
      const button = page.getByRole('button', { name, exact: true });
      await expect.element(button).toBeDisabled();
      await expect.element(button).toHaveAttribute('title', why);
    }
    await expect.element(page.getByText(why)).toBeVisible();
    const dot = document.querySelector('[role=tab] .dot circle')!;
    expect(getComputedStyle(dot).fill).toBe('none');
    for (const name of ['stop-listening', 'send', 'clear-log'] as const) expect(app.canRun(name)).toBe(false);
    engine.isGone = false;
    app.reconnect();
    await expect.element(page.getByRole('button', { name: 'Stop listening' })).toBeEnabled();
  });

  test('remembers the width of a pane that the keyboard changed', async () => {
    const engine = TestHost.with(defaultClient(), connected);
    await openPage(engine);
    (page.getByRole('separator', { name: 'Width of the endpoints list' }).element() as HTMLElement).focus();
    await userEvent.keyboard('{ArrowRight}');
    await eventually(() => expect(engine.layout.panes['sidebar']).toEqual([232]));
  });

  test('switching between tabs keeps what their logs show, and prints no warning', async () => {
    const warnings = vi.spyOn(console, 'warn');
    const engine = TestHost.with({ ...defaultClient(), name: 'left' }, connected);
    engine.endpoints.push({ id: 'other', settings: { ...defaultClient(), name: 'right' } });
    engine.layout = { ...engine.layout, openTabs: ['lab', 'other'] };
    await openPage(engine);
    const filter = page.getByRole('searchbox', { name: 'Filter' });
    await filter.fill('/(/');
    for (const name of ['right', 'left', 'right', 'left']) {
      await page.getByRole('tab', { name }).click();
      await expect.element(filter).toHaveValue(name === 'left' ? '/(/' : '');
      await engine.summarize();
    }
    await expect.element(page.getByRole('alert')).toBeVisible();
    expect(warnings.mock.calls).toEqual([]);
    warnings.mockRestore();
  });
});

describe('the focus', () => {
  test('comes back to where it was after an action of the palette, and after the sheet that it opened', async () => {
    await openPage(TestHost.with(defaultClient(), idle));
    await host.click();
    for (const name of ['Write the message as hex', 'Certificates']) {
      await userEvent.keyboard('{Control>}k{/Control}');
      await page.getByRole('combobox', { name: 'Command palette' }).fill(name);
      await userEvent.keyboard('{Enter}');
    }
    await expect.element(page.getByRole('dialog', { name: 'Certificates' })).toBeVisible();
    await userEvent.keyboard('{Escape}');
    await expect.element(page.getByRole('dialog')).not.toBeInTheDocument();
    await expect.element(host).toHaveFocus();
  });

  test('goes to the first field of what was just made, and is never lost with a tab', async () => {
    await openPage(TestHost.with(defaultClient(), idle));
    await host.click();
    await userEvent.keyboard('{Control>}{Shift>}s{/Shift}{/Control}');
    await eventually(() => expect(page.getByRole('tab').elements()).toHaveLength(2));
    await expect.element(page.getByRole('region', { name: 'Server settings' })).toBeVisible();
    await expect.element(host).toHaveFocus();
    await userEvent.keyboard('{Alt>}{PageUp}{/Alt}');
    await expect.element(page.getByRole('region', { name: 'Client settings' })).toBeVisible();
    await expect.element(page.getByRole('tab', { selected: true })).toHaveFocus();
    await userEvent.keyboard('{Alt>}w{/Alt}');
    await expect.element(page.getByRole('region', { name: 'Server settings' })).toBeVisible();
    await expect.element(page.getByRole('tab', { selected: true })).toHaveFocus();
    await userEvent.keyboard('{Alt>}w{/Alt}');
    await eventually(() => expect(page.getByRole('tab').elements()).toHaveLength(0));
    expect(document.activeElement).not.toBe(document.body);
  });
});

test('a pane that covers the log closes with another tab in front, whose log it would cover', async () => {
  const engine = TestHost.with({ ...defaultClient(), name: 'left' }, connected);
  engine.endpoints.push({ id: 'other', settings: { ...defaultClient(), name: 'right' } });
  engine.layout = { ...engine.layout, openTabs: ['lab', 'other'] };
  const app = await openPage(engine);
  await page.viewport(700, 600);
  const pane = page.getByRole('region', { name: 'About the chosen' });
  app.run('show-options');
  await expect.element(pane).toBeVisible();
  await userEvent.keyboard('{Alt>}{PageDown}{/Alt}');
  await expect.element(page.getByRole('tab', { name: 'right' })).toHaveAttribute('aria-selected', 'true');
  await expect.element(pane).not.toBeInTheDocument();
  await expect.element(page.getByRole('grid', { name: 'Traffic log' })).toBeVisible();
  await userEvent.keyboard('{Alt>}{PageUp}{/Alt}');
  await expect.element(pane).not.toBeInTheDocument();
});

describe('the list of endpoints and the tabs', () => {
  const three = async () => {
    const engine = TestHost.with({ ...defaultClient(), name: 'one' }, connected);
    for (const name of ['two', 'three'])
      engine.endpoints.push({ id: name, settings: { ...defaultListener(), name } });
    engine.layout = { ...engine.layout, openTabs: ['lab', 'two', 'three'] };
    return openPage(engine);
  };

  test('show only what fits the words that are typed', async () => {
    await three();
    await page.getByRole('searchbox', { name: 'Find here' }).fill('tw');
    await expect.element(page.getByRole('button', { name: /^two / })).toBeVisible();
    await expect.element(page.getByRole('button', { name: /^one / })).not.toBeInTheDocument();
    await userEvent.keyboard('{Escape}');
    await expect.element(page.getByRole('button', { name: /^one / })).toBeVisible();
  });

  test('are one stop each, and open their menus by keyboard', async () => {
    const app = await three();
    const item = page.getByRole('button', { name: /^one / });
    expect(document.querySelectorAll('[data-endpoint][tabindex="0"]').length).toBe(1);
    (item.element() as HTMLElement).focus();
    await userEvent.keyboard('{Shift>}{F10}{/Shift}');
    await page.getByRole('menuitem', { name: 'Close other tabs' }).click();
    await eventually(() => expect(app.layout.openTabs).toEqual(['lab']));
  });

  test('offer the same in the list and by their tab, where there is something to remove or to close', async () => {
    await three();
    const labels = () =>
      [...document.querySelectorAll('[role=menu] [role^=menuitem]')].map(
        (item) => item.querySelector('span')!.textContent,
      );
    const changes = ['Rename', 'Duplicate', 'Copy as a program', 'Start with the app'];
    const closing = ['Close tab', 'Close other tabs'];
    await page.getByRole('button', { name: /^two / }).click({ button: 'right' });
    const last = ['Verify the log…', 'Remove this endpoint and its log'];
    await eventually(() =>
      expect(labels()).toEqual(['Open', 'Stop listening', ...changes, ...closing, ...last]),
    );
    await userEvent.keyboard('{Escape}');
    await page.getByRole('tab', { name: 'two' }).click({ button: 'right' });
    await eventually(() =>
      expect(labels()).toEqual(['Stop listening', ...changes, ...closing, 'Close tabs to the right']),
    );
    await userEvent.keyboard('{Escape}');
  });

  test('show with a bar which row of the list keys act on, also where it is chosen', async () => {
    await three();
    const bars = () => {
      const { outlineStyle, boxShadow } = getComputedStyle(document.activeElement!);
      return { outlineStyle, bars: boxShadow.match(/inset/g)?.length };
    };
    await userEvent.keyboard('{Alt>}e{/Alt}');
    await eventually(() => expect(document.activeElement?.closest('li')?.className).toContain('selected'));
    expect(bars()).toEqual({ outlineStyle: 'none', bars: 2 });
    await userEvent.keyboard('{ArrowUp}');
    expect(bars()).toEqual({ outlineStyle: 'none', bars: 2 });
  });

  test('close what is to the right, and list all with their states', async () => {
    const app = await three();
    await page.getByRole('button', { name: 'All tabs' }).click();
    await page.getByRole('combobox', { name: 'Find a tab' }).fill('three');
    await userEvent.keyboard('{Enter}');
    await eventually(() => expect(app.active?.settings.name).toBe('three'));
    await page.getByRole('tab', { name: 'one' }).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Close tabs to the right' }).click();
    await eventually(() => expect(app.layout.openTabs).toEqual(['lab']));
  });

  test('are a rail in a narrow window, over which it opens to be written in', async () => {
    await three();
    await page.viewport(720, 450);
    const list = page.getByRole('navigation', { name: 'Endpoints' });
    await eventually(() => expect(list.element().getBoundingClientRect().width).toBe(44));
    await userEvent.keyboard('{F2}');
    await page.getByRole('textbox', { name: 'Name' }).fill('plc-7');
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByRole('tab', { name: 'plc-7' })).toBeVisible();
    await eventually(() => expect(list.element().getBoundingClientRect().width).toBe(44));
  });
});

test('what ran before a restart is offered, all of it or what is chosen', async () => {
  const engine = TestHost.with({ ...defaultClient(), name: 'one' }, idle);
  engine.endpoints.push({ id: 'two', settings: { ...defaultListener(), name: 'two' } });
  engine.wereRunning = ['lab', 'two'];
  await openPage(engine);
  const ran = page.getByRole('region', { name: '2 were running' });
  await ran.getByRole('button', { name: 'Choose…' }).click();
  await ran.getByRole('checkbox', { name: 'one' }).click();
  await ran.getByRole('button', { name: 'Start 1' }).click();
  await eventually(() => expect(engine.asked).toEqual([{ name: 'startAgain', args: [['two']] }]));
  await engine.summarize();
  await expect.element(ran).not.toBeInTheDocument();
});

test('what ran before is offered in the rail of a narrow window too', async () => {
  const engine = TestHost.with({ ...defaultClient(), name: 'one' }, idle);
  engine.wereRunning = ['lab'];
  await openPage(engine);
  await page.viewport(900, 600);
  const sign = page.getByRole('button', { name: '1 was running' });
  await sign.click();
  const start = page.getByRole('button', { name: 'Start them again' });
  await expect.element(start).toHaveFocus();
  await userEvent.keyboard('{Escape}');
  await expect.element(sign).toHaveFocus();
  await userEvent.keyboard('{Enter}{Enter}');
  await eventually(() => expect(engine.asked).toEqual([{ name: 'startAgain', args: [['lab']] }]));
});

test('an endpoint is set to start with the app in its menu and in the set-up', async () => {
  const engine = TestHost.with({ ...defaultClient(), name: 'lab' }, idle);
  await openPage(engine);
  page.getByRole('button', { name: /^lab / }).element().focus();
  await userEvent.keyboard('{Shift>}{F10}{/Shift}');
  await page.getByRole('menuitemcheckbox', { name: 'Start with the app' }).click();
  await eventually(() => expect(engine.endpoints[0]!.settings.startsWithApp).toBe(true));
  await userEvent.keyboard('{Escape}');
  await page.getByRole('button', { name: /^Options/ }).click();
  await page.getByRole('checkbox', { name: 'Start with the app' }).click();
  await eventually(() => expect(engine.endpoints[0]!.settings.startsWithApp).toBe(false));
});
