import { describe, expect, test } from 'vitest';
import { defaultProxy } from '../../../../shared/settings/proxy.ts';
import { defaultReply } from '../../../../shared/settings/reply.ts';
import type { Place } from '../../capture/recorder.ts';
import { TestRecorder } from '../../testing/recorder.ts';
import {
  clientSettings,
  listening,
  newClient,
  pattern,
  plainPeer,
  plainServer,
  portOf,
  runMeanwhile,
  sendAll,
  until,
} from '../../testing/stream-kit.ts';
import { expectOneEnd, survives } from '../../testing/fault-kit.ts';

/** Takes nothing but `block`, over and over, in pieces of any length; keeps only how much of it came. */
class CheckingRecorder extends TestRecorder {
  received = 0;
  readonly #twice: Buffer;

  constructor(block: Buffer) {
    super(false);
    this.#twice = Buffer.concat([block, block]);
  }

  override store(bytes: Uint8Array): Place {
    const at = this.received % (this.#twice.length / 2);
    if (!this.#twice.subarray(at, at + bytes.length).equals(bytes))
      throw new Error(`Other bytes than were sent at ${this.received}.`);
    this.received += bytes.length;
    return super.store(bytes);
  }
}

describe('a peer', () => {
  test('that resets at once ends its connection once', () =>
    survives(async () => {
      const port = portOf(await plainServer((socket) => socket.resetAndDestroy()));
      const recorder = new TestRecorder();
      newClient(recorder).connect(clientSettings(port));
      await until(() => recorder.ends().length > 0);
      expectOneEnd(recorder, { kind: 'failed', code: 'ECONNRESET', receivedBytes: 0 });
    }));

  test('that resets before it is accepted ends its connection once', () =>
    survives(async () => {
      const { recorder, port } = await listening();
      const script =
        "const s = require('net').connect(+process.argv[1], '127.0.0.1', () => s.resetAndDestroy())";
      runMeanwhile(script, port);
      await until(() => recorder.ends().length > 0);
      expectOneEnd(recorder, { kind: 'failed', code: 'ECONNRESET' });
    }));

  test('that resets after 70,001 bytes, before we hear that it connected, has all of them captured first', () =>
    survives(async () => {
      const bytes = pattern(70_001);
      const server = await plainServer((socket) => socket.write(bytes, () => socket.resetAndDestroy()));
      const recorder = new TestRecorder();
      newClient(recorder).connect(clientSettings(portOf(server)));
      await until(() => recorder.ends().length > 0);
      expect(recorder.bytes('received').equals(bytes)).toBe(true);
      expectOneEnd(recorder, { kind: 'failed', during: 'open', code: 'ECONNRESET', receivedBytes: 70_001 });
    }));

  test.each([
    ['TLS', { transport: 'tls' }],
    ['a proxy', { proxy: { ...defaultProxy(), kind: 'socks5' } }],
  ] as const)('that does so instead of speaking %s fails once all the same', (_what, changes) =>
    survives(async () => {
      const server = await plainServer((socket) =>
        socket.write(pattern(70_001), () => socket.resetAndDestroy()),
      );
      const recorder = new TestRecorder();
      const port = portOf(server);
      const proxied = 'proxy' in changes ? { proxy: { ...changes.proxy, port } } : changes;
      newClient(recorder).connect(clientSettings(port, proxied));
      await until(() => recorder.ends().length > 0);
      expectOneEnd(recorder, { kind: 'failed' });
    }),
  );

  test('that sends a banner of 64 MiB has every byte of it captured and ends as it meant to', () =>
    survives(async () => {
      const block = pattern(1024 * 1024);
      const server = await plainServer((socket) => {
        for (let sent = 0; sent < 64; sent++) socket.write(block);
        socket.end();
      });
      const recorder = new CheckingRecorder(block);
      newClient(recorder).connect(clientSettings(portOf(server)));
      await until(() => recorder.ends().length > 0);
      expectOneEnd(recorder, { kind: 'closed', by: 'peer', how: 'finish', receivedBytes: 64 * 1024 * 1024 });
      expect(recorder.received).toBe(64 * 1024 * 1024);
    }));

  test('that sends a byte a second is given the time, although it had little for connecting', () =>
    survives(async () => {
      const bytes = pattern(4);
      const server = await plainServer(async (socket) => {
        for (const byte of bytes) {
          socket.write(Uint8Array.of(byte));
          await new Promise((resolve) => setTimeout(resolve, 1000));
        }
        socket.end();
      });
      const recorder = new TestRecorder();
      newClient(recorder).connect(clientSettings(portOf(server), { connectTimeoutMs: 500 }));
      await until(() => recorder.ends().length > 0);
      expect(recorder.bytes('received').equals(bytes)).toBe(true);
      expect(recorder.records.filter(({ kind }) => kind === 'received')).toHaveLength(4);
      expectOneEnd(recorder, { kind: 'closed', by: 'peer', how: 'finish', receivedBytes: 4 });
    }));

  test('that sends byte by byte has each of them in order', () =>
    survives(async () => {
      const bytes = pattern(200);
      const server = await plainServer(async (socket) => {
        for (const byte of bytes) {
          socket.write(Uint8Array.of(byte));
          await new Promise((resolve) => setTimeout(resolve, 2));
        }
        socket.end();
      });
      const recorder = new TestRecorder();
      newClient(recorder).connect(clientSettings(portOf(server)));
      await until(() => recorder.ends().length > 0);
      expect(recorder.bytes('received').equals(bytes)).toBe(true);
      expect(recorder.records.filter(({ kind }) => kind === 'received').length).toBeGreaterThan(10);
      expectOneEnd(recorder, { kind: 'closed', by: 'peer', how: 'finish' });
    }));

  test('that sends 10 MiB without a line end is answered all the same', () =>
    survives(async () => {
      const { recorder, port } = await listening({ reply: 'echo' });
      const bytes = Buffer.alloc(10 * 1024 * 1024, 'x');
      const peer = await plainPeer(port);
      peer.end(bytes);
      await until(() => peer.readableEnded && recorder.ends().length > 0);
      expect(Buffer.concat(peer.received).equals(bytes)).toBe(true);
      expectOneEnd(recorder, { kind: 'closed', by: 'peer', how: 'finish' });
    }));

  test('whose lines are answered, and who sends 10 MiB without an end of one, is answered in pieces', () =>
    survives(async () => {
      const prefix = { mode: 'text', text: '>' } as const;
      const reply = { ...defaultReply(), kind: 'prefix', boundary: 'line', prefix } as const;
      const { recorder, port } = await listening({ reply });
      const bytes = Buffer.alloc(10 * 1024 * 1024, 'x');
      const peer = await plainPeer(port);
      peer.end(bytes);
      await until(() => peer.readableEnded && recorder.ends().length > 0);
      const answer = Buffer.concat(peer.received).toString();
      expect(answer.replaceAll('>', '')).toBe(bytes.toString());
      expect(answer).toMatch(/^>/);
      expect(recorder.bytes('received').equals(bytes)).toBe(true);
      const notes = recorder.details('note').filter(({ note }) => note !== 'resumed');
      expect(notes).toMatchObject([{ note: 'reply-failed' }]);
      expectOneEnd(recorder, { kind: 'closed', by: 'peer', how: 'finish', receivedBytes: bytes.length });
    }));

  test('that never reads while 100 MB are sent is ended once, with every byte accounted for', () =>
    survives(async () => {
      const { listener, recorder, port } = await listening({}, {}, new TestRecorder(false));
      const peer = await plainPeer(port);
      peer.pause();
      await until(() => listener.connections.openCount === 1);
      const block = Buffer.alloc(1_000_000);
      for (let sent = 0; sent < 100; sent++) sendAll(listener, block);
      await until(() => listener.connections.list(0, 1)[0]?.notReadingSince !== null);
      listener.connections.end('all', 'reset');
      await until(() => recorder.ends().length > 0);
      const { sentBytes, unsentBytes } = recorder.details('closed')[0]!;
      expect(sentBytes + unsentBytes).toBe(100_000_000);
      expectOneEnd(recorder, { kind: 'closed', by: 'us', how: 'reset' });
    }));

  test('that has finished sending still gets its reply, from a server and from a client', () =>
    survives(async () => {
      const { listener, recorder, port } = await listening({ afterPeerFinishes: 'stay' });
      const peer = await plainPeer(port);
      peer.end('question');
      await until(() => recorder.details('half-closed').length === 1);
      sendAll(listener, Buffer.from('answer'));
      listener.connections.end('all', 'finish');
      await until(() => Buffer.concat(peer.received).toString() === 'answer' && recorder.ends().length > 0);
      expectOneEnd(recorder, { kind: 'closed', by: 'peer', how: 'finish', receivedBytes: 8, sentBytes: 6 });

      const server = await plainServer((socket) => {
        socket.end('greeting');
        socket.on('data', () => undefined);
      });
      const said = new TestRecorder();
      const client = newClient(said);
      client.connect(clientSettings(portOf(server), { afterPeerFinishes: 'stay' }));
      await until(() => said.details('half-closed').length === 1);
      sendAll(client, Buffer.from('thanks'));
      client.disconnect('finish');
      await until(() => said.ends().length > 0);
      expectOneEnd(said, { kind: 'closed', by: 'peer', how: 'finish', sentBytes: 6 });
    }));
});
