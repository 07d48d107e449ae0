/** Each seam takes a member that is made here, and nothing else is changed for it. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { blockEntries } from './capture/format.ts';
import { newStream, noStream } from './capture/recorder.ts';
import { scan } from './capture/scan.ts';
import { framer } from '../../shared/framing/kind.ts';
import { byMessage } from './handlers/messages.ts';
import { ReplyWriter } from './handlers/reply-writer.ts';
import type { MakeHandler } from './net/handler.ts';
import type { Layer, LayerPlan } from './net/layer.ts';
import type { ByteStream } from './net/stream-socket.ts';
import { Jobs } from './jobs.ts';
import type { Exporter } from './reading/exporters/exporter.ts';
import { Connection } from './stream/connection.ts';
import { Connections } from './stream/connections.ts';
import { StreamIndex } from './reading/stream-index.ts';
import { anyFilter, openView, save, text, withBench } from './testing/capture-kit.ts';
import { UdpListener } from './datagram/udp-listener.ts';
import { listenerSettings as datagramSettings, plainSocket, sendTo } from './testing/datagram-kit.ts';
import {
  clientSettings,
  closeLater,
  listening,
  newClient,
  plainPeer,
  sendAll,
  until,
} from './testing/stream-kit.ts';
import { TestRecorder } from './testing/recorder.ts';

/** Answers with what came, backwards, and keeps count of its peers' ends. */
function backwards(): { make: MakeHandler; ended: () => number } {
  let ended = 0;
  const make: MakeHandler = (port) => ({
    opened: () => undefined,
    received: (bytes) => port.reply(port.recorder.store(bytes.slice().reverse()), bytes.length),
    finished: (answered) => answered(),
    closed: () => void ended++,
  });
  return { make, ended: () => ended };
}

it('a handler of a stream is handed to each peer', async () => {
  const { make, ended } = backwards();
  const { port } = await listening({}, { handlerOf: () => make });
  const peers = [await plainPeer(port), await plainPeer(port)];
  for (const peer of peers) peer.write('abc');
  await until(() => peers.every((peer) => Buffer.concat(peer.received).toString() === 'cba'));
  for (const peer of peers) peer.destroy();
  await until(() => ended() === 2);
});

/** Turns bit 5 of every byte on the wire, once the other side has said `~`. */
function swapsCase(): LayerPlan {
  const swap = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ 0x20);
  const layer: Layer = (below, port) => {
    const socket = new Duplex({
      read: () => undefined,
      write: (bytes: Uint8Array, _encoding, done) => below.socket.write(swap(bytes), done),
      final: (done) => void below.socket.end(done),
      destroy: (error, done) => done(below.socket.destroy() && error),
    });
    const { local, remote, progress } = below;
    const stream: ByteStream = {
      ...{ socket, local, remote, progress, receiver: null, failure: null, untakenBytes: null },
      ...{ waitingBytes: null, mostTogether: Infinity, closeNotify: () => null, drain: () => below.drain() },
      confirmEnd: () => below.confirmEnd(),
      reset: () => below.reset(),
    };
    below.receiver = (first) => {
      below.receiver = (bytes) => stream.receiver?.(swap(bytes));
      port.opened();
      if (first.length > 1) below.receiver(first.subarray(1));
    };
    below.socket.on('end', () => socket.emit('end')).on('close', () => socket.destroy());
    below.socket.write('~');
    below.socket.resume();
    return { stream, facts: {} };
  };
  return { during: 'securing', prepare: async () => layer };
}

it('layers stand between the sockets of servers and clients and their peers', async () => {
  const layersOf = (): LayerPlan[] => [swapsCase(), swapsCase(), swapsCase()];
  const { make } = backwards();
  const { port, listener, recorder } = await listening({}, { layersOf, handlerOf: () => make });
  const own = new TestRecorder();
  const client = newClient(own, { layersOf });
  client.connect(clientSettings(port));
  await until(() => client.status.state === 'open');
  sendAll(client, Buffer.from('abc'));
  await until(() => String(own.bytes('received')) === 'cba');
  expect(String(recorder.bytes('received'))).toBe('abc');
  await client.disconnect('close');
  await until(() => listener.connections.openCount === 0);

  const peer = await plainPeer(port);
  const said = (): string => Buffer.concat(peer.received).toString();
  // Each layer greets through those below it, which are open when theirs was answered.
  for (const greetings of ['~', '~^', '~^~']) {
    await until(() => said() === greetings);
    peer.write('!');
  }
  await until(() => listener.connections.list(0, 1)[0]?.state === 'open');
  peer.write('ABC');
  await until(() => said() === '~^~CBA');
});

it('the same handler is handed to each peer of a UDP socket', async () => {
  const { make } = backwards();
  const listener = new UdpListener(new TestRecorder(), { handlerOf: () => make });
  closeLater(() => listener.stop());
  const { port } = await listener.start(datagramSettings());
  const peer = await plainSocket();
  const answered = once(peer, 'message');
  await sendTo(peer, port, 'abc');
  await answered;
  expect(String(peer.received[0])).toBe('cba');
});

it('a reading follows a capture: told when it grows, is cleared and closes, it scans what it wants', () =>
  withBench(async ({ open }) => {
    const capture = await open();
    const told: string[] = [];
    capture.follow({
      written: () => told.push('written'),
      rebased: () => told.push('rebased'),
      closing: async () => void told.push('closing'),
    });
    const records = blockEntries + 10;
    const place = capture.store(new Uint8Array(7));
    for (let i = 0; i < records; i++) capture.append('received', noStream, place, i % 7, 1);
    await capture.flush();
    let bytes = 0;
    const slices: number[] = [];
    await scan(capture, { from: 5 }, (entries) => {
      slices.push(entries.count);
      for (let i = 0; i < entries.count; i++) bytes += entries.length(i);
    });
    expect(slices).toEqual([blockEntries - 5, 10]);
    expect(bytes).toBe(Array.from({ length: records - 5 }, (_, i) => (i + 5) % 7).reduce((a, b) => a + b));
    let visited = 0;
    await scan(capture, { from: 0, to: 100, most: 10 }, () => ++visited < 3);
    expect(visited).toBe(3);
    capture.clear();
    await capture.close();
    expect([...new Set(told)]).toEqual(['written', 'rebased', 'closing']);
  }));

it('a reading sees a stream as one space of bytes, whatever records they came in', () =>
  withBench(async ({ open }) => {
    const capture = await open();
    const stream = capture.append('opened', newStream, 0, 0);
    for (const part of ['one\ntw', 'o\nth', '', 'ree\n']) {
      capture.record('received', stream, Buffer.from(part));
      capture.record('received', noStream, Buffer.from('another\n'));
    }
    /** Line `number` of the stream. */
    const line = async (number: number): Promise<string> => {
      const index = new StreamIndex(capture, stream, 'received');
      await scan(capture, { from: stream }, (entries) => index.add(entries));
      let whole = '';
      for await (const { sequence, within, length } of index.pieces(0, index.bytes))
        whole += text(await capture.payload(sequence, within, length));
      return whole.split('\n')[number]!;
    };
    expect([await line(0), await line(1), await line(2)]).toEqual(['one', 'two', 'three']);
  }));

it('an exporter writes a log, with what stands around its records, and a job tells how far it is', () =>
  withBench(async ({ folder, open }) => {
    const csv: Exporter = {
      extension: 'csv',
      liveEvents: 'written',
      takes: (kind) => kind === 'sent' || kind === 'received',
      write: () => ({
        head: 'sequence;length\n',
        record: async function* ({ sequence, length }) {
          yield `${sequence};${length}\n`;
        },
        foot: 'end\n',
      }),
    };
    const capture = await open();
    for (let i = 0; i < 3; i++) capture.record('sent', noStream, new Uint8Array(i));
    capture.recordDetail(noStream, { kind: 'stopped', connections: 0, durationMs: 1 });
    const path = join(folder, 'log.csv');
    const view = openView(capture, anyFilter);
    const jobs = new Jobs();
    const told: (number | undefined)[] = [];
    const bytes = await jobs.run(
      { kind: 'save-log', endpoint: 'e0', isPreparing: false, place: path },
      ({ signal, told: tell }) =>
        save(capture, view, path, csv, {
          signal,
          told: (done, total) => {
            tell(done, total);
            told.push(jobs.list[0]?.done);
          },
        }),
    );
    expect(await readFile(path, 'utf8')).toBe('sequence;length\n0;0\n1;1\n2;2\nend\n');
    expect(bytes).toBe(32);
    expect(told.at(-1)).toBe(4);
  }));

/** One byte that says how many follow. */
const counted = framer('counted', {}, () => ({
  why: 'incomplete',
  cutter: () => {
    const state = { mark: null, left: 0 };
    return {
      state,
      read: (bytes, ends) => {
        for (const [at, byte] of bytes.entries()) {
          state.left = state.left === 0 ? byte : state.left - 1;
          if (state.left === 0) ends(at + 1);
        }
      },
    };
  },
  payload: (bytes) => bytes.subarray(1),
}));

it('a framer cuts what a server answers', async () => {
  const make: MakeHandler = (port) => {
    const writer = new ReplyWriter(port);
    return byMessage(writer, counted.read(null), {
      message: (bytes) => writer.reply(bytes.slice(1).reverse()),
    });
  };
  const { port } = await listening({}, { handlerOf: () => make });
  const peer = await plainPeer(port);
  peer.write('\x03abc\x02d');
  await until(() => Buffer.concat(peer.received).toString() === 'cba');
  peer.write('e\x01');
  await until(() => Buffer.concat(peer.received).toString() === 'cbaed');
});

/** Two ends of a line that is no socket. */
function line(): [ByteStream, ByteStream] {
  const [one, other] = [0, 0].map(() => new Duplex({ allowHalfOpen: true, read: () => undefined }));
  const from = (socket: Duplex, to: Duplex): ByteStream => {
    socket._write = (bytes: Uint8Array, _encoding, done) => {
      to.emit('heard', bytes);
      done();
    };
    socket._final = (done) => {
      to.push(null);
      done();
    };
    const stream: ByteStream = {
      ...{ socket, local: null, remote: null, receiver: null, failure: null, untakenBytes: null },
      ...{ waitingBytes: null, progress: 0, mostTogether: Infinity, closeNotify: () => null },
      ...{ confirmEnd: () => true, drain: () => null, reset: () => void socket.destroy() },
    };
    socket.on('heard', (bytes: Uint8Array) => stream.receiver?.(bytes));
    return stream;
  };
  return [from(one!, other!), from(other!, one!)];
}

it('a source of byte streams has connections as a socket has', async () => {
  const recorder = new TestRecorder();
  const connections = new Connections(recorder);
  const { make } = backwards();
  const options = { highWaterBytes: 1024, afterPeerFinishes: 'finish' } as const;
  const [near, far] = line();
  const asking = new Connection(connections, near, { origin: 'initiated', handler: null, ...options });
  const answering = new Connection(connections, far, { origin: 'accepted', handler: make, ...options });
  asking.send(recorder.store(Buffer.from('abc')), 3);
  await until(() => String(recorder.bytes('received', asking.stream)) === 'cba');
  asking.end('close');
  await connections.ended();
  expect([asking.cause?.kind, answering.cause?.kind]).toEqual(['closed', 'closed']);
  expect(String(recorder.bytes('received', answering.stream))).toBe('abc');
});
