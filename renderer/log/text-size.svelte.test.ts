/** Lists and bytes with a larger and a smaller text: what is told in pixels of the window is not in those of the styles. */
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import '../styles/tokens.css';
import '../styles/base.css';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import Traffic from '../endpoint/Traffic.svelte';
import type { TextSize } from '../../shared/layout.ts';
import { setTextSize } from '../lib/text-scale.ts';
import { AppState } from '../state/app.svelte.ts';
import { received, TestEngine } from '../testing/engine.ts';
import { eventually } from '../testing/eventually.ts';

const apps: AppState[] = [];
const scales = [
  ['small', 0.875],
  ['large', 1.25],
  ['larger', 1.5],
] as const;

async function open(engine: TestEngine, size: TextSize, selected: number | null = null) {
  const app = new AppState(engine.openChannel);
  apps.push(app);
  await eventually(() => expect(app.connected).toBe(true));
  setTextSize(size);
  await page.viewport(1600, 900);
  await document.fonts.load('11px "JetBrains Mono Variable"');
  const frame = document.createElement('div');
  frame.style.cssText = 'display: flex; width: 1000px; height: 500px';
  document.body.replaceChildren(frame);
  const endpoint = app.endpoints[0]!;
  endpoint.select(selected);
  app.changeLayout({ keepsClosed: true, room: selected === null ? null : 'record', panes: { pane: [520] } });
  await render(Traffic, { target: frame, props: { app, endpoint } });
  await engine.summarize();
  return { app, endpoint };
}

afterEach(() => {
  setTextSize('normal');
  for (const app of apps.splice(0)) app.close();
});

const boxOf = (selector: string) => document.querySelector(selector)!.getBoundingClientRect();
const grid = () => document.querySelector<HTMLElement>('[role="grid"]')!;
/** Those that are wholly in the list, by their numbers. */
function inSight(): number[] {
  const { bottom } = grid().getBoundingClientRect();
  const { bottom: top } = boxOf('[role="grid"] .header');
  return [...document.querySelectorAll<HTMLElement>('[data-row]')]
    .filter((row) => {
      const at = row.getBoundingClientRect();
      return at.top >= top - 1 && at.bottom <= bottom + 1;
    })
    .map((row) => Number(row.dataset['row']))
    .sort((a, b) => a - b);
}

async function wheel(pixels: number) {
  grid().scrollTop += pixels;
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
}

const press = (selector: string, x: number, y: number) =>
  document
    .querySelector(selector)!
    .dispatchEvent(new PointerEvent('pointerdown', { clientX: x, clientY: y, bubbles: true }));

// The browser has no pointer of that number.
vi.spyOn(Element.prototype, 'setPointerCapture').mockImplementation(() => undefined);

describe.each(scales)('with a text of the size "%s"', (size, scale) => {
  test('rows of the log have its height, the last of ten million is reached, and steps are exact', async () => {
    await open(new TestEngine(10_000_000, (at) => received(`record ${at}`)), size);
    await eventually(() => expect(inSight().at(-1)).toBe(9_999_999));
    expect(boxOf('[data-row="9999999"]').height).toBeCloseTo(24 * scale, 1);
    const count = inSight().length;
    expect(count).toBe(Math.floor((grid().clientHeight - 28) / 24));
    await wheel(-240);
    expect(inSight().at(-1)).toBe(9_999_989);
    grid().scrollTop = 2_500_000;
    await wheel(0);
    const [first] = inSight();
    await wheel(1200);
    expect(inSight()[0]).toBe(first! + 50);
    grid().focus();
    await userEvent.keyboard('{Home}{PageDown}');
    await eventually(() =>
      expect(document.querySelector('.cursor')?.getAttribute('data-row')).toBe(String(count - 1)),
    );
    expect(inSight()).toContain(count - 1);
  });

  test('a press on a byte means that byte, in hex and as text, and the lines follow the keys', async () => {
    const text = `${'abcdefghij'.repeat(5)}\n${'0123456789'.repeat(60)}`;
    await open(TestEngine.of([received(text)]), size, 0);
    const bytesIn = () => document.querySelector('.ascii')?.textContent.length ?? 0;
    await eventually(() => expect(bytesIn()).toBeGreaterThan(7));
    const perRow = bytesIn();
    const pressIn = (column: 'hex' | 'ascii', row: number, byte: number) => {
      const { left, top, width, height } = boxOf(`.line:nth-child(${row + 1}) .${column}`);
      press(`.line:nth-child(${row + 1})`, left + (width / perRow) * (byte + 0.4), top + height / 2);
      return row * perRow + byte;
    };
    const isAt = (byte: number) =>
      eventually(() => {
        expect(document.querySelector('.bar .place')?.textContent).toMatch(new RegExp(`^Byte ${byte} `));
        expect(document.querySelector('.ascii .at')?.textContent).toBe(text[byte]);
      });
    await isAt(0);
    await isAt(pressIn('hex', 2, 5));
    await isAt(pressIn('hex', 4, perRow - 1));
    await isAt(pressIn('ascii', 1, 3));
    // The first line of the text is shorter than the pane; the second goes on in others.
    const { left, top } = boxOf('.chunk');
    const character = 7.2 * scale;
    press('.chunk', left + 12 * scale + character * 6.4, top + 9 * scale);
    await isAt(6);
    press('.chunk', left + 12 * scale + character * 2.4, top + (19 + 9) * scale);
    await isAt(53);
    document.querySelectorAll<HTMLElement>('.view > .list')[1]!.focus();
    await userEvent.keyboard('{ArrowUp}');
    await isAt(2);
    await userEvent.keyboard('{ArrowDown}');
    await isAt(53);
  });

  test('the edge of a column follows the pointer', async () => {
    await open(TestEngine.of([received('one'), received('two')]), size);
    await eventually(() => expect(inSight()).toEqual([0, 1]));
    const edge = page.getByRole('separator', { name: /Time/ }).element();
    const { left, top } = edge.getBoundingClientRect();
    const before = boxOf('[role="columnheader"]').right;
    const at = (type: string, x: number) =>
      edge.dispatchEvent(
        new PointerEvent(type, { clientX: x, clientY: top + 5, bubbles: true, pointerId: 1 }),
      );
    at('pointerdown', left + 2);
    at('pointermove', left + 62);
    await eventually(() => expect(boxOf('[role="columnheader"]').right).toBeCloseTo(before + 60, 0));
  });
});
