import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { page, userEvent } from 'vitest/browser';
import { FailureError } from '../../shared/failure.ts';
import { defaultClient, defaultListener } from '../../shared/settings/endpoint.ts';
import { connected, idle, listening, peer, TestHost } from '../testing/host.ts';
import { expectWritten } from '../testing/written.ts';
import { closePages, openPage } from '../testing/page.ts';

const message = page.getByRole('textbox', { name: 'Message', exact: true });
const send = page.getByRole('button', { name: 'Send', exact: true });
const wire = () => document.getElementById('message-bytes')!.textContent.trim().replace(/\s+/g, ' ');
const toggle = (name: string) => page.getByRole('button', { name, exact: true });

async function more(name: string): Promise<void> {
  await page.getByRole('button', { name: 'More to send' }).click();
  await page.getByRole('menuitem', { name }).click();
}

function paste(text: string): void {
  const clipboardData = new DataTransfer();
  clipboardData.setData('text/plain', text);
  const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
  message.element().dispatchEvent(event);
}

/** A file as it is dropped on the message. */
function drop(file: File): void {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(file);
  const event = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true });
  document.querySelector('.compose')!.dispatchEvent(event);
}

const opened = async (more: TestHost['more'] = {}): Promise<TestHost> => {
  const host = TestHost.with(defaultClient(), connected);
  host.more = more;
  await openPage(host);
  await expect.element(message).toHaveAttribute('contenteditable', 'true');
  await message.click();
  return host;
};

afterEach(closePages);

describe('the composer', () => {
  test('says why nothing can be sent, and what to do about it', async () => {
    const settings = defaultClient();
    const host = TestHost.with(settings, idle);
    await openPage(host);
    for (const [status, sentence] of [
      [{ ...idle, state: 'connecting' }, 'Not connected yet.'],
      [{ ...connected, state: 'half-closed-by-us' }, 'This side has finished sending.'],
    ] as const) {
      host.status = status;
      await host.summarize();
      await expect.element(page.getByText(sentence, { exact: true })).toBeVisible();
      await expect.element(send).toBeDisabled();
    }
  });

  test('goes on in the field of the address when another one is to be typed', async () => {
    await openPage(TestHost.with({ ...defaultListener(), transport: 'udp' }, listening));
    await page.getByRole('combobox', { name: 'To' }).selectOptions('Another address…');
    await expect.element(page.getByRole('textbox', { name: 'Address to send to' })).toHaveFocus();
  });

  test('an empty datagram is sent only when it is asked for', async () => {
    const host = TestHost.with({ ...defaultListener(), transport: 'udp' }, listening);
    host.peers = [peer(1)];
    await openPage(host);
    await message.fill('one');
    await userEvent.keyboard('{Control>}{Enter}{/Control}');
    await eventually(() => expect(host.sent).toHaveLength(1));
    await expectWritten(message, '');
    await userEvent.keyboard('{Control>}{Enter}{/Control}');
    await expect.element(send).toBeDisabled();
    expect(host.sent).toHaveLength(1);
    await more('Send an empty datagram');
    await eventually(() => expect(host.sent[1]).toEqual({ target: [1], bytes: [] }));
  });

  test('shows the exact bytes of what is typed, line end included', async () => {
    await openPage(TestHost.with(defaultClient(), connected));
    await message.fill('a\\t温');
    await expect.poll(wire).toBe('5 bytes 61 09 E6 B8 A9');
    await page.getByRole('combobox', { name: 'Line end' }).selectOptions('CRLF');
    await expect.poll(wire).toBe('7 bytes 61 09 E6 B8 A9 0D 0A ↵ is sent as CRLF');
  });

  describe('a text too long to be read between two keys', () => {
    const long = 'a line\\t\n'.repeat(8_000);

    test('is read beside, and what is typed last is what goes out', async () => {
      const host = await opened();
      paste(long);
      await expect.poll(wire).toMatch(/^64,000 bytes 61 20 6C 69 6E 65 09 0A/);
      await expect.poll(() => message.element().querySelector('.escape')?.textContent).toBe('\\t');
      await userEvent.keyboard('newest');
      await userEvent.keyboard('{Control>}{Enter}{/Control}');
      const sent = () => host.sent.map(({ bytes }) => String.fromCharCode(...bytes));
      await eventually(() => expect(sent()).toEqual([`${long.replaceAll('\\t', '\t')}newest`]));
      await expectWritten(message, '');
    });

    test('is not sent as long as nobody knows what it is', async () => {
      const host = await opened();
      await message.fill('before');
      paste('{{repeat "x" 1000000 | crc32}}'.repeat(200));
      await expect.poll(wire).toBe('Reading…');
      await expect.element(send).toBeDisabled();
      await expect.poll(wire).toMatch(/^806 bytes 62 65 66 6F 72 65 /);
      await userEvent.keyboard('{Control>}{Enter}{/Control}');
      await eventually(() => expect(host.sent.map(({ bytes }) => bytes.length)).toEqual([806]));
    });

    test('with functions has a bound, which is said', async () => {
      const host = await opened();
      paste(`${'x'.repeat(262_144)}{{counter}}`);
      const words = 'A message with functions takes at most 262,144 characters; this one has 262,155.';
      await expect.poll(wire).toContain(words);
      await expect.element(send).toBeDisabled();
      expect(host.sent).toEqual([]);
    });

    test('has its problems at their places, and is not sent with them', async () => {
      await opened();
      paste(`${long}\\q`);
      await expect.poll(wire).toContain('Line 8001, column 1');
      await expect.element(send).toBeDisabled();
      await expect.poll(() => message.element().querySelector('.problem')?.textContent).toBe('\\q');
      await userEvent.keyboard('{Backspace}n');
      await expect.poll(wire).toMatch(/^64,001 bytes/);
      await expect.element(send).toBeEnabled();
    });
  });

  test('leaves to the engine what is made as it is sent, and shows what it would make', async () => {
    const host = TestHost.with(defaultClient(), connected);
    const counter = { from: 1, to: 12, start: 1, end: 2, changes: true };
    host.preview = { length: 3, bytes: Uint8Array.of(0x61, 0x31, 0x0a), parts: [counter] };
    await openPage(host);
    await message.fill('a{{counter}}');
    await page.getByRole('combobox', { name: 'Line end' }).selectOptions('LF');
    await expect.poll(wire).toBe('3 bytes 61 31 0A ↵ is sent as LF');
    expect(document.querySelector('#message-bytes .changes')?.textContent).toBe('31');
    await userEvent.keyboard('{Control>}{Enter}{/Control}');
    const written = { mode: 'text', text: 'a{{counter}}', lineEnd: 'lf', encoding: 'utf-8' };
    await eventually(() => expect(host.sent).toEqual([{ target: 'all', bytes: [], written }]));
  });

  test('ties each call to its bytes, from the text and from the bytes', async () => {
    await opened();
    await message.fill('a{{u8 1}}{{#b}}x{{u8 2}}{{/b}}');
    await expect.poll(wire).toBe('4 bytes 61 01 78 02');
    const tied = () => [...document.querySelectorAll('#message-bytes .tied')].map((one) => one.textContent);
    await userEvent.keyboard('{Home}{ArrowRight>3}');
    await expect.poll(tied).toEqual(['01']);
    await userEvent.keyboard('{ArrowRight>7}');
    await expect.poll(tied).toEqual(['78', '02']);
    await userEvent.hover(page.getByText('02', { exact: true }));
    await expect.poll(() => message.element().querySelector('.tied')?.textContent).toBe('{{u8 2}}');
    await userEvent.unhover(page.getByText('02', { exact: true }));
    await expect.poll(tied).toEqual(['78', '02']);
  });

  test('edits the arguments of the call at the cursor, each in its field', async () => {
    await opened();
    await message.fill('a{{pad "x" 3}}b');
    await userEvent.keyboard('{ArrowLeft>3}');
    await page.getByRole('button', { name: 'pad…' }).click();
    const form = page.getByRole('dialog', { name: 'Arguments of pad' });
    await expect.element(form.getByRole('textbox', { name: 'what' })).toHaveFocus();
    await form.getByRole('textbox', { name: 'length' }).fill('4');
    await form.getByRole('combobox', { name: 'side' }).selectOptions('left');
    await expectWritten(message, 'a{{pad "x" 4 side=left}}b');
    await expect.poll(wire).toBe('6 bytes 61 20 20 20 78 62');
    await form.getByRole('textbox', { name: 'with' }).fill("'-'");
    await userEvent.keyboard('{Enter}');
    await expect.element(form).not.toBeInTheDocument();
    await expect.element(message).toHaveFocus();
    await expectWritten(message, 'a{{pad "x" 4 \'-\' left}}b');
    await message.fill('plain');
    await expect.element(page.getByRole('button', { name: 'pad…' })).not.toBeInTheDocument();
  });

  test('writes text in another encoding, refuses what that lacks, and keeps the bytes from hex to text', async () => {
    await opened();
    await message.fill('温度');
    await page.getByRole('combobox', { name: 'Encoding' }).selectOptions('GBK');
    await expect.poll(wire).toBe('4 bytes CE C2 B6 C8');
    await page.getByRole('radiogroup', { name: 'Mode' }).getByText('Hex').click();
    await expectWritten(message, 'CE C2 B6 C8');
    await message.fill('CE C2 B6 FF');
    await page.getByRole('radiogroup', { name: 'Mode' }).getByText('Text').click();
    await expectWritten(message, '温\\xB6\\xFF');
    await message.fill('a😀');
    await expect.poll(wire).toBe('✕ Line 1, column 2: The encoding has no such character.');
  });

  test('offers functions in braces, which Enter takes while the list is open, and their arguments', async () => {
    const host = await opened();
    await message.click();
    await userEvent.keyboard('{{{{coun');
    const list = page.getByRole('listbox', { name: 'Completions' });
    await expect.element(list).toBeVisible();
    await expect.element(page.getByText('Counts the messages', { exact: false })).toBeVisible();
    await userEvent.keyboard('{Enter}');
    await expectWritten(message, '{{counter}}');
    await userEvent.keyboard(' {{{{timestamp ');
    await expect.element(page.getByRole('option', { name: 'ms', exact: true })).toBeVisible();
    await userEvent.keyboard('{Escape}');
    await expect.element(list).not.toBeInTheDocument();
    await expect.element(message).toHaveFocus();
    expect(host.sent).toEqual([]);
  });

  test('sends these bytes with the keyboard, and begins anew', async () => {
    const host = TestHost.with(defaultClient(), connected);
    await openPage(host);
    await message.fill('hi\\x00');
    await userEvent.keyboard('{Control>}{Enter}{/Control}');
    await eventually(() => expect(host.sent).toEqual([{ target: 'all', bytes: [0x68, 0x69, 0] }]));
    await expectWritten(message, '');
  });

  test('sends what is written while a message is still being handed over, one after the other', async () => {
    const went: string[] = [];
    let goOn: (count: number) => void = () => undefined;
    await opened({
      send: (...[, , bytes]) => {
        went.push(new TextDecoder().decode(bytes as Uint8Array));
        return new Promise((resolve) => (goOn = resolve));
      },
    });
    for (const text of ['first', 'second']) {
      await message.fill(text);
      await userEvent.keyboard('{Control>}{Enter}{/Control}');
      await expectWritten(message, '');
    }
    expect(went).toEqual(['first']);
    goOn(1);
    await eventually(() => expect(went).toEqual(['first', 'second']));
    goOn(1);
  });

  test('refuses to send what does not parse, and says where and why', async () => {
    const host = TestHost.with(defaultClient(), connected);
    await openPage(host);
    await message.fill('ok\nbad \\q');
    await expect.element(send).toBeDisabled();
    await expect.poll(wire).toContain('Line 2, column 5: Unknown escape.');
    expect(document.querySelector('.editor .problem')!.textContent).toBe('\\q');
    await userEvent.keyboard('{Control>}{Enter}{/Control}');
    expect(host.sent).toEqual([]);
  });

  test('brings earlier messages back with the arrow keys, and the unsent one after them', async () => {
    const host = TestHost.with(defaultClient(), connected);
    await openPage(host);
    for (const text of ['first', 'second']) {
      await message.fill(text);
      await send.click();
      await expectWritten(message, '');
    }
    await message.fill('unsent');
    await userEvent.keyboard('{ArrowUp}');
    await expectWritten(message, 'second');
    await userEvent.keyboard('{ArrowUp}');
    await expectWritten(message, 'first');
    await userEvent.keyboard('{ArrowDown}{ArrowDown}');
    await expectWritten(message, 'unsent');
  });

  test('keeps the same bytes when the notation changes', async () => {
    await openPage(TestHost.with(defaultClient(), connected));
    await message.fill('a\\r\\n');
    await page.getByRole('radio', { name: 'Hex' }).click();
    await expectWritten(message, '61 0D 0A');
    await page.getByRole('radio', { name: 'Text' }).click();
    await expectWritten(message, 'a\\r\\n');
  });

  test('says why nothing can be sent before anybody is connected', async () => {
    await openPage(TestHost.with(defaultListener(), listening));
    await message.fill('hello');
    await expect.element(page.getByText('Nobody is connected.')).toBeVisible();
    await expect.element(send).toBeDisabled();
  });

  test('gives a message back that could not be sent, and tells the failure', async () => {
    const host = TestHost.with(defaultClient(), connected);
    host.failure = { code: 'EPIPE', message: 'write EPIPE', subject: '' };
    await openPage(host);
    await message.fill('hello');
    await send.click();
    await expect.element(page.getByText('EPIPE', { exact: false }).first()).toBeVisible();
    await expectWritten(message, 'hello');
  });

  test('a draft is there again with its tab', async () => {
    const host = TestHost.with(defaultListener(), listening);
    host.peers = [peer(1)];
    const app = await openPage(host);
    await message.fill('half a thought');
    await app.addEndpoint(defaultClient());
    await expectWritten(message, '');
    app.openTab('lab');
    await expectWritten(message, 'half a thought');
    await eventually(() => expect(host.drafts['lab']!.draft).toBe('half a thought'));
  });

  test('a draft that is not kept is told, once', async () => {
    const host = TestHost.with(defaultListener(), listening);
    host.draftFailure = { code: 'DRAFT_NOT_KEPT', message: '', subject: '' };
    await openPage(host);
    const told = page.getByText('What is written in this tab is not kept', { exact: false });
    await message.fill('half a thought');
    await expect.element(told).toBeVisible();
    await message.fill('a whole one');
    host.draftFailure = null;
    await message.fill('and more');
    await eventually(() => expect(host.drafts['lab']!.draft).toBe('and more'));
    expect(told.elements()).toHaveLength(1);
  });
});

describe('Enter', () => {
  const letEnterSend = async () => {
    await page.getByRole('button', { name: 'Enter makes a line' }).click();
    await page.getByRole('menuitem', { name: /^Enter sends/ }).click();
  };

  test('makes a line and Shift+Enter sends, or the other way round, and it is remembered', async () => {
    const host = await opened();
    await userEvent.keyboard('a{Enter}b');
    await expectWritten(message, 'a\nb');
    await userEvent.keyboard('{Shift>}{Enter}{/Shift}');
    await eventually(() => expect(host.sent.at(-1)?.bytes).toEqual([0x61, 10, 0x62]));
    await expectWritten(message, '');
    await letEnterSend();
    await message.click();
    await userEvent.keyboard('c{Shift>}{Enter}{/Shift}d{Enter}');
    await eventually(() => expect(host.sent.at(-1)?.bytes).toEqual([0x63, 10, 0x64]));
    await expectWritten(message, '');
    await eventually(() => expect(host.drafts['lab']!.enterSends).toBe(true));
  });

  test('of an input method sends nothing', async () => {
    const host = await opened();
    await letEnterSend();
    await message.fill('ni');
    const enter = { key: 'Enter', bubbles: true, cancelable: true, isComposing: true };
    message.element().dispatchEvent(new KeyboardEvent('keydown', enter));
    await userEvent.keyboard('!');
    await expectWritten(message, 'ni!');
    expect(host.sent).toEqual([]);
  });

  test('does nothing where nothing can be sent', async () => {
    const host = await opened();
    await userEvent.keyboard('\\q{Shift>}{Enter}{/Shift}');
    await expectWritten(message, '\\q');
    expect(host.sent).toEqual([]);
  });
});

describe('line ends', () => {
  test('a typed break is drawn and sent as the chosen end; pasted ones are shown as what they are', async () => {
    const host = await opened();
    await userEvent.keyboard('a{Enter}b');
    paste('\r\nc\rd');
    const signs = () =>
      [...message.element().querySelectorAll('.sign')].map((sign) => sign.className.replace('sign ', ''));
    await expect.poll(signs).toEqual(['break', 'cr', 'lf', 'cr']);
    await expect.poll(wire).toContain('↵ is sent as LF');
    await page.getByRole('combobox', { name: 'Line end' }).selectOptions('CRLF');
    await expect.poll(signs).toEqual(['break', 'cr', 'lf', 'cr', 'break']);
    await expect.poll(wire).toContain('↵ is sent as CRLF');
    await send.click();
    await eventually(() =>
      expect(String.fromCharCode(...host.sent.at(-1)!.bytes)).toBe('a\r\nb\r\nc\rd\r\n'),
    );
  });
});

describe('the text', () => {
  test('stays where it is to be kept', async () => {
    const host = await opened();
    await toggle('Keep text').click();
    await message.fill('again');
    await send.click();
    await send.click();
    await eventually(() => expect(host.sent).toHaveLength(2));
    await expectWritten(message, 'again');
    await eventually(() => expect(host.drafts['lab']!.keepText).toBe(true));
  });

  test('is sent as it is, backslashes and all, and comes back so', async () => {
    const host = await opened();
    await message.fill('C:\\q {{x}}');
    await expect.element(send).toBeDisabled();
    await toggle('As is').click();
    await expect.element(send).toBeEnabled();
    await send.click();
    await eventually(() => expect(String.fromCharCode(...host.sent[0]!.bytes)).toBe('C:\\q {{x}}'));
    await toggle('As is').click();
    await message.click();
    await userEvent.keyboard('{ArrowUp}');
    await expectWritten(message, 'C:\\q {{x}}');
    await expect.element(toggle('As is')).toHaveAttribute('aria-pressed', 'true');
  });
});

describe('on a closed client', () => {
  const open = async (after: typeof connected | typeof idle) => {
    const host = TestHost.with(defaultClient(), idle);
    host.more = { connect: () => void (host.status = { ...idle, state: 'connecting' }) };
    await openPage(host);
    await message.fill('hello');
    await page.getByRole('button', { name: 'Connect and send' }).click();
    await expect.element(page.getByText('the message goes out once it is open')).toBeVisible();
    await host.summarize();
    expect(host.sent).toEqual([]);
    await expectWritten(message, 'hello');
    host.status = after;
    await host.summarize();
    return host;
  };

  test('Send connects first', async () => {
    const host = await open(connected);
    await eventually(() => expect(String.fromCharCode(...host.sent[0]!.bytes)).toBe('hello'));
    await expectWritten(message, '');
  });

  test('Send is as good where it connects already, and the page has not heard of it', async () => {
    const host = TestHost.with(defaultClient(), idle);
    host.more = {
      connect: () => {
        throw new FailureError({ code: 'EISCONN' });
      },
    };
    await openPage(host);
    await message.fill('hello');
    await page.getByRole('button', { name: 'Connect and send' }).click();
    await expect.element(page.getByText('the message goes out once it is open')).toBeVisible();
    host.status = connected;
    await host.summarize();
    await eventually(() => expect(String.fromCharCode(...host.sent[0]!.bytes)).toBe('hello'));
    await expectWritten(message, '');
  });

  test('nothing is sent and the text stays where the connection does not open', async () => {
    const host = await open(idle);
    await expect.element(page.getByText('The connection did not open', { exact: false })).toBeVisible();
    expect(host.sent).toEqual([]);
    await expectWritten(message, 'hello');
  });
});

describe('a file', () => {
  const mb = 1024 * 1024;

  test('takes the place of the text and is read as it is taken, and the text is there again', async () => {
    const pieces: number[] = [];
    const asked: unknown[] = [];
    const host = await opened({
      sendFile: (...[, target, file, plan]) => {
        asked.push(target, file, plan);
        return 7;
      },
      filePiece: (_, bytes, isLast) => {
        pieces.push(bytes.length);
        return isLast ? 'done' : null;
      },
    });
    await message.fill('a draft');
    drop(new File([new Uint8Array(5 * mb)], 'image.bin'));
    await expect.element(page.getByRole('group', { name: 'What is sent' })).toHaveTextContent('image.bin');
    await expect.poll(wire).toContain('5,242,880 bytes');
    await send.click();
    await expectWritten(message, 'a draft');
    expect(pieces).toEqual(Array.from({ length: 10 }, () => mb / 2));
    expect(asked).toEqual(['all', { name: 'image.bin', size: 5 * mb }, { pieces: null, everyMs: 0 }]);
    expect(host.sent).toEqual([]);
  });

  test('that shrinks in the middle says that some of it may have gone, and an empty one why it cannot', async () => {
    await opened({ sendFile: () => 7, filePiece: () => null, fileUnreadable: () => undefined });
    const shrunk = new File([new Uint8Array(2 * mb)], 'log.txt');
    const slice = shrunk.slice.bind(shrunk);
    shrunk.slice = (from, to) => {
      if (from! > 0) throw new DOMException('changed', 'NotReadableError');
      return slice(from, to);
    };
    drop(shrunk);
    await send.click();
    await expect.element(page.getByText('What was sent of it before stands in the log')).toBeVisible();
    drop(new File([], 'empty'));
    await expect.element(page.getByText('An empty file sends nothing.')).toBeVisible();
    await expect.element(send).toBeDisabled();
  });

  test('goes in pieces or line by line at their times, pauses, goes on, and is cancelled', async () => {
    const asked: unknown[] = [];
    let over: (end: 'stopped') => void = () => undefined;
    const host = await opened({
      sendFile: (...[, , , plan]) => {
        asked.push(plan);
        return 7;
      },
      filePiece: () => new Promise((resolve) => (over = resolve)),
      pauseFile: (job, isPaused) => void asked.push([job, isPaused]),
      cancelJob: (job) => {
        asked.push(job);
        over('stopped');
      },
    });
    drop(new File([new Uint8Array(2 * mb)], 'image.bin'));
    await page.getByRole('combobox', { name: 'How the file goes' }).selectOptions('In pieces');
    const bytes = page.getByRole('textbox', { name: 'Bytes of a piece' });
    await bytes.fill('0');
    await expect.element(page.getByRole('alert')).toHaveTextContent('Write from 1 to 1,048,576 bytes.');
    await bytes.fill('512');
    await page.getByRole('textbox', { name: 'Milliseconds between pieces' }).fill('20');
    await send.click();
    const plan = { pieces: 512, everyMs: 20 };
    await eventually(() => expect(asked).toEqual([plan]));
    const file = { name: 'image.bin', plan, pieces: 3, bytesPerSecond: 2048, ended: null };
    const job = {
      id: 7,
      kind: 'send-file',
      endpoint: host.endpoints[0]!.id,
      done: 1536,
      total: 2 * mb,
    } as const;
    host.jobs = [{ ...job, failure: null, file: { ...file, isPaused: false } }];
    await host.summarize();
    await expect
      .element(page.getByText('1.5 kB · 3 pieces · 2 kB/s').or(page.getByText(/3 pieces/)))
      .toBeVisible();
    await page.getByRole('button', { name: 'Pause' }).click();
    host.jobs = [{ ...job, failure: null, file: { ...file, isPaused: true } }];
    await host.summarize();
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await eventually(() => expect(asked).toEqual([plan, [7, true], [7, false], 7, 7]));
    await expect.element(send).toBeEnabled();
    await expect.element(page.getByRole('group', { name: 'What is sent' })).toBeVisible();
  });

  test('that is too long for a datagram is refused before it is sent', async () => {
    const host = TestHost.with({ ...defaultListener(), transport: 'udp' }, listening);
    host.peers = [peer(1)];
    await openPage(host);
    drop(new File([new Uint8Array(65_508)], 'long.bin'));
    await expect.poll(wire).toContain('A datagram takes at most 65,507 bytes; this message has 65,508.');
    await expect.element(send).toBeDisabled();
    await page.getByRole('button', { name: 'Do not send this' }).click();
    await expect.element(message).toBeVisible();
  });

  test('stands in for a pasted text that is too long to edit', async () => {
    await opened();
    await message.fill('a draft');
    paste(`${'x'.repeat(1_000_000)}\\n`);
    await expect.element(page.getByRole('group', { name: 'What is sent' })).toHaveTextContent('Pasted text');
    await expect.poll(wire).toContain('1,000,002 bytes');
    await page.getByRole('button', { name: 'Do not send this' }).click();
    await expectWritten(message, 'a draft');
  });
});

describe('a pasted text of another program', () => {
  test('is said to be what it was taken for, and can be undone', async () => {
    await opened();
    await userEvent.keyboard('<>{ArrowLeft}');
    paste("b'A\\x00'");
    await expectWritten(message, '<A\\0>');
    await expect.element(page.getByText('Pasted as Python bytes: its 2 bytes were taken.')).toBeVisible();
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await expectWritten(message, "<b'A\\x00'>");
  });

  test('stays as it is where it only looks like one', async () => {
    await opened();
    paste('AT$0D');
    await expectWritten(message, 'AT$0D');
    await expect
      .element(page.getByText('This looks like Hercules notation.', { exact: false }))
      .toBeVisible();
    await userEvent.keyboard('!');
    await page.getByRole('button', { name: 'Take its 3 bytes' }).click();
    await expectWritten(message, 'AT$0D!');
  });
});

describe('a message in Base64', () => {
  const base64 = page.getByRole('radio', { name: 'Base64' });

  test('is the same bytes as before, and its mistakes are told at their place', async () => {
    const host = await opened();
    await message.fill('a\\xFF');
    await base64.click();
    await expectWritten(message, 'Yf8=');
    await expect.poll(wire).toBe('2 bytes 61 FF');
    await page.getByRole('radio', { name: 'Hex' }).click();
    await expectWritten(message, '61 FF');
    await base64.click();
    await message.fill('Yf8=!');
    await expect.poll(wire).toContain('Line 1, column 5: This is no Base64');
    await message.fill('Yf8');
    await send.click();
    await eventually(() => expect(host.sent.at(-1)!.bytes).toEqual([0x61, 0xff]));
  });

  test('has no functions: a message with one stays as it is, which is said', async () => {
    await opened();
    await message.fill('{{counter}}');
    await base64.click();
    await expect.element(page.getByText('there is none in Base64', { exact: false })).toBeVisible();
    await expect.element(page.getByRole('radio', { name: 'Text' })).toBeChecked();
    await expectWritten(message, '{{counter}}');
  });
});

test('what may not be meant is told in a quiet line, which leads to its place', async () => {
  await opened();
  await message.fill('one “two” ');
  const warning = page.getByRole('button', { name: 'These quotes are not the ones of ASCII', exact: false });
  await expect.element(warning).toHaveTextContent('(+1)');
  await expect.poll(wire).toBe('14 bytes 6F 6E 65 20 E2 80 9C 74 77 6F E2 80 9D 20');
  await warning.click();
  await userEvent.keyboard('"');
  await expectWritten(message, 'one "two” ');
  await message.fill('plain');
  await expect.element(warning).not.toBeInTheDocument();
});

describe('a pasted hex dump', () => {
  const dump = '00000000: 4865 6c6c 6f20 776f 726c 642c 2061 6263  Hello world, abc\n00000010: 640a  d.';
  const bytes = '48 65 6C 6C 6F 20 77 6F  72 6C 64 2C 20 61 62 63\n64 0A';

  test('is taken as its bytes in hex, which is said and can be undone', async () => {
    await opened();
    await toggleHex();
    paste(dump);
    await expectWritten(message, bytes);
    await expect.element(page.getByText('its 18 bytes were taken', { exact: false })).toBeVisible();
    await userEvent.keyboard('{Control>}z{/Control}');
    await expectWritten(message, dump);
    await userEvent.keyboard('{Control>}y{/Control}');
    await expectWritten(message, bytes);
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await expectWritten(message, dump);
  });

  test('is text in text, which offers its bytes', async () => {
    await opened();
    paste(dump);
    await expectWritten(message, dump);
    await page.getByRole('button', { name: 'Take its 18 bytes' }).click();
    await expectWritten(message, 'Hello world, abcd\\n');
  });

  const toggleHex = async () => {
    await page.getByRole('radio', { name: 'Hex' }).click();
    await message.click();
  };
});
