import { expect, test } from 'vitest';
import { en } from '../../../shared/texts/index.ts';
import { alertIn, alertReasons } from './alerts.ts';

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
  ['none where more was said', [...record(1, 90), 22, 3, 3, 0, 1, 0, 0], null],
  ['none in an encrypted one', [21, 3, 3, 0, 26, 1, 2], null],
  ['none in nothing', [], null],
])('finds %s', (_, bytes, code) => {
  expect(alertIn(Uint8Array.from(bytes))?.code ?? null).toBe(code);
});
