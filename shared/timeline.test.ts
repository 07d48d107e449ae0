import { describe, expect, it } from 'vitest';
import type { RecordDetail } from './records.ts';
import { buildTimeline, type Timeline, type TimelineRecord } from './timeline.ts';

const remote = { host: '127.0.0.1', port: 9000, family: 'IPv4' } as const;
const other = { host: '::1', port: 9000, family: 'IPv6' } as const;
const counters = { receivedBytes: 3, sentBytes: 5, unsentBytes: 0, durationMs: 60 };

const opened: RecordDetail = {
  kind: 'opened',
  socket: 'stream',
  origin: 'initiated',
  local: null,
  remote,
  carried: false,
};
const closed: RecordDetail = { kind: 'closed', by: 'us', how: 'close', ...counters };
const resolved: RecordDetail = {
  kind: 'resolved',
  host: 'localhost',
  addresses: ['::1', '127.0.0.1'],
  durationMs: 4,
  code: null,
};
const attempted = (
  address: typeof remote | typeof other,
  outcome: 'connected' | 'failed' | 'abandoned',
  durationMs: number,
): RecordDetail => ({
  kind: 'attempted',
  remote: address,
  outcome,
  code: outcome === 'failed' ? 'ECONNREFUSED' : null,
  durationMs,
});

/** Records as `[time, detail or payload kind]`, numbered from 0. */
function records(...entries: [number, RecordDetail | 'sent' | 'received'][]): TimelineRecord[] {
  return entries.map(([time, what], sequence) =>
    typeof what === 'string'
      ? { sequence, time, kind: what, detail: null }
      : { sequence, time, kind: what.kind, detail: what },
  );
}

/** `10 +4 resolve`: begin, how long, what; `!` a failure, `…` one that goes on. */
const trace = ({ steps }: Timeline): string[] =>
  steps.map(
    ({ time, durationMs, kind, isFailure, isGoingOn }) =>
      `${time} ${durationMs === null ? '' : `+${durationMs} `}${kind}${isFailure ? ' !' : ''}${isGoingOn ? ' …' : ''}`,
  );

describe('a timeline', () => {
  it('has the messages of a handshake within it, and of a failed one what there was', () => {
    const message = (time: number, name: 'ClientHello' | 'ServerHello' | 'Alert') =>
      ({ time, by: name === 'ClientHello' ? 'us' : 'peer', name }) as const;
    const facts = {
      version: 'TLSv1.3',
      cipher: 'x',
      alpn: null,
      servername: null,
      verifyCode: null,
    } as const;
    const secured: RecordDetail = {
      ...{ kind: 'secured', chain: [], durationMs: 9, ...facts, isReused: false, isVerified: true },
      messages: [message(12, 'ClientHello'), message(19, 'ServerHello')],
    };
    expect(trace(buildTimeline(records([10, opened], [20, secured])))).toEqual([
      '10 open',
      '11 +9 handshake',
      '12 message',
      '19 message',
    ]);
    const failed: RecordDetail = {
      ...{ kind: 'failed', during: 'securing', code: 'X', message: '', host: '', port: 0, ...counters },
      messages: [message(12, 'ClientHello'), message(19, 'Alert')],
    };
    expect(trace(buildTimeline(records([10, opened], [20, failed])))).toEqual([
      '10 open',
      '12 message',
      '19 message !',
      '20 end !',
    ]);
  });

  it('puts what is recorded at its end where it began', () => {
    const timeline = buildTimeline(
      records(
        [14, resolved],
        [15, attempted(other, 'failed', 1)],
        [17, attempted(remote, 'connected', 2)],
        [17, opened],
        [20, 'sent'],
        [30, 'received'],
        [70, closed],
      ),
    );
    expect(trace(timeline)).toEqual([
      '10 +4 resolve',
      '14 +1 attempt !',
      '15 +2 attempt',
      '17 open',
      '20 first-sent',
      '30 first-received',
      '70 end',
    ]);
    expect(timeline).toMatchObject({ start: 10, end: 70, peer: '127.0.0.1:9000', omitted: 0 });
  });

  it('shows attempts that ran side by side in the order in which they began', () => {
    const timeline = buildTimeline(
      records(
        [270, attempted(remote, 'connected', 10)],
        [270, attempted(other, 'abandoned', 260)],
        [271, opened],
      ),
    );
    expect(trace(timeline)).toEqual(['10 +260 attempt', '260 +10 attempt', '271 open']);
    expect(timeline.end).toBeNull();
  });

  it('makes one step of a pause and its end, for each direction and cause of its own', () => {
    const timeline = buildTimeline(
      records(
        [0, opened],
        [10, { kind: 'note', note: 'paused', why: 'user' }],
        [20, { kind: 'note', note: 'paused', why: 'replies' }],
        [30, { kind: 'note', note: 'not-reading', queuedBytes: 9 }],
        [40, { kind: 'note', note: 'resumed', why: 'replies', durationMs: 20 }],
        [50, { kind: 'note', note: 'reading-again', durationMs: 25 }],
        [60, { kind: 'note', note: 'resumed', why: 'user', durationMs: 50 }],
      ),
    );
    expect(trace(timeline)).toEqual([
      '0 open',
      '10 +50 pause-reading',
      '20 +20 pause-reading',
      '25 +25 pause-sending',
    ]);
  });

  it('says of a pause that it goes on, and ends it with the connection', () => {
    const begun: [number, RecordDetail][] = [
      [0, opened],
      [10, { kind: 'note', note: 'not-reading', queuedBytes: 9 }],
    ];
    expect(trace(buildTimeline(records(...begun)))).toEqual(['0 open', '10 pause-sending …']);
    expect(trace(buildTimeline(records(...begun, [70, closed])))).toEqual([
      '0 open',
      '10 +60 pause-sending',
      '70 end',
    ]);
  });

  it('shows a pause whose beginning is not there', () => {
    const note: RecordDetail = { kind: 'note', note: 'resumed', why: 'capture', durationMs: 5 };
    expect(trace(buildTimeline(records([25, note])))).toEqual(['20 +5 pause-reading']);
  });

  it('tells proxy, handshake, half-closes and other notes apart', () => {
    const timeline = buildTimeline(
      records(
        [5, { kind: 'note', note: 'proxied', proxy: 'p:1', target: 't:2', durationMs: 5 }],
        [5, opened],
        [
          15,
          {
            kind: 'secured',
            version: 'TLSv1.3',
            cipher: 'TLS_AES_256_GCM_SHA384',
            alpn: null,
            servername: null,
            isReused: false,
            isVerified: true,
            verifyCode: null,
            chain: [],
            durationMs: 10,
          },
        ],
        [16, { kind: 'half-closed', by: 'peer', closeNotify: true }],
        [17, { kind: 'note', note: 'reply-failed', rule: 1, code: 'E', message: '' }],
      ),
    );
    expect(trace(timeline)).toEqual([
      '0 +5 proxy',
      '5 open',
      '5 +10 handshake',
      '16 half-close',
      '17 note !',
    ]);
  });

  it('names whom an attempt was for that never became a connection', () => {
    const failed: RecordDetail = {
      ...{ kind: 'failed', during: 'connecting', code: 'ECONNREFUSED', message: '' },
      ...{ host: 'localhost', port: 9000, ...counters },
    };
    const timeline = buildTimeline(records([4, resolved], [5, attempted(other, 'failed', 1)], [5, failed]));
    expect(trace(timeline)).toEqual(['0 +4 resolve', '4 +1 attempt !', '5 end !']);
    expect(timeline).toMatchObject({ peer: 'localhost:9000', end: 5 });
  });

  it('shows an event whose words are lost', () => {
    expect(trace(buildTimeline([{ sequence: 7, time: 1, kind: 'closed', detail: null }]))).toEqual(['1 end']);
  });
});
