import { expect, test } from 'vitest';
import { buildTimeline, type TimelineRecord } from '../timeline.ts';
import { formatTimeline } from './index.ts';

const remote = { host: '127.0.0.1', port: 9000, family: 'IPv4' } as const;
const start = Date.UTC(2026, 10, 20, 14, 2, 11);
const records: TimelineRecord[] = [
  {
    sequence: 0,
    time: start + 4,
    kind: 'resolved',
    detail: {
      kind: 'resolved',
      host: 'evil\u001b[2Jname',
      addresses: ['127.0.0.1'],
      durationMs: 4,
      code: null,
    },
  },
  {
    sequence: 1,
    time: start + 5,
    kind: 'opened',
    detail: { kind: 'opened', socket: 'stream', origin: 'initiated', local: null, remote, carried: false },
  },
  { sequence: 2, time: start + 6.25, kind: 'sent', detail: null },
  {
    sequence: 3,
    time: start + 2000,
    kind: 'note',
    detail: { kind: 'note', note: 'not-reading', queuedBytes: 3 },
  },
];

test('a timeline is text of a line per step, in which nothing is hidden', () => {
  expect(formatTimeline(buildTimeline(records, 2)).split('\n')).toEqual([
    '2026-11-20T14:02:11.000000Z 127.0.0.1:9000',
    '    +0 µs   4.0 ms  evil\\x1B[2Jname is 127.0.0.1 (answered in 4.0 ms)',
    '  +5.0 ms           Connected to 127.0.0.1:9000',
    '  +6.3 ms           First bytes sent to 127.0.0.1:9000',
    '  +2.00 s  goes on  127.0.0.1:9000 is not reading: 3 bytes wait to be sent',
    '2 further records of pauses and notes are not shown',
  ]);
});

const attempt = (
  sequence: number,
  host: string,
  outcome: 'connected' | 'abandoned',
  durationMs: number,
): TimelineRecord => ({
  sequence,
  time: start + 260,
  kind: 'attempted',
  detail: {
    kind: 'attempted',
    remote: { host, port: 9000, family: host.includes(':') ? 'IPv6' : 'IPv4' },
    outcome,
    code: null,
    durationMs,
  },
});
const sentences = (list: TimelineRecord[]) =>
  formatTimeline(buildTimeline(list))
    .split('\n')
    .map((line) => line.slice(20));

test('an attempt that was given up has its cause: another address, or the person', () => {
  expect(sentences([attempt(0, '::1', 'abandoned', 252), attempt(1, '127.0.0.1', 'connected', 1)])).toContain(
    'Gave up on [::1]:9000 after 252 ms: another address answered first',
  );
  expect(sentences([attempt(0, '::1', 'abandoned', 252)])).toContain(
    'Gave up on [::1]:9000 after 252 ms: connecting was cancelled',
  );
});

test('each message of a handshake says which way it went', () => {
  const message = (by: 'us' | 'peer', name: 'ClientHello' | 'encrypted' | 'Alert') => ({
    time: start,
    by,
    name,
  });
  const failed: TimelineRecord = {
    sequence: 2,
    time: start + 9,
    kind: 'failed',
    detail: {
      ...{ kind: 'failed', during: 'securing', code: 'TLS_CLOSED', message: '', host: '', port: 0 },
      ...{ receivedBytes: 0, sentBytes: 0, unsentBytes: 0, durationMs: 9 },
      messages: [message('us', 'ClientHello'), message('peer', 'encrypted'), message('peer', 'Alert')],
    },
  };
  expect(sentences([failed]).slice(1, 4)).toEqual([
    'Sent ClientHello',
    'Received encrypted handshake messages',
    '✕ Received an alert',
  ]);
});

test('a pause whose end alone was recorded is told as a pause, with its cause', () => {
  const resumed: TimelineRecord = {
    sequence: 4,
    time: start + 5000,
    kind: 'note',
    detail: { kind: 'note', note: 'resumed', why: 'replies', durationMs: 250 },
  };
  expect(sentences([records[1]!, resumed])).toContain(
    'Reading from 127.0.0.1:9000 waits until it takes its replies',
  );
});
