import type { LookupAddress } from 'node:dns';
import { describe, expect, test } from 'vitest';
import type { ClientSettings } from '../../../shared/settings/settings.ts';
import { FailureError } from '../../../shared/failure.ts';
import { TestRecorder } from '../testing/recorder.ts';
import { interleave } from './attempts.ts';
import type { Client } from './client.ts';
import type { Lookup } from '../net/resolve.ts';
import {
  blackHole,
  clientSettings,
  connected,
  freePort,
  listening,
  newClient,
  plainServer,
  portOf,
  until,
} from '../testing/stream-kit.ts';

const answering =
  (...addresses: string[]): Lookup =>
  (_host, _options, callback) => {
    const found = addresses.map((address): LookupAddress => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }));
    setImmediate(() => callback(null, found));
  };

/** Connects and waits for the outcome. */
async function outcomeOf(client: Client, settings: ClientSettings): Promise<string> {
  client.connect(settings);
  await until(() => !['resolving', 'connecting'].includes(client.status.state));
  return client.status.state;
}

const outcomes = (recorder: TestRecorder): unknown[] =>
  recorder.details('attempted').map(({ remote, outcome, code }) => [remote.host, outcome, code]);

describe('connecting', () => {
  test('resolves a name, attempts its addresses and opens, each step a record with its duration', async () => {
    const { port } = await listening({ host: '' });
    const { recorder, client } = await connected(port, { host: 'localhost' });
    expect(recorder.records.map(({ kind }) => kind)).toEqual(['resolved', 'attempted', 'opened']);
    expect(recorder.details('resolved')[0]).toMatchObject({ host: 'localhost', code: null });
    expect(recorder.details('attempted')[0]).toMatchObject({ outcome: 'connected', code: null });
    expect(recorder.details('opened')[0]).toMatchObject({ origin: 'initiated', carried: false });
    expect(client.status).toMatchObject({ state: 'open', remote: { port }, failure: null, retries: 0 });
  });

  test('asks nobody for a literal address', async () => {
    const { port } = await listening();
    const { recorder } = await connected(port);
    expect(recorder.details('resolved')).toEqual([]);
  });

  test('to a port where nothing listens is refused, with the code kept', async () => {
    const port = await freePort();
    const recorder = new TestRecorder();
    const client = newClient(recorder);
    expect(await outcomeOf(client, clientSettings(port))).toBe('failed');
    expect(outcomes(recorder)).toEqual([['127.0.0.1', 'failed', 'ECONNREFUSED']]);
    expect(recorder.details('failed')).toMatchObject([
      { during: 'connecting', code: 'ECONNREFUSED', host: '127.0.0.1', port },
    ]);
    expect(client.status.failure).toMatchObject({ code: 'ECONNREFUSED', subject: `127.0.0.1:${port}` });
    expect(client.connections.listedCount).toBe(0);
  });

  test('lists every attempt when two addresses both refuse', async () => {
    const port = await freePort();
    const recorder = new TestRecorder();
    const client = newClient(recorder, { lookup: answering('127.0.0.1', '127.0.0.2', '::1') });
    expect(await outcomeOf(client, clientSettings(port, { host: 'two.test' }))).toBe('failed');
    expect(outcomes(recorder)).toEqual([
      ['127.0.0.1', 'failed', 'ECONNREFUSED'],
      ['::1', 'failed', 'ECONNREFUSED'],
      ['127.0.0.2', 'failed', 'ECONNREFUSED'],
    ]);
    expect(recorder.details('failed')).toMatchObject([{ code: 'ECONNREFUSED', host: '127.0.0.1', port }]);
    expect(recorder.details('failed')[0]!.message).toContain('ECONNREFUSED');
  });

  test('goes to the next address at once when the first one refuses', async () => {
    const server = await plainServer(() => undefined, '127.0.0.2');
    const recorder = new TestRecorder();
    const client = newClient(recorder, { lookup: answering('127.0.0.1', '127.0.0.2') });
    expect(await outcomeOf(client, clientSettings(portOf(server), { host: 'two.test' }))).toBe('open');
    expect(outcomes(recorder)).toEqual([
      ['127.0.0.1', 'failed', 'ECONNREFUSED'],
      ['127.0.0.2', 'connected', null],
    ]);
  });

  test('does not wait for a silent address: another one wins, and the silent one is abandoned', async () => {
    const port = await blackHole('127.0.0.1');
    await plainServer(() => undefined, '127.0.0.2', port);
    const recorder = new TestRecorder();
    const client = newClient(recorder, { lookup: answering('127.0.0.1', '127.0.0.2') });
    expect(await outcomeOf(client, clientSettings(port, { host: 'two.test' }))).toBe('open');
    expect(outcomes(recorder)).toEqual([
      ['127.0.0.2', 'connected', null],
      ['127.0.0.1', 'abandoned', null],
    ]);
  });

  test('gives up at its deadline when nobody answers', async () => {
    const port = await blackHole();
    const recorder = new TestRecorder();
    const client = newClient(recorder);
    expect(await outcomeOf(client, clientSettings(port, { connectTimeoutMs: 300 }))).toBe('failed');
    expect(outcomes(recorder)).toEqual([['127.0.0.1', 'timed-out', 'ETIMEDOUT']]);
    const [failed] = recorder.details('failed');
    expect(failed).toMatchObject({ during: 'connecting', code: 'ETIMEDOUT', host: '127.0.0.1', port });
    expect(failed!.durationMs).toBeGreaterThanOrEqual(295);
  });

  test('is cancelled at once, whatever it waits for', async () => {
    const port = await blackHole();
    const recorder = new TestRecorder();
    const client = newClient(recorder);
    client.connect(clientSettings(port));
    await until(() => client.status.state === 'connecting');
    client.disconnect('close');
    expect(client.status.state).toBe('closed');
    expect(recorder.records.map(({ kind }) => kind)).toEqual(['attempted', 'closed']);
    expect(outcomes(recorder)).toEqual([['127.0.0.1', 'abandoned', null]]);
    await client.stop();
    expect(recorder.ends()).toHaveLength(1);
  });

  test('is cancelled while the name is being resolved, and a late answer is ignored', async () => {
    let answer: () => void = () => undefined;
    const lookup: Lookup = (_host, _options, callback) =>
      (answer = () => callback(null, [{ address: '127.0.0.1', family: 4 }]));
    const recorder = new TestRecorder();
    const client = newClient(recorder, { lookup });
    client.connect(clientSettings(await freePort(), { host: 'slow.test' }));
    client.cancel();
    answer();
    await new Promise((resolve) => setImmediate(resolve));
    expect(recorder.records.map(({ kind }) => kind)).toEqual(['closed']);
    expect(client.status.state).toBe('closed');
  });

  test('is refused while it is connected', async () => {
    const { port } = await listening();
    const { client } = await connected(port);
    expect(() => client.connect(clientSettings(port))).toThrow(FailureError);
    expect(client.status.state).toBe('open');
  });

  test.each([0, -1, 65_536, 'abc', 1.5])('is refused for the port %s before anything is opened', (port) => {
    const recorder = new TestRecorder();
    const client = newClient(recorder);
    const settings = { ...clientSettings(1), port } as ClientSettings;
    expect(() => client.connect(settings)).toThrow(expect.objectContaining({ code: 'ERR_SOCKET_BAD_PORT' }));
    expect(recorder.length).toBe(0);
    expect(client.status.state).toBe('idle');
  });
});

describe('a name', () => {
  test('that does not exist fails with its own code, in the resolving', async () => {
    const recorder = new TestRecorder();
    const client = newClient(recorder);
    expect(await outcomeOf(client, clientSettings(1, { host: 'nowhere.invalid' }))).toBe('failed');
    const [failed] = recorder.details('failed');
    const counters = ['receivedBytes', 'sentBytes', 'unsentBytes', 'durationMs'];
    expect(failed).toMatchObject({ during: 'resolving', host: 'nowhere.invalid' });
    // Nothing else of the settings, which hold the login of a proxy.
    const told = ['kind', 'during', 'code', 'message', 'host', 'port', ...counters];
    expect(Object.keys(failed!).sort()).toEqual(told.sort());
    expect(['ENOTFOUND', 'EAI_AGAIN']).toContain(failed!.code);
    expect(recorder.details('resolved')).toMatchObject([{ addresses: [], code: failed!.code }]);
  });

  test('asks for a name once at a time, however often it is tried while the answer hangs', async () => {
    const { port } = await listening();
    const held: (() => void)[] = [];
    let hangs = true;
    const lookup: Lookup = (host, options, callback) => {
      const answer = (): void => answering('127.0.0.1')(host, options, callback);
      if (hangs) held.push(answer);
      else answer();
    };
    const client = newClient(new TestRecorder(), { lookup });
    const reconnect = { enabled: true, delayMs: 100, growth: 1, maxDelayMs: 100 };
    client.connect(clientSettings(port, { host: 'name.test', connectTimeoutMs: 200, reconnect }));
    await until(() => client.status.retries >= 3);
    expect(held).toHaveLength(1);
    hangs = false;
    for (const answer of held) answer();
    await until(() => client.status.state === 'open');
  });

  test('that nobody answers for fails at the deadline', async () => {
    const recorder = new TestRecorder();
    const client = newClient(recorder, { lookup: () => undefined });
    expect(await outcomeOf(client, clientSettings(1, { host: 'silent.test', connectTimeoutMs: 50 }))).toBe(
      'failed',
    );
    expect(recorder.details('resolved')).toMatchObject([
      { host: 'silent.test', addresses: [], code: 'ETIMEDOUT' },
    ]);
    expect(recorder.details('failed')).toMatchObject([
      { during: 'resolving', code: 'ETIMEDOUT', host: 'silent.test' },
    ]);
  });

  test('is not needed for a link-local address, but a zone is', async () => {
    for (const [host, code] of [
      ['fe80::1', 'LINK_LOCAL_WITHOUT_ZONE'],
      ['fe80::1%nowhere', 'UNKNOWN_ZONE'],
    ] as const) {
      const recorder = new TestRecorder();
      const client = newClient(recorder);
      expect(await outcomeOf(client, clientSettings(1, { host }))).toBe('failed');
      expect(recorder.records.map(({ kind }) => kind)).toEqual(['failed']);
      expect(client.status.failure).toMatchObject({ code, subject: host });
    }
  });

  test('has its families tried in turn, beginning with the first', () => {
    expect(interleave(['::1', '::2', '::3', '1.1.1.1', '2.2.2.2'])).toEqual([
      '::1',
      '1.1.1.1',
      '::2',
      '2.2.2.2',
      '::3',
    ]);
    expect(interleave(['1.1.1.1', '::1', '2.2.2.2'])).toEqual(['1.1.1.1', '::1', '2.2.2.2']);
    expect(interleave([])).toEqual([]);
  });
});

describe('a chosen local side', () => {
  test('is used', async () => {
    const { port } = await listening();
    const localPort = await freePort('127.0.0.3');
    const { client } = await connected(port, { localHost: '127.0.0.3', localPort });
    expect(client.status.local).toEqual({ host: '127.0.0.3', port: localPort, family: 'IPv4' });
  });

  test('whose port is taken says local', async () => {
    const { port } = await listening();
    const localPort = portOf(await plainServer(() => undefined));
    const recorder = new TestRecorder();
    const client = newClient(recorder);
    const settings = clientSettings(port, { localHost: '127.0.0.1', localPort });
    expect(await outcomeOf(client, settings)).toBe('failed');
    expect(client.status.failure).toMatchObject({ code: 'EADDRINUSE', subject: `127.0.0.1:${localPort}` });
    expect(recorder.details('failed')).toMatchObject([
      { during: 'connecting', host: '127.0.0.1', port: localPort },
    ]);
    expect(outcomes(recorder)).toEqual([['127.0.0.1', 'failed', 'EADDRINUSE']]);
  });

  test('that is no address of this machine says local', async () => {
    const { port } = await listening();
    const client = newClient();
    expect(await outcomeOf(client, clientSettings(port, { localHost: '203.0.113.7' }))).toBe('failed');
    expect(client.status.failure).toMatchObject({ code: 'EADDRNOTAVAIL', subject: '203.0.113.7:0' });
  });

  test('is tried with addresses of its own family alone', async () => {
    const { port } = await listening({ host: '' });
    const recorder = new TestRecorder();
    const client = newClient(recorder, { lookup: answering('::1', '127.0.0.1') });
    const settings = clientSettings(port, { host: 'two.test', localHost: '127.0.0.1' });
    expect(await outcomeOf(client, settings)).toBe('open');
    expect(outcomes(recorder)).toEqual([['127.0.0.1', 'connected', null]]);
    const other = newClient(new TestRecorder(), { lookup: answering('::1') });
    expect(await outcomeOf(other, settings)).toBe('failed');
    expect(other.status.failure).toMatchObject({ code: 'EADDRNOTAVAIL', subject: '127.0.0.1:0' });
  });

  test('with a port tries one address after the other, each with its share of the time', async () => {
    const port = await blackHole('127.0.0.1');
    await plainServer(() => undefined, '127.0.0.2', port);
    const recorder = new TestRecorder();
    const client = newClient(recorder, { lookup: answering('127.0.0.1', '127.0.0.2') });
    const changes = { host: 'two.test', localPort: await freePort('0.0.0.0'), connectTimeoutMs: 2000 };
    expect(await outcomeOf(client, clientSettings(port, changes))).toBe('open');
    expect(outcomes(recorder)).toEqual([
      ['127.0.0.1', 'timed-out', 'ETIMEDOUT'],
      ['127.0.0.2', 'connected', null],
    ]);
  });
});

describe('reconnecting', () => {
  const reconnect: ClientSettings['reconnect'] = {
    enabled: true,
    delayMs: 100,
    growth: 1.5,
    maxDelayMs: 160,
  };
  const delays = (recorder: TestRecorder): unknown[] =>
    recorder.details('note').map((note) => (note.note === 'retry' ? [note.delayMs, note.attempt] : note));

  test('waits longer each time, up to its bound, and says so', async () => {
    const recorder = new TestRecorder();
    const client = newClient(recorder);
    client.connect(clientSettings(await freePort(), { reconnect }));
    await until(() => client.status.retries === 4);
    expect(delays(recorder)).toEqual([
      [100, 1],
      [150, 2],
      [160, 3],
      [160, 4],
    ]);
    expect(client.status).toMatchObject({ state: 'waiting', failure: { code: 'ECONNREFUSED' } });
    expect(client.status.retryAt).toBeGreaterThan(Date.now() - 1000);
  });

  test('never spins, whatever its settings say', async () => {
    const recorder = new TestRecorder();
    const client = newClient(recorder);
    const zero = { enabled: true, delayMs: 0, growth: 0, maxDelayMs: 0 };
    client.connect(clientSettings(await freePort(), { reconnect: zero }));
    await until(() => client.status.retries === 3);
    expect(delays(recorder)).toEqual([
      [100, 1],
      [100, 2],
      [100, 3],
    ]);
  });

  test('tells who closed the last connection and how, until it connects again', async () => {
    const { listener, port } = await listening();
    const { client } = await connected(port);
    expect(client.status.ended).toBe(null);
    listener.connections.end('all', 'close');
    await client.connections.ended();
    expect(client.status.ended).toMatchObject({ by: 'peer' });
    for (const how of ['close', 'reset'] as const) {
      client.connect(clientSettings(port));
      expect(client.status.ended).toBe(null);
      await until(() => client.status.state === 'open');
      client.disconnect(how);
      await client.connections.ended();
      expect(client.status.ended).toEqual({ by: 'us', how });
    }
    client.connect(clientSettings(port));
    await until(() => client.status.state === 'open');
    listener.connections.end('all', 'reset');
    await until(() => client.status.state === 'failed');
    expect(client.status.ended).toBe(null);
  });

  test('comes back when the server does, and counts from the beginning again', async () => {
    const port = await freePort();
    const client = newClient();
    client.connect(clientSettings(port, { reconnect }));
    await until(() => client.status.retries >= 1);
    const { listener } = await listening({ port });
    await until(() => client.status.state === 'open');
    expect(client.status).toMatchObject({ retries: 0, retryAt: null, failure: null });
    listener.connections.end('all', 'reset');
    await until(() => client.status.retries >= 1);
    await until(() => client.status.state === 'open');
  });

  test('ends when the user disconnects while it waits', async () => {
    const client = newClient();
    client.connect(clientSettings(await freePort(), { reconnect }));
    await until(() => client.status.state === 'waiting');
    client.disconnect('close');
    expect(client.status).toMatchObject({ state: 'failed', retryAt: null });
  });

  test('does not follow a connection that the user ended', async () => {
    const { port } = await listening();
    const { client, recorder } = await connected(port, { reconnect });
    client.disconnect('close');
    await client.connections.ended();
    expect(client.status).toMatchObject({ state: 'closed', retryAt: null });
    expect(delays(recorder)).toEqual([]);
  });
});
