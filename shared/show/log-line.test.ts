import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FrameMark, RestWhy } from '../framing/framer.ts';
import { formatLogLine, type LogLineRecord } from './log-line.ts';

const time = Date.UTC(2026, 10, 20, 14, 2, 11, 4);
const received = (payload: Uint8Array, length = payload.length): LogLineRecord => ({
  time,
  kind: 'received',
  peer: '127.0.0.1:51122',
  length,
  payload,
  detail: null,
});
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const start = '2026-11-20T14:02:11.004000Z';

test('a payload is one line with its time, direction, peer, length and text', () => {
  expect(formatLogLine(received(encode('temp=21\t温度\r\n')))).toBe(
    String.raw`${start} ↓ 127.0.0.1:51122 16 temp=21\t温度\r\n`,
  );
});

test('binary payloads are hex, and either form can be asked for', () => {
  expect(formatLogLine(received(Uint8Array.of(1, 3, 0, 0)))).toBe(
    `${start} ↓ 127.0.0.1:51122 4 hex:01 03 00 00`,
  );
  expect(formatLogLine(received(Uint8Array.of(1, 3)), 'text')).toBe(
    String.raw`${start} ↓ 127.0.0.1:51122 2 \x01\x03`,
  );
  expect(formatLogLine(received(encode('A')), 'hex')).toBe(`${start} ↓ 127.0.0.1:51122 1 hex:41`);
});

test('a payload that is not all there says so, without half a character', () => {
  const payload = encode('temp 温度').subarray(0, 10);
  expect(formatLogLine(received(payload, 11))).toBe(`${start} ↓ 127.0.0.1:51122 11 temp 温 …`);
});

test('events and failures are sentences', () => {
  const record: LogLineRecord = {
    ...received(encode('')),
    kind: 'half-closed',
    detail: { kind: 'half-closed', by: 'peer', closeNotify: null },
  };
  expect(formatLogLine(record)).toBe(
    `${start} ● 127.0.0.1:51122 - 127.0.0.1:51122 finished sending (half-closed); this side can still send`,
  );
  const note: LogLineRecord = {
    ...record,
    kind: 'note',
    peer: '',
    detail: { kind: 'note', note: 'capture-failed', code: 'ENOSPC' },
  };
  expect(formatLogLine(note)).toMatch(/● - - The capture cannot be written \(ENOSPC\)/);
});

test('no control character ever reaches the line, whatever peers or names contain', () => {
  const control = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e]/u;
  fc.assert(
    fc.property(fc.uint8Array(), fc.string({ unit: 'binary' }), (payload, name) => {
      expect(formatLogLine({ ...received(payload), peer: name })).not.toMatch(control);
      const detail = { kind: 'resolved' as const, host: name, addresses: [name], durationMs: 1, code: name };
      expect(formatLogLine({ ...received(payload), kind: 'resolved', detail })).not.toMatch(control);
    }),
  );
  expect(formatLogLine(received(encode('\x1b[2J\x07\u009b')), 'text')).toContain(
    String.raw`\x1B[2J\x07\u{9B}`,
  );
});

test('says what is amiss with a frame before its bytes, and nothing of one that is as it should be', () => {
  const line = (mark: FrameMark | null, why: RestWhy | null) =>
    formatLogLine({ ...received(encode('temp=21')), frame: { mark, why } });
  expect(line(null, null)).toBe(`${start} ↓ 127.0.0.1:51122 7 temp=21`);
  expect(line('bad-crc', null)).toBe(`${start} ↓ 127.0.0.1:51122 7 (wrong CRC) temp=21`);
  expect(line(null, 'no-end')).toBe(`${start} ↓ 127.0.0.1:51122 7 (left over: its end never came) temp=21`);
});
