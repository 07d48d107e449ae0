/** Datagrams: the highest rate that is received without loss, against a bare node:dgram socket with the same buffer. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Benchmark } from './harness/benchmark.ts';
import { compile } from './harness/compile.ts';
import { notes, row, unmeasured, type Goal, type Row } from './harness/measure.ts';
import { inPairs } from './harness/pairs.ts';
import { besides, pin, pinNote } from './harness/pin.ts';
import { startHelper, type Helper } from './harness/processes.ts';
import { withFolder } from './harness/scratch.ts';
import type { UdpReceiver } from './processes/udp-receiver.ts';

type Kind = 'udp-receiver' | 'udp-sink';

const kinds = ['udp-receiver', 'udp-sink'] as const;
const sizes = [64, 512, 1400];
const bufferBytes = 4 * 1024 * 1024;
const pairs = 3;
const secondsPerRate = 1.5;
const lowestRate = 10_000;
const highestRate = 400_000;
/** Halvings between the two, in ratio: the last one is 3 % wide. */
const steps = 7;
const warmUpDatagrams = 50_000;
const burstDatagrams = 10_000;
const bursts = 5;
const limitFile = '/proc/sys/net/core/rmem_max';
const settleMs = 10_000;

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Datagrams that the kernel dropped at this port: the last column of its line in /proc/net/udp. */
async function droppedAt(port: number): Promise<number> {
  const hex = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
  const lines = (await readFile('/proc/self/net/udp', 'latin1')).split('\n');
  const line = lines.find((one) => one.slice(0, 30).includes(hex));
  return Number(line?.trim().split(/\s+/).at(-1));
}

type Target = { send(count: number, perSecond: number): Promise<{ dropped: number; perSecond: number }> };

/** A receiver of one size of datagram, and a way to send to it that knows what became of every datagram. */
async function withReceiver<T>(
  kind: Kind,
  sender: string,
  size: number,
  use: (target: Target, receiver: Helper<UdpReceiver>['call']) => Promise<T>,
): Promise<T> {
  return withFolder('udp', async (folder) => {
    const receiver = startHelper<UdpReceiver>(kind);
    try {
      const { port } = await receiver.call.bind(folder, bufferBytes);
      pin(receiver.process.pid!);
      let sent = 0;
      const send: Target['send'] = async (count, perSecond) => {
        const before = await droppedAt(port);
        const args = [port, size, perSecond, count].map(String);
        const { stdout } = await promisify(execFile)(...besides(sender, args));
        const [taken = 0, seconds = 1] = stdout.split(' ').map(Number);
        sent += taken;
        for (const begin = performance.now(); ;) {
          const dropped = await droppedAt(port);
          if ((await receiver.call.bytes()) / size + dropped === sent)
            return { dropped: dropped - before, perSecond: taken / seconds };
          if (performance.now() - begin > settleMs)
            throw new Error('Datagrams are missing that the kernel did not drop.');
          await pause(10);
        }
      };
      await send(warmUpDatagrams, lowestRate * 2);
      return await use({ send }, receiver.call);
    } finally {
      await receiver.stop();
    }
  });
}

const losslessRate = (kind: Kind, sender: string, size: number): Promise<number> =>
  withReceiver(kind, sender, size, async ({ send }) => {
    let [low, high] = [lowestRate, highestRate];
    let best = 0;
    for (let step = 0; step < steps; step++) {
      const rate = Math.sqrt(low * high);
      const { dropped, perSecond } = await send(Math.round(rate * secondsPerRate), rate);
      if (dropped > 0) high = rate;
      else {
        low = rate;
        best = Math.max(best, perSecond);
      }
    }
    return best;
  });

/** Most datagrams that were lost of a burst at full speed. */
const lostOfBurst = (kind: Kind, sender: string, size: number): Promise<number> =>
  withReceiver(kind, sender, size, async ({ send }) => {
    let most = 0;
    for (let i = 0; i < bursts; i++) most = Math.max(most, (await send(burstDatagrams, 0)).dropped);
    return most;
  });

/** Lets the kernel grant 4 MiB where we may; gives back what was, and says what is. */
async function raiseLimit(): Promise<{ note: string; restore: () => Promise<void> }> {
  const before = Number(await readFile(limitFile, 'latin1'));
  const restore = (): Promise<void> => writeFile(limitFile, String(before));
  if (before >= bufferBytes)
    return { note: `net.core.rmem_max is ${before}`, restore: async () => undefined };
  try {
    await writeFile(limitFile, String(bufferBytes));
    return { note: `net.core.rmem_max raised from ${before} to ${bufferBytes} for this run`, restore };
  } catch {
    // Not root: both receivers get less, the same.
    const note = `net.core.rmem_max grants only ${before}: “sudo sysctl -w net.core.rmem_max=${bufferBytes}” raises it`;
    return { note, restore: async () => undefined };
  }
}

async function granted(): Promise<number> {
  const receiver = startHelper<UdpReceiver>('udp-sink');
  try {
    return (await receiver.call.bind('', bufferBytes)).grantedBytes;
  } finally {
    await receiver.stop();
  }
}

async function rates(sender: string, size: number, note: string): Promise<Row> {
  const rates = await inPairs(pairs, kinds, (kind) => losslessRate(kind, sender, size));
  return row({
    benchmark: `UDP without loss, ${size} bytes`,
    unit: '/s',
    ...rates,
    goal: { of: 'ratio', is: 'at least', value: 0.9 },
    note,
  });
}

async function burst(sender: string, size: number): Promise<Row> {
  return row({
    benchmark: `UDP lost of a burst of ${burstDatagrams} × ${size} bytes`,
    unit: 'datagrams',
    ...(await inPairs(pairs, kinds, (kind) => lostOfBurst(kind, sender, size))),
    goal: { of: 'ratio', is: 'at most', value: 1 },
  });
}

const fixedRate = 50_000;
const fixedBytes = 512;
const fixedSeconds = 10;

/** Seconds of processor time for each second at a fixed rate. */
const cpuOf = (kind: Kind, sender: string): Promise<number> =>
  withReceiver(kind, sender, fixedBytes, async ({ send }, receiver) => {
    const before = await receiver.cpuSeconds();
    await send(fixedRate * fixedSeconds, fixedRate);
    return ((await receiver.cpuSeconds()) - before) / fixedSeconds;
  });

async function cpu(sender: string, note: string): Promise<Row> {
  return row({
    benchmark: `UDP, CPU at ${fixedRate.toLocaleString('en')} × ${fixedBytes} bytes/s`,
    unit: 's/s',
    ...(await inPairs(pairs, kinds, (kind) => cpuOf(kind, sender))),
    goal: { of: 'ratio', is: 'at most', value: 1.15 },
    note: notes(`${fixedSeconds} s each from a warmed-up state`, note),
  });
}

async function run(): Promise<Row[]> {
  const goal: Goal = { of: 'ratio', is: 'at least', value: 0.9 };
  if (process.platform !== 'linux')
    return [unmeasured('UDP without loss', '/s', goal, 'Linux alone tells drops')];
  const sender = await compile('udp-sender');
  if ('reason' in sender) return [unmeasured('UDP without loss', '/s', goal, sender.reason)];
  const { note, restore } = await raiseLimit();
  try {
    const all = notes(
      pinNote,
      `${await granted()} bytes granted of ${bufferBytes} asked (Linux counts double)`,
      note,
    );
    const rows: Row[] = [];
    for (const size of sizes) rows.push(await rates(sender.program, size, all));
    rows.push(await cpu(sender.program, pinNote));
    for (const size of sizes) rows.push(await burst(sender.program, size));
    return rows;
  } finally {
    await restore();
  }
}

export const udpBenchmarks: Benchmark[] = [
  { name: 'udp', about: 'datagrams without loss, against a bare node:dgram socket', run },
];
