import { afterEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { noWrap } from '../../shared/payload/wrap.ts';
import { unnamed, type MessageFields, type SavedMessage } from '../../shared/saved-messages.ts';
import { defaultClient, defaultListener } from '../../shared/settings/endpoint.ts';
import type { EndpointSettings } from '../../shared/settings/settings.ts';
import type { EndpointStatus } from '../../shared/domain.ts';
import type { AppState } from '../state/app.svelte.ts';
import { tellImported } from './import-messages.ts';
import { eventually } from '../testing/eventually.ts';
import { connected, idle, listening, peer, TestHost } from '../testing/host.ts';
import { closePages, openPage } from '../testing/page.ts';
import { expectWritten } from '../testing/written.ts';

const message = page.getByRole('textbox', { name: 'Message', exact: true });
const chips = page.getByRole('toolbar', { name: 'Saved messages' });
const chip = (name: string) => chips.getByRole('button', { name, exact: true });
const list = page.getByRole('group', { name: 'Saved messages' });
const table = page.getByRole('grid', { name: 'Saved messages' });
const form = page.getByRole('dialog', { name: 'Save as message' });
const notes = () => document.querySelector('.toasts')?.textContent ?? '';
const rows = () =>
  [...document.querySelectorAll('[role=row] [data-cell=name]')].map((cell) => cell.textContent?.trim());

const saved = (name: string, text: string, more: Partial<MessageFields> = {}): SavedMessage => ({
  ...unnamed({ mode: 'text', text, lineEnd: 'none' }),
  ...{ id: name, earlier: 0, name },
  ...more,
});

async function opened(
  messages: SavedMessage[],
  settings: EndpointSettings = defaultClient(),
  status: EndpointStatus = connected,
  more: TestHost['more'] = {},
): Promise<{ host: TestHost; app: AppState }> {
  const host = TestHost.with(settings, status);
  host.saved = messages;
  host.more = more;
  const app = await openPage(host);
  await eventually(() => expect(app.active?.composer).toBeDefined());
  if (messages.length > 0) await expect.element(list).toBeVisible();
  return { host, app };
}

async function openTable(app: AppState): Promise<void> {
  app.run('show-messages');
  await expect.element(table).toBeVisible();
  (table.element() as HTMLElement).focus();
}

const desktop: TestHost['more'] = {
  hello: () => ({
    ...{ version: '1', host: 'desktop', platform: 'linux', runtime: '', dataFolder: '/data' },
    tlsLibrary: 'OpenSSL',
  }),
};

afterEach(closePages);

test('one that has a time of its own is repeated so once it is loaded', async () => {
  const { host, app } = await opened([saved('Poll', 'p', { repeatMs: 2500 })]);
  await userEvent.keyboard('{Shift>}');
  await chip('Poll').click();
  await userEvent.keyboard('{/Shift}');
  app.run('set-repeat');
  const every = page.getByRole('dialog', { name: 'Send again and again' }).getByRole('textbox').first();
  await expect.element(every).toHaveValue('2.5 s');
  await userEvent.keyboard('{Enter}');
  await eventually(() =>
    expect(host.asked).toContainEqual(
      expect.objectContaining({
        name: 'startRepeat',
        args: expect.arrayContaining([expect.objectContaining({ everyMs: 2500 })]),
      }),
    ),
  );
});

describe('chips', () => {
  test('are there with the first message, and a click sends it just as it was written', async () => {
    const wrapped = {
      mode: 'hex' as const,
      text: '01',
      lineEnd: 'lf' as const,
      wrap: { ...noWrap, tail: '\\x03' },
    };
    const { host } = await opened([]);
    expect(chips.query()).toBeNull();
    host.saved = [saved('Ping', 'ping\\n'), saved('Read', '', { written: wrapped })];
    await host.summarize();
    await chip('Ping').click();
    await chip('Read').click();
    await eventually(() =>
      expect(host.sent.map(({ bytes }) => bytes)).toEqual([
        [...new TextEncoder().encode('ping\n')],
        [1, 10, 3],
      ]),
    );
  });

  test('load with Shift, with all that belongs to the message, and what stood there can be put back', async () => {
    const written = {
      mode: 'text' as const,
      text: 'stored',
      lineEnd: 'crlf' as const,
      encoding: 'gbk' as const,
    };
    const { host, app } = await opened([saved('Stored', '', { written })]);
    await message.click();
    await userEvent.keyboard('mine');
    await chip('Stored').click({ modifiers: ['Shift'] });
    await expectWritten(message, 'stored');
    expect(app.active!.composer).toMatchObject({ lineEnd: 'crlf', encoding: 'gbk' });
    await page.getByRole('button', { name: 'Put mine back' }).click();
    await expectWritten(message, 'mine');
    expect(app.active!.composer).toMatchObject({ lineEnd: 'none', encoding: 'utf-8' });
    expect(host.sent).toEqual([]);
  });

  test('that do not fit are behind a menu', async () => {
    const { host } = await opened(Array.from({ length: 60 }, (_, i) => saved(`Command ${i}`, String(i))));
    await eventually(() => expect(chip('Command 30').query()).toBeNull());
    await expect.element(chip('Command 0')).toBeVisible();
    await chips.getByRole('button', { name: 'More messages' }).click();
    await page.getByRole('menuitem', { name: 'Command 30' }).click();
    await eventually(() => expect(host.sent).toHaveLength(1));
    await page.viewport(700, 800);
    await eventually(() => expect(chip('Command 5').query()).toBeNull());
  });

  test('send nothing of what does not parse, and tell where it is wrong', async () => {
    const { host } = await opened([saved('Broken', 'ab\\q')]);
    await chip('Broken').click();
    await eventually(() =>
      expect(notes()).toMatch(/Broken.* was not sent\. Line 1, column 3: Unknown escape/),
    );
    expect(host.sent).toEqual([]);
  });

  test('go to the target of the message, else to that of the composer', async () => {
    const { host } = await opened(
      [saved('All', 'a', { target: 'all' }), saved('First', 'f')],
      defaultListener(),
      listening,
    );
    host.peers = [peer(1), peer(2)];
    await host.summarize();
    await chip('All').click();
    await chip('First').click();
    await eventually(() => expect(host.sent.map(({ target }) => target)).toEqual(['all', [1]]));
  });

  test('connect a client that is closed, and send once it is open', async () => {
    const host: { current: TestHost | null } = { current: null };
    const { host: test } = await opened([saved('Ping', 'p')], defaultClient(), idle, {
      connect: () => void (host.current!.status = connected),
    });
    host.current = test;
    await chip('Ping').click();
    await eventually(async () => {
      await test.summarize();
      expect(test.sent).toHaveLength(1);
    });
  });

  test('have keys that send wherever somebody writes, by the place of the key', async () => {
    const { host } = await opened([saved('Ping', 'p', { key: 1 })], defaultClient(), connected, desktop);
    await expect.element(chip('Ping')).toHaveAttribute('aria-keyshortcuts', 'Alt+1');
    await message.click();
    await userEvent.keyboard('{Alt>}1{/Alt}');
    await eventually(() => expect(host.sent).toHaveLength(1));
    await expectWritten(message, '');
  });

  test('leave the digits to the browser where they are its tabs', async () => {
    const { host } = await opened([saved('Ping', 'p', { key: 1 })]);
    await userEvent.keyboard('{Alt>}1{/Alt}');
    expect(chip('Ping').element().hasAttribute('aria-keyshortcuts')).toBe(false);
    expect(host.sent).toEqual([]);
  });
});

describe('what is saved', () => {
  test('is what stands in the composer, under a name that is asked for', async () => {
    const { host, app } = await opened([]);
    await message.click();
    await userEvent.keyboard('hello');
    app.active!.composer.lineEnd = 'lf';
    app.run('save-message');
    const name = form.getByRole('textbox', { name: 'Name' });
    await expect.element(name).toHaveValue('hello');
    await name.fill('Greeting');
    await form.getByRole('combobox', { name: 'Folder' }).fill('Chat');
    await userEvent.keyboard('{Enter}');
    await eventually(() =>
      expect(host.saved).toMatchObject([
        {
          name: 'Greeting',
          folder: 'Chat',
          written: { mode: 'text', text: 'hello', lineEnd: 'lf' },
          key: null,
        },
      ]),
    );
    await host.summarize();
    await expect.element(chip('Greeting')).toBeVisible();
  });

  test('takes the place of the message that was loaded, if one wants', async () => {
    const { host, app } = await opened([saved('Ping', 'ping')]);
    await chip('Ping').click({ modifiers: ['Shift'] });
    await eventually(() => expect(app.active!.composer.draft).toBe('ping'));
    app.active!.composer.draft = 'pong';
    app.run('save-message');
    await form.getByRole('button', { name: /Replace/ }).click();
    await eventually(() => expect(host.saved).toMatchObject([{ name: 'Ping', written: { text: 'pong' } }]));
  });
});

test('a file that is dropped on what one has is looked at for an import', async () => {
  const { app } = await opened([]);
  const files = new DataTransfer();
  files.items.add(new File(['nc 127.0.0.1 9000'], 'lines.txt'));
  files.items.add(new File(['nc 127.0.0.1 9001'], 'more.txt'));
  const nav = document.querySelector('[data-zone=sidebar]')!;
  const drag = (type: string) =>
    nav
      .querySelector('h2')!
      .dispatchEvent(new DragEvent(type, { dataTransfer: files, bubbles: true, cancelable: true }));
  expect(drag('dragover')).toBe(false);
  expect(nav.classList.contains('takes-file')).toBe(true);
  expect(drag('drop')).toBe(false);
  const dialog = page.getByRole('dialog', { name: 'Import and export' });
  await expect.element(dialog.getByText('lines.txt')).toBeVisible();
  await expect.element(dialog.getByRole('checkbox')).toBeChecked();
  await expect.element(dialog.getByText('One file at a time: 1 other was dropped with it')).toBeVisible();
  await dialog.getByRole('textbox').fill('nc -X a 1\nnc b 2\nnc c 3\nnc -e sh d 4\n');
  await page.viewport(720, 450);
  await eventually(() => {
    const lists = [...document.querySelectorAll('dialog ul')];
    expect(lists).toHaveLength(2);
    for (const each of lists) expect(each.scrollHeight - each.clientHeight).toBeLessThan(2);
  });
  expect(notes()).toBe('');
  app.sheet = null;
});

test('a capture file that was cut says what is damaged, and leads to Verify', async () => {
  const { app, host } = await opened([]);
  const damage = { code: 'BYTES_DAMAGED', file: 'data-00000000', from: 0, end: 512 } as const;
  const place = { ...damage, records: 1, stretches: [{ first: 2, last: 2 }] };
  const verdict = { records: 3, bytes: 1000, damagedRecords: 4, places: Array(4).fill(place), morePlaces: 0 };
  const facts = {
    wasClosed: true,
    wasTorn: false,
    isMetaDamaged: false,
    damagedLines: 0,
    isHeadDamaged: true,
  };
  const verified = { verdict: { ...verdict, hasUnchecked: false }, facts };
  tellImported(app, { endpoints: [host.endpoints[0]!.id], sums: null, stopped: null, verified }, 'handed');
  const toast = page.getByText(/^Imported: handed\. data-00000000, bytes 0 to 511: /);
  await expect
    .element(toast)
    .toHaveTextContent(/#2 · and 2 more places · .*the last line.*4 of them are damaged$/);
  await userEvent.click(page.getByRole('button', { name: 'Verify the log' }));
  await expect.element(page.getByRole('dialog', { name: 'Verify the log' })).toBeVisible();
  app.sheet = null;
});

describe('the list of messages', () => {
  test('is in folders, is walked and sorted by keys, and asks for a name at its place', async () => {
    const { host } = await opened([saved('a', '1'), saved('b', '2', { folder: 'F' }), saved('c', '3')]);
    const names = () => [...document.querySelectorAll('[data-stop]')].map((item) => item.textContent?.trim());
    expect(names()).toEqual(['a', 'c', 'F', 'b']);
    await expect.element(page.getByRole('list', { name: 'F', exact: true })).toBeVisible();
    document.querySelector<HTMLElement>('[data-stop]')!.focus();
    await userEvent.keyboard('{ArrowDown}{F2}');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('see');
    await userEvent.keyboard('{Enter}');
    await eventually(() => expect(names()).toEqual(['a', 'see', 'F', 'b']));
    await userEvent.keyboard('{Alt>}{ArrowUp}{/Alt}');
    await eventually(() => expect(host.saved.map(({ name }) => name)).toEqual(['see', 'a', 'b']));
    await eventually(() => expect(document.activeElement?.textContent).toContain('see'));
  });

  test('folds its folders, which is remembered, and shows what is looked for all the same', async () => {
    const { host } = await opened([
      saved('a', '1'),
      saved('b', '2', { folder: 'F' }),
      saved('c', '3', { folder: 'G' }),
    ]);
    const folder = (name: string) => list.getByRole('button', { name: new RegExp(`^${name}`) });
    await folder('F').click();
    await eventually(() => expect(host.layout.folded).toEqual(['F']));
    await expect.element(list.getByText('b', { exact: true })).not.toBeInTheDocument();
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowLeft}');
    await expect.element(folder('G')).toHaveFocus();
    await userEvent.keyboard('{ArrowLeft}');
    await eventually(() => expect(host.layout.folded).toEqual(['F', 'G']));
    await page.getByRole('searchbox', { name: 'Find here' }).fill('b');
    await expect.element(list.getByText('b', { exact: true })).toBeVisible();
    await page.getByRole('searchbox', { name: 'Find here' }).fill('');
    (folder('F').element() as HTMLElement).focus();
    await userEvent.keyboard('{ArrowRight}');
    await expect.element(list.getByText('b', { exact: true })).toBeVisible();
    await eventually(() => expect(host.layout.folded).toEqual(['G']));
  });

  test('is behind a sign in a narrow window, as sequences are', async () => {
    const { host } = await opened([
      ...[saved('Ping', 'ping'), saved('Read', 'r', { folder: 'PLC' })],
      { ...saved('All messages…', 'x'), id: 'x' },
    ]);
    const empty = { values: [], steps: [] };
    host.sequences = ['Boot', 'New sequence', 'New sequence'].map((name, at) => ({
      ...{ id: `s${at + 1}`, sequence: { name, ...empty } },
    }));
    await host.summarize();
    await page.viewport(720, 450);
    await page.getByRole('button', { name: 'Saved messages' }).click();
    await page.getByRole('menuitem', { name: 'Read' }).click();
    await eventually(() => expect(host.sent.map(({ bytes }) => bytes)).toEqual([[114]]));
    await page.getByRole('button', { name: 'Sequences' }).click();
    await page.getByRole('menuitem', { name: 'Boot' }).click();
    await eventually(() => expect(host.layout.activeTab).toBe('sequence:s1'));
  });

  test('takes a deletion back', async () => {
    const { host } = await opened([saved('a', '1'), saved('b', '2')]);
    document.querySelector<HTMLElement>('[data-stop]')!.focus();
    await userEvent.keyboard('{Delete}');
    await eventually(() => expect(host.saved).toHaveLength(1));
    await page.getByRole('button', { name: 'Undo' }).click();
    await eventually(() => expect(host.saved).toHaveLength(2));
  });

  test('has what was written before in the menu', async () => {
    const { host } = await opened([{ ...saved('a', 'now'), earlier: 1 }]);
    host.earlier = [{ mode: 'text', text: 'before', lineEnd: 'none' }];
    document.querySelector<HTMLElement>('[data-stop]')!.focus();
    await userEvent.keyboard('{Shift>}{F10}{/Shift}');
    await page.getByRole('menuitem', { name: 'Earlier values' }).click();
    await page.getByRole('menuitem', { name: /before/ }).click();
    await eventually(() => expect(host.saved[0]?.written.text).toBe('before'));
  });

  test('is found in the palette, which sends', async () => {
    const { host, app } = await opened([saved('Read temps', 'r')]);
    app.run('command-palette');
    await page.getByRole('combobox', { name: 'Command palette' }).fill('temps');
    await userEvent.keyboard('{Enter}');
    await eventually(() => expect(host.sent).toHaveLength(1));
  });
});

describe('the table', () => {
  const three = () => [saved('a', '1'), saved('b', '2', { note: 'beta' }), saved('c', '3')];

  test('is edited in place, and only what changed is told', async () => {
    const changes: unknown[] = [];
    const { app } = await opened(three(), defaultClient(), connected, {
      changeMessage: (id, change) => void changes.push([id, change]),
    });
    await openTable(app);
    await userEvent.keyboard('{ArrowDown}{F2}');
    await expect.element(table.getByRole('textbox', { name: 'Name' })).toHaveFocus();
    await userEvent.keyboard('bee{Enter}');
    await eventually(() => expect(changes).toEqual([['b', { name: 'bee' }]]));
    await expect.element(table).toHaveFocus();
    await userEvent.keyboard('{Enter}');
    await expect.element(table.getByRole('textbox', { name: 'Message' })).toHaveFocus();
    await userEvent.keyboard('never{Escape}');
    await expect.element(table).toHaveFocus();
    expect(changes).toHaveLength(1);
  });

  test('tells what is wrong with a message at its place, and writes the same bytes in another notation', async () => {
    const { host, app } = await opened(three());
    await openTable(app);
    await userEvent.keyboard('{Enter}');
    await table.getByRole('textbox', { name: 'Message' }).fill('A\\');
    await expect.element(table.getByRole('alert')).toHaveTextContent('Line 1, column 2');
    await table.getByRole('textbox', { name: 'Message' }).fill('AB');
    await table.getByRole('combobox', { name: 'Mode' }).selectOptions('Hex');
    await expect.element(table.getByRole('textbox', { name: 'Message' })).toHaveValue('41 42');
    await table.getByRole('textbox', { name: 'Message' }).click();
    await userEvent.keyboard('{Enter}');
    await eventually(() => expect(host.saved[0]?.written).toMatchObject({ mode: 'hex', text: '41 42' }));
  });

  test('says where a message goes by itself, and in what text is written', async () => {
    const { host, app } = await opened([saved('a', '世', { target: { host: '10.0.0.7', port: 502 } })]);
    await openTable(app);
    await expect.element(table.getByText('→ 10.0.0.7:502')).toBeVisible();
    await userEvent.keyboard('{Enter}');
    await table.getByRole('combobox', { name: 'Encoding' }).selectOptions('gbk');
    await table.getByRole('textbox', { name: 'Message' }).click();
    await userEvent.keyboard('{Enter}');
    await eventually(() => expect(host.saved[0]?.written).toMatchObject({ text: '世', encoding: 'gbk' }));
    await expect.element(table.getByText('Text · GBK')).toBeVisible();
  });

  test('goes on in the same cell of the next row', async () => {
    const { host, app } = await opened(three());
    await openTable(app);
    await userEvent.keyboard('{F2}A{ArrowDown}B{Enter}');
    await eventually(() => expect(host.saved.map(({ name }) => name)).toEqual(['A', 'B', 'c']));
  });

  test('is filtered, sorted, and what is deleted comes back', async () => {
    const { host, app } = await opened(three());
    await openTable(app);
    await userEvent.keyboard('{Alt>}{ArrowDown}{/Alt}');
    await eventually(() => expect(rows()).toEqual(['b', 'a', 'c']));
    await userEvent.keyboard('{Delete}');
    await eventually(() => expect(rows()).toEqual(['b', 'c']));
    await userEvent.keyboard('{Control>}z{/Control}');
    await eventually(() => expect(rows()).toEqual(['b', 'a', 'c']));
    await eventually(() => expect(host.saved).toHaveLength(3));
    app.run('focus-filter');
    await userEvent.keyboard('beta');
    await eventually(() => expect(rows()).toEqual(['b']));
    await userEvent.keyboard('{ArrowDown}');
    await expect.element(table).toHaveFocus();
  });

  test('sends to the endpoint that was shown last, as it is being written', async () => {
    const { host, app } = await opened(three());
    await openTable(app);
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{Control>}{Enter}{/Control}');
    await eventually(() => expect(host.sent.map(({ bytes }) => bytes)).toEqual([[0x33]]));
    await userEvent.keyboard('{Enter}');
    await table.getByRole('textbox', { name: 'Message' }).fill('x');
    await userEvent.keyboard('{Control>}{Enter}{/Control}');
    await eventually(() => expect(host.sent.map(({ bytes }) => bytes)).toEqual([[0x33], [0x78]]));
  });

  test('selects several with Shift, and moves and deletes them together', async () => {
    const { host, app } = await opened([...three(), saved('d', '4')]);
    await openTable(app);
    await userEvent.keyboard('{Shift>}{ArrowDown}{/Shift}{Alt>}{ArrowDown}{/Alt}');
    await eventually(() => expect(rows()).toEqual(['c', 'a', 'b', 'd']));
    await userEvent.keyboard('{Delete}');
    await eventually(() => expect(host.saved.map(({ name }) => name)).toEqual(['c', 'd']));
  });
});
