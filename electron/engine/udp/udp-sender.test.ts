import { expect, it } from 'vitest';
import { TestRecorder } from '../test-recorder.ts';
import { Peer } from './peer.ts';
import { plainSocket, until } from './test-kit.ts';
import { UdpSender } from './udp-sender.ts';
import { UdpSocket } from './udp-socket.ts';

const anyPort = { host: '127.0.0.1', port: 0, ipv6Only: false, reusePort: false, reuseAddress: false };
const quiet = { received: () => undefined, failed: () => undefined, note: () => undefined };

function push(sender: UdpSender, source: TestRecorder, bytes: Uint8Array, peer: Peer, isReply = false): void {
  const { length } = bytes;
  sender.push({ peer, source, place: source.store(bytes), length, isReply, age: sender.age });
}

it('tells the kernel’s EMSGSIZE of one datagram, and sends the next', async () => {
  const receiver = await plainSocket();
  const socket = await UdpSocket.open(anyPort, quiet);
  const recorder = new TestRecorder();
  const told: string[] = [];
  const sender = new UdpSender(socket, {
    sent: ({ length }) => told.push(`sent ${length}`),
    failed: ({ length }, error) => told.push(`${(error as { code: string }).code} ${length}`),
    answered: () => told.push('answered'),
  });
  const { local } = socket;
  const about = { origin: 'initiated', local, openedAt: 0, isFixed: false } as const;
  const peer = new Peer({ ...about, wireHost: '127.0.0.1', port: receiver.port });
  const longest = peer.longest;
  for (const length of [longest + 1, longest, 0]) push(sender, recorder, Buffer.alloc(length), peer);
  await sender.drained(10_000);
  expect(told.toSorted()).toEqual(['EMSGSIZE 65508', 'sent 0', 'sent 65507']);
  await until(() => receiver.received.length === 2);
  await socket.close();
  await socket.close();
});

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
