/** Each seam takes a member that is made here, and nothing else is changed for it. */
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { blockEntries } from './capture/format.ts';
import { noStream } from './capture/recorder.ts';
import { scan } from './capture/scan.ts';
import type { MakeHandler } from './net/handler.ts';
import { withBench } from './testing/capture-kit.ts';
import { UdpListener } from './datagram/udp-listener.ts';
import { listenerSettings as datagramSettings, plainSocket, sendTo } from './testing/datagram-kit.ts';
import { closeLater, listening, plainPeer, until } from './testing/stream-kit.ts';
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
