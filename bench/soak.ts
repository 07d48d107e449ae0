/** Two minutes of everything at once, with the page attached: memory must stand still after the first. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Benchmark, Context } from './harness/benchmark.ts';
import type { EndpointSettings } from '../shared/settings/settings.ts';
import { openBrowser, openPage } from './harness/browser.ts';
import { openContract, serverSettings, startHost, writeWorkspace } from './harness/headless.ts';
import { median, notes, row, type Row } from './harness/measure.ts';
import { residentBytes, startHelper } from './harness/processes.ts';
import { withFolder } from './harness/scratch.ts';
import type { Sender } from './processes/sender.ts';

const soakMs = 120_000;
const settledMs = 60_000;
const sampleEveryMs = 500;
/** What stands at the beginning and at the end of the second minute: the median of so many samples. */
const window = 20;
const stream = { perSecond: 2_000, messageBytes: 8_192, connections: 20 };
const datagrams = { perTick: 20, tickMs: 10, bytes: 200 };
const connectEveryMs = 20;

const echo = (transport: 'tcp' | 'udp'): EndpointSettings => ({
  ...serverSettings,
  transport,
  reply: { ...serverSettings.reply, kind: 'echo' },
});

/** Datagrams that are answered, until the returned function is called. */
function keepSending(port: number): () => number {
  const socket = createSocket('udp4');
  const datagram = Buffer.alloc(datagrams.bytes, 'socketscope ');
  let answers = 0;
  socket.on('message', () => answers++);
  const timer = setInterval(() => {
    for (let i = 0; i < datagrams.perTick; i++) socket.send(datagram, port, '127.0.0.1');
  }, datagrams.tickMs);
  return () => {
    clearInterval(timer);
    socket.close();
    return answers;
  };
}

/** Connections that say hello, hear it and end, until the returned function is called. */
function keepConnecting(port: number): () => Promise<number> {
  let count = 0;
  const open = new Set<Promise<unknown>>();
  const timer = setInterval(() => {
    const socket = connect(port, '127.0.0.1', () => socket.write('hello'));
    socket.once('data', () => socket.end());
    socket.on('error', () => undefined);
    const ended = once(socket, 'close').then(() => {
      count++;
      open.delete(ended);
    });
    open.add(ended);
  }, connectEveryMs);
  return async () => {
    clearInterval(timer);
    await Promise.all(open);
    return count;
  };
}

async function run({ browserOptions }: Context): Promise<Row[]> {
  const browser = await openBrowser(await browserOptions());
  const sender = startHelper<Sender>('sender');
  try {
    return await withFolder('soak', async (folder) => {
      const shown = { id: 'e0123456789ab', settings: serverSettings };
      writeWorkspace(folder, shown);
      const host = await startHost(folder);
      const { engine, latest, close } = await openContract(host);
      const start = async (settings: EndpointSettings): Promise<number> =>
        (await engine.startListening(await engine.addEndpoint(settings))).port;
      const udpPort = await start(echo('udp'));
      const helloPort = await start(echo('tcp'));
      const { port: tcpPort } = await engine.startListening(shown.id);
      const page = await openPage(browser, host.url);
      const devtools = await page.context().newCDPSession(page);
      // Of what is alive: garbage comes and goes.
      const heap = async (): Promise<number> => {
        await devtools.send('HeapProfiler.collectGarbage');
        return (await devtools.send('Runtime.getHeapUsage')).usedSize;
      };
      await sender.call.pour({ port: tcpPort, ...stream });
      const [stopSending, stopConnecting] = [keepSending(udpPort), keepConnecting(helloPort)];
      const samples: { host: number; page: number }[] = [];
      const begin = performance.now();
      for (let at = begin; at - begin < soakMs; at = performance.now()) {
        if (at - begin > settledMs)
          samples.push({ host: (await residentBytes(host.pid)) ?? NaN, page: await heap() });
        await new Promise((done) => setTimeout(done, sampleEveryMs));
      }
      const { bytes } = await sender.call.stop();
      const [answers, connections] = [stopSending(), await stopConnecting()];
      const records = latest()?.endpoints.reduce((sum, endpoint) => sum + endpoint.records, 0) ?? 0;
      close();
      await page.close();
      await host.stop();
      const grown = (of: 'host' | 'page') =>
        (median(samples.slice(-window).map((one) => one[of])) -
          median(samples.slice(0, window).map((one) => one[of]))) /
        1e6;
      const traffic = `${Math.round(bytes / 1e6)} MB by TCP, ${answers} datagrams answered, ${connections} connections, ${records} records`;
      const most = Math.max(...samples.map((one) => one.host)) / 1e6;
      return [
        row({
          benchmark: 'soak: memory of the host grows in the second minute',
          unit: 'MB',
          ours: [grown('host')],
          goal: { of: 'ours', is: 'at most', value: 10 },
          note: notes(traffic, `at most ${most.toFixed(0)} MB resident`),
        }),
        row({
          benchmark: 'soak: heap of the page grows in the second minute',
          unit: 'MB',
          ours: [grown('page')],
          goal: { of: 'ours', is: 'at most', value: 10 },
        }),
      ];
    });
  } finally {
    await Promise.all([browser.close(), sender.stop()]);
  }
}

export const soakBenchmarks: Benchmark[] = [
  { name: 'soak', about: 'two minutes of TCP, UDP and connections with the page attached', run },
];
