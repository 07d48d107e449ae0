import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import '../styles/tokens.css';
import '../styles/base.css';
import { afterEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import Traffic from '../endpoint/Traffic.svelte';
import { AppState } from '../state/app.svelte.ts';
import { earlierOf, TestEngine, received, type TestRecord } from '../testing/engine.ts';
import { eventually } from '../testing/eventually.ts';

const apps: AppState[] = [];
afterEach(() => {
  for (const app of apps.splice(0)) app.close();
});

const hex = (text: string): TestRecord => ({
  kind: 'received',
  payload: Uint8Array.from(text.match(/../g)!, (byte) => parseInt(byte, 16)),
});
const modbus = hex('04b30000000b01030841ac000041b60000');

async function open(records: TestRecord[], selected: number, more: TestEngine['more'] = {}) {
  const engine = TestEngine.of(records);
  engine.more = more;
  const app = new AppState(engine.openChannel);
  apps.push(app);
  await eventually(() => expect(app.connected).toBe(true));
  await page.viewport(920, 820);
  const frame = document.createElement('div');
  frame.style.cssText = 'display: flex; width: 920px; height: 800px';
  document.body.replaceChildren(frame);
  const endpoint = app.endpoints[0]!;
  endpoint.select(selected);
  app.changeLayout({ room: 'record', panes: { pane: [520] } });
  await render(Traffic, { target: frame, props: { app, endpoint } });
  return { app, endpoint };
}

const tree = () => page.getByRole('tree', { name: 'Parts of the message' });
const part = (name: string | RegExp) => tree().getByRole('treeitem', { name });
const selected = () =>
  document.querySelector('[role=treeitem][aria-selected=true]')?.textContent.replaceAll(/\s+/g, ' ').trim();
const marked = () =>
  [...document.querySelectorAll('.hex .selected')]
    .map((run) => run.textContent)
    .join('')
    .trim();

test('a part selects its bytes, and bytes mark their part', async () => {
  await open([modbus], 0);
  await part(/^transaction 1203/).click();
  await eventually(() => expect(marked()).toBe('04 B3'));
  await userEvent.keyboard('{ArrowDown}{ArrowDown}');
  await eventually(() => expect(marked()).toBe('00 0B'));
  expect(selected()).toBe('length 11 4–5');
  // From the part to what it stands in, which folds.
  await userEvent.keyboard('{ArrowLeft}');
  await eventually(() => expect(selected()).toBe('MBAP transaction 1203 unit 1 0–6'));
  await userEvent.keyboard('{ArrowLeft}');
  await expect.element(part(/^MBAP/)).toHaveAttribute('aria-expanded', 'false');
  await eventually(() => expect(part(/^length/).elements()).toHaveLength(0));
  await userEvent.keyboard('{ArrowRight}{ArrowRight}');
  await eventually(() => expect(selected()).toBe('transaction 1203 0–1'));
  await page.getByRole('textbox', { name: 'Go to offset' }).fill('9');
  await userEvent.keyboard('{Enter}');
  await eventually(() => expect(selected()).toBe('0 16812 9–10'));
});

test('what an endpoint is decoded as is chosen, remembered, and can be nothing', async () => {
  const { app, endpoint } = await open([modbus, received('[1, {"a": "b"}]'), received('hello')], 0);
  await page.getByRole('combobox', { name: 'Registers as' }).selectOptions('f32');
  await expect.element(part(/^0 21\.5/)).toBeVisible();
  expect(app.layout.decoders).toEqual({ [endpoint.id]: { as: 'automatic', registers: 'f32' } });
  endpoint.select(1);
  await expect.element(part(/^a b/)).toBeVisible();
  await expect.element(page.getByRole('combobox', { name: 'Decode as' })).toHaveDisplayValue('Auto: JSON');
  // Nothing is known of these: the section is not there.
  endpoint.select(2);
  await eventually(() => expect(page.getByText('Decoded', { exact: true }).elements()).toHaveLength(0));
  endpoint.select(1);
  await page.getByRole('combobox', { name: 'Decode as' }).selectOptions('none');
  await eventually(() => expect(tree().elements()).toHaveLength(0));
  await page.getByRole('textbox', { name: 'Bytes in hex' }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Decode as' }).click();
  await page.getByRole('menuitem', { name: 'CBOR' }).click();
  await expect.element(tree()).toBeVisible();
  expect(app.layout.decoders[endpoint.id]?.as).toBe('cbor');
});

test('what was unpacked has places of its own, and stands for the bytes that it came out of', async () => {
  const gzipped =
    '1f8b0800000000000003ab562a4a4d4cc9cc4b57b28a3632d433d53132d233378dd5512acdcb2c51b2527256aa0500512f418c23000000';
  const head =
    'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 55\r\n\r\n';
  const bytes = [...new TextEncoder().encode(head)]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
  await open([hex(bytes + gzipped)], 0);
  await tree().click({ position: { x: 100, y: 10 } });
  await userEvent.keyboard('{End}');
  await eventually(() => expect(selected()).toBe('unit C +24–33'));
  await expect.element(page.getByText('55 bytes from')).toBeVisible();
});

test('a WebSocket message that was packed with those before it in mind is unpacked with them', async () => {
  const [first, second] = [
    'c130aa564acacfcc492d52b2522a4a4d4cc9cc4b57c84f53c8c9cc4b5548cb2f2d52d2512a4bcc294d55b23232d433ad0500',
    'c108aa265ab511503500',
  ].map(hex) as [TestRecord, TestRecord];
  const asked: unknown[] = [];
  await open([first, second], 1, {
    packedBefore: (_, point) => {
      asked.push(point);
      return earlierOf(first);
    },
  });
  await page.getByRole('combobox', { name: 'Decode as' }).selectOptions('websocket');
  await expect.element(part(/^value 22\.5/)).toBeVisible();
  await expect.element(part(/^boiler reading of line four/)).toBeVisible();
  // By the pane and by the log's column.
  expect(asked).toContainEqual({ connection: 0, way: 'received', sequence: 1, within: 0 });
});

test('shows how far it got, and what is wrong there', async () => {
  await open([received('{"a": 1, "b": tru, "c": 2}')], 0);
  await expect.element(part(/^a 1/)).toBeVisible();
  await expect.element(part(/^rest ✕ not what may stand here/)).toBeVisible();
});

test('a body in brotli is unpacked by the engine, and read as what it says', async () => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: br\r\n';
  const asked: number[][] = [];
  const unpackBrotli = (bytes: Uint8Array) => {
    asked.push([...bytes]);
    return { bytes: new TextEncoder().encode('{"state":"open"}'), problem: null };
  };
  await open([received(`${head}Content-Length: 3\r\n\r\nabc`)], 0, { unpackBrotli });
  await expect.element(part(/^state open|^state "open"/)).toBeVisible();
  expect(asked).toEqual([[97, 98, 99]]);
});
