import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import '../styles/tokens.css';
import '../styles/base.css';
import { afterEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { StreamMatch, StreamRow, StreamSummary } from '../../shared/stream-rows.ts';
import Traffic from '../endpoint/Traffic.svelte';
import { AppState } from '../state/app.svelte.ts';
import { openRoom } from '../state/rooms.ts';
import { opening, received, sent, TestEngine } from '../testing/engine.ts';
import { eventually } from '../testing/eventually.ts';

const apps: AppState[] = [];
afterEach(() => {
  for (const app of apps.splice(0)) app.close();
});

type Said = readonly (readonly ['sent' | 'received', string])[];
const encoder = new TextEncoder();

/** A conversation of records from number 1 on, each a row; what is looked for is looked for in all of it. */
function talking(said: Said) {
  const engine = TestEngine.of([
    opening,
    ...said.map(([kind, text]) => (kind === 'sent' ? sent(text) : received(text))),
  ]);
  const asked = { saved: [] as string[], patterns: [] as unknown[] };
  const all = () => said.map(([, text]) => text).join('');
  const rows = (): StreamRow[] => {
    let at = 0;
    return said.map(([kind, text], i) => {
      const [sequence, bytes] = [i + 1, encoder.encode(text)];
      const records = [{ offset: 0, sequence, time: 1000 + i, previousTime: 1000 }];
      const row: StreamRow = {
        ...{ at, kind, sequence, within: 0, bytes, records, event: null, isDamaged: false },
        isTurn: kind !== said[i - 1]?.[0],
      };
      at += bytes.length;
      return row;
    });
  };
  const summary = (): StreamSummary => ({
    ...{ id: 1, connection: 0, direction: 'both', epoch: 1, places: all().length, records: said.length },
    ...{ bytes: all().length, scanned: engine.count, total: engine.count },
  });
  const within = (from: number, to: number) =>
    rows().filter(({ at, bytes }) => at < to && from < at + bytes.length);
  const found = (from: number): StreamMatch[] =>
    [...all().matchAll(/id=\d+/g)]
      .map((match) => ({ at: match.index, length: match[0].length }))
      .filter(({ at }) => at >= from);
  engine.more = {
    connections: () => ({ rows: [], total: 0 }) as never,
    openStream: () => summary(),
    closeStream: () => undefined,
    streamRows: (_, _form, from, to) => rows().filter(({ at }) => at >= from && at < to),
    streamPlace: (_, sequence, byte) =>
      (rows().find((row) => row.sequence === sequence)?.at ?? all().length) + byte,
    streamPieces: (_, from, to) => ({
      pieces: within(from, to).map(({ at, kind, sequence, bytes }) => {
        const first = Math.max(0, from - at);
        const own = bytes.subarray(first, to - at);
        return { at: at + first, kind: kind as 'sent', sequence, within: first, bytes: own };
      }),
      to,
    }),
    matchesInStream: (_, pattern, from) => {
      asked.patterns.push(pattern);
      return { found: found(from), to: all().length };
    },
    findInStream: (_, _pattern, from) => ({ found: found(from)[0] ?? null, to: all().length }),
    saveStream: (_, from, to, as) => {
      asked.saved.push(`${from}..${to} ${as}`);
      return { path: '/tmp/stream', url: null, bytes: to - from };
    },
  };
  return { engine, asked };
}

async function open(said: Said) {
  const { engine, asked } = talking(said);
  const app = new AppState(engine.openChannel);
  apps.push(app);
  await eventually(() => expect(app.connected).toBe(true));
  await engine.summarize();
  const endpoint = app.endpoints[0]!;
  app.changeLayout({ readings: { [endpoint.id]: 'stream' } });
  await page.viewport(1320, 720);
  const frame = document.createElement('div');
  frame.style.cssText = 'display: flex; width: 1300px; height: 700px';
  document.body.replaceChildren(frame);
  await render(Traffic, { target: frame, props: { app, endpoint } });
  await engine.summarize();
  openRoom(app, 'record');
  return { app, endpoint, asked };
}

const said: Said = [
  ['sent', 'GET id=1\r\n'],
  ['received', 'id=1 and '],
  ['received', 'id=22 more\n'],
];
const rowsText = () => [...document.querySelectorAll('.talk')].map((row) => row.textContent);
const foundIn = (selector: string) =>
  [...document.querySelectorAll(`${selector} .found`)].map(({ textContent }) => textContent);

describe('the stream', () => {
  test('shows who said what, with the edges of chunks', async () => {
    await open(said);
    await eventually(() => expect(rowsText()).toHaveLength(3));
    expect(rowsText()[0]).toMatch(/#1.*↑.*GET id=1.*CR.*LF/s);
    const [asked, answered, more] = document.querySelectorAll('.talk');
    expect(asked!.className).toMatch(/sent.*turn/);
    expect(answered!.className).toMatch(/received.*turn/);
    expect(more!.className).toMatch(/received.*above/);
  });

  test('marks what an expression finds: in its rows, beside the scrollbar, and in the bytes of the pane', async () => {
    const long = Array.from({ length: 60 }, (_, i) => ['received', `${'x'.repeat(90)}${i}\n`] as const);
    const { asked } = await open([...said, ...long, ['received', 'id=333']]);
    await eventually(() => expect(rowsText().length).toBeGreaterThan(3));
    expect(document.querySelector('svg[viewBox="0 0 3 256"]')).toBeNull();
    const find = page.getByRole('searchbox', { name: 'Find in the stream' });
    await find.fill('/id=\\d+/');
    await expect.element(page.getByText('4 matches')).toBeVisible();
    expect(asked.patterns).toContainEqual({ text: 'id=\\d+', flags: '' });
    const path = document.querySelector('svg[viewBox="0 0 3 256"] path')!.getAttribute('d')!;
    expect(path).toMatch(/^M1 0h1V\d+h-1z(.*)M1 25[45]h1V25[56]h-1z$/);
    // From what is in sight on, and around the end.
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByText('4 of 4')).toBeVisible();
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByText('1 of 4')).toBeVisible();
    await eventually(() => expect(foundIn('.talk').slice(0, 3)).toEqual(['id=1', 'id=1', 'id=22']));
    const top = () => document.querySelector('.stream .list')!.getBoundingClientRect().top;
    const matchTop = () => document.querySelector('[data-at="0"]')?.getBoundingClientRect().top ?? -1;
    await eventually(() => expect(matchTop()).toBeGreaterThanOrEqual(top()));
    // The first match is in a record of what was sent; the pane shows that.
    await eventually(() => expect(foundIn('[aria-label="Bytes as text"]').join('')).toBe('id=1'));
    expect(foundIn('[aria-label="Bytes in hex"] .hex').join('')).toBe('69 64 3D 31');
    await find.fill('/(id/');
    await expect.element(page.getByText('not an expression')).toBeVisible();
    await expect.element(find).toHaveAttribute('aria-invalid', 'true');
  });

  test('is saved as bytes, and as text that says who said what', async () => {
    const { asked } = await open(said);
    await eventually(() => expect(rowsText()).toHaveLength(3));
    const choose = async (name: string) => {
      await page
        .getByRole('textbox', { name: 'Stream' })
        .click({ button: 'right', position: { x: 300, y: 60 } });
      await page.getByRole('menuitem', { name }).click();
    };
    await choose('Save all bytes of the stream…');
    await choose('Save the stream as text…');
    await page.getByRole('textbox', { name: 'Stream' }).click({ position: { x: 300, y: 60 } });
    await choose('Save the chosen rows as text…');
    await eventually(() => expect(asked.saved).toHaveLength(3));
    expect(asked.saved).toEqual([
      '0..30 raw',
      '0..30 text',
      expect.stringMatching(/^(?!0\.\.30)\d+\.\.\d+ text$/),
    ]);
  });
});
