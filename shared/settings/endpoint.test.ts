import { expect, test } from 'vitest';
import type { ClientSettings, ListenerSettings, Rule } from './settings.ts';
import { checkSettings, defaultClient, defaultListener } from './endpoint.ts';
import { defaultReply, noBytes } from './reply.ts';

const listener = (change: Partial<ListenerSettings>): unknown =>
  checkSettings({ ...defaultListener(), ...change }).map(({ field, code }) => [field, code]);
const client = (change: Partial<ClientSettings>): unknown =>
  checkSettings({ ...defaultClient(), ...change }).map(({ field, code }) => [field, code]);
const reconnect = (change: Partial<ClientSettings['reconnect']>): unknown =>
  client({ reconnect: { ...defaultClient().reconnect, ...change } });

test('new endpoints are ready to start', () => {
  expect(checkSettings(defaultListener())).toEqual([]);
  expect(checkSettings(defaultClient())).toEqual([]);
  expect(defaultListener()).not.toBe(defaultListener());
  expect(defaultClient().reconnect).not.toBe(defaultClient().reconnect);
});

test('a listener may listen on any address and any port', () => {
  expect(listener({ host: '', port: 0 })).toEqual([]);
  expect(listener({ host: '0.0.0.0' })).toEqual([]);
  expect(listener({ host: '::' })).toEqual([]);
  expect(listener({ host: 'localhost' })).toEqual([]);
});

test('a client needs a host and a port', () => {
  expect(client({ host: '' })).toEqual([['host', 'host-empty']]);
  expect(client({ port: 0 })).toEqual([['port', 'number-range']]);
  expect(client({ host: 'a:1' })).toEqual([['host', 'host-with-port']]);
  expect(client({ host: 'fe80::1' })).toEqual([['host', 'host-zone-missing']]);
});

test('numbers are whole and inside their bounds, both ends allowed', () => {
  for (const port of [-1, 65_536, Infinity]) expect(listener({ port })).toEqual([['port', 'number-range']]);
  for (const port of [NaN, 1.5]) expect(listener({ port })).toEqual([['port', 'number-not-whole']]);
  expect(listener({ port: 65_535, backlog: 1, maxConnections: 1_000_000 })).toEqual([]);
  expect(listener({ backlog: 0, maxConnections: 1_000_001 })).toEqual([
    ['backlog', 'number-range'],
    ['maxConnections', 'number-range'],
  ]);
  expect(client({ connectTimeoutMs: 1 })).toEqual([]);
  expect(client({ connectTimeoutMs: 600_000 })).toEqual([]);
  expect(client({ connectTimeoutMs: 600_001 })).toEqual([['connectTimeoutMs', 'number-range']]);
  const [problem] = checkSettings({ ...defaultClient(), connectTimeoutMs: 0 });
  expect(problem).toMatchObject({ min: 1, max: 600_000 });
});

test('a reconnect never spins: delays are at least 100 ms and do not shrink', () => {
  expect(reconnect({ delayMs: 99 })).toEqual([['reconnect.delayMs', 'number-range']]);
  expect(reconnect({ growth: 0.9 })).toEqual([['reconnect.growth', 'number-range']]);
  expect(reconnect({ growth: 1.5 })).toEqual([]);
  expect(reconnect({ growth: Infinity })).toEqual([['reconnect.growth', 'number-range']]);
  expect(reconnect({ maxDelayMs: 3_600_001 })).toEqual([['reconnect.maxDelayMs', 'number-range']]);
  expect(reconnect({ delayMs: 2_000, maxDelayMs: 1_999 })).toEqual([
    ['reconnect.maxDelayMs', 'delay-above-most'],
  ]);
});

test('the local address is an address of the same family', () => {
  expect(client({ localHost: 'localhost' })).toEqual([['localHost', 'host-not-an-address']]);
  expect(client({ host: '::1', localHost: '127.0.0.1' })).toEqual([['localHost', 'local-family']]);
  expect(client({ host: 'localhost', localHost: '127.0.0.1', localPort: 4000 })).toEqual([]);
  expect(client({ localPort: 65_536 })).toEqual([['localPort', 'number-range']]);
});

test('names have at most 80 characters and one line', () => {
  expect(client({ name: '温'.repeat(80) })).toEqual([]);
  expect(client({ name: '😀'.repeat(80) })).toEqual([]);
  expect(client({ name: 'a'.repeat(81) })).toEqual([['name', 'name-too-long']]);
  expect(client({ name: 'a\nb' })).toEqual([['name', 'name-control']]);
});

test('choices that do not exist are refused', () => {
  expect(listener({ afterPeerFinishes: 'x' as 'stay' })).toEqual([['afterPeerFinishes', 'choice-unknown']]);
});

test('regular expressions stay small enough to be compiled at once, however they are nested', () => {
  const rule = (pattern: string): Rule => ({
    match: 'regex',
    pattern,
    reply: noBytes,
    delayMs: 0,
    then: 'stay',
    enabled: true,
    note: '',
  });
  const problems = (pattern: string): unknown =>
    listener({ reply: { ...defaultReply(), kind: 'rules', rules: [rule(pattern)] } });
  const nested = (depth: number): string => `${'('.repeat(depth)}a${')*'.repeat(depth)}`;
  expect(problems(nested(100))).toEqual([]);
  expect(problems(nested(101))).toEqual([['reply.rules.0.pattern', 'pattern-groups']]);
  expect(problems('a'.repeat(1000))).toEqual([]);
  expect(problems('a'.repeat(1001))).toEqual([['reply.rules.0.pattern', 'text-too-long']]);
  expect(problems('(a')).toEqual([['reply.rules.0.pattern', 'pattern-regex']]);
  const changing = { ...rule('{{counter}}'), match: 'contains' } as const;
  expect(listener({ reply: { ...defaultReply(), kind: 'rules', rules: [changing] } })).toEqual([
    ['reply.rules.0.pattern', 'pattern-changes'],
  ]);
});
