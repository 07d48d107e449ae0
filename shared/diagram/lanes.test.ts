import { expect, it } from 'vitest';
import type { RecordDetail } from '../records.ts';
import { isOpenAt, Lanes, mostLanes, type LaneRecord } from './lanes.ts';

const counters = { receivedBytes: 0, sentBytes: 0, unsentBytes: 0, durationMs: 1 };
const local = { host: '127.0.0.1', port: 1, family: 'IPv4' } as const;
const opened = {
  kind: 'opened',
  socket: 'stream',
  origin: 'accepted',
  local,
  remote: local,
  carried: false,
} as const;
const closed = { kind: 'closed', by: 'peer', how: 'close', ...counters } as const;

const record = (
  sequence: number,
  connection: number | null,
  peer: string,
  detail: RecordDetail | null = null,
): LaneRecord => ({
  ...{ sequence, connection, peer, detail },
  kind: detail?.kind ?? 'received',
});

it('gives each peer a lane, in the order in which they come', () => {
  const lanes = new Lanes();
  expect(lanes.take(record(0, null, ''))).toBeNull();
  expect(lanes.take(record(1, 1, 'a', opened))).toBe(0);
  expect(lanes.take(record(2, 2, 'b', opened))).toBe(1);
  expect(lanes.take(record(3, 1, 'a'))).toBe(0);
  expect([1, 2, 3].map((connection) => lanes.of(connection))).toEqual([0, 1, null]);
  expect(lanes.list.map(({ peer }) => peer)).toEqual(['a', 'b']);
});

it('has the connections of one peer in one lane as long as they are open one after the other', () => {
  const lanes = new Lanes();
  lanes.take(record(1, 1, 'a', opened));
  // Two at once.
  expect(lanes.take(record(2, 2, 'a', opened))).toBe(1);
  lanes.take(record(5, 1, 'a', closed));
  expect(lanes.take(record(7, 7, 'a', opened))).toBe(0);
  // What comes late is where its connection was.
  expect(lanes.take(record(8, 1, 'a'))).toBe(0);
  expect(lanes.list[0]!.spans).toEqual([
    { from: 1, to: 5 },
    { from: 7, to: Infinity },
  ]);
  const open = [0, 1, 3, 5, 6, 7, 9].map((sequence) =>
    Object.values(isOpenAt(lanes.list[0]!, sequence)).map(Number).join(''),
  );
  expect(open).toEqual(['00', '01', '11', '10', '00', '01', '11']);
});

it('shows an attempt that failed in the lane of the peer that it was about', () => {
  const lanes = new Lanes();
  const attempted = {
    kind: 'attempted',
    remote: { ...local, port: 9 },
    outcome: 'failed',
    code: 'ECONNREFUSED',
    durationMs: 1,
  } as const;
  expect(lanes.take(record(1, null, '', attempted))).toBe(0);
  expect(lanes.take(record(2, 2, '127.0.0.1:9', opened))).toBe(0);
  expect(lanes.take(record(3, null, '', { ...attempted, outcome: 'connected' }))).toBeNull();
  // So is one that was not taken, and a connection that was.
  const elsewhere = { ...attempted, remote: { ...local, port: 8 } };
  const where = [
    record(4, null, '', attempted),
    record(5, 2, '127.0.0.1:9'),
    record(6, null, '', elsewhere),
    record(7, null, ''),
  ].map((each) => lanes.whereKnown(each));
  expect(where).toEqual([0, 0, null, null]);
});

it('says when there is no lane left', () => {
  const lanes = new Lanes();
  for (let at = 0; at < mostLanes; at++) expect(lanes.take(record(at, at, `peer ${at}`))).toBe(at);
  expect(lanes.take(record(100, 100, 'another'))).toBe('full');
  expect(lanes.take(record(101, 0, 'peer 0'))).toBe(0);
});
