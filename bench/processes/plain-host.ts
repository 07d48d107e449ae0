/**
 * The reference for a page's pulls: a bare node:net server that writes what comes to one file, four megabytes at a time and
 * past the page cache, and a WebSocket beside it that answers each message with so many bytes: from memory, or after one
 * block was read back. It makes no records and no checksums.
 */
import { once } from 'node:events';
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { WebSocketServer } from 'ws';
import { alignedMemory, directFlag } from '../../electron/engine/capture/direct-io.ts';
import { serveHelper } from '../harness/processes.ts';

export type PlainHost = {
  listen(folder: string, answerBytes: number): { port: number; channelPort: number };
};
/** What a message to it asks for. */
export type PlainAsk = 'memory' | 'disk';

const pieceBytes = 4 * 1024 * 1024;
const blockBytes = 32 * 1024;

/** One piece fills while the other is written. `take` says whether both are full; `roomAgain` is called when one is not. */
function fileSink(file: FileHandle, roomAgain: () => void) {
  let filling = alignedMemory(pieceBytes);
  let spare = alignedMemory(pieceBytes);
  let used = 0;
  let rest: Uint8Array = new Uint8Array(0);
  let isWriting = false;
  const sink = { written: 0, take };
  const write = async (): Promise<void> => {
    isWriting = true;
    const full = filling;
    [filling, spare, used] = [spare, full, 0];
    await file.write(full, 0, full.length, sink.written);
    sink.written += full.length;
    isWriting = false;
    const waiting = rest;
    rest = new Uint8Array(0);
    if (!take(waiting)) roomAgain();
  };
  function take(bytes: Uint8Array): boolean {
    const part = bytes.subarray(0, pieceBytes - used);
    filling.set(part, used);
    used += part.length;
    if (used < pieceBytes) return false;
    rest = bytes.slice(part.length);
    if (isWriting) return true;
    void write();
    const waiting = rest;
    rest = new Uint8Array(0);
    return take(waiting);
  }
  return sink;
}

serveHelper<PlainHost>({
  async listen(folder, answerBytes) {
    const path = join(folder, 'stream');
    const file = await open(path, constants.O_RDWR | constants.O_CREAT | (directFlag ?? 0));
    const reader = await open(path);
    const block = Buffer.alloc(blockBytes);
    let resume = (): void => undefined;
    const sink = fileSink(file, () => resume());
    const server = createServer((socket) => {
      resume = () => socket.resume();
      socket.on('data', (piece) => sink.take(piece) && socket.pause());
      socket.on('error', () => socket.destroy());
    });
    server.listen(0, '127.0.0.1');
    const channel = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
    const answer = Buffer.alloc(answerBytes);
    channel.on('connection', (socket) =>
      socket.on('message', async (ask: Buffer) => {
        const blocks = Math.floor(sink.written / blockBytes);
        if (String(ask) === ('disk' satisfies PlainAsk))
          await reader.read(block, 0, blockBytes, Math.floor(Math.random() * blocks) * blockBytes);
        socket.send(answer);
      }),
    );
    await Promise.all([once(server, 'listening'), once(channel, 'listening')]);
    return {
      port: (server.address() as AddressInfo).port,
      channelPort: (channel.address() as AddressInfo).port,
    };
  },
});
