import { describe, expect, it } from 'vitest';
import { sparkLine, SparkRing, sparkStretches } from './spark-ring.ts';

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

describe('the last minute', () => {
  it('has what went since the first counters, by seconds, and forgets what is older', () => {
    const ring = new SparkRing();
    ring.count({ time: 10_000, received: 500, sent: 0 });
    ring.count({ time: 10_900, received: 600, sent: 0 });
    ring.count({ time: 11_100, received: 600, sent: 7 });
    const { received, sent } = ring.at(11_500);
    expect([received.at(-2), received.at(-1), sent.at(-1), sum(received), sum(sent)]).toEqual([
      100, 0, 7, 100, 7,
    ]);
    expect(ring.at(12_500).received.at(-3)).toBe(100);
    expect(sum(ring.at(200_000).received)).toBe(0);
  });

  it('spreads what went while nobody told', () => {
    const ring = new SparkRing();
    ring.count({ time: 0, received: 0, sent: 0 });
    ring.count({ time: 10_000, received: 100, sent: 0 });
    expect(ring.at(10_000).received.slice(-11)).toEqual([0, ...Array<number>(10).fill(10)]);
    ring.count({ time: 1_000_000, received: 990_100, sent: 0 });
    expect(sum(ring.at(1_000_000).received)).toBe(60_000);
  });

  it('begins anew where counters do', () => {
    const ring = new SparkRing();
    ring.count({ time: 0, received: 500, sent: 0 });
    ring.count({ time: 1000, received: 10, sent: 0 });
    expect(sum(ring.at(1000).received)).toBe(0);
  });

  it('is drawn within its field', () => {
    expect(sparkLine([0, 5, 10], 10, 100, 20)).toBe('0.0,19.0 50.0,10.0 100.0,1.0');
    expect(sparkLine(Array<number>(sparkStretches).fill(0), 0, 60, 10)).not.toContain('NaN');
  });
});
