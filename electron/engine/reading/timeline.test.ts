import { answers } from '../handlers/replies.ts';
import { describe, expect, it } from 'vitest';
import type { RecordDetail } from '../../../shared/records.ts';
import { maxSteps, type Timeline } from '../../../shared/timeline.ts';
import type { Capture } from '../capture/capture.ts';
import { newStream, noStream } from '../capture/recorder.ts';
import { recordOpened, withBench } from '../testing/capture-kit.ts';
import { Client } from '../stream/client.ts';
import { Listener } from '../stream/listener.ts';
import {
  clientSettings,
  freePort,
  listenerSettings,
  plainPeer,
  plainServer,
  portOf,
  until,
} from '../testing/stream-kit.ts';
import { timelineOf } from './timeline.ts';
import { plainSocket, sendTo } from '../testing/datagram-kit.ts';
import { UdpClient } from '../datagram/udp-client.ts';
import { UdpListener } from '../datagram/udp-listener.ts';

const counters = { receivedBytes: 0, sentBytes: 0, unsentBytes: 0, durationMs: 1 };
const closed: RecordDetail = { kind: 'closed', by: 'us', how: 'close', ...counters };
const remote = { host: '127.0.0.1', port: 9, family: 'IPv4' } as const;
const resolved: RecordDetail = { kind: 'resolved', host: 'here', addresses: [], durationMs: 1, code: null };
const failed: RecordDetail = {
  ...{ kind: 'failed', during: 'connecting', code: 'ECONNREFUSED', message: '', host: 'here', port: 9 },
  ...counters,
};
const retry: RecordDetail = { kind: 'note', note: 'retry', delayMs: 1, attempt: 1 };
const attempted = (outcome: 'connected' | 'failed'): RecordDetail => ({
  kind: 'attempted',
  remote,
  outcome,
  code: outcome === 'failed' ? 'ECONNREFUSED' : null,
  durationMs: 1,
});
const initiated: RecordDetail = {
  kind: 'opened',
  socket: 'stream',
  origin: 'initiated',
  local: null,
  remote,
  carried: false,
};

const kinds = ({ steps }: Timeline): string[] => steps.map(({ kind }) => kind);
const sequences = ({ steps }: Timeline): number[] =>
  steps.map(({ sequence }) => sequence).sort((a, b) => a - b);
const append = (capture: Capture, ...details: RecordDetail[]): number[] =>
  details.map((detail) => capture.recordDetail(noStream, detail));

describe('the timeline of a connection', () => {
  it('tells a client from its name to its end, and is the same for each of its records', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const server = await plainServer((socket) =>
        socket.on('data', () => socket.write('pong')).on('end', () => socket.end()),
      );
      const client = new Client(capture);
      client.connect(clientSettings(portOf(server), { host: 'localhost' }));
      await until(() => client.status.state === 'open');
      client.connections.send('all', capture.store(Buffer.from('ping')), 4);
      await until(() => client.connections.receivedBytes === 4);
      client.disconnect('finish');
      await until(() => client.status.state === 'closed');
      const timeline = await timelineOf(capture, capture.length - 1);
      expect(kinds(timeline).filter((kind) => kind !== 'attempt')).toEqual([
        'resolve',
        'open',
        'first-sent',
        'first-received',
        'half-close',
        'end',
      ]);
      expect(kinds(timeline)).toContain('attempt');
      expect(timeline.peer).toBe(`127.0.0.1:${portOf(server)}`);
      expect(timeline.end).not.toBeNull();
      for (let sequence = 0; sequence < capture.length; sequence++)
        expect(await timelineOf(capture, sequence)).toEqual(timeline);
    }));

  it('tells an attempt that never became one', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const client = new Client(capture);
      client.connect(clientSettings(await freePort(), { host: '127.0.0.1' }));
      await until(() => client.status.state === 'failed');
      const timeline = await timelineOf(capture, 0);
      expect(timeline.steps).toMatchObject([
        { kind: 'attempt', isFailure: true, detail: { code: 'ECONNREFUSED' } },
        { kind: 'end', isFailure: true },
      ]);
      expect(await timelineOf(capture, 1)).toEqual(timeline);
    }));

  it('keeps an accepted connection apart from its neighbours', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const listener = new Listener(capture, { handlerOf: answers });
      const { port } = await listener.start(listenerSettings({ reply: 'echo', host: '127.0.0.1' }));
      const [one, two] = [await plainPeer(port), await plainPeer(port)];
      one.write('one');
      await until(() => one.received.length > 0);
      two.end();
      await until(() => listener.connections.openCount === 1);
      const infos = listener.connections.list(0, 2);
      const first = await timelineOf(capture, infos[0]!.connection);
      expect(kinds(first)).toEqual(['open', 'first-received', 'first-sent']);
      expect(first.end).toBeNull();
      expect(kinds(await timelineOf(capture, infos[1]!.connection))).toEqual(['open', 'half-close', 'end']);
      await listener.stop();
      expect(kinds(await timelineOf(capture, infos[0]!.connection)).at(-1)).toBe('end');
    }));

  it('begins each go behind the end of the one before', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      append(capture, resolved, attempted('failed'), failed, retry, resolved, attempted('connected'));
      const stream = capture.recordDetail(newStream, initiated);
      capture.recordDetail(stream, closed);
      append(capture, retry, resolved);
      expect(sequences(await timelineOf(capture, 0))).toEqual([0, 1, 2]);
      expect(sequences(await timelineOf(capture, 2))).toEqual([0, 1, 2]);
      expect(sequences(await timelineOf(capture, 3))).toEqual([0, 1, 2]);
      expect(sequences(await timelineOf(capture, 4))).toEqual([4, 5, 6, 7]);
      expect(sequences(await timelineOf(capture, 7))).toEqual([4, 5, 6, 7]);
      expect(sequences(await timelineOf(capture, 8))).toEqual([4, 5, 6, 7]);
      const last = await timelineOf(capture, 9);
      expect(sequences(last)).toEqual([9]);
      expect(last.end).toBeNull();
    }));

  it('is one step for a record of no connection', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const local = { host: '127.0.0.1', port: 9000, family: 'IPv4' } as const;
      append(
        capture,
        { kind: 'listening', local, backlog: 1 },
        { kind: 'note', note: 'refused', count: 1, limit: 1 },
      );
      const stream = recordOpened(capture);
      capture.recordDetail(stream, closed);
      expect(sequences(await timelineOf(capture, 0))).toEqual([0]);
      expect(sequences(await timelineOf(capture, 1))).toEqual([1]);
      expect(sequences(await timelineOf(capture, 3))).toEqual([2, 3]);
    }));

  it('does not reach back behind a cleared log', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      append(capture, resolved);
      capture.clear();
      append(capture, attempted('connected'));
      const stream = capture.recordDetail(newStream, initiated);
      expect(sequences(await timelineOf(capture, stream))).toEqual([1, 2]);
      capture.undoClear();
      expect(sequences(await timelineOf(capture, stream))).toEqual([0, 1, 2]);
    }));

  it('ends the peers of a UDP socket with it', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const streams = [recordOpened(capture, 1), recordOpened(capture, 2)];
      append(capture, { kind: 'note', note: 'dropped', count: 1, total: 1 });
      append(capture, { kind: 'stopped', connections: 0, durationMs: 1 });
      recordOpened(capture, 3);
      for (const stream of streams) {
        const timeline = await timelineOf(capture, stream);
        expect(sequences(timeline)).toEqual([stream, 3]);
        expect(timeline.end).not.toBeNull();
      }
      expect((await timelineOf(capture, 4)).end).toBeNull();
    }));

  it('ends what was open when the process was killed', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = recordOpened(capture);
      append(capture, resolved, { kind: 'note', note: 'capture-ended-early' }, resolved);
      expect(sequences(await timelineOf(capture, stream))).toEqual([0, 2]);
      expect(await timelineOf(capture, 1)).toMatchObject({ end: expect.any(Number) as number });
      expect(sequences(await timelineOf(capture, 3))).toEqual([3]);
    }));

  it('refuses a record that does not exist', () =>
    withBench(async ({ open }) => {
      await expect(timelineOf(await open(), 5)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }));

  it('ends with the socket of a UDP client for whoever else it heard from', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const [server, stranger] = [await plainSocket(), await plainSocket()];
      const client = new UdpClient(capture);
      client.connect({ ...clientSettings(server.port), transport: 'udp' });
      await until(() => client.status.state === 'open');
      const { port } = client.status.local!;
      await sendTo(stranger, port, 'hello');
      await until(() => client.connections.openCount === 2);
      client.connections.send('all', capture.store(Buffer.from('to the server')), 13);
      const [, { connection: stream }] = client.connections.list(0, 2) as [unknown, { connection: number }];
      expect((await timelineOf(capture, stream)).end).toBeNull();
      client.carry();
      const [, { connection: carried }] = client.connections.list(0, 2) as [unknown, { connection: number }];
      await client.stop();
      for (const one of [stream, carried]) {
        const { steps, end, peer } = await timelineOf(capture, one);
        expect(peer).toBe(`127.0.0.1:${stranger.port}`);
        expect(end).not.toBeNull();
        const receivedBytes = one === stream ? 5 : 0;
        expect(steps.at(-1)?.detail).toMatchObject({ kind: 'closed', receivedBytes, sentBytes: 0 });
      }
      // The next socket of the same client has peers of its own.
      client.connect({ ...clientSettings(server.port), transport: 'udp' });
      await until(() => client.status.state === 'open');
      await sendTo(stranger, client.status.local!.port, 'hello again');
      await until(() => client.connections.openCount === 2);
      const [, { connection: next }] = client.connections.list(0, 2) as [unknown, { connection: number }];
      expect((await timelineOf(capture, next)).end).toBeNull();
      await client.stop();
    }));

  it('of a UDP server’s peer goes on when another peer is ended', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const listener = new UdpListener(capture, { handlerOf: answers });
      const { port } = await listener.start({ ...listenerSettings(), transport: 'udp' });
      for (const peer of [await plainSocket(), await plainSocket()]) await sendTo(peer, port, 'hello');
      await until(() => listener.connections.openCount === 2);
      const [first, second] = listener.connections.list(0, 2);
      listener.connections.end([second!.id], 'close');
      expect((await timelineOf(capture, second!.connection)).end).not.toBeNull();
      expect((await timelineOf(capture, first!.connection)).end).toBeNull();
      await listener.stop();
      expect((await timelineOf(capture, first!.connection)).end).not.toBeNull();
    }));

  it('shows at most 1000 steps, the end among them, and counts the rest', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = recordOpened(capture);
      for (let i = 0; i < 3000; i++)
        capture.recordDetail(stream, { kind: 'note', note: 'rule', rule: 1, words: String(i) });
      capture.recordDetail(stream, closed);
      const { steps, omitted } = await timelineOf(capture, stream);
      expect(steps.length).toBeLessThanOrEqual(maxSteps);
      expect(steps.at(-1)?.kind).toBe('end');
      expect(steps.length + omitted).toBe(3002);
    }));

  it('finds the few events of one connection among a million records, and what came since', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const [stream, noise] = [recordOpened(capture, 1), recordOpened(capture, 2)];
      const bytes = new Uint8Array(16);
      for (let i = 0; i < 1_000_000; i++) capture.record(i % 2 === 0 ? 'sent' : 'received', noise, bytes);
      await capture.flush();
      capture.record('received', stream, bytes);
      expect(sequences(await timelineOf(capture, stream))).toEqual([stream, 1_000_002]);
      capture.record('received', stream, bytes);
      capture.recordDetail(stream, closed);
      expect(sequences(await timelineOf(capture, 1_000_002))).toEqual([stream, 1_000_002, 1_000_004]);
      expect((await timelineOf(capture, noise)).steps).toHaveLength(3);
    }));

  it('answers several pages that ask at once', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = recordOpened(capture);
      for (let i = 0; i < 100_000; i++) capture.record('sent', stream, new Uint8Array(1));
      capture.recordDetail(stream, closed);
      const all = await Promise.all([1, 2, 3].map(() => timelineOf(capture, stream)));
      for (const timeline of all) expect(kinds(timeline)).toEqual(['open', 'first-sent', 'end']);
    }));
});
