/**
 * Measures the desktop app beside the headless host, one after the other on this machine. Nothing is asserted of the
 * figures: `npm run desktop-check` puts them into its report. Under the double they say nothing about Electron.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { electronProgram, launchDesktop } from './desktop.ts';
import { expect, startServer, test } from './fixtures.ts';

const measureMs = Number(process.env['SOCKETSCOPE_MEASURE_MS'] ?? 300);
const pieceBytes = 64 * 1024;

/** Milliseconds, and megabytes a second. */
type Speed = {
  echoMedian: number;
  echoP99: number;
  throughput: number;
  frameP95: number;
  longestFrame: number;
};

const part = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? NaN;

async function connected(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

/** Times of a byte there and back, one after the other. */
async function echoTimes(port: number): Promise<number[]> {
  const socket = await connected(port);
  const times: number[] = [];
  const end = performance.now() + measureMs;
  while (performance.now() < end) {
    const begin = performance.now();
    socket.write('x');
    await once(socket, 'data');
    times.push(performance.now() - begin);
  }
  socket.destroy();
  return times;
}

/** Bytes that a server takes and keeps, in megabytes a second. */
async function pour(port: number): Promise<number> {
  const socket = await connected(port);
  const piece = Buffer.alloc(pieceBytes, 'x');
  const begin = performance.now();
  let bytes = 0;
  while (performance.now() - begin < measureMs) {
    bytes += pieceBytes;
    if (!socket.write(piece)) await once(socket, 'drain');
  }
  const rate = bytes / 1000 / (performance.now() - begin);
  socket.destroy();
  return rate;
}

/** Milliseconds between the frames that the page draws while `act` runs. */
async function framesOf<T>(page: Page, act: () => Promise<T>): Promise<[number[], T]> {
  const frames = await page.evaluateHandle(() => {
    const times: number[] = [];
    let isOn = true;
    const tick = (time: number) => {
      times.push(time);
      if (isOn) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    return { times, stop: () => (isOn = false) };
  });
  const result = await act();
  const times = await frames.evaluate(({ times, stop }) => {
    stop();
    return times;
  });
  return [times.slice(1).map((time, i) => time - times[i]!), result];
}

async function speedOf(page: Page): Promise<Speed> {
  const echoes = await echoTimes(await startServer(page, 'Echo'));
  const port = await startServer(page);
  const [frames, throughput] = await framesOf(page, () => pour(port));
  return {
    echoMedian: part(echoes, 0.5),
    echoP99: part(echoes, 0.99),
    throughput,
    frameP95: part(frames, 0.95),
    longestFrame: part(frames, 1),
  };
}

test('can be measured beside the headless host', async ({ app }, info) => {
  info.setTimeout(90_000 + 10 * measureMs);
  const headless = await speedOf(app);
  const folder = await mkdtemp(join(tmpdir(), 'socketscope-e2e-'));
  const desktop = await launchDesktop(folder);
  const page = await desktop.firstWindow();
  await expect(page.getByRole('button', { name: 'New server' }).first()).toBeEnabled();
  const measured = {
    program: electronProgram === null ? 'double' : 'electron',
    versions: await desktop.evaluate(() => process.versions),
    isSandboxed: await desktop.evaluate(() => !process.argv.includes('--no-sandbox')),
    desktop: await speedOf(page),
    headless,
  };
  await desktop.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  await info.attach('speed', { body: JSON.stringify(measured), contentType: 'application/json' });
  for (const speed of [measured.desktop, measured.headless]) {
    expect(Object.values(speed).every((value) => value > 0)).toBe(true);
  }
});
