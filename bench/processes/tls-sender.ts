/** The other end of the TLS benchmark: writes so many bytes over TLS as fast as they are taken. */
import { once } from 'node:events';
import { connect } from 'node:tls';
import { serveHelper } from '../harness/processes.ts';

export type TlsSender = {
  ready(): void;
  /** Resolves when all have been handed to the kernel. */
  sendAmount(port: number, bytes: number, pieceBytes: number): void;
};

async function sendAmount(port: number, bytes: number, pieceBytes: number): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  socket.on('error', () => socket.destroy()).resume();
  const piece = Buffer.alloc(pieceBytes, 'socketscope ');
  for (let left = bytes; left > 0; left -= pieceBytes)
    if (!socket.write(left < pieceBytes ? piece.subarray(0, left) : piece)) await once(socket, 'drain');
  socket.end();
  await once(socket, 'finish');
}

serveHelper<TlsSender>({ ready: () => undefined, sendAmount });
