import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import '../styles/tokens.css';
import '../styles/base.css';
import { afterEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { isAnnotated, noAnnotation } from '../../shared/annotations.ts';
import Traffic from '../endpoint/Traffic.svelte';
import { loadParts } from '../lib/part.svelte.ts';
import { AppState } from '../state/app.svelte.ts';
import { received, TestEngine } from '../testing/engine.ts';
import { eventually } from '../testing/eventually.ts';

const apps: AppState[] = [];
afterEach(() => {
  for (const app of apps.splice(0)) app.close();
});

const rowAt = (row: number) => document.querySelector<HTMLElement>(`[data-row="${row}"]`)!;
const signs = (row: number) => [...rowAt(row).querySelectorAll('[role=img]')].map((each) => each.ariaLabel);
const tags = (row: number) => [...rowAt(row).querySelectorAll('.tag')].map((each) => each.textContent);
const dialog = page.getByRole('dialog', { name: /^Note and tags of/ });

async function open() {
  const engine = new TestEngine(2000, (sequence) => received(`record ${sequence}`));
  engine.more = {
    annotate: (_, sequences, change) => {
      const said = new Map(engine.annotations.map((each) => [each.sequence, each]));
      for (const sequence of sequences)
        said.set(sequence, { ...noAnnotation, sequence, ...said.get(sequence), ...change });
      engine.annotations = [...said.values()].filter(isAnnotated);
    },
  };
  const app = new AppState(engine.openChannel);
  apps.push(app);
  await loadParts();
  await eventually(() => expect(app.connected).toBe(true));
  await engine.summarize();
  await page.viewport(920, 720);
  const frame = document.createElement('div');
  frame.style.cssText = 'display: flex; width: 900px; height: 700px';
  document.body.replaceChildren(frame);
  app.changeLayout({ keepsClosed: true });
  await render(Traffic, { target: frame, props: { app, endpoint: app.endpoints[0]! } });
  await engine.summarize();
  await page.getByRole('grid', { name: 'Traffic log' }).click();
  await userEvent.keyboard('{Home}');
  await eventually(() => expect(rowAt(0).textContent).toContain('record 0'));
  return { app, engine };
}

test('a key bookmarks the chosen rows, and takes it back where all of them have one', async () => {
  const { engine } = await open();
  await userEvent.keyboard('b');
  await eventually(() => expect(signs(0)).toEqual(['Bookmarked']));
  await userEvent.keyboard('{Shift>}{ArrowDown}{ArrowDown}{/Shift}b');
  await eventually(() => expect([0, 1, 2].map(signs)).toEqual(Array(3).fill(['Bookmarked'])));
  await userEvent.keyboard('b');
  await eventually(() => expect(engine.annotations).toEqual([]));
  await eventually(() => expect([0, 1, 2].flatMap(signs)).toEqual([]));
});

test('a form takes a note and tags, which stand in the row without changing its height; Escape takes none', async () => {
  const { engine } = await open();
  await userEvent.keyboard(
    '{Shift>}B{/Shift}Late, again{Shift>}{Enter}{/Shift}twice{Tab}#slow retry slow{Enter}',
  );
  await expect.element(dialog).not.toBeInTheDocument();
  const said = { bookmarked: false, note: 'Late, again\ntwice', tags: ['slow', 'retry'] };
  await eventually(() => expect(engine.annotations).toEqual([{ sequence: 0, ...said }]));
  await eventually(() => expect(tags(0)).toEqual(['#slow', '#retry']));
  expect(signs(0)).toEqual(['Note']);
  expect(rowAt(0).offsetHeight).toBe(24);
  expect(rowAt(0).textContent).toContain('Late, again');
  await expect.element(page.getByRole('grid', { name: 'Traffic log' })).toHaveFocus();

  await userEvent.keyboard('{Shift>}B{/Shift}, and not this{Escape}');
  await expect.element(dialog).not.toBeInTheDocument();
  expect(engine.annotations[0]?.note).toBe(said.note);
  // One that was used is a press away; leaving the form takes what it holds.
  await userEvent.keyboard('{ArrowDown}{Shift>}B{/Shift}');
  await page.getByRole('button', { name: 'Use the tag slow' }).click();
  await page.getByRole('searchbox', { name: 'Filter' }).click();
  await eventually(() => expect(engine.annotations[1]).toMatchObject({ sequence: 1, tags: ['slow'] }));
});

test('of several rows what is not touched stays as it is in each, and words that are gone can be had back', async () => {
  const { engine } = await open();
  const before = [
    { sequence: 0, bookmarked: true, note: 'one', tags: ['a'] },
    { sequence: 1, bookmarked: false, note: 'two', tags: ['a'] },
  ];
  engine.annotations = before;
  await engine.summarize();
  await eventually(() => expect(tags(1)).toEqual(['#a']));
  await userEvent.keyboard('{Shift>}{ArrowDown}B{/Shift}{Tab} b{Enter}');
  const tagged = before.map((each) => ({ ...each, tags: ['a', 'b'] }));
  await eventually(() => expect(engine.annotations).toEqual(tagged));
  await userEvent.keyboard('{Shift>}B{/Shift}same{Tab}{Control>}a{/Control}{Delete}{Enter}');
  await eventually(() =>
    expect(engine.annotations.map(({ note, tags }) => [note, tags])).toEqual(Array(2).fill(['same', []])),
  );
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await eventually(() => expect(engine.annotations).toEqual(tagged));
});

test('keys go to the next and the previous marked row, however far, of those that the filter shows', async () => {
  const { app, engine } = await open();
  const marked = (sequence: number, tag: string) => ({ ...noAnnotation, sequence, tags: [tag] });
  engine.annotations = [marked(3, 'a'), marked(1500, 'b'), marked(1900, 'a')];
  await engine.summarize();
  const cursor = () => document.querySelector('.row.cursor')?.textContent;
  for (const [key, sequence] of [
    ['n', 3],
    ['n', 1500],
    ['n', 1900],
    ['p', 1500],
  ] as const) {
    await userEvent.keyboard(key);
    await eventually(() => expect(cursor()).toContain(`record ${sequence}`));
  }
  await page.getByRole('searchbox', { name: 'Filter' }).fill('tag:a');
  await eventually(() => expect(document.querySelectorAll('[data-row]')).toHaveLength(2));
  app.run('focus-log');
  await userEvent.keyboard('{Home}n');
  await eventually(() => expect(cursor()).toContain('record 1900'));
  await userEvent.keyboard('n');
  await expect.element(page.getByText('No marked record below this one')).toBeVisible();
  // What is said meanwhile is followed.
  engine.annotations = [marked(3, 'a')];
  await engine.summarize();
  await eventually(() => expect(document.querySelectorAll('[data-row]')).toHaveLength(1));
});

test('offers the tags of the log while a filter is written', async () => {
  const { engine } = await open();
  engine.annotations = [{ ...noAnnotation, sequence: 3, tags: ['slow', 'retry'] }];
  await engine.summarize();
  await page.getByRole('searchbox', { name: 'Filter' }).click();
  await userEvent.keyboard('tag:r');
  await expect.element(page.getByRole('option', { name: 'retry' })).toBeVisible();
  await userEvent.keyboard('{Enter}');
  const tokens = () => [...document.querySelectorAll('.token .text')].map((token) => token.textContent);
  await eventually(() => expect(tokens()).toEqual(['tag:retry']));
  await page.getByRole('button', { name: 'Filter by direction, kind and peer' }).click();
  await expect.element(page.getByRole('menuitemcheckbox', { name: '#retry' })).toBeChecked();
  await page.getByRole('menuitemcheckbox', { name: 'Marked', exact: true }).click();
  await eventually(() => expect(tokens()).toEqual(['tag:retry', 'is:marked']));
});
