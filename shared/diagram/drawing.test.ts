import { describe, expect, it } from 'vitest';
import type { RecordDetail } from '../records.ts';
import { arrowPaths, drawnRow, fitted, markPaths, placesOf } from './drawing.ts';

const counters = { receivedBytes: 0, sentBytes: 0, unsentBytes: 0, durationMs: 1 };
const address = { host: '127.0.0.1', port: 1, family: 'IPv4' } as const;
const places = placesOf(2, 1000);
const [own, far] = [places.own, places.lanes[1]!];
const drawn = (detail: RecordDetail, lane: number | null = 1) =>
  drawnRow({ kind: detail.kind, detail }, lane, places);

describe('where lanes are', () => {
  it('has this side first, and each peer as far from the next, within the width', () => {
    expect(places.lanes.map((x) => x - own)).toEqual([places.gap, 2 * places.gap]);
    expect(places.width).toBe(1000);
    expect(far).toBeLessThan(1000);
  });

  it('is wider than what there is rather than too narrow for a text', () => {
    const many = placesOf(10, 1000);
    expect([many.gap, many.width]).toEqual([190, expect.any(Number)]);
    expect(many.width).toBeGreaterThan(many.lanes.at(-1)!);
    expect(placesOf(1, 4000).gap).toBe(420);
  });
});

describe('a row', () => {
  it('has an arrow from who sent it to the other one, and no mark', () => {
    const sent = drawnRow({ kind: 'sent', detail: null }, 1, places);
    expect(sent).toMatchObject({ look: 'sent', arrow: { from: own, to: far, isDashed: false }, mark: null });
    const received = drawnRow({ kind: 'received', detail: null }, 0, places);
    expect(received).toMatchObject({ look: 'received', arrow: { from: places.lanes[0], to: own } });
  });

  it('has room for its text between both, and none beyond them', () => {
    for (const lane of [0, 1]) {
      const { label } = drawnRow({ kind: 'sent', detail: null }, lane, places);
      expect(label.anchor).toBe('middle');
      expect(label.room * 7.2).toBeLessThan(places.lanes[lane]! - own);
    }
  });

  it('marks how a connection begins and ends, and who did it', () => {
    const opened = {
      kind: 'opened',
      socket: 'stream',
      origin: 'accepted',
      local: null,
      remote: null,
      carried: false,
    } as const;
    expect(drawn(opened)).toMatchObject({
      look: 'event',
      arrow: { to: own, isDashed: true },
      mark: { x: far, sign: 'opened' },
    });
    expect(drawn({ ...opened, origin: 'initiated' }).arrow?.from).toBe(own);
    expect(drawn({ ...opened, socket: 'datagram' }).arrow).toBeNull();
    const half = drawn({ kind: 'half-closed', by: 'us', closeNotify: null });
    expect([half.arrow?.from, half.mark?.sign]).toEqual([own, 'half']);
    const closed = { kind: 'closed', by: 'peer', how: 'close', ...counters } as const;
    expect(drawn(closed)).toMatchObject({ arrow: { to: own }, mark: { sign: 'closed' } });
    expect(drawn({ ...closed, how: 'reset', by: 'us' })).toMatchObject({
      look: 'failure',
      arrow: { from: own },
      mark: { sign: 'failed' },
    });
    expect(drawn({ ...closed, how: 'finish' }).arrow).toBeNull();
  });

  it('marks what was refused at the peer, and what is about this side at this side', () => {
    const attempt = {
      kind: 'attempted',
      remote: address,
      outcome: 'failed',
      code: 'ECONNREFUSED',
      durationMs: 1,
    } as const;
    expect(drawn(attempt)).toMatchObject({
      look: 'failure',
      arrow: { from: own },
      mark: { x: far, sign: 'failed' },
    });
    const listening = drawn({ kind: 'listening', local: address, backlog: 1 }, null);
    expect(listening).toMatchObject({
      arrow: null,
      mark: { x: own, sign: 'note' },
      label: { anchor: 'start' },
    });
  });
});

it('draws heads of arrows where they end', () => {
  expect(arrowPaths({ from: 10, to: 100 }, 5)).toEqual({ shaft: 'M10 5H100', head: 'M93 1L100 5L93 9' });
  expect(arrowPaths({ from: 100, to: 10 }, 5).head).toBe('M17 1L10 5L17 9');
});

it('tells marks apart by their shape, not by colour', () => {
  const signs = ['opened', 'half', 'closed', 'failed', 'note'] as const;
  const shapes = signs.map((sign) => JSON.stringify(markPaths({ x: 10, sign })));
  expect(new Set(shapes).size).toBe(signs.length);
});

it('cuts texts where their room ends, and no character in two', () => {
  expect(fitted('hello', 5)).toBe('hello');
  expect(fitted('hello world', 6)).toBe('hello…');
  expect(fitted('日本語', 6)).toBe('日本語');
  expect(fitted('日本語です', 6)).toBe('日本…');
  expect(fitted('👍👍👍', 5)).toBe('👍…');
});
