import type {} from '@vitest/browser-playwright';
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, test, vi } from 'vitest';
import { cdp, page, userEvent } from 'vitest/browser';
import { defaultClient } from '../../shared/settings/endpoint.ts';
import { connected, TestHost } from '../testing/host.ts';
import { closePages, openPage } from '../testing/page.ts';
import { expectWritten } from '../testing/written.ts';
import type { AppState } from '../state/app.svelte.ts';
import Editor from './Editor.svelte';

const mountedFields: Record<string, unknown>[] = [];

afterEach(async () => {
  closePages();
  for (const each of mountedFields.splice(0)) await unmount(each);
});

const message = page.getByRole('textbox', { name: 'Message', exact: true });
const lines = () => [...message.element().querySelectorAll('.cm-line')];

async function open(): Promise<AppState> {
  const app = await openPage(TestHost.with(defaultClient(), connected));
  await expect.element(message).toHaveAttribute('contenteditable', 'true');
  await message.click();
  return app;
}
const draftOf = (app: AppState): string => app.active!.composer.draft;

function paste(text: string): void {
  const clipboardData = new DataTransfer();
  clipboardData.setData('text/plain', text);
  const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
  message.element().dispatchEvent(event);
}

/** A field of its own, still the plain one: the editor cannot arrive before this has returned. */
function mountPlain(text: string) {
  const shown = $state({
    label: 'Alone',
    value: text,
    problems: [],
    describedBy: 'said',
    maxLength: 100,
    oninput: (value: string) => (shown.value = value),
  });
  const mounted = mount(Editor, { target: document.body, props: shown });
  mountedFields.push(mounted);
  flushSync();
  return { shown, plain: document.querySelector('textarea')! };
}
const alone = page.getByRole('textbox', { name: 'Alone' });

test('takes over the text, the selection, the focus, the name and the description of the plain field', async () => {
  const { shown, plain } = mountPlain('abc');
  plain.focus();
  plain.setRangeText('d', 3, 3);
  plain.dispatchEvent(new InputEvent('input', { bubbles: true }));
  plain.setSelectionRange(1, 3, 'backward');
  await expect.element(alone).toHaveAttribute('contenteditable', 'true');
  expect(document.querySelector('textarea')).toBe(null);
  await expect.element(alone).toHaveFocus();
  await expect.element(alone).toHaveAttribute('aria-describedby', 'said');
  await expect.element(alone).toHaveAttribute('aria-multiline', 'true');
  await userEvent.keyboard('-');
  await expectWritten(alone, 'a-d');
  expect(shown.value).toBe('a-d');
});

test('a carriage return that is pasted into the plain field waits there for the editor, unchanged', async () => {
  const { shown, plain } = mountPlain('a');
  plain.focus();
  plain.setSelectionRange(1, 1);
  const pasted = { inputType: 'insertFromPaste', data: '\r\nb', bubbles: true, cancelable: true };
  plain.dispatchEvent(new InputEvent('beforeinput', pasted));
  flushSync();
  expect(plain.readOnly).toBe(true);
  await expect.element(alone).toHaveAttribute('contenteditable', 'true');
  await expectWritten(alone, 'a\r\nb');
  expect(shown.value).toBe('a\r\nb');
});

test('what is pasted is what is written, each kind of line end as it came', async () => {
  const app = await open();
  paste('a\r\nb\rc\n');
  await expectWritten(message, 'a\r\nb\rc\n');
  expect(draftOf(app)).toBe('a\r\nb\rc\n');
  expect(lines()).toHaveLength(3);
  await userEvent.keyboard('d{ArrowUp}{End}e');
  await expectWritten(message, 'a\r\nb\rce\nd');
  expect(draftOf(app)).toBe('a\r\nb\rce\nd');
  await expect
    .poll(() => document.getElementById('message-bytes')!.textContent.trim())
    .toBe('9 bytes 61 0D 0A 62 0D 63 65 0A  64 ↵ is sent as LF');
});

test('takes back and does again what was written in it, and nothing that came from elsewhere', async () => {
  const app = await open();
  await userEvent.keyboard('one');
  paste('\r\n');
  await userEvent.keyboard('{Control>}z{/Control}');
  await vi.waitFor(() => expect(draftOf(app)).toBe('one'));
  await userEvent.keyboard('{Control>}y{/Control}');
  await vi.waitFor(() => expect(draftOf(app)).toBe('one\r\n'));
  app.active!.composer.draft = 'another';
  await expectWritten(message, 'another');
  await userEvent.keyboard('{Control>}z{/Control}!');
  await vi.waitFor(() => expect(draftOf(app)).toBe('another!'));
});

test('an input method writes its characters once, and its marks stay in place', async () => {
  const app = await open();
  await userEvent.keyboard('a\\q');
  await vi.waitFor(() => expect(lines()[0]!.querySelector('.problem')!.textContent).toBe('\\q'));
  for (const text of ['n', 'ni', '你'])
    await cdp().send('Input.imeSetComposition', {
      text,
      selectionStart: text.length,
      selectionEnd: text.length,
    });
  await cdp().send('Input.insertText', { text: '你好' });
  await expectWritten(message, 'a\\q你好');
  expect(draftOf(app)).toBe('a\\q你好');
  await vi.waitFor(() => expect(lines()[0]!.querySelector('.problem')!.textContent).toBe('\\q'));
});

test('marks what is in sight, and only that', async () => {
  await open();
  paste('\\t\n'.repeat(5000));
  await vi.waitFor(() => expect(message.element().querySelectorAll('.escape').length).toBeGreaterThan(3));
  expect(message.element().querySelectorAll('.escape').length).toBeLessThan(200);
  await userEvent.keyboard('{Control>}{Home}{/Control}');
  await vi.waitFor(() => expect(lines()[0]!.querySelector('.escape')!.textContent).toBe('\\t'));
});

test('of a line of 1 MB only what is in sight is drawn, and a key at its end changes it there', async () => {
  const app = await open();
  const text = 'x'.repeat(999_998);
  paste(text);
  await vi.waitFor(() => expect(draftOf(app)).toHaveLength(text.length));
  await userEvent.keyboard('y');
  await vi.waitFor(() => expect(draftOf(app) === `${text}y`).toBe(true));
  expect(message.element().textContent.length).toBeLessThan(60_000);
  expect(message.element().textContent.endsWith('xy')).toBe(true);
});

test('of 12,500 lines only those in sight are drawn', async () => {
  const app = await open();
  paste('0123456789abcdef\r\n'.repeat(12_500));
  await vi.waitFor(() => expect(draftOf(app)).toHaveLength(12_500 * 18));
  expect(lines().length).toBeLessThan(300);
  await userEvent.keyboard('{Control>}{Home}{/Control}!');
  await vi.waitFor(() => expect(draftOf(app).startsWith('!0123456789abcdef\r\n')).toBe(true));
  expect(lines().length).toBeLessThan(300);
});

test('beyond its bound a paste is refused with a sentence, and what is typed is not taken', async () => {
  const app = await open();
  paste('x'.repeat(999_999));
  await userEvent.keyboard('yz');
  await vi.waitFor(() => expect(draftOf(app).endsWith('xy')).toBe(true));
  expect(draftOf(app)).toHaveLength(1_000_000);
  paste('zz');
  await expect.element(page.getByText('by Send a file…', { exact: false }).first()).toBeVisible();
  expect(draftOf(app)).toHaveLength(1_000_000);
});

test('Tab leaves it, and with nothing selected nothing is copied', async () => {
  await open();
  await userEvent.keyboard('a line');
  const copied = new ClipboardEvent('copy', {
    clipboardData: new DataTransfer(),
    bubbles: true,
    cancelable: true,
  });
  message.element().dispatchEvent(copied);
  expect(copied.defaultPrevented).toBe(false);
  await userEvent.tab();
  await expect.element(message).not.toHaveFocus();
  await expectWritten(message, 'a line');
});
