import { expect, test } from 'vitest';
import { readDetail } from './record-detail.ts';

const read = (kind: Parameters<typeof readDetail>[0], value: unknown) =>
  readDetail(kind, new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value)));
const local = { host: '127.0.0.1', port: 1, family: 'IPv4' };

test('a detail is read as it was written, with fewer fields too', () => {
  const opened = {
    kind: 'opened',
    socket: 'stream',
    origin: 'accepted',
    local,
    remote: null,
    carried: false,
  };
  expect(read('opened', opened)).toEqual(opened);
  expect(read('closed', { kind: 'closed', by: 'us', how: 'close' })).toMatchObject({ by: 'us' });
});

test('a pause says which of three holds reading, and a failure its reason with values', () => {
  for (const note of ['paused', 'resumed'])
    for (const why of ['capture', 'replies', 'user'])
      expect(read('note', { kind: 'note', note, why })).toEqual({ kind: 'note', note, why });
  const why = { name: 'at-most', most: 7 };
  expect(read('failed', { kind: 'failed', code: 'E', why })).toMatchObject({ why });
});

test.each([
  ['opened', '{"kind":"op'],
  ['opened', 'null'],
  ['opened', '[]'],
  ['opened', '7'],
  ['opened', { kind: 'closed', by: 'us' }],
  ['opened', { kind: 'opened', remote: '127.0.0.1:1' }],
  ['opened', { kind: 'opened', remote: { host: 1, port: 1, family: 'IPv4' } }],
  ['closed', { kind: 'closed', by: 'nobody' }],
  ['closed', { kind: 'closed', by: 'us', receivedBytes: '12' }],
  ['failed', { kind: 'failed', code: { toString: 'ECONNREFUSED' }, message: '' }],
  ['failed', { kind: 'failed', code: 'E', message: ['a'] }],
  ['failed', { kind: 'failed', code: 'E', why: { name: 7 } }],
  ['failed', { kind: 'failed', code: 'E', why: { name: 'http-cut', target: { port: 1 } } }],
  ['note', { kind: 'note', note: 'paused', why: 'nobody' }],
  ['note', { kind: 'note', note: 'resumed', why: { name: 'at-most', most: 7 } }],
  ['failed', { kind: 'failed', code: 'E', why: 'user' }],
  ['resolved', { kind: 'resolved', host: 'a', addresses: 'b' }],
  ['secured', { kind: 'secured', chain: [null] }],
] as const)('nothing is told of a %s record whose detail is %j', (kind, value) => {
  expect(read(kind, value)).toBeNull();
});
