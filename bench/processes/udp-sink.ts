/** The reference for UDP: a bare node:dgram socket that counts what 'message' brings. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { serveHelper } from '../harness/processes.ts';
import { cpuSeconds } from './meter.ts';
import type { UdpReceiver } from './udp-receiver.ts';

let bytes = 0;

serveHelper<UdpReceiver>({
  async bind(_folder, bufferBytes) {
    const socket = createSocket('udp4', (message) => (bytes += message.length));
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    socket.setRecvBufferSize(bufferBytes);
    return { port: socket.address().port, grantedBytes: socket.getRecvBufferSize() };
  },
  bytes: () => bytes,
  cpuSeconds,
});
