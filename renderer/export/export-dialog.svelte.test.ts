/** The dialog of an export: what is chosen in it is what the engine is asked for. */
import { afterEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { DecodeAs } from '../../shared/decoding/choice.ts';
import type { SaveLogJob } from '../../shared/contract.ts';
import type { ExportPlan } from '../../shared/export-formats.ts';
import { logOf } from '../state/log.svelte.ts';
import { opening, received, TestEngine } from '../testing/engine.ts';
import { eventually } from '../testing/eventually.ts';
import { AppState } from '../state/app.svelte.ts';
import ExportDialog from './ExportDialog.svelte';

const apps: AppState[] = [];
afterEach(() => {
  for (const app of apps.splice(0)) app.close();
});

type Asked = { previews: ExportPlan[]; exports: ExportPlan[]; ended: number; readings: string[] };

async function open(
  isDesktop = false,
  reading: 'chunks' | 'stream' = 'chunks',
  decoder: DecodeAs = 'automatic',
) {
  const engine = TestEngine.of([opening, received('one'), received('two')]);
  const asked: Asked = { previews: [], exports: [], ended: 0, readings: [] };
  engine.more = {
    previewExport: (_, plan) => {
      asked.previews.push(plan);
      const removed = plan.redact.length > 0 ? { places: 3, records: 2 } : null;
      return { text: `# ${plan.format}`, isCut: true, name: `lab.${plan.format}`, removed };
    },
    endPreview: () => void asked.ended++,
    chooseExport: () => ({ place: 7, path: '/home/me/lab.txt' }),
    exportLog: (_, plan) => {
      asked.exports.push(plan);
      return new Promise(() => undefined);
    },
  };
  const app = new AppState(engine.openChannel);
  apps.push(app);
  await eventually(() => expect(app.connected).toBe(true));
  app.openTab('lab');
  app.changeLayout({ decoders: { lab: { as: decoder, registers: 'u16' } } });
  if (isDesktop) app.hello = { ...app.hello!, host: 'desktop' };
  logOf(app, app.active!).read(reading);
  app.sheet = 'export';
  const shown = await render(ExportDialog, { props: { app } });
  await engine.summarize();
  await expect.element(page.getByLabelText('First lines')).toHaveTextContent('# text');
  return { app, engine, asked, shown };
}

const pick = (name: string): Promise<void> =>
  userEvent.click(page.getByRole('radio', { name, exact: true }), { force: true });

describe('an export', () => {
  test('is previewed as it is chosen, parts, removals and name included, and asked for so', async () => {
    const { asked } = await open();
    await pick('CSV');
    await userEvent.click(page.getByRole('checkbox', { name: 'Notes and bookmarks' }));
    const rule = page.getByRole('textbox', { name: 'What is removed' });
    await userEvent.fill(rule, 'text:secret');
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByText('3 places in 2 records')).toBeVisible();
    const to = page.getByRole('textbox', { name: 'To' });
    await expect.element(to).toHaveAttribute('placeholder', 'lab.csv');
    await userEvent.fill(to, 'mine');
    await userEvent.click(page.getByRole('button', { name: 'Export…' }));
    const plan = { format: 'csv', rows: null, redact: ['text:secret'], leavesOut: ['annotations'] };
    const usual = { decode: null, bytes: 'auto', times: 'utc', filter: '' };
    await eventually(() => expect(asked.exports).toEqual([{ ...plan, ...usual, name: 'mine' }]));
    expect(asked.previews.at(-1)).toMatchObject(plan);
  });

  test('writes bytes and times as a person wants them, where the form has a choice', async () => {
    const { asked } = await open();
    await page.getByRole('combobox', { name: 'Bytes as' }).selectOptions('hex');
    await page.getByRole('combobox', { name: 'Times' }).selectOptions('local');
    await eventually(() => expect(asked.previews.at(-1)).toMatchObject({ bytes: 'hex', times: 'local' }));
    await pick('JSON Lines');
    await eventually(() => expect(asked.previews.at(-1)).toMatchObject({ bytes: 'auto', times: 'utc' }));
    await expect.element(page.getByRole('combobox', { name: 'Times' })).not.toBeInTheDocument();
  });

  test('has what messages say, once it is chosen as what they are read, where the form has a place for it', async () => {
    const { asked } = await open(false, 'chunks', 'modbus-tcp');
    const decode = { as: 'modbus-tcp', registers: 'u16' };
    await eventually(() => expect(asked.previews.at(-1)).toMatchObject({ decode }));
    const box = page.getByRole('checkbox', { name: 'Decoded summary' });
    await pick('pcapng');
    await eventually(() => expect(asked.previews.at(-1)).toMatchObject({ format: 'pcapng', decode: null }));
    await expect.element(box).not.toBeInTheDocument();
    await pick('CSV');
    await userEvent.click(box);
    await eventually(() => expect(asked.previews.at(-1)).toMatchObject({ format: 'csv', decode: null }));
  });

  test('of a log as it is kept has all of it, whatever was chosen before', async () => {
    const { asked } = await open();
    await userEvent.click(page.getByRole('button', { name: 'Addresses' }));
    await userEvent.click(page.getByRole('checkbox', { name: 'Events and failures' }));
    await pick('Other');
    await expect.element(page.getByRole('combobox', { name: 'Other' })).toHaveValue('capture');
    await expect.element(page.getByRole('textbox', { name: 'What is removed' })).not.toBeInTheDocument();
    await expect.element(page.getByRole('checkbox', { name: 'Events and failures' })).not.toBeInTheDocument();
    await userEvent.click(page.getByRole('button', { name: 'Export…' }));
    const whole = { format: 'capture', rows: null, redact: [], leavesOut: [] };
    await eventually(() => expect(asked.exports).toMatchObject([whole]));
  });

  test('goes where the person has chosen before it is written, on the desktop', async () => {
    const { asked } = await open(true);
    await userEvent.click(page.getByRole('button', { name: 'Choose…' }));
    const to = page.getByRole('textbox', { name: 'To' });
    await expect.element(to).toHaveValue('/home/me/lab.txt');
    // It has the ending of another format.
    await pick('CSV');
    await expect.element(to).toHaveValue('');
    expect(asked.exports).toEqual([]);
  });

  test('says what comes before it is written, how far it is, and stops looking once it is closed', async () => {
    const { engine, asked, shown } = await open();
    await userEvent.click(page.getByRole('button', { name: 'Export…' }));
    const job: SaveLogJob = {
      ...{ id: 3, kind: 'save-log', endpoint: 'lab', done: 50, total: 200 },
      ...{ failure: null, isPreparing: true },
    };
    engine.jobs = [job];
    await engine.summarize();
    const progress = page.getByRole('progressbar');
    await expect.element(progress).toHaveAccessibleName('Looking for what is removed: 25 %');
    engine.jobs = [{ ...job, isPreparing: false }];
    await engine.summarize();
    await expect.element(progress).toHaveAccessibleName('Saving 25 %');
    await shown.unmount();
    await eventually(() => expect(asked.ended).toBe(1));
  });

  test('of what is read as a stream is made of its records', async () => {
    const { asked } = await open(false, 'stream');
    await expect.element(page.getByRole('radio', { name: /Whole log/ })).toBeChecked();
    await userEvent.click(page.getByRole('button', { name: 'Export…' }));
    await eventually(() => expect(asked.exports).toMatchObject([{ format: 'text', rows: null }]));
  });
});
