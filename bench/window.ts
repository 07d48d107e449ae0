/** The window under a person's hands: keys in a long message, and what opens; and under traffic from many peers. */
import type { Browser, Page } from '@playwright/test';
import { usualDecodeChoice } from '../shared/decoding/choice.ts';
import type { Layout } from '../shared/layout.ts';
import type { ListenerSettings } from '../shared/settings/settings.ts';
import type { Benchmark, Context } from './harness/benchmark.ts';
import { log, logRow, openBrowser, openPage } from './harness/browser.ts';
import {
  openContract,
  serverSettings,
  startHost,
  writeWorkspace,
  type Contract,
  type Host,
} from './harness/headless.ts';
import { median, notes, percentile, row, type Goal, type Row } from './harness/measure.ts';
import { busyFrames, keyTimes, timeToShow } from './harness/page-times.ts';
import { inPairs } from './harness/pairs.ts';
import { startHelper } from './harness/processes.ts';
import { outFolder, withFolder } from './harness/scratch.ts';
import type { CaptureTool } from './processes/capture.ts';
import type { Sender } from './processes/sender.ts';

const endpoint = { id: 'e0123456789ab', settings: serverSettings };
const records = 1_000_000;
const recordBytes = 64;

const p95 = (times: readonly number[]): number => percentile(times, 0.95);

type Given = { settings?: Partial<ListenerSettings>; layout?: Partial<Layout> };

async function withPage(
  { browserOptions }: Context,
  filled: number,
  use: (page: Page, host: Host, browser: Browser) => Promise<Row[]>,
  { settings, layout }: Given = {},
): Promise<Row[]> {
  const options = await browserOptions();
  return withFolder('window', async (folder) => {
    const captures = writeWorkspace(
      folder,
      { ...endpoint, settings: { ...endpoint.settings, ...settings } },
      layout,
    );
    const tool = startHelper<CaptureTool>('capture');
    await tool.call.fill(captures, filled, recordBytes);
    await tool.stop();
    const host = await startHost(folder);
    const browser = await openBrowser(options);
    try {
      const page = await openPage(browser, host.url);
      await logRow(page, filled).waitFor();
      return await use(page, host, browser);
    } finally {
      await browser.close();
      await host.stop();
    }
  });
}

/** A little less than what the field bears, so that keys still find room. */
const messageLength = 999_000;
const longMessage = 'Some words of a message, and a few more. \\x41 {{counter}}\n'
  .repeat(messageLength / 50)
  .slice(0, messageLength);
const plainMessage = longMessage.replaceAll('{{counter}}', 'a plain one');
const keyPairs = 5;
const keysEach = 40;
/** Until all that is put off behind a key in a long text is done: reading it, its preview and what is warned of. */
const previewMs = 1500;
const previewKeys = 5;

/** As a paste, which any editor takes at once. */
const paste = (page: Page, text: string): Promise<void> =>
  page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', text);
    const paste = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
    document.activeElement!.dispatchEvent(paste);
  }, text);

async function runComposer(context: Context): Promise<Row[]> {
  return withPage(context, 1, async (ours, _, browser) => {
    const bare = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await bare.addScriptTag({ path: `${outFolder}/bare-editor.js` });
    await bare.evaluate((text) => openBareEditor(text), longMessage);
    await ours.locator('.cm-content').click();
    await paste(ours, longMessage);
    const times = await inPairs(keyPairs, [ours, bare], async (page) => {
      await page.bringToFront();
      return p95(await keyTimes(page, keysEach));
    });
    const withPreview = async (text: string) => {
      await ours.bringToFront();
      await ours.locator('.cm-content').click();
      await ours.keyboard.press('Control+A');
      await paste(ours, text);
      await ours.waitForTimeout(previewMs);
      return inPairs(keyPairs, [ours, bare], async (page) => {
        await page.bringToFront();
        return median(await keyTimes(page, previewKeys, previewMs));
      });
    };
    const plain = await withPreview(plainMessage);
    const calls = await withPreview(longMessage);
    return [
      row({
        benchmark: 'a key in a message of 1 MB, main thread p95',
        unit: 'ms',
        ...times,
        goal: { of: 'ratio', is: 'at most', value: 1.5 },
        note: `against a bare editor with the same text, ${keysEach} keys a run`,
      }),
      row({
        benchmark: 'a key in a message of 1 MB with its preview, main thread median',
        unit: 'ms',
        ...plain,
        goal: { of: 'ratio', is: 'at most', value: 1.5 },
        note: `what is put off until a pause, too; ${previewKeys} keys a run`,
      }),
      row({
        benchmark: 'the same with a call in each line, main thread median',
        unit: 'ms',
        ...calls,
        note: `${longMessage.split('{{').length - 1} calls`,
      }),
    ];
  });
}

const openings = 20;
const openingGoal: Goal = { of: 'ours', is: 'at most', value: 50 };
/** After something has closed, so that its end is no part of the next beginning. */
const calmMs = 80;

type Opening = { name: string; selector: string; open: (page: Page) => Promise<void>; close: string };

const press = (keys: string) => (page: Page) => page.keyboard.press(keys);
const click = (name: string) => (page: Page) =>
  page.getByRole('button', { name, exact: true }).first().click({ noWaitAfter: true });
const sheetOpen = 'dialog[open] *';
const menuOpen = '[role=menu]';
const room = (name: string) => `[data-zone=pane] [role=tabpanel][aria-labelledby$=-${name}] > *`;

const openingsOf: readonly Opening[] = [
  { name: 'the palette', selector: sheetOpen, open: press('Control+k'), close: 'Escape' },
  { name: 'the settings', selector: sheetOpen, open: press('Control+,'), close: 'Escape' },
  { name: 'the help', selector: sheetOpen, open: press('F1'), close: 'Escape' },
  { name: 'the menu of new endpoints', selector: menuOpen, open: click('New tab'), close: 'Escape' },
  { name: 'the menu of the log', selector: menuOpen, open: click('More for the log'), close: 'Escape' },
  { name: 'the menu of a record', selector: menuOpen, open: press('Shift+F10'), close: 'Escape' },
];
const roomsOf = ['record', 'connection', 'setup'] as const;

async function timesOf(page: Page, { selector, open, close }: Opening): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < openings; i++) {
    times.push(await timeToShow(page, selector, () => open(page)));
    await page.keyboard.press(close);
    await page.locator(selector).first().waitFor({ state: 'detached' });
    await page.waitForTimeout(calmMs);
  }
  return times;
}

const openingRow = (name: string, times: number[]): Row =>
  row({
    benchmark: `opening ${name}, p95`,
    unit: 'ms',
    ours: times,
    by: p95,
    goal: openingGoal,
    note: `median ${median(times).toFixed(0)} ms, the first ${times[0]!.toFixed(0)} ms, longest ${Math.max(...times).toFixed(0)} ms`,
  });

async function runOpenings(context: Context): Promise<Row[]> {
  return withPage(context, records, async (page) => {
    const rows: Row[] = [];
    await logRow(page, records).click();
    for (const opening of openingsOf) {
      await log(page).focus();
      rows.push(openingRow(opening.name, await timesOf(page, opening)));
    }
    for (const [place, name] of roomsOf.entries()) {
      const other = roomsOf[(place + 1) % roomsOf.length]!;
      const tab = (of: string) => page.locator(`[data-zone=pane] [role=tab][id$=-${of}]`);
      const times: number[] = [];
      for (let i = 0; i < openings; i++) {
        await tab(other).click();
        await page.waitForTimeout(calmMs);
        times.push(await timeToShow(page, room(name), () => tab(name).click()));
      }
      rows.push(openingRow(`the room of the ${name}`, times));
    }
    return rows;
  });
}

const peers = 300;
const perSecond = 6_000;
const trafficRuns = 5;
const trafficMs = 3000;

/** A frame and a JSON text of its own. */
const message = '{"from": "socketscope", "unit": 3, "value": 21.5, "ok": true}'.padEnd(recordBytes);

/** What a person may have on while they watch. */
const readings: { name: string; filter: string; given: Given }[] = [
  { name: '', filter: '', given: {} },
  {
    name: ', with frames, a filter and a decoder',
    filter: 'dir:received scope decoded:unit=3',
    given: {
      settings: { framing: { received: `fixed:${recordBytes}`, sent: '' } },
      layout: {
        readings: { [endpoint.id]: 'frames' },
        decoders: { [endpoint.id]: { ...usualDecodeChoice, as: 'json' } },
      },
    },
  },
];

async function runPeers(context: Context): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { name, filter, given } of readings) {
    const run = async (page: Page, host: Host, browser: Browser) => [
      await peersRow(name, filter, page, host, browser),
    ];
    rows.push(...(await withPage(context, records, run, given)));
  }
  return rows;
}

/** Of what the peers have sent, once the rest of it is there. */
async function lostOf(contract: Contract, sent: number): Promise<number> {
  const left = () => sent - (contract.latest()?.endpoints[0]?.receivedBytes ?? 0);
  for (let look = 0; look < 100 && left() > 0; look++) await new Promise((done) => setTimeout(done, 100));
  return left();
}

async function peersRow(
  name: string,
  filter: string,
  page: Page,
  host: Host,
  browser: Browser,
): Promise<Row> {
  const contract = await openContract(host);
  const sender = startHelper<Sender>('sender');
  try {
    const { port } = await contract.engine.startListening(endpoint.id);
    await sender.call.pour({ port, perSecond, messageBytes: recordBytes, connections: peers, text: message });
    await page.getByRole('searchbox', { name: 'Filter' }).fill(filter);
    await page.waitForTimeout(trafficMs);
    const p95s: number[] = [];
    const all: number[] = [];
    for (let run = 0; run < trafficRuns; run++) {
      const busy = await busyFrames(browser, page, () => page.waitForTimeout(trafficMs));
      p95s.push(p95(busy));
      all.push(...busy);
    }
    const { bytes } = await sender.call.stop();
    const lost = await lostOf(contract, bytes);
    return row({
      benchmark: `${peers} peers sending, ${records / 1e6} million rows${name}, main thread a frame p95`,
      unit: 'ms',
      ours: p95s,
      goal: { of: 'ours', is: 'at most', value: 8 },
      note: notes(
        `${perSecond.toLocaleString('en')} messages/s`,
        `median ${median(all).toFixed(1)} ms, longest ${Math.max(...all).toFixed(0)} ms of ${all.length} frames`,
        `${lost.toLocaleString('en')} bytes lost`,
      ),
    });
  } finally {
    contract.close();
    await sender.stop();
  }
}

export const windowBenchmarks: Benchmark[] = [
  { name: 'composer', about: 'keys in a message of 1 MB, against a bare editor', run: runComposer },
  {
    name: 'opening',
    about: 'rooms, menus and dialogs, from the key or click to the frame',
    run: runOpenings,
  },
  { name: 'peers', about: "the page's main thread while 300 peers send", run: runPeers },
];
