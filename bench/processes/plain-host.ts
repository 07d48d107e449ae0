/**
 * The reference for a page's pulls: a bare node:net server that counts what 'data' brings, and a WebSocket beside it that
 * answers each message with so many bytes.
 */
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { serveHelper } from '../harness/processes.ts';

export type PlainHost = { listen(answerBytes: number): { port: number; channelPort: number } };

let received = 0;

serveHelper<PlainHost>({
  async listen(answerBytes) {
    const server = createServer((socket) => {
      socket.on('data', (piece) => (received += piece.length));
      socket.on('error', () => socket.destroy());
    });
    server.listen(0, '127.0.0.1');
    const channel = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
    const answer = Buffer.alloc(answerBytes);
    channel.on('connection', (socket) => socket.on('message', () => socket.send(answer)));
    await Promise.all([once(server, 'listening'), once(channel, 'listening')]);
    return {
      port: (server.address() as AddressInfo).port,
      channelPort: (channel.address() as AddressInfo).port,
    };
  },
});
