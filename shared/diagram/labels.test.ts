import { expect, it } from 'vitest';
import type { RecordDetail } from '../records.ts';
import { utf8 } from '../testing/bytes.ts';
import { eventLabel, payloadLabel } from './labels.ts';

const label = (text: string, change: object = {}) => {
  const bytes = utf8(text);
  return payloadLabel({ bytes, length: bytes.length, ...change });
};

it('says how much it was, and how it begins, in one line in which nothing acts', () => {
  expect(label('GET /\r\n')).toBe('7 B  GET /\\r\\n');
  expect(label('a\u001b[31m\nb\u202e')).toBe('11 B  a\\x1B[31m\\nb\\u{202E}');
  expect(payloadLabel({ bytes: new Uint8Array([0, 1, 0xff, 2]), length: 4 })).toBe('4 B  00 01 FF 02');
  expect(label('x'.repeat(300), { length: 5000 })).toBe(`5.00 KB  ${'x'.repeat(128)}…`);
  expect(label('')).toBe('0 B');
});

it('has what the bytes say in their place where somebody knows, and what is amiss before it', () => {
  expect(label('{}', { said: 'GET /a\nb', amiss: 'wrong CRC' })).toBe('2 B  (wrong CRC) GET /a\\nb');
});

it('has short words for how connections begin and end', () => {
  const counters = { receivedBytes: 0, sentBytes: 0, unsentBytes: 0, durationMs: 1 };
  const remote = { host: '127.0.0.1', port: 1, family: 'IPv4' } as const;
  const failed = { kind: 'failed', during: 'open', host: '', port: 0, ...counters } as const;
  const facts = { code: 'ECONNRESET', syscall: 'read', message: '' };
  const of = (detail: unknown) => eventLabel(detail as RecordDetail);
  expect(of({ kind: 'opened', socket: 'stream', origin: 'accepted', carried: false })).toBe('connects');
  expect(of({ kind: 'half-closed', by: 'us', closeNotify: null })).toBe('finishes sending (FIN)');
  expect(of({ kind: 'closed', by: 'us', how: 'reset', ...counters })).toBe('resets (RST)');
  expect(of({ ...failed, ...facts })).toBe('resets (RST)');
  expect(of({ kind: 'attempted', remote, outcome: 'failed', code: 'ECONNREFUSED', durationMs: 1 })).toBe(
    'refuses',
  );
  expect(of({ kind: 'note', note: 'rule', rule: 1, words: 'a\u001b' })).toContain('a\\x1B');
});
