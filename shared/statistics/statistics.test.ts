import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram } from './histogram.ts';
import { fieldIn, numberIn, parseMatch, parseNumbers, writeMatch, writeNumbers } from './matching.ts';
import { Numbering } from './numbering.ts';
import { Periods } from './periods.ts';
import { RateRing } from './rates.ts';
import { RoundTrips } from './round-trips.ts';
import { decode, usualBudget } from '../decoding/decoders.ts';

const times = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 300 });

/** By sorting: the nearest rank. */
const exact = (values: readonly number[], part: number): number =>
  values.toSorted((one, other) => one - other)[Math.max(0, Math.ceil(part * values.length) - 1)]!;
/** Half a bucket, and what is no more told from 0. */
const isNear = (value: number, wanted: number): boolean =>
  Math.abs(value - wanted) <= wanted / 200 + 2 ** -10;

const histogramOf = (values: readonly number[]): Histogram => {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value);
  return histogram;
};

describe('a histogram', () => {
  it('tells every quantile as sorting does, half a percent off at most, and least and most exactly', () => {
    fc.assert(
      fc.property(times, fc.double({ min: 0, max: 1, noNaN: true }), (values, part) => {
        const histogram = histogramOf(values);
        const { count, min, max, mean } = histogram.distribution();
        expect(isNear(histogram.quantile(part), exact(values, part))).toBe(true);
        expect([count, min, max]).toEqual([values.length, Math.min(...values), Math.max(...values)]);
        expect(mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 0);
      }),
    );
  });

  it('is the same when it is made of parts', () => {
    fc.assert(
      fc.property(times, times, (some, others) => {
        const merged = histogramOf(some);
        merged.merge(histogramOf(others));
        expect(merged.distribution().p95).toBe(histogramOf([...some, ...others]).distribution().p95);
        expect(merged.count).toBe(some.length + others.length);
      }),
    );
  });

  it('has a bar for every value, side by side', () => {
    fc.assert(
      fc.property(times, (values) => {
        const { bars, min, max } = histogramOf(values).distribution(12);
        expect(bars.length).toBeLessThanOrEqual(12);
        expect(bars.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
        for (const [at, { from }] of bars.entries())
          if (at > 0) expect(from).toBeCloseTo(bars[at - 1]!.to, 6);
        expect(bars[0]!.from).toBe(min);
        expect(bars.at(-1)!.to).toBeGreaterThanOrEqual(max);
      }),
    );
  });

  it('says nothing of nothing', () => {
    expect(new Histogram().distribution()).toMatchObject({ count: 0, p99: 0, bars: [] });
  });
});

describe('rates', () => {
  it('lose nothing however long it takes, in a fixed number of stretches', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10_000_000), { minLength: 1 }), (steps) => {
        const ring = new RateRing(['bytes', 'records'], 16, 250);
        let time = 1_000_000;
        const added: number[] = [];
        for (const step of steps) {
          added.push((time += step));
          ring.add(time, [0, 1], step, 1);
        }
        const { start, widthMs, sums } = ring.rates;
        expect(sums.records.length).toBeLessThanOrEqual(16);
        const stretchOf = (at: number): number => Math.floor((at - start) / widthMs);
        for (const [at, count] of sums.records.entries())
          expect(count).toBe(added.filter((each) => stretchOf(each) === at).length);
        expect(sums.bytes.reduce((sum, each) => sum + each, 0)).toBe(
          steps.reduce((sum, each) => sum + each, 0),
        );
      }),
    );
  });

  it('count what is older than the first with it', () => {
    const ring = new RateRing(['bytes', 'records'], 4);
    ring.add(5000, [0, 1], 9, 1);
    ring.add(10, [0, 1], 9, 1);
    expect(ring.rates.sums.records).toEqual([2]);
  });
});

describe('periods', () => {
  it('tell median, deviations and gaps as sorting does', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1, max: 5000, noNaN: true }), { minLength: 1 }), (intervals) => {
        const periods = new Periods();
        for (const [sequence, ms] of intervals.entries()) periods.add(ms, sequence, sequence);
        const { intervals: told, deviations, gaps, longest } = periods.facts;
        const median = exact(intervals, 0.5);
        const off = (ms: number): number => ms / 100;
        expect(isNear(told.p50, median)).toBe(true);
        const furthest = Math.max(...intervals.map((ms) => Math.abs(ms - told.p50)));
        expect(Math.abs(deviations.max - furthest)).toBeLessThan(off(Math.max(...intervals)) + 0.01);
        const beyond = (limit: number): number => intervals.filter((ms) => ms > limit).length;
        expect(gaps).toBeGreaterThanOrEqual(beyond(3 * median * 1.02));
        expect(gaps).toBeLessThanOrEqual(beyond(3 * median * 0.98));
        expect(longest.map(({ ms }) => ms)).toEqual(
          intervals
            .filter((ms) => ms > 3 * told.p50)
            .toSorted((one, other) => other - one)
            .slice(0, 8),
        );
      }),
    );
  });

  it('find where messages of a regular sender are missing', () => {
    const periods = new Periods();
    for (const [at, ms] of [100, 100, 101, 99, 100, 500, 100].entries()) periods.add(ms, at, at);
    const { gaps, longest } = periods.facts;
    expect([gaps, longest]).toEqual([1, [{ ms: 500, time: 5, sequence: 5 }]]);
  });
});

/** A sender that numbers from `first` on; some are lost, doubled, or come up to five places late. */
const traffic = fc.record({
  first: fc.nat(65_535),
  fates: fc.array(fc.constantFrom('fine', 'lost', 'twice', 'late'), { minLength: 1, maxLength: 400 }),
});

describe('numbers of datagrams', () => {
  it('tell what was lost, doubled and late, as sorting does, over the wrap too', () => {
    fc.assert(
      fc.property(traffic, ({ first, fates }) => {
        const arrived = fates
          .flatMap((fate, at) => {
            if (fate === 'lost') return [];
            const place = fate === 'late' ? at + 5.5 : at;
            return fate === 'twice'
              ? [
                  { at, place },
                  { at, place: place + 0.1 },
                ]
              : [{ at, place }];
          })
          .sort((one, other) => one.place - other.place)
          .map(({ at }) => at);
        const numbering = new Numbering(16);
        for (const at of arrived) numbering.add((first + at) % 65_536);
        const unique = [...new Set(arrived)].sort((one, other) => one - other);
        const lost = unique.length === 0 ? 0 : unique.at(-1)! - unique[0]! + 1 - unique.length;
        const late = arrived.filter(
          (at, i) => arrived.indexOf(at) === i && arrived.slice(0, i).some((before) => before > at),
        ).length;
        expect(numbering.facts).toEqual({
          ...{ received: arrived.length, duplicates: arrived.length - unique.length },
          ...{ lost, late, restarts: 0 },
        });
      }),
    );
  });

  it('begin anew with a sender that does, and count nothing between as lost', () => {
    const numbering = new Numbering(32);
    for (const number of [100_000, 100_001, 100_003, 1, 2, 4]) numbering.add(number);
    expect(numbering.facts).toEqual({ received: 6, lost: 2, duplicates: 0, late: 0, restarts: 1 });
  });
});

describe('round trips', () => {
  const run = (
    pairing: 'next' | 'order' | 'key',
    steps: readonly (readonly ['ask' | 'answer' | 'end', time: number, key?: string])[],
  ): { took: (number | null)[]; counts: unknown } => {
    const trips = new RoundTrips(pairing);
    const took: (number | null)[] = [];
    for (const [what, time, key = ''] of steps) {
      if (what === 'ask') trips.ask(1, time, key);
      else if (what === 'end') trips.end(1);
      else took.push(trips.answer(1, time, key));
    }
    return { took, counts: trips.counts(steps.at(-1)![1]) };
  };

  it('take what comes next for the reply, and all before it for one request', () => {
    const { took, counts } = run('next', [
      ['answer', 0],
      ['ask', 10],
      ['ask', 11],
      ['answer', 15],
      ['answer', 16],
      ['ask', 20],
      ['end', 21],
    ]);
    expect(took).toEqual([null, 5, null]);
    expect(counts).toEqual({ unanswered: 1, waiting: 0, unasked: 0 });
  });

  it('take the first reply for that to the first request', () => {
    const { took, counts } = run('order', [
      ['ask', 10],
      ['ask', 11],
      ['answer', 15],
      ['answer', 18],
      ['answer', 19],
    ]);
    expect(took).toEqual([5, 7, null]);
    expect(counts).toEqual({ unanswered: 0, waiting: 0, unasked: 1 });
  });

  it('find the request by its key, in any order, as a list of all would', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.constantFrom('a', 'b', 'c'))), (messages) => {
        const trips = new RoundTrips('key');
        const waiting: { key: string; at: number }[] = [];
        let unanswered = 0;
        for (const [at, [isRequest, key]] of messages.entries()) {
          const before = waiting.findIndex((each) => each.key === key);
          const [found] = before < 0 ? [] : waiting.splice(before, 1);
          if (isRequest) {
            if (found) unanswered++;
            waiting.push({ key, at });
            trips.ask(1, at, key);
          } else expect(trips.answer(1, at, key)).toBe(found ? at - found.at : null);
        }
        expect(trips.counts(messages.length)).toMatchObject({ unanswered, waiting: waiting.length });
      }),
    );
  });

  it('wait for no reply for ever, and for no more than a thousand of one stream', () => {
    expect(
      run('key', [
        ['ask', 0, 'a'],
        ['answer', 60_001, 'a'],
      ]),
    ).toEqual({
      took: [null],
      counts: { unanswered: 1, waiting: 0, unasked: 0 },
    });
    const many = Array.from({ length: 3000 }, (_, at) => ['ask', 1, String(at)] as const);
    expect(run('key', many).counts).toEqual({ unanswered: 1976, waiting: 1024, unasked: 0 });
  });
});

describe('rules', () => {
  it('read what they write, and refuse anything else', () => {
    for (const rule of ['none', 'next', 'frame', 'decoded:MBAP.transaction', 'pattern:id=(\\d+)'])
      expect(writeMatch(parseMatch(rule)!)).toBe(rule);
    for (const rule of ['u8@0', 'u16be@4', 'u32le@12', 'pattern:n(\\d+)'])
      expect(writeNumbers(parseNumbers(rule)!)).toBe(rule);
    for (const wrong of ['', 'by', 'decoded:', 'pattern:(']) expect(parseMatch(wrong)).toBeNull();
    for (const wrong of ['', 'u16@0', 'u8be@0', 'u64be@0', 'u16be@999999', 'pattern:('])
      expect(parseNumbers(wrong)).toBeNull();
  });

  it('find a number at its place, in either order of bytes, or in text', () => {
    const bytes = Uint8Array.of(9, 1, 2, 3, 4);
    const at = (written: string): number | null => numberIn(parseNumbers(written)!, bytes, () => '0042');
    expect([at('u32be@1'), at('u16le@1'), at('u8@4'), at('u32be@2'), at('pattern:x')]).toEqual([
      ...[0x01020304, 0x0201, 4, null],
      42,
    ]);
  });

  it('find the field that lies in the fewest others, by the end of its path', () => {
    const bytes = new TextEncoder().encode('{"params":{"id":5,"user":{"name":"ada"}},"id":7}');
    const { root } = decode(
      'json',
      bytes,
      usualBudget(() => false),
    );
    expect([fieldIn(root, 'id'), fieldIn(root, 'params.id'), fieldIn(root, 'user.name')]).toEqual([
      '7',
      '5',
      'ada',
    ]);
    expect(fieldIn(root, 'none')).toBeNull();
  });
});
