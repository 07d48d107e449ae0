import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import '../styles/tokens.css';
import '../styles/base.css';
import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { opening, received, sent, TestEngine, type TestRecord } from '../testing/engine.ts';
import Traffic from '../endpoint/Traffic.svelte';
import { AppState } from '../state/app.svelte.ts';
import { logOf } from '../state/log.svelte.ts';

const apps: AppState[] = [];

/** The log in a frame of a size in which 25 rows are in sight, fed by `engine`. */
async function open(engine: TestEngine, width = 900) {
  const app = new AppState(engine.openChannel);
  apps.push(app);
  await eventually(() => expect(app.connected).toBe(true));
  await engine.summarize();
  await page.viewport(920, 720);
  const frame = document.createElement('div');
  frame.style.cssText = `display: flex; width: ${width}px; height: 700px`;
  document.body.replaceChildren(frame);
  const endpoint = app.endpoints[0]!;
  // In this little room the pane would lie over the log.
  app.changeLayout({ keepsClosed: true });
  await render(Traffic, { target: frame, props: { app, endpoint } });
  await engine.summarize();
  const grid = page.getByRole('grid', { name: 'Traffic log' });
  return { app, endpoint, grid, frame };
}

afterEach(() => {
  for (const app of apps.splice(0)) app.close();
});

const numbered = (sequence: number): TestRecord => received(`record ${sequence}`);
const rowsText = () => [...document.querySelectorAll('[data-row]')].map((row) => row.textContent);
const gridElement = () => document.querySelector<HTMLElement>('[role="grid"]')!;
const cursorText = () => {
  const id = gridElement().getAttribute('aria-activedescendant');
  return id === null ? null : document.getElementById(id)?.textContent;
};
/** What a wheel does to a list; a person's wheel cannot be turned from inside the page. */
async function wheel(pixels: number) {
  const grid = gridElement();
  grid.dispatchEvent(new WheelEvent('wheel', { deltaY: pixels, bubbles: true }));
  grid.scrollTop += pixels;
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
}
const box = () => page.getByRole('searchbox', { name: 'Filter' });
const tokens = () => [...document.querySelectorAll('.token .text')].map((token) => token.textContent);
async function choose(name: string) {
  await page.getByRole('button', { name: 'Filter by direction, kind and peer' }).click();
  await page.getByRole('menuitemcheckbox', { name, exact: true }).click();
  await userEvent.keyboard('{Escape}');
}
const inSight = () => {
  const box = gridElement().getBoundingClientRect();
  return [...document.querySelectorAll<HTMLElement>('[data-row]')]
    .filter(
      (row) =>
        row.getBoundingClientRect().bottom > box.top + 25 && row.getBoundingClientRect().top < box.bottom,
    )
    .map((row) => Number(row.dataset['row']))
    .sort((a, b) => a - b);
};

describe('the traffic log', () => {
  test('keeps what is in sight and what is chosen in their place when a size limit takes rows before them', async () => {
    const engine = new TestEngine(3000, numbered);
    const { endpoint } = await open(engine);
    await eventually(() => expect(inSight().at(-1)).toBe(2999));
    await wheel(-24 * 1000);
    await eventually(() => expect(rowsText().join()).toContain('record 1990'));
    const [top] = inSight();
    document
      .querySelector(`[data-row="${top! + 5}"]`)!
      .dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, button: 0 }));
    await eventually(() => expect(endpoint.selected).toBe(top! + 5));
    const text = () => document.querySelector(`[data-row="${inSight()[0]}"]`)?.textContent ?? '';
    const before = text();
    expect(before).toContain(`record ${top}`);

    engine.first = engine.fallen = 1200;
    engine.count += 7;
    await engine.summarize();
    await eventually(() => expect(text()).toBe(before));
    expect(inSight()[0]).toBe(top! - 1200);
    await eventually(() => expect(cursorText()).toContain(`record ${top! + 5}`));
    expect(endpoint.selected).toBe(top! + 5);
  });

  test('shows payloads with their controls marked, and events as sentences', async () => {
    await open(TestEngine.of([opening, received('GET / HTTP/1.1\r\n'), sent('a\tb')]));
    await eventually(() => expect(rowsText()).toHaveLength(3));
    const [event, request, reply] = rowsText();
    expect(event).toMatch(/127\.0\.0\.1:51122\s+●\s+The peer connected/);
    expect(request).toMatch(/↓.*16.*GET \/ HTTP\/1.1\s*CR\s*LF/);
    expect(reply).toMatch(/↑.*3.*a\s*TAB\s*b/);
    await expect.element(page.getByRole('gridcell', { name: 'Received' })).toBeVisible();
  });

  test('says of a datagram without bytes that it has none', async () => {
    await open(TestEngine.of([opening, received('')]));
    await eventually(() => expect(rowsText()[1]).toMatch(/↓.*0\s*no bytes/));
  });

  test('names the peer in the sentence where there is no room for its column', async () => {
    const { frame } = await open(TestEngine.of([opening]), 400);
    await eventually(() => expect(rowsText()[0]).toMatch(/\s127\.0\.0\.1:51122 connected/));
    // Its colour stays.
    expect(document.querySelector('[data-row] .peer')?.clientWidth).toBeLessThan(10);
    frame.style.width = '900px';
    await eventually(() => expect(rowsText()[0]).toContain('The peer connected'));
  });

  test('tells screen readers how many rows there are and which one has the cursor', async () => {
    const { grid } = await open(new TestEngine(10_000_000, numbered));
    await expect.element(grid).toHaveAttribute('aria-rowcount', '10000001');
    gridElement().focus();
    await userEvent.keyboard('{Home}');
    await eventually(() => expect(cursorText()).toContain('record 0'));
    expect(document.querySelector('[aria-selected="true"]')?.getAttribute('aria-rowindex')).toBe('2');
  });

  test('reaches the last of ten million rows, and moves by exact steps there and in the middle', async () => {
    await open(new TestEngine(10_000_000, numbered));
    await eventually(() => expect(inSight().at(-1)).toBe(9_999_999));
    await eventually(() => expect(rowsText().at(-1)).toContain('record 9999999'));
    await wheel(-240);
    expect(inSight().at(-1)).toBe(9_999_989);
    gridElement().scrollTop = 2_500_000;
    await wheel(0);
    const [first] = inSight();
    expect(first).toBeGreaterThan(4_000_000);
    expect(first).toBeLessThan(6_000_000);
    for (let i = 0; i < 10; i++) await wheel(120);
    expect(inSight()[0]).toBe(first! + 50);
    await eventually(() => expect(rowsText().every((text) => text?.includes('record'))).toBe(true));
  });

  test('has at most two requests for rows under way, however fast a person scrolls', async () => {
    const engine = new TestEngine(1_000_000, numbered);
    await open(engine);
    await eventually(() => expect(rowsText().at(-1)).toContain('record 999999'));
    let release = (): void => undefined;
    engine.hold = new Promise((resolve) => (release = resolve));
    for (let i = 1; i < 20; i++) {
      gridElement().scrollTop = i * 200_000;
      await wheel(0);
    }
    await eventually(() => expect(document.querySelectorAll('[aria-busy]').length).toBeGreaterThan(0));
    expect(engine.most).toBeLessThanOrEqual(2);
    release();
    await eventually(() => expect(document.querySelectorAll('[aria-busy]')).toHaveLength(0));
    expect(engine.most).toBeLessThanOrEqual(2);
  });

  test('follows the newest record without ever showing a row that has not arrived', async () => {
    const engine = new TestEngine(1000, numbered);
    await open(engine);
    for (let i = 0; i < 10; i++) {
      engine.count += 1777;
      await engine.summarize();
      expect(document.querySelectorAll('[aria-busy]')).toHaveLength(0);
    }
    await eventually(() => expect(inSight().at(-1)).toBe(engine.count - 1));
  });

  test('stays where a person scrolled to while the log grows, and jumps back', async () => {
    const engine = new TestEngine(1000, numbered);
    await open(engine);
    await eventually(() => expect(inSight().at(-1)).toBe(999));
    await wheel(-480);
    const before = inSight();
    engine.count += 500;
    await engine.summarize();
    expect(inSight()).toEqual(before);
    await page.getByRole('button', { name: 'Jump to latest (500 new)' }).click();
    await eventually(() => expect(inSight().at(-1)).toBe(1499));
    engine.count += 500;
    await engine.summarize();
    await eventually(() => expect(inSight().at(-1)).toBe(1999));
  });

  test('goes by keys, selects ranges, and names the selected record', async () => {
    const { endpoint } = await open(new TestEngine(1000, numbered));
    gridElement().focus();
    await userEvent.keyboard('{Home}{ArrowDown}{ArrowDown}');
    await eventually(() => expect(endpoint.selected).toBe(2));
    await userEvent.keyboard('{Shift>}{ArrowDown}{ArrowDown}{/Shift}');
    expect(document.querySelectorAll('[aria-selected="true"]')).toHaveLength(3);
    await userEvent.keyboard('{End}');
    await eventually(() => expect(endpoint.selected).toBe(999));
    await userEvent.keyboard('{PageUp}');
    await eventually(() => expect(endpoint.selected).toBeLessThan(980));
    await userEvent.keyboard('{Control>}a{/Control}');
    await expect.element(page.getByText('1,000 selected')).toBeVisible();
    await userEvent.keyboard('{Escape}');
    expect(endpoint.selected).toBe(null);
  });

  test('selects by click, shift-click and ctrl-click', async () => {
    await open(TestEngine.of(Array.from({ length: 10 }, (_, i) => numbered(i))));
    await page.getByRole('row', { name: /record 2$/ }).click();
    await page.getByRole('row', { name: /record 5$/ }).click({ modifiers: ['Shift'] });
    await page.getByRole('row', { name: /record 3$/ }).click({ modifiers: ['Control'] });
    const selected = [...document.querySelectorAll<HTMLElement>('[aria-selected="true"]')];
    expect(selected.map((row) => row.dataset['row'])).toEqual(['2', '4', '5']);
  });

  test('filters by direction and text, and says what is wrong with a filter where it stands', async () => {
    const engine = TestEngine.of([opening, received('alpha'), sent('beta')]);
    await open(engine);
    await choose('Sent');
    await eventually(() => expect(rowsText()).toHaveLength(1));
    await expect.element(page.getByText('1 shown of 3 captured · 0 lost')).toBeVisible();
    expect(tokens()).toEqual(['dir:sent']);
    await page.getByRole('button', { name: 'Remove dir:sent' }).click();
    await box().fill('alpha');
    await eventually(() => expect(rowsText()).toHaveLength(1));
    await box().fill('alpha /(/');
    await expect.element(page.getByRole('alert')).toBeVisible();
    expect(document.querySelector('.place i')?.textContent).toBe('/(/');
    expect(rowsText()).toHaveLength(1);
    expect(engine.filters.map(({ text }) => text)).not.toContain('alpha /(/');
  });

  test('filters by kind, by mouse and by keys, and shows each choice as it is written', async () => {
    const engine = TestEngine.of([opening, received('alpha'), sent('beta'), opening]);
    await open(engine);
    await choose('Connected');
    await eventually(() => expect(rowsText()).toHaveLength(2));
    await choose('Connected');
    await box().fill('kind:opened,data ');
    await expect.element(box()).toHaveValue('');
    await eventually(() => expect(rowsText()).toHaveLength(4));
    expect(tokens()).toEqual(['kind:opened,data']);
    expect(engine.filters.at(-1)).toMatchObject({ text: 'kind:opened,data' });
    await box().fill('alpha');
    await eventually(() => expect(engine.filters.at(-1)?.text).toBe('kind:opened,data alpha'));
    await eventually(() => expect(rowsText()).toHaveLength(1));
    await page.getByRole('button', { name: 'Empty the filter' }).click();
    await eventually(() => expect(rowsText()).toHaveLength(4));
    expect(tokens()).toEqual([]);
  });

  test('completes what is typed, and makes a token of it that the keys walk, write anew and remove', async () => {
    const engine = TestEngine.of([opening, received('alpha'), sent('beta'), opening]);
    await open(engine);
    await box().click();
    await userEvent.keyboard('kind:op');
    await expect.element(page.getByRole('option', { name: 'opened' })).toBeVisible();
    await userEvent.keyboard('{Enter}');
    expect(tokens()).toEqual(['kind:opened']);
    await eventually(() => expect(rowsText()).toHaveLength(2));
    await userEvent.keyboard('dir:event ');
    expect(tokens()).toEqual(['kind:opened', 'dir:event']);
    await userEvent.keyboard('{ArrowLeft}{ArrowLeft}{ArrowLeft}{Delete}');
    expect(tokens()).toEqual(['dir:event']);
    await userEvent.keyboard('{Enter}');
    expect(tokens()).toEqual([]);
    await expect.element(box()).toHaveValue('dir:event');
    await userEvent.keyboard(',sent {Backspace}');
    expect(tokens()).toEqual([]);
    await userEvent.keyboard('dir:sent OR alpha');
    await eventually(() => expect(engine.filters.at(-1)?.text).toBe('dir:sent OR alpha'));
    expect(tokens()).toEqual([]);
    await eventually(() => expect(rowsText()).toHaveLength(2));
  });

  test('offers keys with what they mean, and bytes for what a row prints, and takes what is written as it is', async () => {
    const engine = TestEngine.of([opening, received('alpha'), sent('si'), received('\u0001A')]);
    await open(engine);
    const option = (name: string | RegExp) => page.getByRole('option', { name });
    await box().click();
    await userEvent.keyboard('si');
    await expect.element(option(/^size: What was sent or received/)).toBeVisible();
    await userEvent.keyboard('{Enter}');
    await eventually(() => expect(engine.filters.at(-1)?.text).toBe('si'));
    await eventually(() => expect(rowsText()).toHaveLength(1));
    await box().fill('');
    await userEvent.keyboard('i{Tab}');
    await expect.element(option('failed')).toBeVisible();
    await userEvent.keyboard('ev{Enter}');
    await eventually(() => expect(engine.filters.at(-1)?.text).toBe('is:event'));
    await page.getByRole('button', { name: 'Remove is:event' }).click();
    for (const printed of ['01 41', '0x01 0x41', '\\x01\\x41']) {
      await box().fill(printed);
      await expect.element(option(/^hex:01 41/)).toBeVisible();
      await userEvent.keyboard('{ArrowDown}{Enter}');
      await expect.element(box()).toHaveValue('hex:01 41 ');
      await eventually(() => expect(engine.filters.at(-1)?.text).toBe('hex:01 41 '));
      await eventually(() => expect(rowsText()).toHaveLength(1));
    }
    // What is not finished keeps what was found.
    await userEvent.keyboard('size:');
    await expect.element(page.getByRole('alert')).toBeVisible();
    expect(rowsText()).toHaveLength(1);
    expect(engine.filters.at(-1)?.text).toBe('hex:01 41 ');
    await box().fill('');
    await userEvent.keyboard('{Alt>}{ArrowDown}{/Alt}');
    await expect.element(option(/^decoded:/)).toBeVisible();
  });

  test('marks what the filter looks for, and goes from one match to the next by F3', async () => {
    const { app, endpoint } = await open(
      TestEngine.of([opening, received('say Alpha\r\n'), sent('beta'), received('alphalpha \u00a0 ')]),
    );
    const marked = () => [...document.querySelectorAll('[data-row] .found')].map((mark) => mark.textContent);
    await box().fill('alpha');
    await eventually(() => expect(marked()).toEqual(['Alpha', 'alpha']));
    expect(rowsText()[1]).toContain('alphalpha ⍽·');
    await expect.element(page.getByText('2 matches')).toBeVisible();
    app.run('next-match');
    await eventually(() => expect(endpoint.selected).toBe(1));
    await expect.element(page.getByText('match 1 of 2')).toBeVisible();
    await page.getByRole('button', { name: 'Next match of the filter' }).click();
    await eventually(() => expect(endpoint.selected).toBe(3));
    app.run('next-match');
    await expect.element(page.getByText('match 2 of 2')).toBeVisible();
    app.run('previous-match');
    await eventually(() => expect(endpoint.selected).toBe(1));
    await box().fill('hex:0d ??');
    await eventually(() => expect(marked()).toEqual(['CR', 'LF']));
    await box().fill('number:u16be:0x0d0a');
    await eventually(() => expect(marked()).toEqual(['CR', 'LF']));
    await box().fill('/p.a|be/');
    await eventually(() => expect(marked()).toEqual(['pha', 'be', 'pha', 'pha']));
    await box().fill('51122');
    await eventually(() => expect(marked()).toEqual([]));
    await page.getByRole('button', { name: 'Empty the filter' }).click();
    await eventually(() => expect(rowsText()).toHaveLength(4));
    expect(marked()).toEqual([]);
  });

  test('goes to a record, a time and a byte, and says where it is', async () => {
    const engine = TestEngine.of([opening, received('alpha'), sent('beta'), received('gamma')]);
    const asked: unknown[] = [];
    engine.more = {
      rowAtTime: (_, time) => {
        asked.push(time);
        return 3;
      },
      recordOfByte: (_, connection, direction, at) => {
        asked.push([connection, direction, at]);
        return at < 14 ? { sequence: 2, within: at - 5 } : null;
      },
    };
    const { app, endpoint } = await open(engine);
    // Without rows there is nowhere to go.
    await eventually(() => expect(rowsText()).toHaveLength(4));
    const field = () => page.getByRole('textbox', { name: 'Time, record or byte' });
    const go = async (text: string) => {
      app.run('go-to');
      await field().fill(text);
      await userEvent.keyboard('{Enter}');
    };
    await go('#1');
    await expect.element(page.getByText(/^Record #1, /)).toBeVisible();
    await eventually(() => expect(endpoint.selected).toBe(1));
    await choose('Received');
    await eventually(() => expect(rowsText()).toHaveLength(2));
    await go('#2');
    await expect.element(page.getByText(/^The nearest shown row is record #3, /)).toBeVisible();
    await choose('Received');
    await eventually(() => expect(rowsText()).toHaveLength(4));
    await go('@7');
    await eventually(() => expect(endpoint.selected).toBe(2));
    await go('+1.5s');
    await eventually(() => expect(endpoint.selected).toBe(3));
    expect(asked[0]).toEqual([null, 'both', 7]);
    expect(asked[1]).toBeGreaterThan(1500);
    await go('@14');
    await expect.element(page.getByText('There are fewer bytes than that.')).toBeVisible();
    await field().fill('soon');
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByText('Write #12, 14:03:02.5, +1.5s or @4096.')).toBeVisible();
  });

  test('gives columns other widths and hides them, and the layout keeps that', async () => {
    const { app } = await open(TestEngine.of([opening, received('one')]));
    const edge = page.getByRole('separator', { name: 'Width of After' });
    const width = () => Number(edge.element().getAttribute('aria-valuenow'));
    const usual = width();
    (edge.element() as HTMLElement).focus();
    await userEvent.keyboard('{ArrowRight}{ArrowRight}');
    expect(width()).toBe(usual + 16);
    expect(app.layout.columns['after']).toEqual({ width: usual + 16, isHidden: false });
    await userEvent.keyboard('{Delete}');
    expect(width()).toBe(usual);
    await userEvent.keyboard('{ArrowUp}{End}');
    expect(app.layout.columns['time']?.width).toBe(800);
    await userEvent.keyboard('{Delete}');
    await page.getByRole('button', { name: 'More for the log' }).click();
    await page.getByRole('menuitem', { name: 'Columns' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Size' }).click();
    await userEvent.keyboard('{Escape}{Escape}');
    expect(page.getByRole('columnheader', { name: 'Size' }).elements()).toHaveLength(0);
    expect(app.layout.columns['size']).toEqual({ width: null, isHidden: true });
    await page.getByRole('columnheader', { name: 'After' }).click({ button: 'right' });
    await page.getByRole('menuitemcheckbox', { name: 'Size' }).click();
    await userEvent.keyboard('{Escape}');
    await expect.element(page.getByRole('columnheader', { name: 'Size' })).toBeVisible();
  });

  test('goes to a record that is chosen elsewhere, and follows the newest no more', async () => {
    const engine = new TestEngine(3000, numbered);
    const { app, endpoint } = await open(engine);
    await eventually(() => expect(inSight().at(-1)).toBe(2999));
    logOf(app, endpoint).goToRecord(1200);
    await eventually(() => expect(inSight()).toContain(1200));
    await eventually(() => expect(cursorText()).toContain('record 1200'));
    engine.count += 50;
    await engine.summarize();
    await eventually(() => expect(inSight()).toContain(1200));
  });

  test('keeps the selected record selected when the filter changes', async () => {
    const { endpoint } = await open(
      TestEngine.of([opening, received('one'), sent('two'), received('three')]),
    );
    await page.getByRole('row', { name: /three$/ }).click();
    await choose('Received');
    await eventually(() => expect(rowsText()).toHaveLength(2));
    await eventually(() =>
      expect(document.querySelector('[aria-selected="true"]')?.textContent).toContain('three'),
    );
    expect(endpoint.selected).toBe(3);
  });

  test('keeps it when a filter comes to it later than it has rows', async () => {
    const engine = TestEngine.of([opening, received('one'), sent('two'), received('three')]);
    await open(engine);
    await page.getByRole('row', { name: /three$/ }).click();
    engine.isSearching = true;
    await choose('Received');
    await engine.summarize();
    await eventually(() => expect(rowsText()).toHaveLength(0));
    engine.isSearching = false;
    await engine.summarize();
    await eventually(() =>
      expect(document.querySelector('[aria-selected="true"]')?.textContent).toContain('three'),
    );
  });

  test('clears, says how much, and brings it back', async () => {
    const engine = new TestEngine(12, numbered);
    await open(engine);
    await page.getByRole('button', { name: 'More for the log' }).click();
    await page.getByRole('menuitem', { name: 'Clear log' }).click();
    await engine.summarize();
    await expect.element(page.getByText('Cleared 12 records.')).toBeVisible();
    await eventually(() => expect(rowsText()).toHaveLength(0));
    await page.getByRole('button', { name: 'Undo' }).click();
    await engine.summarize();
    await eventually(() => expect(rowsText()).toHaveLength(12));
  });

  test('shows what came after a clearing of which no summary told', async () => {
    const engine = new TestEngine(10, numbered);
    await open(engine);
    await eventually(() => expect(rowsText()[0]).toContain('record 0'));
    engine.first = 10;
    engine.count = 21;
    await engine.summarize();
    await eventually(() => expect(rowsText()[0]).toContain('record 10'));
    expect(rowsText()).toHaveLength(11);
  });

  test('changes how it shows times', async () => {
    await open(new TestEngine(3, numbered));
    await eventually(() => expect(rowsText()).toHaveLength(3));
    await page.getByRole('button', { name: /^Time/ }).click();
    await eventually(() => expect(rowsText()[2]).toContain('0.003'));
    await page.getByRole('button', { name: /^Since start/ }).click();
    await eventually(() => expect(rowsText()[2]).toContain('+1.5 ms'));
  });

  test('is saved in the format that is chosen; how far that is can be seen, cancelled, and why it failed', async () => {
    const engine = TestEngine.of([opening, received('one')]);
    const saved: string[] = [];
    const cancelled: number[] = [];
    engine.more = {
      saveLog: (_, format) => {
        saved.push(format);
        return null;
      },
      cancelJob: (id) => void cancelled.push(id),
    };
    await open(engine);
    await eventually(() => expect(rowsText()).toHaveLength(2));
    await page.getByRole('button', { name: 'Save log' }).click();
    await page.getByRole('menuitem', { name: 'Save log as JSON Lines' }).click();
    await eventually(() => expect(saved).toEqual(['jsonl']));
    const job = { kind: 'save-log', total: 200, failure: null, isPreparing: false } as const;
    engine.jobs = [
      { ...job, id: 3, endpoint: 'lab', done: 50 },
      { ...job, id: 4, endpoint: 'another', done: 100 },
    ];
    await engine.summarize();
    const progress = page.getByRole('progressbar');
    await expect.element(progress).toHaveAccessibleName('Saving 25 %');
    await page.getByRole('button', { name: 'Cancel saving' }).click();
    await eventually(() => expect(cancelled).toEqual([3]));
    const failure = { code: 'ENOSPC', message: '', subject: '/mnt/log.jsonl' };
    engine.jobs = [{ ...job, id: 5, endpoint: 'lab', done: 50, failure }];
    await engine.summarize();
    await expect.element(page.getByRole('alert')).toHaveTextContent(/Not saved: .*ENOSPC/);
    await page.getByRole('button', { name: 'Dismiss the failure' }).click();
    await eventually(() => expect(cancelled).toEqual([3, 5]));
  });
});
