/** Whether an accepted socket's handle can move into a socket of our own, which reads into one buffer. */
import { createServer, Socket } from 'node:net';
import { StreamSocket, type ReadMode } from './stream-socket.ts';

/** Far more than a loopback round trip; a machine without loopback gets the slower way of reading. */
const testMs = 2000;
const probe = 'one buffer';
let tested: Promise<ReadMode> | null = null;

/** 'buffer' where moving works on this Node, proved once per process by a real connection; else 'data'. */
export function acceptedReadMode(): Promise<ReadMode> {
  tested ??= movesHandles().then((works) => (works ? 'buffer' : 'data'));
  return tested;
}

function movesHandles(): Promise<boolean> {
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }).on('error', () => finish(false));
  const client = new Socket().on('error', () => finish(false));
  let finish: (works: boolean) => void = () => undefined;
  const result = new Promise<boolean>((resolve) => (finish = resolve));
  const timer = setTimeout(() => finish(false), testMs);
  server.on('connection', (accepted) => {
    accepted.on('error', () => finish(false));
    try {
      echoMoved(accepted);
    } catch {
      // This Node keeps its sockets differently: the documented way of reading remains.
      finish(false);
    }
  });
  // The server's count must fall again, or it would refuse connections for ones that have long ended.
  client.on('data', (bytes) => {
    if (bytes.toString() !== probe) finish(false);
    client.end();
  });
  client.on('close', () => server.getConnections((error, count) => finish(error === null && count === 0)));
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address !== null && typeof address === 'object')
      client.connect(address.port, '127.0.0.1').write(probe);
  });
  return result.finally(() => {
    clearTimeout(timer);
    client.destroy();
    server.close();
  });
}

function echoMoved(accepted: Socket): void {
  const moved = StreamSocket.accepted('buffer', accepted);
  moved.receiver = (bytes) => moved.socket.write(Buffer.from(bytes));
  moved.socket.on('end', () => moved.socket.end()).resume();
}
