import { expect, test } from 'vitest';
import { pattern, until } from '../../testing/stream-kit.ts';
import { serving, tlsPeer } from '../../testing/tls-kit.ts';
import { createSecureContext, TLSSocket } from 'node:tls';
import { PassThrough } from 'node:stream';
import { readIntoBuffer } from './read-buffer.ts';

test('this Node reads TLS into one buffer', () => {
  const socket = new TLSSocket(new PassThrough(), { secureContext: createSecureContext({}) });
  expect(readIntoBuffer(socket, () => undefined)).toBe(true);
  socket.destroy();
});

test('many connections at once keep their bytes apart, although they share the buffer', async () => {
  const { recorder, listener, port } = await serving();
  const peers = await Promise.all(Array.from({ length: 8 }, () => tlsPeer(port)));
  await until(() => recorder.details('secured').length === peers.length);
  const all = pattern(8 * 400_000);
  peers.forEach((peer, index) => peer.end(all.subarray(index * 400_000, (index + 1) * 400_000)));
  await until(() => listener.connections.openCount === 0);
  const streams = recorder.records.filter(({ kind }) => kind === 'opened').map(({ stream }) => stream);
  const pieces = streams.map((stream) => recorder.bytes('received', stream));
  for (let index = 0; index < peers.length; index++)
    expect(pieces.some((piece) => piece.equals(all.subarray(index * 400_000, (index + 1) * 400_000)))).toBe(
      true,
    );
});
