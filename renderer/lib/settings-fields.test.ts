import { expect, test } from 'vitest';
import { defaultClient } from '../../shared/settings/endpoint.ts';
import { parseNumber } from '../../shared/typed.ts';
import { checkPort, problemOf, readHost, readPort } from './settings-fields.ts';

const settings = defaultClient();

test('fields take full-width forms as what they look like', () => {
  expect(readHost('１２７。0.0.1')).toBe('127.0.0.1');
  expect(readPort('９１００', false)).toEqual({ port: 9100 });
  expect(readPort('\u3000', true)).toEqual({ port: 0 });
});

test('fields name a character that nobody sees', () => {
  const withPort = (port: number) => ({ ...settings, port });
  expect(checkPort('90\u200b00', 'port', withPort, false)).toContain('U+200B ZERO WIDTH SPACE');
  const typed = '1\u206000';
  const changed = { ...settings, connectTimeoutMs: parseNumber(typed) };
  expect(problemOf(changed, 'connectTimeoutMs', typed)).toContain('U+2060 WORD JOINER');
  expect(problemOf({ ...settings, host: readHost('a\u00adb') }, 'host')).toContain('U+00AD SOFT HYPHEN');
});
