import { expect, test } from 'vitest';
import { en } from '../../../../shared/texts/en.ts';
import { alertReasons } from './alerts.ts';
import { HandshakeWatch } from './handshake-watch.ts';

const record = (level: number, description: number): number[] => [21, 3, 3, 0, 2, level, description];

test('every alert that TLS has is explained', () => {
  const codes = Object.values(alertReasons).map((reason) => `ERR_SSL_${reason}`);
  expect(Object.keys(en.failures.known)).toEqual(expect.arrayContaining([...codes, 'TLS_UNKNOWN_ALERT']));
});

test.each<[string, number[], string | null]>([
  ['a fatal one', record(2, 70), 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'],
  ['a warning', record(1, 112), 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME'],
  [
    'the fatal one behind a warning',
    [...record(1, 90), ...record(2, 80)],
    'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR',
  ],
  ['one without a name', record(2, 255), 'TLS_UNKNOWN_ALERT'],
  ['none in a goodbye', record(1, 0), null],
  ['none in half a record', record(2, 70).slice(0, 6), null],
  ['no warning that more has followed', [...record(1, 90), 22, 3, 3, 0, 4, 0, 0, 0, 0], null],
  [
    'a warning behind other messages',
    [22, 3, 3, 0, 4, 0, 0, 0, 0, ...record(1, 90)],
    'ERR_SSL_TLSV1_ALERT_USER_CANCELLED',
  ],
  ['a warning before a goodbye', [...record(1, 112), ...record(1, 0)], 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME'],
  [
    'the fatal one that the rest of its bytes follow',
    [...record(2, 48), 23, 3, 3, 0, 2, 0, 0, ...record(2, 80)],
    'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
  ],
  ['none in an encrypted one', [21, 3, 3, 0, 26, 1, 2], null],
  ['none in nothing', [], null],
])('finds %s', (_, bytes, code) => {
  const [whole, cut] = [new HandshakeWatch(), new HandshakeWatch()];
  whole.received(Uint8Array.from(bytes));
  for (const byte of bytes) cut.received(Uint8Array.of(byte));
  expect(whole.peersAlert?.code ?? null).toBe(code);
  expect(cut.peersAlert).toEqual(whole.peersAlert);
});
