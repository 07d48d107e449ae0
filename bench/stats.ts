/** Statistics of a long log, beside the plainest loop over the same index; and matched by what messages say. */
import { Capture } from '../electron/engine/capture/capture.ts';
import { newStream } from '../electron/engine/capture/recorder.ts';
import { scan } from '../electron/engine/capture/scan.ts';
import { wantedOf } from '../electron/engine/reading/matches.ts';
import { StatisticsReadings } from '../electron/engine/reading/statistics/statistics-readings.ts';
import type { MatchRule } from '../shared/statistics/matching.ts';
import { usualPlan } from '../shared/statistics/statistics.ts';
import type { Benchmark } from './harness/benchmark.ts';
import { row, type Row } from './harness/measure.ts';
import { inPairs } from './harness/pairs.ts';
import { withFolder } from './harness/scratch.ts';

const records = 10_000_000;
const decodedRecords = 200_000;
const connections = 40;
const runs = 5;
const burst = 65_536;
const poll = Buffer.from('000100000006010300000002', 'hex');
const start = Date.UTC(2026, 0, 1);

/** Polls and replies of many devices in turn, a tenth of a millisecond apart. */
async function fill(folder: string, count: number): Promise<Capture> {
  const capture = await Capture.open(folder);
  const address = { host: '127.0.0.1', port: 50_000, family: 'IPv4' } as const;
  const opened = {
    kind: 'opened',
    socket: 'stream',
    origin: 'accepted',
    local: address,
    remote: address,
  } as const;
  const streams = Array.from({ length: connections }, () =>
    capture.recordDetail(newStream, { ...opened, carried: false }, start),
  );
  const place = capture.store(poll);
  for (let at = 0; at < count; at++) {
    const kind = at % 2 === 0 ? 'received' : 'sent';
    capture.append(kind, streams[(at >> 1) % connections]!, place, poll.length, start + at / 10);
    if (at % burst === 0) await capture.flush();
  }
  await capture.flush();
  return capture;
}

/** Millions of records a second. */
async function rateOf(capture: Capture, read: () => Promise<number>): Promise<number> {
  const begin = performance.now();
  const found = await read();
  const seconds = (performance.now() - begin) / 1000;
  if (found !== capture.length - connections) throw new Error(`${found} messages`);
  return found / seconds / 1e6;
}

async function added(capture: Capture, match: MatchRule): Promise<number> {
  const readings = new StatisticsReadings(capture);
  const plan = { ...usualPlan('listener'), match, decoder: 'modbus-tcp' as const };
  const wanted = wantedOf({ connection: null, text: '' }, null);
  const reading = readings.open({ plan, wanted, framings: null, isDatagram: false });
  while (!reading.isDone) await new Promise((next) => setImmediate(next));
  const { received, sent, trips, failure } = await reading.told();
  readings.close(reading);
  if (failure !== null || trips!.count !== sent.records)
    throw new Error(failure?.code ?? `${trips!.count} round trips`);
  return received.records + sent.records;
}

async function counted(capture: Capture): Promise<number> {
  let [count, bytes] = [0, 0];
  await scan(capture, { from: connections }, (entries) => {
    for (let i = 0; i < entries.count; i++) {
      count++;
      bytes += entries.length(i);
    }
  });
  if (bytes !== count * poll.length) throw new Error(`${bytes} bytes`);
  return count;
}

const measured = (count: number, match: MatchRule, note: string): Promise<Row> =>
  withFolder('stats', async (folder) => {
    const capture = await fill(folder, count);
    try {
      const ways = [() => added(capture, match), () => counted(capture)] as const;
      const { ours, reference } = await inPairs(runs, ways, (read) => rateOf(capture, read));
      const by = match.by === 'decoded' ? 'a decoded field' : 'the next record';
      const benchmark = `statistics of ${(count / 1e6).toLocaleString('en')} million records, round trips by ${by}`;
      return row({ benchmark, unit: 'million/s', ours, reference, note });
    } finally {
      await capture.close();
    }
  });

export const statisticsBenchmarks: Benchmark[] = [
  {
    name: 'statistics',
    about: 'add up a log of ten million records, and match what was decoded',
    run: async () => [
      await measured(
        records,
        { by: 'next' },
        'reference: a loop over the index that counts and adds lengths',
      ),
      await measured(
        decodedRecords,
        { by: 'decoded', path: 'transaction' },
        'each message read and decoded as Modbus TCP',
      ),
    ],
  },
];
