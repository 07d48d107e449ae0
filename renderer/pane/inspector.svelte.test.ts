import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import '../styles/tokens.css';
import '../styles/base.css';
import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { opening, received, sent, TestEngine, testPeer, type TestRecord } from '../testing/engine.ts';
import Traffic from '../endpoint/Traffic.svelte';
import { logOf } from '../state/log.svelte.ts';
import { AppState } from '../state/app.svelte.ts';

const apps: AppState[] = [];
const hello = received('{"type":"hello","name":"设备-7","seq":12428}\n');

/** The pane beside a log that has no more room than it must. */
async function open(records: TestRecord[], selected: number | null, width = 520) {
  const engine = TestEngine.of(records);
  const app = new AppState(engine.openChannel);
  apps.push(app);
  await eventually(() => expect(app.connected).toBe(true));
  await page.viewport(920, 720);
  await document.fonts.load('11px "JetBrains Mono Variable"');
  const frame = document.createElement('div');
  frame.style.cssText = `display: flex; width: ${width}px; height: 700px`;
  document.body.replaceChildren(frame);
  const endpoint = app.endpoints[0]!;
  endpoint.select(selected);
  app.changeLayout({ room: 'record', panes: { pane: [520] } });
  await render(Traffic, { target: frame, props: { app, endpoint } });
  return { app, endpoint, engine, frame };
}

afterEach(() => {
  for (const app of apps.splice(0)) app.close();
});

const hexView = () => page.getByRole('textbox', { name: 'Bytes in hex' });
const textView = () => page.getByRole('textbox', { name: 'Bytes as text' });
const lines = () =>
  [...document.querySelectorAll('.line')].map((line) => line.textContent.replaceAll(/\s+/g, ' ').trim());
const firstOffset = () => document.querySelector('.line .offset')?.textContent;
/** Text of the selected runs of a column or view. */
const marked = (scope: string) =>
  [...document.querySelectorAll(`${scope} .selected`)].map((run) => run.textContent).join('');
const values = () => page.getByRole('group', { name: 'Values at the cursor' });

/** A payload of 100 MB, whose bytes are lines of 100. */
const huge: TestRecord = {
  kind: 'received',
  payload: new TextEncoder().encode(`${'0123456789'.repeat(9)}abcdefghi\n`),
  length: 100_000_000,
};

describe('the pane about a record', () => {
  test('says what to do while nothing is selected', async () => {
    await open([hello], null);
    await expect
      .element(page.getByRole('region', { name: 'About the chosen' }))
      .toHaveTextContent('Select a record');
  });

  test('names the record, and shows its bytes in rows of 16 or, in less room, of 8', async () => {
    const { frame } = await open([opening, hello], 1);
    await expect.element(page.getByText('#1 · received · 47 bytes')).toBeVisible();
    await expect.element(page.getByText('from 127.0.0.1:51122')).toBeVisible();
    await eventually(() =>
      expect(lines()[0]).toBe('000000 7B 22 74 79 70 65 22 3A 22 68 65 6C 6C 6F 22 2C {"type":"hello",'),
    );
    expect(lines()).toHaveLength(3);
    frame.style.width = '360px';
    await eventually(() => expect(lines()).toHaveLength(6));
  });

  test('cuts no value off, however narrow it is', async () => {
    const { frame } = await open([received('\\xf8{{{{{{{')], 0, 260);
    await expect
      .element(values())
      .toHaveTextContent(/u64\s*LE\s*Little-endian\s*\d{19}\s*BE\s*Big-endian\s*\d{19}/);
    const cut = () =>
      [...document.querySelectorAll('.values td')].filter((td) => td.scrollWidth > td.clientWidth);
    expect(cut()).toEqual([]);
    frame.style.width = '520px';
    await expect.element(values()).toHaveTextContent(/u64\s*\d{19}\s*\d{19}\s*i64/);
    expect(cut()).toEqual([]);
  });

  test('shares one selection between hex, text and the values at the cursor', async () => {
    await open([opening, hello], 1);
    await eventually(() => expect(lines()).toHaveLength(3));
    await hexView().click({ position: { x: 70, y: 10 } });
    await userEvent.keyboard('{Control>}{Home}{/Control}{ArrowDown}');
    for (let i = 0; i < 8; i++) await userEvent.keyboard('{ArrowRight}');
    await userEvent.keyboard('{Shift>}{ArrowRight}{ArrowRight}{/Shift}');
    expect(marked('.hex')).toBe('E8 AE BE');
    expect(marked('.ascii')).toBe('···');
    await expect.element(page.getByText('3 bytes from 24 (0x18)')).toBeVisible();
    await eventually(() => expect(marked('.chunk')).toBe('设'));
    await page.getByRole('textbox', { name: 'Go to offset' }).fill('0x18');
    await userEvent.keyboard('{Enter}');
    await expect.element(values()).toHaveTextContent(/u8\s*232/);
    await expect.element(values()).toHaveTextContent(/u16\s*44776\s*59566/);
    await expect.element(values()).toHaveTextContent(/bits\s*1110 1000/);
    await expect.element(values()).toHaveTextContent(/设\s+U\+8BBE/);
  });

  test('selects by dragging over hex and over text', async () => {
    await open([opening, received('abcdefghijklmnopqrstuvwxyz')], 1);
    await eventually(() => expect(lines()).toHaveLength(2));
    const drag = (element: Element, from: [number, number], to: [number, number]) => {
      const at = ([clientX, clientY]: [number, number]) => ({
        clientX,
        clientY,
        bubbles: true,
        button: 0,
        pointerId: 1,
      });
      // Without a real pointer there is none to capture.
      element.setPointerCapture = () => undefined;
      element.hasPointerCapture = () => true;
      element.dispatchEvent(new PointerEvent('pointerdown', at(from)));
      element.dispatchEvent(new PointerEvent('pointermove', at(to)));
    };
    const list = (await hexView().findElement()) as HTMLElement;
    const hex = document.querySelector('.hex')!.getBoundingClientRect();
    const pitch = hex.width / 16;
    drag(list, [hex.left + pitch * 2.4, hex.top + 8], [hex.left + pitch * 1.4, hex.top + 28]);
    await eventually(() =>
      expect(marked('.hex').replaceAll(' ', '')).toBe(
        [...'cdefghijklmnopqr'].map((c) => c.charCodeAt(0).toString(16).toUpperCase()).join(''),
      ),
    );
    await eventually(() => expect(marked('.chunk')).toBe('cdefghijklmnopqr'));
    const run = document.querySelector('.chunk .text')!.getBoundingClientRect();
    const view = (await textView().findElement()) as HTMLElement;
    drag(view, [run.left + 1, run.top + 8], [run.left + (run.width / 2) * 4.5, run.top + 8]);
    await eventually(() => expect(marked('.chunk').startsWith('ab')).toBe(true));
  });

  test('shows the first and the last rows of 100 MB at once, and reads only what it shows', async () => {
    const { engine } = await open([opening, huge], 1);
    await eventually(() => expect(lines()[0]).toContain('30 31 32 33'));
    await hexView().click({ position: { x: 70, y: 10 } });
    await userEvent.keyboard('{Control>}{End}{/Control}');
    await eventually(() => expect(lines().at(-1)).toContain('5f5e0f0'));
    await eventually(() => expect(lines().at(-1)).toContain('0A'));
    await userEvent.keyboard('{Control>}{Home}{/Control}');
    await eventually(() => expect(firstOffset()).toBe('0000000'));
    expect(engine.payloadBytes).toBeLessThan(1024 * 1024);
  });

  test('shows any place of 100 MB as whole lines of text', async () => {
    const { engine } = await open([opening, huge], 1);
    await eventually(() => expect(document.querySelector('.chunk')?.textContent).toMatch(/^0123456789/));
    await page.getByRole('textbox', { name: 'Go to offset' }).fill('50,000,000');
    await userEvent.keyboard('{Enter}');
    await eventually(() => {
      const at = document.querySelector('.chunk .at')!.getBoundingClientRect();
      const view = textView().element().getBoundingClientRect();
      expect(at.top).toBeGreaterThanOrEqual(view.top);
      expect(at.bottom).toBeLessThanOrEqual(view.bottom);
    });
    for (const chunk of document.querySelectorAll('.chunk')) {
      if (chunk.textContent !== '') expect(chunk.textContent).toMatch(/^0123456789.*abcdefghiLF$/s);
    }
    await textView().click({ position: { x: 40, y: 40 } });
    await userEvent.keyboard('{End}');
    await eventually(() => expect(document.querySelector('.chunk .at')?.textContent).toBe('LF'));
    expect(engine.payloadBytes).toBeLessThan(2 * 1024 * 1024);
  });

  test('goes through text by characters and lines', async () => {
    await open([opening, received('ab温c\ndefg\nhi')], 1);
    await eventually(() => expect(document.querySelector('.chunk')).not.toBeNull());
    await textView().click({ position: { x: 14, y: 8 } });
    const at = () => document.querySelector('.chunk .at')?.textContent;
    await userEvent.keyboard('{ArrowRight}{ArrowRight}');
    expect(at()).toBe('温');
    await userEvent.keyboard('{ArrowRight}');
    expect(at()).toBe('c');
    await userEvent.keyboard('{ArrowLeft}');
    expect(at()).toBe('温');
    await userEvent.keyboard('{ArrowDown}');
    expect(at()).toBe('f');
    await userEvent.keyboard('{ArrowUp}');
    expect(at()).toBe('温');
  });

  test('refuses an offset that is not in the record, and says which are', async () => {
    await open([opening, hello], 1);
    await page.getByRole('textbox', { name: 'Go to offset' }).fill('47');
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByRole('alert')).toHaveTextContent('from 0 to 46 (0x2E)');
  });

  test('joins several selected records per direction, whole, with a hairline where each begins', async () => {
    const response = new TextEncoder().encode('HTTP/1.1 200 温!');
    const part = (from: number, to: number): TestRecord => ({
      kind: 'received',
      payload: response.slice(from, to),
    });
    const { app, endpoint } = await open([opening, sent('GET /'), part(0, 14), opening, part(14, 17)], null);
    const log = logOf(app, endpoint);
    await eventually(() => expect(log.rows.count).toBe(5));
    log.select({ ranges: [{ from: 0, to: 5 }], anchor: 0, cursor: 4 });
    await expect.element(page.getByText('2 records joined')).toBeVisible();
    await expect.element(page.getByText('#2 to #4 · 17 bytes')).toBeVisible();
    await eventually(() => expect(document.querySelector('.chunk')?.textContent).toBe('HTTP/1.1 200 温!'));
    expect([...document.querySelectorAll('.hex .edge')].map((run) => run.textContent)).toEqual(['B8 A9']);
    await page.getByRole('tabpanel').getByRole('radio', { name: 'Sent' }).click({ force: true });
    await expect.element(page.getByRole('heading', { name: '1 record', exact: true })).toBeVisible();
    await eventually(() => expect(document.querySelector('.chunk')?.textContent).toBe('GET /'));
    log.select({ ranges: [{ from: 1, to: 2 }], anchor: 1, cursor: 1 });
    await expect.element(page.getByText('#1 · sent · 5 bytes')).toBeVisible();
  });

  test('explains a failure: what happened, the likely cause, what to try', async () => {
    const failed: TestRecord = {
      kind: 'failed',
      detail: {
        kind: 'failed',
        during: 'open',
        code: 'ECONNRESET',
        message: 'read ECONNRESET',
        host: testPeer.host,
        port: testPeer.port,
        receivedBytes: 70_001,
        sentBytes: 16,
        unsentBytes: 0,
        durationMs: 668,
      },
    };
    await open([opening, failed], 1);
    const panel = page.getByRole('tabpanel');
    await expect.element(panel).toHaveTextContent(/Likely cause .*What to try/s);
    await expect.element(panel).toHaveTextContent(/70,001 bytes/);
    await expect.element(panel).toHaveTextContent(/127\.0\.0\.1:9000/);
  });

  test('has rarer values in groups that unfold, rows of one’s own, and says what is wrong with one', async () => {
    const { app } = await open([opening, received('AB12')], 1);
    await page.getByRole('button', { name: 'Words swapped' }).click();
    await expect.element(values()).toHaveTextContent(/u32\s*\d+\s*825377090/);
    await page.getByRole('button', { name: 'Addresses, GUID' }).click();
    await expect.element(values()).toHaveTextContent('65.66.49.50');
    await page.getByRole('button', { name: 'Own rows' }).click();
    await page.getByRole('textbox', { name: 'Name of the row' }).fill('temp');
    const form = page.getByRole('textbox', { name: 'Form of the row' });
    await form.fill('u16 * 0.1');
    await userEvent.keyboard('{Enter}');
    await expect.element(form).toHaveAccessibleDescription(/At 1: in which order/);
    await form.fill('u16be * 0.1 "°C"');
    await userEvent.keyboard('{Enter}');
    await expect.element(values()).toHaveTextContent(/temp\s*1670\.6 °C/);
    expect(app.layout.values).toEqual([{ name: 'temp', form: 'u16be * 0.1 "°C"' }]);
    await page.getByRole('button', { name: 'Remove temp' }).click();
    expect(app.layout.values).toEqual([]);
  });

  test('counts how often each byte of what is selected is there', async () => {
    await open([opening, received('aaab')], 1);
    await page.getByRole('button', { name: 'How often each byte is there' }).click();
    const group = page.getByRole('group', { name: 'How often each byte is there' });
    await expect.element(group).toHaveTextContent(/4 bytes.*0\.81 bits a byte.*2 of 256/);
    await expect.element(group).toHaveTextContent(/Most often\s*61\s*3\s*62\s*1/);
  });
});
