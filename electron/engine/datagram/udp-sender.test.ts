import { expect, it } from 'vitest';
import { TestRecorder } from '../testing/recorder.ts';
import { Peer } from './peer.ts';
import { plainSocket, until } from '../testing/datagram-kit.ts';
import { UdpSender } from './udp-sender.ts';
import { UdpSocket } from './udp-socket.ts';

const anyPort = { host: '127.0.0.1', port: 0, ipv6Only: false, reusePort: false, reuseAddress: false };
const quiet = { received: () => undefined, failed: () => undefined, note: () => undefined };

function push(sender: UdpSender, source: TestRecorder, bytes: Uint8Array, peer: Peer, isReply = false): void {
  const { length } = bytes;
  sender.push({ peer, source, place: source.store(bytes), length, isReply, age: sender.age, fate: null });
}

it('reads back what has left memory, in order', async () => {
  const receiver = await plainSocket();
  const socket = await UdpSocket.open(anyPort, quiet);
  const recorder = new TestRecorder();
  const sender = new UdpSender(socket, {
    sent: () => undefined,
    failed: () => undefined,
    answered: () => undefined,
  });
  const about = { origin: 'initiated', local: socket.local, openedAt: 0, isFixed: false } as const;
  const peer = new Peer({ ...about, wireHost: '127.0.0.1', port: receiver.port });
  for (let i = 0; i < 300; i++) {
    recorder.forgetful = i % 3 === 0;
    push(sender, recorder, Buffer.from(String(i)), peer, i % 2 === 0);
  }
  recorder.forgetful = true;
  await sender.drained(10_000);
  await until(() => receiver.received.length === 300);
  expect(receiver.received.map(String)).toEqual(Array.from({ length: 300 }, (_, i) => String(i)));
  expect(sender.replyBytes).toBe(0);
  await socket.close();
});
