/** An echo in a thread of its own: it answers while the thread of the test stands still. */
import { Worker } from 'node:worker_threads';
import { closeLater } from './stream-kit.ts';

export type EchoThread = {
  port: number;
  /** Stands still until it has answered so many bytes more than at the last call. */
  awaitBytes(length: number): void;
  /** Of one that `waits`: it begins to read. */
  begin(): void;
};

/** `waits`: nothing is read before `begin`. `connect`: first it is a proxy that connects whoever asks (HTTP CONNECT), to itself. */
type Options = {
  kind: 'tcp' | 'udp' | 'unix' | 'tls';
  waits?: boolean;
  connect?: boolean;
  path?: string;
  cert?: string;
  key?: string;
};

const code = `
const { workerData, parentPort } = require('node:worker_threads');
const { kind, waits, connect, path, cert, key, shared } = workerData;
const answered = new Int32Array(shared);
const tell = (length) => () => { Atomics.add(answered, 0, length); Atomics.notify(answered, 0); };
const begun = waits ? new Promise((resolve) => parentPort.once('message', resolve)) : Promise.resolve();
const echo = (socket) => void begun.then(() => answer(socket));
const answer = (socket) => socket.on('data', (bytes) => socket.write(bytes, tell(bytes.length))).resume();
const proxy = (socket, then) => {
  socket.once('data', () => { socket.write('HTTP/1.1 200 OK\\r\\n\\r\\n'); then(socket.pause()); });
};
if (kind === 'udp') {
  const socket = require('node:dgram').createSocket('udp4');
  socket.on('message', (bytes, { address, port }) => socket.send(bytes, port, address, tell(bytes.length)));
  socket.bind(0, '127.0.0.1', () => parentPort.postMessage(socket.address().port));
} else {
  const tls = require('node:tls');
  const secure = tls.createServer({ cert, key, noDelay: true }, echo);
  const talk = kind === 'tls' ? (socket) => secure.emit('connection', socket) : echo;
  const server = require('node:net').createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {});
    if (connect) proxy(socket, talk);
    else talk(socket);
  });
  server.listen(path ? { path } : { port: 0, host: '127.0.0.1' }, () => parentPort.postMessage(server.address().port ?? 0));
}`;

export async function echoThread(options: Options): Promise<EchoThread> {
  const shared = new SharedArrayBuffer(4);
  const answered = new Int32Array(shared);
  const worker = new Worker(code, { eval: true, workerData: { ...options, shared } });
  closeLater(() => worker.terminate());
  const port = await new Promise<number>((resolve, reject) =>
    worker.once('error', reject).once('message', resolve),
  );
  let awaited = 0;
  return {
    port,
    begin: () => worker.postMessage('begin'),
    awaitBytes(length) {
      awaited += length;
      for (let seen: number; (seen = Atomics.load(answered, 0)) < awaited;)
        if (Atomics.wait(answered, 0, seen, 20_000) === 'timed-out') throw new Error('No answer.');
    },
  };
}
