/** The other end of every benchmark: writes to a port of this machine, at a pace or flat out. */
import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { serveHelper } from '../harness/processes.ts';
import { fillMessage } from './numbered-message.ts';

export type Pace = {
  port: number;
  /** Messages of `messageBytes` over all connections, one write each; null = as fast as they are taken. */
  perSecond: number | null;
  messageBytes: number;
  connections: number;
  /** Repeated, or cut, to fill a message; the usual one where it is missing. */
  text?: string;
};
export type Poured = { bytes: number; messages: number; ms: number };
export type Hashed = Poured & { sha256: string };

export type Sender = {
  /** Begins to write and goes on until `stop`; resolves when all connections stand. */
  pour(pace: Pace): void;
  stop(): Poured;
  /** The same, but all that was written arrives, and the peer has seen the end. */
  finish(): Poured;
  /** Writes so many bytes in pieces flat out, then finishes; resolves when all have been handed to the kernel. */
  sendAmount(port: number, bytes: number, pieceBytes: number): Poured;
  /** Numbered messages, one write each, as fast as they are taken; the digest is over all bytes in order. */
  sendNumbered(port: number, messages: number, messageBytes: number): Hashed;
  /** Numbered messages until the peer is gone. */
  floodNumbered(port: number, messageBytes: number): void;
};

/** Later than this, the missed messages are given up and show as a rate below the asked one. */
const longestCatchUpMs = 100;

const nothing: Poured = { bytes: 0, messages: 0, ms: 0 };
let stopPouring = (): Poured => nothing;
let finishPouring = (): Promise<Poured> => Promise.resolve(nothing);

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  // The receiver may be killed on purpose.
  socket.on('error', () => socket.destroy());
  return socket;
}

const relieved = (socket: Socket) =>
  new Promise<void>((done) => {
    if (socket.writableLength === 0 || socket.destroyed) return done();
    const settle = () => {
      socket.off('drain', settle).off('close', settle);
      done();
    };
    socket.on('drain', settle).on('close', settle);
  });

const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
const breathe = () => new Promise<void>((done) => setImmediate(done));

async function pour({
  port,
  perSecond,
  messageBytes,
  connections,
  text = 'socketscope ',
}: Pace): Promise<void> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  const message = Buffer.alloc(messageBytes, text);
  const begin = performance.now();
  let schedule = begin;
  let paced = 0;
  let messages = 0;
  let running = true;
  stopPouring = () => {
    running = false;
    for (const socket of sockets) socket.destroy();
    return { bytes: messages * messageBytes, messages, ms: performance.now() - begin };
  };
  finishPouring = async () => {
    running = false;
    for (const socket of sockets) socket.end().resume();
    await Promise.all(sockets.map((socket) => socket.closed || once(socket, 'close')));
    return { bytes: messages * messageBytes, messages, ms: performance.now() - begin };
  };
  const dueNow = () =>
    perSecond === null ? paced + 64 : Math.floor(((performance.now() - schedule) * perSecond) / 1000);
  const run = async () => {
    while (running) {
      const due = dueNow();
      while (running && paced < due) {
        const socket = sockets[paced % sockets.length]!;
        if (socket.writableLength > 0) await relieved(socket);
        if (!running) return;
        socket.write(message);
        paced++;
        messages++;
      }
      if (perSecond === null) await breathe();
      else {
        const lateMs = ((dueNow() - paced) * 1000) / perSecond;
        if (lateMs > longestCatchUpMs) schedule += lateMs;
        await pause(1);
      }
    }
  };
  void run();
}

async function sendAmount(port: number, bytes: number, pieceBytes: number): Promise<Poured> {
  const socket = await open(port);
  const piece = Buffer.alloc(pieceBytes, 'socketscope ');
  const begin = performance.now();
  let messages = 0;
  for (let left = bytes; left > 0; left -= pieceBytes, messages++) {
    socket.write(left < pieceBytes ? piece.subarray(0, left) : piece);
    if (socket.writableLength > 0) await relieved(socket);
  }
  socket.end();
  await once(socket, 'finish');
  return { bytes, messages, ms: performance.now() - begin };
}

async function sendNumbered(port: number, messages: number, messageBytes: number): Promise<Hashed> {
  const socket = await open(port);
  const hash = createHash('sha256');
  const begin = performance.now();
  // Made and hashed in blocks, because a hash call for each small message would be what limits the rate.
  const perBlock = 256;
  for (let first = 0; first < messages; first += perBlock) {
    const count = Math.min(perBlock, messages - first);
    const block = Buffer.allocUnsafe(count * messageBytes);
    for (let i = 0; i < count; i++) fillMessage(block, i * messageBytes, messageBytes, first + i);
    hash.update(block);
    for (let i = 0; i < count; i++) socket.write(block.subarray(i * messageBytes, (i + 1) * messageBytes));
    if (socket.writableLength > 0) await relieved(socket);
    else await breathe();
  }
  socket.end();
  await once(socket, 'finish');
  return {
    bytes: messages * messageBytes,
    messages,
    ms: performance.now() - begin,
    sha256: hash.digest('hex'),
  };
}

async function floodNumbered(port: number, messageBytes: number): Promise<void> {
  const socket = await open(port);
  const run = async () => {
    for (let number = 0; !socket.destroyed; number++) {
      const message = Buffer.allocUnsafe(messageBytes);
      fillMessage(message, 0, messageBytes, number);
      socket.write(message);
      if (socket.writableLength > 0) await relieved(socket);
      else if (number % 256 === 0) await breathe();
    }
  };
  void run();
}

serveHelper<Sender>({
  pour,
  stop: () => stopPouring(),
  finish: () => finishPouring(),
  sendAmount,
  sendNumbered,
  floodNumbered,
});
