/**
 * Everything at once for minutes, with the page attached, a filter that looks for text, and size limits that take the oldest
 * records all the time: memory and descriptors must stand still, and nothing be lost but what the limits took.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Page } from '@playwright/test';
import type { EndpointSummary } from '../shared/contract.ts';
import type { EndpointSettings } from '../shared/settings/settings.ts';
import type { Benchmark, Context } from './harness/benchmark.ts';
import { openBrowser, openPage } from './harness/browser.ts';
import {
  captureFolder,
  openContract,
  serverSettings,
  startHost,
  writeWorkspace,
} from './harness/headless.ts';
import { notes, row, type Row } from './harness/measure.ts';
import { residentBytes, startHelper } from './harness/processes.ts';
import { withFolder } from './harness/scratch.ts';
import type { CaptureTool } from './processes/capture.ts';
import type { Sender } from './processes/sender.ts';

type Length = {
  ms: number;
  /**
   * MB a minute, of the host's resident memory and the page's heap over the second half. In half a minute of settling and
   * collecting the allocators alone move by some MB: the bound of a minute tells what each connection (5 KB) or record
   * (100 bytes) would leave behind, half an hour what is a fifth of a percent of that.
   */
  mostHost: number;
  mostPage: number;
};
const short: Length = { ms: 120_000, mostHost: 30, mostPage: 10 };
const long: Length = { ms: 30 * 60_000, mostHost: 0.5, mostPage: 0.5 };

const sampleEveryMs = 500;
/** Of each so many samples the lowest counts: what is above it is garbage. */
const window = 10;
const stream = { perSecond: 2_000, messageBytes: 8_192, connections: 20 };
const datagrams = { perTick: 20, tickMs: 10, bytes: 200 };
const connectEveryMs = 10;
/** Connections that happen to be open, and files of captures that come and go. */
const mostDescriptors = 40;
/** What is under way when the traffic ends comes to its end. */
const settleMs = 15_000;

const answering = (transport: 'tcp' | 'udp'): EndpointSettings => ({
  ...serverSettings,
  transport,
  captureLimitMiB: 64,
  reply: { ...serverSettings.reply, kind: 'echo' },
});

/** Datagrams that are answered, until the returned function is called. */
function keepSending(port: number): () => Promise<number> {
  const socket = createSocket('udp4');
  const datagram = Buffer.alloc(datagrams.bytes, 'socketscope ');
  let sent = 0;
  let underWay = 0;
  const timer = setInterval(() => {
    for (let i = 0; i < datagrams.perTick; i++) {
      underWay++;
      socket.send(datagram, port, '127.0.0.1', (error) => {
        underWay--;
        if (error === null) sent++;
      });
    }
  }, datagrams.tickMs);
  return async () => {
    clearInterval(timer);
    await until(() => underWay === 0);
    socket.close();
    return sent;
  };
}

/** Connections that say hello, hear it and end, until the returned function is called. */
function keepConnecting(port: number): () => Promise<number> {
  let heard = 0;
  const open = new Set<Promise<unknown>>();
  const timer = setInterval(() => {
    const socket = connect(port, '127.0.0.1', () => socket.write('hello'));
    socket.once('data', () => {
      heard++;
      socket.end();
    });
    socket.on('error', () => undefined);
    const ended: Promise<unknown> = once(socket, 'close').then(() => open.delete(ended));
    open.add(ended);
  }, connectEveryMs);
  return async () => {
    clearInterval(timer);
    await Promise.all(open);
    return heard;
  };
}

async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + settleMs;
  while (!holds() && performance.now() < end) await new Promise((done) => setTimeout(done, 20));
}

/** Of what is alive: garbage comes and goes. */
async function heapOf(page: Page): Promise<() => Promise<number>> {
  const devtools = await page.context().newCDPSession(page);
  return async () => {
    await devtools.send('HeapProfiler.collectGarbage');
    return (await devtools.send('Runtime.getHeapUsage')).usedSize;
  };
}

type Sample = { atMs: number; bytes: number };

/** MB a minute, of the lowest sample of each window: the straight line with the least squares. */
function slopeOf(samples: readonly Sample[]): number {
  const lowest: Sample[] = [];
  for (let from = 0; from + window <= samples.length; from += window)
    lowest.push(samples.slice(from, from + window).reduce((a, b) => (b.bytes < a.bytes ? b : a)));
  const mean = (of: (sample: Sample) => number): number =>
    lowest.reduce((sum, sample) => sum + of(sample), 0) / lowest.length;
  const [atMs, bytes] = [mean((sample) => sample.atMs), mean((sample) => sample.bytes)];
  const rise = mean((sample) => (sample.atMs - atMs) * (sample.bytes - bytes));
  return ((rise / mean((sample) => (sample.atMs - atMs) ** 2)) * 60_000) / 1e6;
}

const lowestOf = (counts: readonly number[]): number => Math.min(...counts);

type Load = { bytes: number; datagrams: number; connections: number };

/** What peers sent and no endpoint received, and what endpoints counted and no capture has, or a limit took. */
async function lostOf(
  endpoints: readonly EndpointSummary[],
  sent: Load,
  folders: readonly string[],
): Promise<{ lost: number; damaged: number; gone: number; dropped: number }> {
  const [pour, udp, hello] = endpoints as [EndpointSummary, EndpointSummary, EndpointSummary];
  const dropped = udp.lost ?? 0;
  let lost = Math.abs(sent.bytes - pour.receivedBytes);
  lost += Math.abs((sent.datagrams - dropped) * datagrams.bytes - udp.receivedBytes);
  lost += Math.max(0, sent.connections * 'hello'.length - hello.receivedBytes);
  const tool = startHelper<CaptureTool>('capture');
  const found = { lost, damaged: 0, gone: 0, dropped };
  try {
    for (const [i, folder] of folders.entries()) {
      const { bytes, goneBytes, damaged } = await tool.call.sum(folder);
      const { receivedBytes, sentBytes } = endpoints[i]!;
      found.lost += Math.abs(receivedBytes + sentBytes - bytes - goneBytes);
      found.damaged += damaged;
      found.gone += goneBytes;
    }
  } finally {
    await tool.stop();
  }
  return found;
}

async function soak({ ms, mostHost, mostPage }: Length, { browserOptions }: Context): Promise<Row[]> {
  const browser = await openBrowser(await browserOptions());
  const sender = startHelper<Sender>('sender');
  try {
    return await withFolder('soak', async (folder) => {
      const shown = { id: 'e0123456789ab', settings: { ...serverSettings, captureLimitMiB: 256 } };
      writeWorkspace(folder, shown);
      const host = await startHost(folder);
      const { engine, latest, close } = await openContract(host);
      const ids = [shown.id];
      const start = async (settings: EndpointSettings): Promise<number> => {
        const id = await engine.addEndpoint(settings);
        ids.push(id);
        return (await engine.startListening(id)).port;
      };
      const udpPort = await start(answering('udp'));
      const helloPort = await start(answering('tcp'));
      const { port } = await engine.startListening(shown.id);
      const page = await openPage(browser, host.url);
      const heap = await heapOf(page);
      await sender.call.pour({ port, ...stream });
      const [stopSending, stopConnecting] = [keepSending(udpPort), keepConnecting(helloPort)];
      await page.getByRole('searchbox', { name: 'Filter' }).fill('dir:received "scope socket"');

      const memory: Sample[] = [];
      const heaps: Sample[] = [];
      const descriptors: number[] = [];
      const begin = performance.now();
      for (let atMs = 0; atMs < ms; atMs = performance.now() - begin) {
        if (atMs > ms / 2) {
          memory.push({ atMs, bytes: (await residentBytes(host.pid)) ?? NaN });
          descriptors.push((await readdir(`/proc/${host.pid}/fd`)).length);
          // A collection stops the page: each sample is one of a window.
          if (memory.length % window === 0) heaps.push({ atMs, bytes: await heap() });
        }
        await new Promise((done) => setTimeout(done, sampleEveryMs));
      }
      const { bytes } = await sender.call.finish();
      const sent: Load = { bytes, datagrams: await stopSending(), connections: await stopConnecting() };
      const summaries = (): EndpointSummary[] =>
        ids.map((id) => latest()!.endpoints.find((endpoint) => endpoint.id === id)!);
      await until(() => {
        const [pour, udp] = summaries() as [EndpointSummary, EndpointSummary];
        const datagramsTold = udp.receivedBytes / datagrams.bytes + (udp.lost ?? 0);
        return pour.receivedBytes === bytes && datagramsTold >= sent.datagrams && udp.queuedBytes === 0;
      });
      const endpoints = summaries();
      close();
      await page.close();
      await host.stop();
      const folders = ids.map((id) => captureFolder(folder, id));
      const { lost, damaged, gone, dropped } = await lostOf(endpoints, sent, folders);
      const quarter = Math.floor(descriptors.length / 2);
      const grownDescriptors = lowestOf(descriptors.slice(quarter)) - lowestOf(descriptors.slice(0, quarter));
      const most = Math.max(...memory.map((sample) => sample.bytes)) / 1e6;
      const traffic = `${Math.round(bytes / 1e6)} MB by TCP, ${sent.datagrams} datagrams (${dropped} dropped by the kernel and counted), ${sent.connections} connections`;
      const atMost = (value: number) => ({ of: 'ours', is: 'at most', value }) as const;
      return [
        row({
          benchmark: 'soak: bytes lost',
          unit: 'bytes',
          ours: [lost],
          goal: atMost(0),
          note: notes(traffic, `${Math.round(gone / 1e6)} MB taken by size limits, counted`),
        }),
        row({ benchmark: 'soak: damaged records', unit: '', ours: [damaged], goal: atMost(0) }),
        row({
          benchmark: 'soak: more descriptors in the last quarter than in the third',
          unit: '',
          ours: [grownDescriptors],
          goal: atMost(mostDescriptors),
          note: `at most ${Math.max(...descriptors)}`,
        }),
        row({
          benchmark: 'soak: memory of the host, slope over the last half',
          unit: 'MB/min',
          ours: [slopeOf(memory)],
          goal: atMost(mostHost),
          note: `at most ${most.toFixed(0)} MB resident`,
        }),
        row({
          benchmark: 'soak: heap of the page, slope over the last half',
          unit: 'MB/min',
          ours: [slopeOf(heaps.flatMap((sample) => Array<Sample>(window).fill(sample)))],
          goal: atMost(mostPage),
        }),
      ];
    });
  } finally {
    await Promise.all([browser.close(), sender.stop()]);
  }
}

const about = 'of TCP, UDP and connections with the page attached, a filter and size limits';

export const soakBenchmarks: Benchmark[] = [
  { name: 'soak', about: `two minutes ${about}`, run: (context) => soak(short, context) },
  {
    name: 'soak-long',
    about: `half an hour ${about}; only where it is named`,
    isLong: true,
    run: (context) => soak(long, context),
  },
];
