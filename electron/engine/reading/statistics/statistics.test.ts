import { describe, expect, it } from 'vitest';
import { parseFraming } from '../../../../shared/framing/spec.ts';
import type { Framing } from '../../../../shared/framing/framer.ts';
import { parseMatch, parseNumbers } from '../../../../shared/statistics/matching.ts';
import { usualPlan, type Statistics, type StatisticsPlan } from '../../../../shared/statistics/statistics.ts';
import type { Capture } from '../../capture/capture.ts';
import { recordOpened, until, withBench } from '../../testing/capture-kit.ts';
import { wantedOf } from '../matches.ts';
import type { StatisticsReading, StatisticsSource } from './statistics-reading.ts';
import { StatisticsReadings } from './statistics-readings.ts';

const start = 1_700_000_000_000;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function open(
  capture: Capture,
  changes: Partial<StatisticsPlan> = {},
  given: Partial<StatisticsSource> = {},
): { reading: StatisticsReading; readings: StatisticsReadings } {
  const plan = { ...usualPlan('listener'), ...changes };
  const { connection, filter: text } = plan;
  const readings = new StatisticsReadings(capture);
  const source = { plan, wanted: wantedOf({ connection, text }, null), framings: null, isDatagram: false };
  return { reading: readings.open({ ...source, ...given }), readings };
}

async function statisticsOf(...given: Parameters<typeof open>): Promise<Statistics> {
  const { reading } = open(...given);
  await until(() => reading.isDone);
  return reading.told();
}

function framing(spec: string): Framing {
  const read = parseFraming(spec);
  if (!read.ok) throw new Error(spec);
  return read.framing;
}
const both = (spec: string): StatisticsSource['framings'] => ({
  sent: framing(spec),
  received: framing(spec),
});

/** Records of one connection, in milliseconds from the start. */
function talk(
  capture: Capture,
  stream: number,
  said: readonly (readonly [at: number, direction: 'sent' | 'received', text: string | Uint8Array])[],
): void {
  for (const [at, direction, text] of said)
    capture.record(direction, stream, typeof text === 'string' ? bytes(text) : text, start + at);
}

const poll = (transaction: number): Uint8Array =>
  Uint8Array.of(transaction >> 8, transaction & 255, 0, 0, 0, 6, 1, 3, 0, 0, 0, 2);
const registers = (transaction: number): Uint8Array =>
  Uint8Array.of(transaction >> 8, transaction & 255, 0, 0, 0, 7, 1, 3, 4, 0, 1, 0, 2);

describe('statistics of a log', () => {
  it('count what came and went, how large it was, over time and by connection', () =>
    withBench(async ({ open: openCapture }) => {
      const capture = await openCapture();
      const [one, other] = [recordOpened(capture, 50_001), recordOpened(capture, 50_002)];
      talk(capture, one, [
        [0, 'received', 'ask'],
        [10, 'sent', 'reply'],
        [1000, 'received', 'ask again'],
        [1030, 'sent', 'reply'],
      ]);
      talk(capture, other, [[1500, 'received', 'x']]);
      const { received, sent, trips, rates, peers, first, last, scanned, total } =
        await statisticsOf(capture);
      expect([received.records, received.bytes, sent.records, sent.bytes]).toEqual([3, 13, 2, 10]);
      expect(received.sizes).toMatchObject({ min: 1, max: 9, count: 3 });
      expect([first, last, scanned, total]).toEqual([start, start + 1500, 7, 7]);
      expect(rates.sums.receivedBytes).toEqual([3, 0, 0, 0, 9, 0, 1]);
      expect(trips).toMatchObject({ count: 2, min: 10, max: 30, unanswered: 0, waiting: 1 });
      expect(
        peers.map(({ peer, connection, received: sum, trips: own }) => [
          peer,
          connection,
          sum.records,
          own.max,
        ]),
      ).toEqual([
        ['127.0.0.1:50001', one, 2, 30],
        ['127.0.0.1:50002', other, 1, 0],
      ]);
    }));

  it('go on with the log, begin anew when it is cleared, and end with the capture', () =>
    withBench(async ({ open: openCapture }) => {
      const capture = await openCapture();
      const stream = recordOpened(capture);
      const { reading } = open(capture);
      talk(capture, stream, [[0, 'received', 'a']]);
      await capture.flush();
      await until(() => reading.isDone);
      expect((await reading.told()).received.records).toBe(1);
      capture.clear();
      talk(capture, stream, [[5, 'received', 'bc']]);
      await capture.flush();
      await until(() => reading.isDone);
      expect((await reading.told()).received).toMatchObject({ records: 1, bytes: 2 });
      await capture.close();
    }));

  it('count only what passes a filter, and one connection alone', () =>
    withBench(async ({ open: openCapture }) => {
      const capture = await openCapture();
      const [one, other] = [recordOpened(capture, 1), recordOpened(capture, 2)];
      talk(capture, one, [
        [0, 'received', 'ping'],
        [1, 'received', 'data'],
      ]);
      talk(capture, other, [[2, 'received', 'data']]);
      expect((await statisticsOf(capture, { filter: '-text:ping' })).received.records).toBe(2);
      expect((await statisticsOf(capture, { filter: 'size:>9' })).received.records).toBe(0);
      expect((await statisticsOf(capture, { connection: other })).received.records).toBe(1);
      expect((await statisticsOf(capture, { filter: 'size:big' })).failure).toMatchObject({
        code: 'INVALID_FILTER',
      });
    }));

  it('match replies by order of frames, though they come together or in pieces', () =>
    withBench(async ({ open: openCapture }) => {
      const capture = await openCapture();
      const stream = recordOpened(capture);
      talk(capture, stream, [
        [0, 'received', 'a\nb\nc'],
        [5, 'received', '\n'],
        [20, 'sent', 'A\n'],
        [30, 'sent', 'B\nC\n'],
      ]);
      const framings = both('line');
      const { trips, received } = await statisticsOf(capture, { match: { by: 'frame' } }, { framings });
      expect(received.records).toBe(3);
      expect(trips).toMatchObject({ count: 3, min: 20, max: 30, waiting: 0 });
    }));

  it('match replies by a decoded field, whatever their order, and count who gets none', () =>
    withBench(async ({ open: openCapture }) => {
      const capture = await openCapture();
      const stream = recordOpened(capture);
      talk(capture, stream, [
        [0, 'received', poll(1)],
        [1, 'received', poll(2)],
        [2, 'received', poll(3)],
        [50, 'sent', registers(2)],
        [70, 'sent', registers(1)],
      ]);
      const match = parseMatch('decoded:transaction')!;
      const framings = both('modbus-tcp');
      const { trips } = await statisticsOf(capture, { match }, { framings });
      expect(trips).toMatchObject({ count: 2, min: 49, max: 70, waiting: 1, unasked: 0 });
      const asJson = await statisticsOf(capture, { match, decoder: 'json' }, { framings });
      expect(asJson.trips).toMatchObject({ count: 0, waiting: 0 });
    }));

  it('match replies by a group of a pattern', () =>
    withBench(async ({ open: openCapture }) => {
      const capture = await openCapture();
      const stream = recordOpened(capture);
      talk(capture, stream, [
        [0, 'received', 'GET id=1'],
        [1, 'received', 'GET id=2'],
        [30, 'sent', 'id=2 ok'],
        [31, 'sent', 'log line'],
        [40, 'sent', 'id=1 ok'],
        [50, 'sent', 'id=9 ok'],
      ]);
      const { trips } = await statisticsOf(capture, { match: parseMatch('pattern:id=(\\d+)')! });
      expect(trips).toMatchObject({ count: 2, min: 29, max: 40, unasked: 1, waiting: 0 });
    }));

  it('end a pattern that does not', () =>
    withBench(async ({ open: openCapture }) => {
      const capture = await openCapture();
      const stream = recordOpened(capture);
      talk(capture, stream, [[0, 'received', `${'a'.repeat(40)}!`]]);
      const { failure } = await statisticsOf(capture, { match: parseMatch('pattern:^(a+)+$')! });
      expect(failure).toMatchObject({ code: 'FILTER_TOO_SLOW' });
    }));

  it('take what was asked on a connection that ended for unanswered', () =>
    withBench(async ({ open: openCapture }) => {
      const capture = await openCapture();
      const stream = recordOpened(capture);
      talk(capture, stream, [[0, 'received', 'ask']]);
      const counters = { receivedBytes: 3, sentBytes: 0, unsentBytes: 0, durationMs: 1 };
      capture.recordDetail(stream, { kind: 'closed', by: 'peer', how: 'close', ...counters });
      expect((await statisticsOf(capture)).trips).toMatchObject({ count: 0, unanswered: 1, waiting: 0 });
    }));

  it('tell lost, doubled and late datagrams by their numbers', () =>
    withBench(async ({ open: openCapture }) => {
      const capture = await openCapture();
      const stream = recordOpened(capture);
      const numbered = [65_533, 65_534, 0, 65_535, 0, 3];
      talk(
        capture,
        stream,
        numbered.map(
          (number, at) => [at * 10, 'received', Uint8Array.of(7, number >> 8, number & 255)] as const,
        ),
      );
      const { numbers, received } = await statisticsOf(
        capture,
        { numbers: parseNumbers('u16be@1') },
        { isDatagram: true },
      );
      expect(numbers).toEqual({ received: 6, lost: 2, duplicates: 1, late: 1, restarts: 0 });
      expect(received.periods.intervals).toMatchObject({ count: 5, min: 10, max: 10 });
    }));

  it('keep the most active of many connections, and lose nothing of the others', () =>
    withBench(async ({ open: openCapture }) => {
      const capture = await openCapture();
      const busy = recordOpened(capture, 1);
      for (let at = 0; at < 600; at++) {
        const stream = recordOpened(capture, 2 + at);
        talk(capture, stream, [[at, 'received', 'x']]);
        talk(capture, busy, [[at, 'received', 'y']]);
      }
      const { peers, others, received } = await statisticsOf(capture);
      expect(peers[0]).toMatchObject({ connection: busy, received: { records: 600 } });
      expect([peers.length, others?.connections]).toEqual([64, 537]);
      const told = peers.reduce((sum, peer) => sum + peer.received.records, 0);
      expect(told + others!.sum.received.records).toBe(received.records);
    }));
});
