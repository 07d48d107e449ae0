/** The reference for fixed load: a bare node:net server that counts what 'data' brings. */
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { serveHelper } from '../harness/processes.ts';
import { type Receiver, startMeter } from './meter.ts';

let bytes = 0;
const mark = startMeter(() => bytes);

serveHelper<Receiver>({
  async listen() {
    const server = createServer((socket) => {
      socket.on('data', (piece) => (bytes += piece.length));
      socket.on('error', () => socket.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  },
  mark,
  settle: mark,
});
