import { expect, it } from 'vitest';
import type { Address } from '../../../shared/address.ts';
import type { RecordDetail } from '../../../shared/records.ts';
import { decodeDetail, encodeDetail } from './details.ts';

const addresses: (Address | null)[] = [
  null,
  { host: '127.0.0.1', port: 65_535, family: 'IPv4' },
  { host: 'fe80::1%e"th\\0', port: 1, family: 'IPv6' },
  { host: 'target.test', port: 443, family: 'name' },
  { host: '/tmp/a "name" of\n\u0001 \ud800 ü', port: 0, family: 'Unix' },
];
const counters = { receivedBytes: 2 ** 53 - 1, sentBytes: 0, unsentBytes: 7, durationMs: 0.1234567 };

const details: RecordDetail[] = [
  ...addresses.flatMap((local) =>
    addresses.map((remote): RecordDetail => {
      const origin = local === null ? 'initiated' : 'accepted';
      return { kind: 'opened', socket: 'stream', origin, local, remote, carried: remote === null };
    }),
  ),
  ...addresses.map((remote): RecordDetail => ({
    ...{ kind: 'opened', socket: 'stream', origin: 'initiated', local: null, remote, carried: false },
    proxy: 'socks5://[fe80::1%e"th]:1080',
  })),
  { kind: 'half-closed', by: 'us', closeNotify: null },
  { kind: 'half-closed', by: 'peer', closeNotify: false },
  { kind: 'closed', by: 'peer', how: 'finish', ...counters },
  { kind: 'closed', by: 'us', how: 'reset', ...counters, durationMs: 1e-7 },
  { kind: 'note', note: 'dropped', count: 1, total: 2 },
];

it.each(details)('keeps the detail $kind as its JSON, whatever its addresses hold', (detail) => {
  const bytes = encodeDetail(detail);
  expect(new TextDecoder().decode(bytes)).toBe(JSON.stringify(detail));
  expect(decodeDetail(detail.kind, bytes)).toEqual(detail);
});
