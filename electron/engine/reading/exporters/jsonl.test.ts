import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Address } from '../../../../shared/address.ts';
import { recordKinds, type RecordDetail, type RecordKind } from '../../../../shared/records.ts';
import type { Entry } from './exporter.ts';
import { fieldsOf, jsonl } from './jsonl.ts';

const local: Address = { host: '127.0.0.1', port: 9000, family: 'IPv4' };
const remote: Address = { host: '::1', port: 51000, family: 'IPv6' };
const totals = { receivedBytes: 1, sentBytes: 2, unsentBytes: 3, durationMs: 4 };
const tls = {
  version: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  alpn: 'h2',
  servername: 'a.example',
  isReused: false,
  isVerified: true,
  verifyCode: null,
} as const;

const details: RecordDetail[] = [
  { kind: 'listening', local, backlog: 511 },
  { kind: 'bound', local, remote: null },
  { kind: 'stopped', connections: 1, durationMs: 2 },
  { kind: 'resolved', host: 'a.example', addresses: ['::1'], durationMs: 1, code: null },
  { kind: 'attempted', remote, outcome: 'failed', code: 'ECONNREFUSED', durationMs: 1 },
  { kind: 'opened', socket: 'stream', origin: 'accepted', local, remote, carried: false },
  { kind: 'secured', ...tls, chain: [], durationMs: 5 },
  { kind: 'half-closed', by: 'peer', closeNotify: null },
  { kind: 'closed', by: 'us', how: 'close', ...totals },
  {
    kind: 'failed',
    during: 'open',
    code: 'ECONNRESET',
    message: 'read ECONNRESET',
    host: '::1',
    port: 1,
    ...totals,
  },
  { kind: 'note', note: 'rule', rule: 1, words: 'w' },
];

const entry = (
  detail: RecordDetail | null,
  kind: Entry['kind'] = detail?.kind ?? 'received',
  length = 0,
): Entry => ({
  sequence: 7,
  time: 1_795_183_331_004.12,
  kind,
  endpoint: 'tcp://127.0.0.1:9000',
  connection: 5,
  ends: { local, remote },
  peer: '[::1]:51000',
  length,
  detail,
});

/** Every record has these; `length` and `hex` are null unless bytes were sent or received. */
const commonFields = [
  'sequence',
  'time',
  'kind',
  'endpoint',
  'connection',
  'local',
  'remote',
  'length',
  'hex',
] as const;

const endFields = ['receivedBytes', 'sentBytes', 'unsentBytes', 'durationMs', 'code', 'cause'];

/** What each kind has besides the common fields. */
const fieldsOfKinds: Readonly<Record<RecordKind, readonly string[]>> = {
  note: ['note', 'text'],
  sent: [],
  received: [],
  listening: ['backlog'],
  bound: [],
  stopped: ['connections', 'durationMs'],
  resolved: ['host', 'addresses', 'durationMs', 'code'],
  attempted: ['outcome', 'code', 'durationMs'],
  opened: ['origin', 'proxy'],
  secured: ['tls', 'durationMs'],
  'half-closed': ['by', 'closeNotify'],
  closed: ['by', 'how', ...endFields],
  failed: ['during', 'message', 'host', 'port', ...endFields],
};

async function print(record: Entry, ...pieces: string[]): Promise<string> {
  async function* payload(): AsyncGenerator<Uint8Array> {
    for (const piece of pieces) yield Buffer.from(piece);
  }
  let text = '';
  const { record: write } = jsonl.write({ transport: 'tcp', isLive: true, showsPeer: false });
  for await (const part of write(record, payload())) text += part.toString();
  return text;
}

describe('jsonl', () => {
  it.each(details)('writes $kind with the common fields and its own', async (detail) => {
    const text = await print(entry(detail));
    expect(text).toMatch(/^[^\n]*\n$/);
    const fields = Object.keys(JSON.parse(text) as object);
    const special = detail.kind === 'note' ? ['rule', 'words'] : [];
    expect(fields.toSorted()).toEqual(
      [...commonFields, ...fieldsOfKinds[detail.kind], ...special].toSorted(),
    );
  });

  it.each(['sent', 'received'] as const)(
    'writes %s with its bytes, however many pieces they come in',
    async (kind) => {
      const text = await print(entry(null, kind, 4), 'a\n', '\u00ff');
      expect(JSON.parse(text)).toEqual({
        sequence: 7,
        time: '2026-11-20T14:02:11.004120Z',
        kind,
        endpoint: 'tcp://127.0.0.1:9000',
        connection: 5,
        local,
        remote,
        length: 4,
        hex: '610ac3bf',
      });
      expect(Object.keys(JSON.parse(text) as object)).toEqual(commonFields);
    },
  );

  it('tells an empty datagram from an event', async () => {
    expect(JSON.parse(await print(entry(null)))).toMatchObject({ length: 0, hex: '' });
    expect(fieldsOf(entry(details[0]!))).toMatchObject({ length: null, hex: null });
  });

  it('says the cause of an end in words, with its code', () => {
    const failed = details.find(({ kind }) => kind === 'failed')!;
    expect(fieldsOf(entry(failed))).toMatchObject({
      code: 'ECONNRESET',
      cause: expect.stringMatching(/^\[::1\]:51000 reset the connection \(ECONNRESET\).*\.$/),
    });
  });

  it('covers every kind of record, here and in the documentation', () => {
    const shown = new Set([...details.map(({ kind }) => kind), 'sent', 'received']);
    expect([...shown].toSorted()).toEqual([...recordKinds].toSorted());
    const document = readFileSync(new URL('../../../../docs/command-line.md', import.meta.url), 'utf8');
    const words = [
      ...commonFields,
      ...recordKinds,
      ...Object.values(fieldsOfKinds).flat(),
      ...Object.keys(tls),
    ];
    for (const word of words) expect(document).toContain(`\`${word}\``);
  });
});
