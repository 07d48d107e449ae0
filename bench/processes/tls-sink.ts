/** The reference for TLS: a bare node:tls server that counts what 'data' brings. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { serveHelper } from '../harness/processes.ts';
import { type Receiver, startMeter } from './meter.ts';

let bytes = 0;
const mark = startMeter(() => bytes);
let ended: Promise<unknown>;

serveHelper<Receiver>({
  async listen(folder) {
    const { cert, key } = JSON.parse(await readFile(join(folder, 'identity.json'), 'utf8')) as Record<
      'cert' | 'key',
      string
    >;
    const server = createServer({ cert, key }, (socket) => {
      socket.on('data', (piece) => (bytes += piece.length));
      socket.on('error', () => socket.destroy());
      ended = once(socket, 'end');
    });
    server.listen(0, '127.0.0.1');
    const connected = once(server, 'secureConnection');
    ended = connected.then(() => ended);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  },
  mark,
  async settle() {
    await ended;
    return mark();
  },
});
