import { describe, expect, test } from 'vitest';
import type { EndpointSummary } from '../../shared/contract.ts';
import type { EndpointStatus } from '../../shared/domain.ts';
import { runningOf } from '../../shared/settings/running.ts';
import { defaultClient, defaultListener } from '../../shared/settings/endpoint.ts';
import type { EndpointSettings } from '../../shared/settings/settings.ts';
import { connected, idle, listening } from '../testing/host.ts';
import { nameOf } from '../../shared/texts/endpoint-name.ts';
import { againLabel, editedFields } from './endpoint-view.ts';
import { stateLineOf } from './state-line.ts';

const shown = (settings: EndpointSettings, status: EndpointStatus, part: object = {}, ran = settings) => ({
  settings,
  summary: {
    status,
    running: ['listening', 'open'].includes(status.state) ? runningOf(ran, settings) : null,
    openConnections: 0,
    ...part,
  } as EndpointSummary,
});
const line = (...args: Parameters<typeof shown>): string => stateLineOf(shown(...args), () => 1000);
const stopped = { ...listening, state: 'stopped', local: null } as const;
const server = defaultListener();
const client = defaultClient();
const refused = { code: 'ECONNREFUSED', message: '', subject: '' };

describe('an endpoint without a name', () => {
  test.each<[string, EndpointSettings, EndpointStatus]>([
    ['Server 9000', server, stopped],
    ['Server 9000', { ...server, port: 0 }, listening],
    ['Server, any port', { ...server, port: 0 }, stopped],
    ['UDP server 9000', { ...server, transport: 'udp' }, stopped],
    ['TLS server 9000', { ...server, transport: 'tls' }, stopped],
    ['Unix server demo.sock', { ...server, transport: 'unix', path: '/tmp/demo.sock' }, stopped],
    ['→ 127.0.0.1:9000', client, idle],
    ['→ [::1]:9000', { ...client, host: '::1' }, idle],
    ['→ demo.sock', { ...client, transport: 'unix', path: '/tmp/demo.sock' }, idle],
    ['plc-7', { ...client, name: 'plc-7' }, idle],
  ])('is called %s', (name, settings, status) => {
    expect(nameOf(shown(settings, status))).toBe(name);
  });
});

describe('the line below it', () => {
  const named = { ...client, name: 'lab' };
  test.each<[string, string]>([
    [':9000 · stopped', line(server, stopped)],
    [':9000', line(server, listening)],
    [
      ':9000 · 2 peers · Echo',
      line({ ...server, reply: { ...server.reply, kind: 'echo' } }, listening, { openConnections: 2 }),
    ],
    ['udp :9000 · stopped', line({ ...server, transport: 'udp' }, stopped)],
    ['10.0.0.7:9000 · stopped', line({ ...server, host: '10.0.0.7' }, stopped)],
    [
      ':9000 · port in use',
      line(server, { ...stopped, state: 'failed', failure: { ...refused, code: 'EADDRINUSE' } }),
    ],
    ['→ 127.0.0.1:9000', line(named, connected)],
    ['127.0.0.1:9000 · connected', line(client, connected)],
    ['127.0.0.1:9000 · closed', line(client, { ...idle, state: 'closed' })],
    ['127.0.0.1:9000 · refused', line(client, { ...idle, state: 'failed', failure: refused })],
    ['refused · again in 4 s', line(client, { ...idle, state: 'waiting', failure: refused, retryAt: 4001 })],
  ])('says %s', (wanted, said) => {
    expect(said).toBe(wanted);
  });
});

test('what was edited while a socket runs is named by its button, and has an edge', () => {
  const edited = { ...client, host: '192.0.2.7' };
  const changed = shown(edited, connected, {}, client);
  expect([nameOf(changed), againLabel(changed)]).toEqual(['→ 127.0.0.1:9000', 'Reconnect to 192.0.2.7:9000']);
  expect([...editedFields(changed)]).toEqual(['host']);
  const moved = shown({ ...server, port: 9001 }, listening, {}, server);
  expect(againLabel(moved)).toBe('Restart on 127.0.0.1:9001');
  expect(againLabel(shown({ ...server, backlog: 3 }, listening, {}, server))).toBe('Restart');
  expect(editedFields(shown(edited, idle)).size).toBe(0);
});
