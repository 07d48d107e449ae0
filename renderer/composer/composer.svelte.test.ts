import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { page, userEvent } from 'vitest/browser';
import { payloadFunctions } from '../../shared/payload/functions.ts';
import { defaultClient, defaultListener } from '../../shared/settings/endpoint.ts';
import { connected, idle, listening, peer, TestHost } from '../testing/host.ts';
import { expectWritten } from '../testing/written.ts';
import { closePages, openPage } from '../testing/page.ts';

const message = page.getByRole('textbox', { name: 'Message', exact: true });
const send = page.getByRole('button', { name: 'Send', exact: true });
const wire = () => document.getElementById('message-bytes')!.textContent.trim();

afterEach(async () => {
  payloadFunctions.clear();
  await closePages();
});

describe('the composer', () => {
  test('says why nothing can be sent, and what to do about it', async () => {
    const settings = defaultClient();
    const host = TestHost.with(settings, idle);
    await openPage(host);
    for (const [status, sentence] of [
      [idle, 'Not connected. Press Connect.'],
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
    await page.getByRole('button', { name: 'Send an empty datagram' }).click();
    await eventually(() => expect(host.sent[1]).toEqual({ target: [1], bytes: [] }));
  });

  test('shows the exact bytes of what is typed, line end included', async () => {
    await openPage(TestHost.with(defaultClient(), connected));
    await message.fill('a\\t温');
    await expect.poll(wire).toBe('5 bytes 61 09 E6 B8 A9');
    await page.getByRole('combobox', { name: 'End' }).selectOptions('CRLF');
    await expect.poll(wire).toBe('7 bytes 61 09 E6 B8 A9 0D 0A');
  });

  test('leaves to the engine what is made as it is sent, and shows it as it is written', async () => {
    payloadFunctions.set('counter', { arguments: [], isVolatile: true, bytes: () => Uint8Array.of(1) });
    const host = TestHost.with(defaultClient(), connected);
    await openPage(host);
    await message.fill('a{{counter}}');
    await page.getByRole('combobox', { name: 'End' }).selectOptions('LF');
    await expect.poll(wire).toBe('61 {{counter}} 0A');
    await userEvent.keyboard('{Control>}{Enter}{/Control}');
    const written = { mode: 'text', text: 'a{{counter}}', lineEnd: 'lf' };
    await eventually(() => expect(host.sent).toEqual([{ target: 'all', bytes: [], written }]));
  });

  test('sends these bytes with the keyboard, and begins anew', async () => {
    const host = TestHost.with(defaultClient(), connected);
    await openPage(host);
    await message.fill('hi\\x00');
    await userEvent.keyboard('{Control>}{Enter}{/Control}');
    await eventually(() => expect(host.sent).toEqual([{ target: 'all', bytes: [0x68, 0x69, 0] }]));
    await expectWritten(message, '');
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
