/** The page: scrolling through ten million rows, and opening a payload of 100 MB. */
import type { Page } from '@playwright/test';
import type { Benchmark, Context } from './harness/benchmark.ts';
import { frameTimes, log, logRow, openBrowser, openPage, timeToHex } from './harness/browser.ts';
import { openContract, serverSettings, startHost, writeWorkspace, type Host } from './harness/headless.ts';
import { median, notes, percentile, row, type Goal, type Row } from './harness/measure.ts';
import { startHelper } from './harness/processes.ts';
import { withFolder } from './harness/scratch.ts';
import type { Remote } from '../shared/wire/rpc.ts';
import type { CaptureTool } from './processes/capture.ts';
import type { Sender } from './processes/sender.ts';

const endpoint = { id: 'e0123456789ab', settings: serverSettings };
const records = 10_000_000;
const recordBytes = 64;
const runs = 5;
const scrollMs = 3000;
const frameGoal: Goal = { of: 'ours', is: 'at most', value: 17 };
const grownPerSecond = 100_000;
/** Of one connection alone, many messages arrive as one read, and so as one record. */
const growingConnections = 200;
const bigPayloads = 7;
const bigBytes = 100e6;

async function withHost(
  fill: (tool: Remote<CaptureTool>, folder: string) => Promise<unknown>,
  use: (host: Host) => Promise<Row[]>,
): Promise<Row[]> {
  return withFolder('list', async (folder) => {
    const tool = startHelper<CaptureTool>('capture');
    await fill(tool.call, writeWorkspace(folder, endpoint));
    await tool.stop();
    const host = await startHost(folder);
    try {
      return await use(host);
    } finally {
      await host.stop();
    }
  });
}

/** Wheel steps as a brisk hand makes them, up and down around one place. */
async function wheel(page: Page): Promise<void> {
  await log(page).hover();
  const end = performance.now() + scrollMs;
  for (let turn = 0; performance.now() < end; turn++) {
    await page.mouse.wheel(0, turn % 120 < 60 ? -240 : 240);
    await new Promise((done) => setTimeout(done, 12));
  }
}

/** Drags of the scrollbar to random places, ten a second. */
const jump = (page: Page) =>
  log(page).evaluate(
    (list, forMs) =>
      new Promise<void>((done) => {
        const timer = setInterval(() => (list.scrollTop = Math.random() * list.scrollHeight), 100);
        setTimeout(() => {
          clearInterval(timer);
          done();
        }, forMs);
      }),
    scrollMs,
  );

async function frameRow(
  page: Page,
  benchmark: string,
  act: (page: Page) => Promise<void>,
  note = '',
): Promise<Row> {
  const p95s: number[] = [];
  const all: number[] = [];
  for (let i = 0; i < runs; i++) {
    const times = await frameTimes(page, () => act(page));
    p95s.push(percentile(times, 0.95));
    all.push(...times);
  }
  return row({
    benchmark,
    unit: 'ms',
    ours: p95s,
    goal: frameGoal,
    note: notes(
      note,
      `median ${median(all).toFixed(1)} ms, longest ${Math.max(...all).toFixed(0)} ms, ${all.length} frames`,
    ),
  });
}

async function runScroll({ browserOptions }: Context): Promise<Row[]> {
  const options = await browserOptions();
  return withHost(
    (tool, folder) => tool.fill(folder, records, recordBytes),
    async (host) => {
      const browser = await openBrowser(options);
      const sender = startHelper<Sender>('sender');
      try {
        const contract = await openContract(host);
        const page = await openPage(browser, host.url);
        await logRow(page, records).waitFor();
        const rows = [
          await frameRow(page, `list of ${records / 1e6} million rows, wheel, frames p95`, wheel),
          await frameRow(page, `list of ${records / 1e6} million rows, jumps, frames p95`, jump),
        ];
        const { port } = await contract.engine.startListening(endpoint.id);
        await sender.call.pour({
          port,
          perSecond: grownPerSecond,
          messageBytes: recordBytes,
          connections: growingConnections,
        });
        const recordsNow = () => contract.latest()?.endpoints[0]?.records ?? 0;
        const growth = async (act: () => Promise<Row>): Promise<Row> => {
          const [begin, before] = [performance.now(), recordsNow()];
          const result = await act();
          const rate = ((recordsNow() - before) / (performance.now() - begin)) * 1000;
          return {
            ...result,
            note: notes(`the log grew by ${Math.round(rate).toLocaleString('en')} rows/s`, result.note),
          };
        };
        rows.push(await growth(() => frameRow(page, 'the same while the log grows, wheel', wheel)));
        rows.push(await growth(() => frameRow(page, 'the same while the log grows, jumps', jump)));
        contract.close();
        return rows;
      } finally {
        await Promise.all([browser.close(), sender.stop()]);
      }
    },
  );
}

async function runPayload({ browserOptions }: Context): Promise<Row[]> {
  const options = await browserOptions();
  return withHost(
    (tool, folder) => tool.fillBig(folder, bigPayloads, bigBytes),
    async (host) => {
      const browser = await openBrowser(options);
      try {
        const page = await openPage(browser, host.url);
        const times: number[] = [];
        // Row 0 is the opened connection.
        for (let number = 1; number <= bigPayloads; number++) {
          times.push(
            await timeToHex(page, number, `${number.toString(16).padStart(2, '0')} `.repeat(4).trim()),
          );
        }
        return [
          row({
            benchmark: '100 MB payload, click to first hex row',
            unit: 'ms',
            ours: times,
            goal: { of: 'ours', is: 'at most', value: 100 },
            note: `longest of ${times.length}: ${Math.max(...times).toFixed(0)} ms; each payload opened once`,
          }),
        ];
      } finally {
        await browser.close();
      }
    },
  );
}

export const listBenchmarks: Benchmark[] = [
  { name: 'list', about: 'frames while scrolling ten million rows in Chromium', run: runScroll },
  { name: 'payload', about: 'opening a payload of 100 MB in Chromium', run: runPayload },
];
