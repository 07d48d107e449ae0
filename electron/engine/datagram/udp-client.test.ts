import { describe, expect, it } from 'vitest';
import type { Lookup } from '../net/resolve.ts';
import { TestRecorder } from '../testing/recorder.ts';
import {
  clientSettings,
  freePort,
  hasIpv6,
  newClient,
  notes,
  opened,
  plainSocket,
  received,
  sendAll,
  sendOut,
  sendTo,
  until,
} from '../testing/datagram-kit.ts';

describe('a UDP client', () => {
  it('says where it is bound, sends to its remote, hears its answer and strangers too', async () => {
    const [server, stranger] = [await plainSocket(), await plainSocket()];
    const { client, recorder } = await opened(server.port);
    const { local, remote, udp } = client.status;
    expect(remote).toEqual({ host: '127.0.0.1', port: server.port, family: 'IPv4' });
    expect(udp!.receiveBufferBytes).toBeGreaterThan(0);
    expect(recorder.details('bound')).toEqual([{ kind: 'bound', local, remote: null }]);
    expect(sendAll(client, 'hello')).toBe(1);
    await until(() => server.received.length === 1);
    expect(server.from[0]!.port).toBe(local!.port);
    await sendTo(server, local!.port, 'answer');
    await sendTo(stranger, local!.port, 'me too');
    await until(() => received(recorder).length === 2);
    expect(client.connections.list(0, 9)).toMatchObject([
      { origin: 'initiated', sentBytes: 5, receivedBytes: 6 },
      { origin: 'accepted', sentBytes: 0, receivedBytes: 6 },
    ]);
    expect(sendAll(client, 'to the remote alone')).toBe(1);
    await until(() => server.received.length === 2);
    expect(sendOut(client, [client.connections.list(1, 1)[0]!.id], 'hello stranger')).toBe(1);
    await until(() => stranger.received.length === 1);
  });

  it('that is connected hears its remote alone, and has a real local address', async () => {
    const [server, stranger] = [await plainSocket(), await plainSocket()];
    const { client, recorder } = await opened(server.port, { udp: { connected: true } });
    const { local } = client.status;
    expect(local!.host).toBe('127.0.0.1');
    expect(recorder.details('bound')).toMatchObject([{ local, remote: { port: server.port } }]);
    await sendTo(stranger, local!.port, 'nobody hears this');
    await sendTo(server, local!.port, 'heard');
    await until(() => received(recorder).length === 1);
    expect(recorder.bytes('received').toString()).toBe('heard');
    expect(client.connections.openCount).toBe(1);
  });

  it('loses no datagram to the answer of an earlier one', async () => {
    const port = await freePort();
    const { client, recorder } = await opened(port, { udp: { connected: true } });
    for (let i = 0; i < 20; i++) sendAll(client, 'x');
    await until(() => client.connections.sentBytes === 20);
    expect(recorder.records.filter(({ kind }) => kind === 'sent')).toHaveLength(20);
    await until(() => notes(recorder, 'datagram-failed').length > 0);
    for (const { length } of notes(recorder, 'datagram-failed')) expect(length).toBeNull();
  });

  it('that is not connected hears nothing of a port that nobody has', async () => {
    const { client, recorder } = await opened(await freePort());
    const server = await plainSocket();
    sendAll(client, 'into the void');
    sendOut(client, { host: '127.0.0.1', port: server.port }, 'a sign that time has passed');
    await until(() => server.received.length === 1);
    expect(notes(recorder, 'datagram-failed')).toEqual([]);
    expect(client.connections.sentBytes).toBe(40);
  });

  it('binds the local address and port that it is given', async () => {
    const server = await plainSocket();
    const localPort = await freePort();
    const { client } = await opened(server.port, { localHost: '127.0.0.1', localPort });
    expect(client.status.local).toEqual({ host: '127.0.0.1', port: localPort, family: 'IPv4' });
  });

  it('resolves its host with a record, and fails with it', async () => {
    const server = await plainSocket();
    const recorder = new TestRecorder();
    const lookup: Lookup = (host, _options, callback) =>
      host === 'here.test'
        ? callback(null, [{ address: '127.0.0.1', family: 4 }])
        : callback(Object.assign(new Error('none'), { code: 'ENOTFOUND' }), []);
    const client = newClient(recorder, { lookup });
    client.connect(clientSettings(server.port, { host: 'here.test' }));
    await until(() => client.status.state === 'open');
    expect(recorder.details('resolved')).toMatchObject([{ host: 'here.test', addresses: ['127.0.0.1'] }]);
    await client.stop();
    client.connect(clientSettings(server.port, { host: 'gone.test' }));
    await until(() => client.status.state === 'failed');
    expect(recorder.details('failed')).toMatchObject([
      { during: 'resolving', code: 'ENOTFOUND', host: 'gone.test' },
    ]);
  });

  it('gives up a name that is not answered in time, and can be told to at once', async () => {
    const recorder = new TestRecorder();
    const client = newClient(recorder, { lookup: () => undefined });
    client.connect(clientSettings(9, { host: 'slow.test', connectTimeoutMs: 30 }));
    await until(() => client.status.state === 'failed');
    expect(client.status.failure!.code).toBe('ETIMEDOUT');
    client.connect(clientSettings(9, { host: 'slow.test' }));
    client.disconnect('close');
    await until(() => client.status.state === 'closed');
    expect(recorder.ends()).toHaveLength(2);
  });

  it('has one end record, on the stream of its remote, however often it is ended', async () => {
    const server = await plainSocket();
    const { client, recorder } = await opened(server.port);
    sendAll(client, 'bye');
    client.disconnect('finish');
    client.disconnect('close');
    await client.stop();
    await client.stop();
    expect(recorder.ends()).toHaveLength(1);
    expect(recorder.details('closed')).toMatchObject([
      { by: 'us', how: 'finish', sentBytes: 3, unsentBytes: 0 },
    ]);
    expect(recorder.ends()[0]!.stream).toBe(recorder.records.find(({ kind }) => kind === 'opened')!.sequence);
    expect(client).toMatchObject({ openSockets: 0, status: { state: 'closed', local: null } });
    await until(() => server.received.length === 1);
  });

  it('keeps at its end what the kernel had for it, before its end record', async () => {
    const server = await plainSocket();
    const { client, recorder } = await opened(server.port, { udp: { connected: true } });
    client.connections.setReading('all', false);
    for (const text of ['one', '', 'three']) await sendTo(server, client.status.local!.port, text);
    await client.stop();
    expect(received(recorder).map(({ length }) => length)).toEqual([3, 0, 5]);
    expect(recorder.details('closed')).toMatchObject([{ receivedBytes: 8 }]);
    expect(recorder.records.at(-1)!.kind).toBe('closed');
  });

  it('ends with its remote', async () => {
    const server = await plainSocket();
    const { client } = await opened(server.port);
    client.connections.end('all', 'close');
    await until(() => client.status.state === 'closed');
  });

  it('refuses port 0, a second connect and no host', async () => {
    const server = await plainSocket();
    const { client } = await opened(server.port);
    const refused = (settings: ReturnType<typeof clientSettings>, code: string) =>
      expect(() => client.connect(settings)).toThrow(expect.objectContaining({ code }) as Error);
    refused(clientSettings(0), 'ERR_SOCKET_BAD_PORT');
    refused(clientSettings(server.port), 'EISCONN');
    refused(clientSettings(server.port, { host: '' }), 'INVALID_ARGUMENT');
  });

  it.runIf(hasIpv6)('speaks IPv6', async () => {
    const server = await plainSocket('::1');
    const { client, recorder } = await opened(server.port, { host: '::1' });
    sendAll(client, 'six');
    await until(() => server.received.length === 1);
    await sendTo(server, client.status.local!.port, 'seven', '::1');
    await until(() => received(recorder).length === 1);
    expect(client.connections.openCount).toBe(1);
  });

  it('that is connected sends to its remote alone, and says so of any other address or name', async () => {
    const [server, other] = [await plainSocket(), await plainSocket()];
    const { client, recorder } = await opened(server.port, { udp: { connected: true } });
    expect(() => sendOut(client, { host: '127.0.0.1', port: other.port }, 'astray')).toThrow(
      expect.objectContaining({ code: 'DATAGRAM_CONNECTED' }) as Error,
    );
    sendOut(client, { host: 'localhost', port: other.port }, 'astray');
    await until(() => notes(recorder, 'datagram-failed').length === 1);
    sendOut(client, { host: '127.0.0.1', port: server.port }, 'home');
    await until(() => server.received.length === 1);
    expect(server.received.map(String)).toEqual(['home']);
    expect(notes(recorder, 'datagram-failed')).toMatchObject([{ code: 'DATAGRAM_CONNECTED', length: 6 }]);
    expect(client.connections).toMatchObject({ openCount: 1, queuedBytes: 0, sentBytes: 4 });
  });

  describe('with a datagram that waits for the address of its receiver’s name', () => {
    const waiting = async () => {
      const server = await plainSocket();
      const recorder = new TestRecorder();
      let answer: () => void = () => undefined;
      const lookup: Lookup = (_host, _options, callback) =>
        void (answer = () => callback(null, [{ address: '127.0.0.1', family: 4 }]));
      const client = newClient(recorder, { lookup });
      client.connect(clientSettings(server.port));
      await until(() => client.status.state === 'open');
      sendOut(client, { host: 'slow.test', port: server.port }, 'later');
      return { server, recorder, client, answer: () => answer() };
    };

    it('counts it as queued, and as never sent when it ends before', async () => {
      const { recorder, client, answer } = await waiting();
      expect(client.connections.queuedBytes).toBe(5);
      await client.stop();
      answer();
      expect(recorder.details('closed')).toMatchObject([{ unsentBytes: 5, sentBytes: 0 }]);
      expect(client.connections.queuedBytes).toBe(0);
    });

    it('keeps its bytes when the log is cleared meanwhile, and records them anew', async () => {
      const { server, recorder, client, answer } = await waiting();
      client.carry();
      expect(client.connections.needsCleared).toBe(true);
      const cleared = recorder.store(Buffer.from('what comes after'));
      answer();
      await until(() => server.received.length === 1);
      expect(String(server.received[0])).toBe('later');
      await until(() => client.connections.sentBytes === 5);
      const [sent] = recorder.records.filter(({ kind }) => kind === 'sent');
      expect(sent!.place).toBeGreaterThan(cleared);
      expect(recorder.bytes('sent').toString()).toBe('later');
      expect(client.connections).toMatchObject({ needsCleared: false, queuedBytes: 0 });
    });
  });
});
