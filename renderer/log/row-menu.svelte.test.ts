import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { EndpointSettings } from '../../shared/settings/settings.ts';
import { defaultClient, defaultListener } from '../../shared/settings/endpoint.ts';
import type { RecordKind } from '../../shared/records.ts';
import { encodeRows, type Row } from '../../shared/wire/row-window.ts';
import { logOf } from '../state/log.svelte.ts';
import { eventually } from '../testing/eventually.ts';
import { connected, listening, peer, TestHost } from '../testing/host.ts';
import { closePages, openPage } from '../testing/page.ts';
import { expectWritten } from '../testing/written.ts';

const encoder = new TextEncoder();
type Told = { kind: RecordKind; bytes: Uint8Array; connection: number; peer: string };
const address = (id: number) => `127.0.0.1:${50_000 + id}`;
const received = (bytes: string | number[], id: number): Told => ({
  kind: 'received',
  bytes: typeof bytes === 'string' ? encoder.encode(bytes) : Uint8Array.from(bytes),
  connection: id,
  peer: address(id),
});
const ofServer: Told = { kind: 'stopped', bytes: encoder.encode('{}'), connection: 0, peer: '' };
const closed = (id: number): Told => ({ ...received('{}', id), kind: 'closed' });
/** Rows 0 to 3. */
const records = [received('hello\r\n', 1), received([4, 0xae, 0], 2), ofServer, closed(2)];

const log = page.getByRole('grid', { name: 'Traffic log' });
const menu = page.getByRole('menu').first();
const message = page.getByRole('textbox', { name: 'Message', exact: true });
const rowAt = (row: number) => document.querySelector<HTMLElement>(`[role=row][data-row="${row}"]`)!;
const labels = () =>
  [...(menu.element() as HTMLElement).querySelectorAll('[role^=menuitem]')].map(
    (item) => item.querySelector('span')!.textContent,
  );
/** Once what it offers has come: some of it is loaded later. */
const expectLabels = (wanted: string[]) => eventually(() => expect(labels()).toEqual(wanted));
const item = (name: string | RegExp) => page.getByRole('menuitem', { name });
const rulesOf = (host: TestHost) => {
  const { settings } = host.endpoints[0]!;
  return settings.role === 'listener' ? settings.reply : null;
};

let copied = '';
beforeEach(() => {
  copied = '';
  Object.defineProperty(navigator, 'clipboard', {
    configurable: true,
    value: { writeText: async (text: string) => void (copied = text) },
  });
});
afterEach(closePages);

async function open(settings: EndpointSettings = defaultListener()) {
  const host = TestHost.with(settings, settings.role === 'listener' ? listening : connected);
  host.peers = [peer(1), { ...peer(2), endedAt: Date.now(), state: 'closed' }];
  const rows = records.map(({ kind, bytes, connection, peer }, row): Row => ({
    row,
    sequence: row,
    time: 1000 + row,
    previousTime: 1000 + row,
    frame: null,
    kind,
    connection,
    peer,
    length: bytes.length,
    preview: bytes,
  }));
  host.more = {
    openView: () => ({ id: 1, rows: rows.length, scanned: 0, total: 0, begun: 0, failure: null }),
    rows: (_, from, count) => encodeRows(rows.slice(from, from + count)),
    rowOf: (_, sequence) => sequence,
    payload: (_, sequence, offset, length) => records[sequence]!.bytes.slice(offset, offset + length),
    record: (_, sequence) => {
      const { time, previousTime, kind, connection, length } = rows[sequence]!;
      const info = { sequence, time, previousTime, kind, connection, length };
      return { ...info, before: new Uint8Array(0), detail: null, opening: null, openingTime: null };
    },
  };
  const app = await openPage(host);
  // In this little room the pane would lie over the log.
  app.changeLayout({ keepsClosed: true });
  await eventually(() => expect(document.querySelectorAll('[data-row][role=row]')).toHaveLength(4));
  return { host, app };
}

/** The log has the focus, and this row is the chosen one. */
async function choose(row: number) {
  (log.element() as HTMLElement).focus();
  await userEvent.keyboard('{Home}' + '{ArrowDown}'.repeat(row));
  await eventually(() => expect(rowAt(row).ariaSelected).toBe('true'));
}

async function menuOf(row: number) {
  await choose(row);
  await userEvent.keyboard('{Shift>}{F10}{/Shift}');
  await expect.element(menu).toBeVisible();
}

describe('the menu of a row', () => {
  test('offers what can be done with bytes that a server received, with the keys that do it', async () => {
    await open();
    await menuOf(0);
    await expectLabels([
      ...['Reply to this peer', 'Edit in composer', 'Send again'],
      ...[
        'Copy as',
        'Copy as a program',
        'Decode as',
        'Filter by',
        'Bookmark',
        'Note and tags…',
        'Save as message…',
        'Mark for comparing',
        'Mark its connection for comparing',
        'Sequence diagram of its connection',
        'Show in the stream',
        'Make reply rule',
        'Disconnect',
      ],
    ]);
    await expect.element(item('Reply to this peer')).toHaveTextContent(/R$/);
    await expect.element(item('Send again')).toHaveTextContent('Ctrl ⏎');
    await expect.element(item('Reply to this peer')).toHaveFocus();
    await userEvent.keyboard('{Escape}');
    await expect.element(log).toHaveFocus();
  });

  test('offers of events what they have, and of the server itself no peer', async () => {
    await open();
    await menuOf(2);
    await expectLabels(['Copy as', 'Filter by', 'Bookmark', 'Note and tags…']);
    await userEvent.keyboard('{Escape}');
    await menuOf(3);
    await expectLabels([
      ...['Reply to this peer', 'Copy as', 'Filter by', 'Bookmark', 'Note and tags…'],
      ...['Mark its connection for comparing', 'Sequence diagram of its connection', 'Show in the stream'],
      'Disconnect',
    ]);
  });

  test('does not send to a peer that has gone, and says so where a key asks for it', async () => {
    const { host } = await open();
    await menuOf(1);
    for (const name of ['Reply to this peer', 'Send again', 'Disconnect'])
      await expect.element(item(name)).toHaveAttribute('aria-disabled', 'true');
    await expect.element(item('Edit in composer')).toHaveAttribute('aria-disabled', 'false');
    await userEvent.keyboard('{Escape}');
    expect(host.sent).toEqual([]);
  });

  test('opens by a right click for the row that is pointed at, and for several chosen ones together', async () => {
    const { app } = await open();
    await userEvent.click(rowAt(0), { button: 'right' });
    await expect.element(page.getByRole('menu', { name: 'Record #0' })).toBeVisible();
    await userEvent.keyboard('{Escape}');
    await choose(0);
    await userEvent.keyboard('{Shift>}{ArrowDown}{/Shift}');
    await userEvent.click(rowAt(1), { button: 'right' });
    await expect.element(page.getByRole('menu', { name: '2 records' })).toBeVisible();
    await expectLabels([
      'Edit in composer',
      'Copy as',
      'Copy as a program',
      'Decode as',
      'Bookmark',
      'Note and tags…',
      'Save as message…',
      'Mark these for comparing',
      'Compare these two',
      'Sequence diagram of their connections',
    ]);
    await item(/^Copy as C/).click();
    await item('Hex: 48 65 0A').click();
    await eventually(() => expect(copied).toBe('68 65 6C 6C 6F 0D 0A 04 AE 00'));
    expect(app.preferences.copyForm).toBe('hex');
  });

  test('makes a program of what a server received: a client that says the same to it', async () => {
    await open();
    await choose(0);
    await userEvent.keyboard('{Shift>}{ArrowDown}{ArrowDown}{/Shift}');
    await userEvent.click(rowAt(1), { button: 'right' });
    await item('Copy as a program').click();
    await item('ncat').click();
    await eventually(() => expect(copied).toMatch(/^ {2}printf 'hello\\r\\n'$/m));
    expect(copied).toMatch(/^ {2}printf '\\004\\256\\000'$/m);
    expect(copied).toMatch(/\| ncat 127\.0\.0\.1 \d+\n$/);
    await expect.element(page.getByText('Copied: ncat, which sends 2 messages.')).toBeVisible();
  });

  test('makes a program of what only came in: a client that says it', async () => {
    await open({ ...defaultClient(), host: 'example.org', port: 80 });
    await menuOf(0);
    await item('Copy as a program').click();
    await item('Go').click();
    await eventually(() => expect(copied).toContain('net.Dial("tcp", "example.org:80")'));
    expect(copied).toContain('[]byte("hello\\r\\n"),');
  });

  test('of a client has no rule to make, and ends its connection', async () => {
    await open(defaultClient());
    await menuOf(0);
    await expectLabels([
      ...[
        'Reply to this peer',
        'Edit in composer',
        'Send again',
        'Copy as',
        'Copy as a program',
        'Decode as',
        'Filter by',
        'Bookmark',
        'Note and tags…',
        'Save as message…',
        'Mark for comparing',
        'Mark its connection for comparing',
        'Sequence diagram of its connection',
        'Show in the stream',
        'Disconnect',
      ],
    ]);
  });
});

describe('a key in the log', () => {
  test('replies: the peer is the target, and the message has the focus', async () => {
    await open();
    await choose(0);
    await userEvent.keyboard('r');
    await expect.element(message).toHaveFocus();
    await expect
      .element(page.getByRole('combobox', { name: 'To', exact: true }))
      .toHaveDisplayValue(address(1));
  });

  test('puts the bytes into the composer: text where they are clean, else hex; what stood there comes back', async () => {
    const { app } = await open();
    await message.fill('mine');
    await choose(0);
    await userEvent.keyboard('e');
    await expectWritten(message, 'hello\\r\\n');
    await page.getByRole('button', { name: 'Put mine back' }).click();
    await expectWritten(message, 'mine');
    await choose(1);
    await userEvent.keyboard('E');
    await expectWritten(message, '04 AE 00');
    expect(app.active!.composer).toMatchObject({ mode: 'hex', lineEnd: 'none' });
  });

  test('sends the record again, byte for byte, with the key that sends a message elsewhere', async () => {
    const { host } = await open();
    await message.fill('not this');
    await choose(0);
    await userEvent.keyboard('{Control>}{Enter}{/Control}');
    await eventually(() =>
      expect(host.sent).toEqual([{ target: [1], bytes: [...encoder.encode('hello\r\n')] }]),
    );
    await expectWritten(message, 'not this');
    await choose(1);
    await userEvent.keyboard('{Control>}{Enter}{/Control}');
    await expect
      .element(page.getByText('This peer is not connected any more', { exact: false }))
      .toBeVisible();
    expect(host.sent).toHaveLength(1);
  });

  test('opens what a record is copied as, and copies in the last form or as a row', async () => {
    await open();
    await choose(0);
    await userEvent.keyboard('c');
    await item('Python bytes').click();
    await eventually(() => expect(copied).toBe("b'hello\\r\\n'"));
    await choose(1);
    await userEvent.keyboard('{Control>}c{/Control}');
    await eventually(() => expect(copied).toBe("b'\\x04\\xae\\x00'"));
    await userEvent.keyboard('{Shift>}c{/Shift}');
    await eventually(() => expect(copied).toContain('127.0.0.1:50002'));
  });

  test('opens what is filtered by, which narrows what is looked for already', async () => {
    const { app } = await open();
    const filter = page.getByRole('searchbox', { name: 'Filter' });
    await choose(0);
    await userEvent.keyboard('f');
    await page.getByRole('menuitem', { name: 'These bytes', exact: true }).click();
    await expect.element(log).toHaveFocus();
    await eventually(() =>
      expect((filter.element() as HTMLInputElement).value).toBe('hex:68 65 6C 6C 6F 0D 0A'),
    );
    await choose(0);
    await userEvent.keyboard('f');
    await item('This connection').click();
    await eventually(() => expect(app.active!.shownConnection).toBe(1));
    await choose(0);
    // The test's keyboard has no such key.
    log.element().dispatchEvent(new KeyboardEvent('keydown', { key: '/', bubbles: true, cancelable: true }));
    await expect.element(filter).toHaveFocus();
    await userEvent.keyboard('{Control>}a{/Control}r');
    await expect.element(filter).toHaveValue('r');
    await expect.element(filter).toHaveFocus();
  });

  test('makes a rule of the record: exactly its bytes, no answer, off; what the server answers by stays', async () => {
    const settings = defaultListener();
    const { host } = await open({ ...settings, reply: { ...settings.reply, kind: 'echo' } });
    await choose(0);
    await userEvent.keyboard('a');
    await eventually(() =>
      expect(rulesOf(host)).toMatchObject({
        kind: 'echo',
        rules: [{ enabled: false, match: 'exact', pattern: 'hello\\r\\n', reply: { text: '' } }],
      }),
    );
    await expect.element(page.getByRole('listitem', { name: 'Rule 1' })).toBeVisible();
    await expect.element(page.getByRole('checkbox', { name: 'On', exact: true })).toHaveFocus();
    await page.getByRole('button', { name: 'Answer by rules' }).click();
    await eventually(() => expect(rulesOf(host)?.kind).toBe('rules'));
    await choose(1);
    await userEvent.keyboard('a');
    await eventually(() =>
      expect(rulesOf(host)?.rules[1]).toMatchObject({ match: 'exact-hex', pattern: '04 AE 00' }),
    );
  });

  test('opens the set-up, where the rules are tried on the record that was received', async () => {
    const settings = defaultListener();
    await open({ ...settings, reply: { ...settings.reply, kind: 'rules' } });
    await choose(0);
    await userEvent.keyboard('a');
    await page.getByRole('checkbox', { name: 'On', exact: true }).click();
    await page.getByRole('button', { name: 'Try on #0' }).click();
    await expect.element(page.getByRole('textbox', { name: 'Try a message' })).toHaveValue('hello\\r\\n');
    await expect.element(page.getByText('Rule 1 matches, and answers nothing.')).toBeVisible();
  });

  test('changes the time format, and nothing sends a byte without Ctrl', async () => {
    const { host, app } = await open();
    await choose(0);
    await userEvent.keyboard('t');
    await eventually(() => expect(app.preferences.timeFormat).toBe('relative'));
    // Of the others 3 and V have a conversation in place of the rows.
    for (const key of 'bdghijklmnopqsuwxyz012456789') {
      await userEvent.keyboard(key);
      (log.element() as HTMLElement).focus();
    }
    expect(host.sent).toEqual([]);
  });
});

describe('the menu of bytes', () => {
  const bytes = page.getByRole('textbox', { name: 'Bytes in hex' });

  async function menuOfBytes(settings?: EndpointSettings) {
    const opened = await open(settings);
    await choose(0);
    await userEvent.keyboard('{Enter}');
    await expect.element(bytes).toHaveTextContent(/68 65 6C 6C 6F/);
    (bytes.element() as HTMLElement).focus();
    await userEvent.keyboard('{Home}{Shift>}{ArrowRight}{/Shift}{Shift>}{F10}{/Shift}');
    await expect.element(menu).toBeVisible();
    return opened;
  }

  test('offers what can be done with the selected ones', async () => {
    const { app } = await menuOfBytes();
    await expectLabels([
      'Edit in composer',
      'Copy as',
      'Decode as',
      'Filter by',
      'Mark for comparing',
      'Make reply rule',
    ]);
    await item('Filter by').click();
    await page.getByRole('menuitem', { name: 'Not these bytes' }).click();
    await eventually(() => expect(logOf(app, app.active!).filter.text).toBe('-hex:68 65'));
  });

  test('of a client makes no rule, and puts them into the message', async () => {
    await menuOfBytes(defaultClient());
    await expectLabels(['Edit in composer', 'Copy as', 'Decode as', 'Filter by', 'Mark for comparing']);
    await item('Edit in composer').click();
    await expectWritten(message, 'he');
  });
});
