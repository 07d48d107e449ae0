import '../styles/tokens.css';
import '../styles/base.css';
import { afterEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import Traffic from '../endpoint/Traffic.svelte';
import { AppState } from '../state/app.svelte.ts';
import { earlierOf, opening, received, TestEngine, type TestRecord } from '../testing/engine.ts';
import { eventually } from '../testing/eventually.ts';

const apps: AppState[] = [];
afterEach(() => {
  for (const app of apps.splice(0)) app.close();
});

const hex = (kind: 'sent' | 'received', text: string): TestRecord => ({
  kind,
  payload: Uint8Array.from(text.match(/../g)!, (byte) => parseInt(byte, 16)),
});

async function open(engine: TestEngine) {
  const app = new AppState(engine.openChannel);
  apps.push(app);
  await eventually(() => expect(app.connected).toBe(true));
  await page.viewport(1020, 720);
  const frame = document.createElement('div');
  frame.style.cssText = 'display: flex; width: 1000px; height: 700px';
  document.body.replaceChildren(frame);
  app.changeLayout({ keepsClosed: true });
  await render(Traffic, { target: frame, props: { app, endpoint: app.endpoints[0]! } });
  await engine.summarize();
  return app;
}

const heads = () =>
  page
    .getByRole('columnheader')
    .elements()
    .map((head) => head.getAttribute('aria-label'));
const summaries = () => [...document.querySelectorAll('[data-row] .decoded')].map((cell) => cell.textContent);
async function decodeAs(name: string) {
  document.querySelector<HTMLElement>('[role="grid"]')!.focus();
  await userEvent.keyboard('d');
  await page.getByRole('menuitem', { name, exact: true }).click();
}

test('D decodes the log as what is chosen: a column named after it says what each row says', async () => {
  const engine = TestEngine.of([
    opening,
    hex('received', '04ae00000006010300000004'),
    hex('sent', '04ae000000050103020015'),
    hex('received', '000200000006010300800002'),
    hex('sent', '000200000003018302'),
    received('hello'),
  ]);
  const app = await open(engine);
  await eventually(() => expect(document.querySelectorAll('[data-row]')).toHaveLength(6));
  expect(heads()).not.toContain('Modbus TCP');
  await decodeAs('Modbus TCP');
  await eventually(() => expect(heads().at(-1)).toBe('Modbus TCP'));
  await eventually(() =>
    expect(summaries().slice(0, 5)).toEqual([
      '',
      'read holding registers @0 ×4',
      'read holding registers = 21',
      'read holding registers @128 ×2',
      'exception 2: illegal address',
    ]),
  );
  const wrong = [...document.querySelectorAll('[data-row] .wrong')].map((cell) => cell.textContent);
  expect(wrong[0]).toContain('illegal address');
  await decodeAs('Nothing');
  await eventually(() => expect(document.querySelector('[data-row] .decoded')).toBeNull());
  expect(Object.values(app.layout.decoders).map(({ as }) => as)).toEqual(['none']);
});

test('the column says what was packed with messages before it in mind, each stream asked for in its order', async () => {
  const first = hex(
    'received',
    'c130aa564acacfcc492d52b2522a4a4d4cc9cc4b57c84f53c8c9cc4b5548cb2f2d52d2512a4bcc294d55b23232d433ad0500',
  );
  const second = hex('received', 'c108aa265ab511503500');
  const engine = TestEngine.of([opening, first, second, second, second]);
  const asked: number[] = [];
  engine.more = {
    packedBefore: (_, { sequence }) => {
      asked.push(sequence);
      return sequence < 4 ? earlierOf(...[first, second, second].slice(0, sequence - 1)) : null;
    },
  };
  await open(engine);
  await eventually(() => expect(document.querySelectorAll('[data-row]')).toHaveLength(5));
  await decodeAs('WebSocket');
  await eventually(() => expect(summaries()[3]).toMatch(/^text {.*22.5/));
  expect(summaries()[2]).toMatch(/^text {.*22.5/);
  expect(asked).toEqual([2, 3, 4]);
});

test('the column is wider further left, and goes where it is hidden, with its work', async () => {
  const app = await open(TestEngine.of([opening, received('[1]')]));
  await eventually(() => expect(document.querySelectorAll('[data-row]')).toHaveLength(2));
  await decodeAs('JSON');
  await eventually(() => expect(summaries().at(-1)).toBe('[1]'));
  document.querySelector<HTMLElement>('.decoded [role=separator]')!.focus();
  await userEvent.keyboard('{ArrowLeft}{ArrowLeft}{ArrowRight}');
  await eventually(() => expect(app.layout.columns['decoded']?.width).toBe(208));
  await page.getByRole('columnheader', { name: 'JSON' }).click({ button: 'right' });
  await page.getByRole('menuitemcheckbox', { name: 'Decoded' }).click();
  await eventually(() => expect(document.querySelector('[data-row] .decoded')).toBeNull());
  expect(app.layout.columns['decoded']?.isHidden).toBe(true);
});

test('decodes the rows in sight alone, each once, and of a long one no more than its beginning', async () => {
  const long = received(`{"order": [${'[1], '.repeat(20_000)}0]}`);
  const engine = new TestEngine(100_000, (row) => (row === 99_999 ? long : received(`{"row": ${row}}`)));
  const asked: number[] = [];
  const NativeWorker = Worker;
  window.Worker = class extends NativeWorker {
    override postMessage(message: unknown) {
      const { asks } = message as { asks?: unknown[] };
      if (asks) asked.push(asks.length);
      super.postMessage(message);
    }
  } as typeof Worker;
  try {
    await open(engine);
    await decodeAs('JSON');
    await eventually(() => expect(summaries().at(-2)).toBe('{row}'));
    await eventually(() => expect(summaries().at(-1)).toMatch(/…$/));
    expect(engine.payloadBytes).toBeLessThanOrEqual(4096);
    const rows = document.querySelectorAll('[data-row]').length;
    const sum = () => asked.reduce((total, count) => total + count, 0);
    expect(sum()).toBeLessThanOrEqual(rows + 1);
    const grid = document.querySelector('[role="grid"]')!;
    const before = sum();
    grid.scrollTop -= 240;
    await eventually(() => expect(sum()).toBeGreaterThan(before));
    await eventually(() => expect(summaries().every((text) => text !== '')).toBe(true));
    const after = sum();
    grid.scrollTop += 240;
    await eventually(() => expect(summaries().at(-1)).toMatch(/…$/));
    expect(sum()).toBe(after);
  } finally {
    window.Worker = NativeWorker;
  }
});
